// The JSON of kafka-reassign-partitions: what is to be moved, as a person wrote it, and what is, for a person to keep.

import type { TopicPartition } from '../../../client/index.ts'
import { ToolError } from '../tool.ts'

export interface ReplicaPlace extends TopicPartition {
  readonly brokerId: number
}
export interface PartitionPlan extends TopicPartition {
  readonly replicas: readonly number[]
}
/** A replica, and the log directory where it is to lie. */
export interface LogDirPlan extends ReplicaPlace {
  readonly logDir: string
}
export interface Plan {
  /** In the order of the file, and as often as it names them. */
  readonly partitions: readonly PartitionPlan[]
  readonly logDirs: readonly LogDirPlan[]
}

export const partitionName = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`
export const replicaName = (replica: ReplicaPlace): string => `${partitionName(replica)}-${replica.brokerId}`

export function byPartition(one: TopicPartition, other: TopicPartition): number {
  if (one.topic !== other.topic) return one.topic < other.topic ? -1 : 1
  return one.partition - other.partition
}
export const byReplica = (one: ReplicaPlace, other: ReplicaPlace): number =>
  one.brokerId - other.brokerId || byPartition(one, other)

const anyLogDir = 'any'

/** Of --reassignment-json-file. Throws ToolError for what is not of its form. */
export function partitionsToMove(text: string): Plan {
  if (text === '') throw new ToolError("The input string shouldn't be empty")
  const partitions: PartitionPlan[] = []
  const logDirs: LogDirPlan[] = []
  for (const entry of entries(parsed(text), 'partitions')) {
    const fields = object(entry)
    const topic = string(field(fields, 'topic'))
    const partition = integer(field(fields, 'partition'))
    const replicas = array(field(fields, 'replicas')).map(integer)
    const dirs = 'log_dirs' in fields ? array(fields['log_dirs']).map(string) : replicas.map(() => anyLogDir)
    if (replicas.length !== dirs.length)
      throw new ToolError(
        `Size of replicas list [${replicas.join(', ')}] is different from size of log dirs list [${dirs.join(', ')}] for partition ${topic}-${partition}`,
      )
    partitions.push({ topic, partition, replicas })
    for (const [i, brokerId] of replicas.entries())
      if (dirs[i] !== anyLogDir) logDirs.push({ topic, partition, brokerId, logDir: dirs[i]! })
  }
  return { partitions, logDirs }
}

/** Of --topics-to-move-json-file and --broker-list. Throws ToolError for what is not of its form, or named twice. */
export function topicsToMove(
  text: string,
  brokerList: string,
): { readonly brokers: number[]; readonly topics: string[] } {
  const brokers = brokerList.split(',').map(word => {
    if (!/^[+-]?\d+$/.test(word)) throw new ToolError(`For input string: "${word}"`)
    return Number(word)
  })
  const twice = doubled(brokers)
  if (twice.length > 0) throw new ToolError(`Broker list contains duplicate entries: [${twice.join(', ')}]`)
  const topics = entries(parsed(text), 'topics').map(entry => string(field(object(entry), 'topic')))
  const repeated = doubled(topics)
  if (repeated.length > 0)
    throw new ToolError(`List of topics to reassign contains duplicate entries: [${repeated.join(', ')}]`)
  return { brokers, topics }
}

/** Throws ToolError for a plan that cannot be executed, whatever the cluster. */
export function refuseFaults({ partitions }: Plan): void {
  if (partitions.length === 0) throw new ToolError('Partition reassignment list cannot be empty')
  if (partitions.some(({ replicas }) => replicas.length === 0))
    throw new ToolError('Partition replica list cannot be empty')
  const twice = doubled(partitions.map(partitionName))
  if (twice.length > 0)
    throw new ToolError(`Partition reassignment contains duplicate topic partitions: ${twice.join(',')}`)
  const faults = partitions.flatMap(partition => {
    const brokers = doubled(partition.replicas)
    return brokers.length === 0
      ? []
      : [`${partitionName(partition)} contains multiple entries for ${brokers.join(',')}`]
  })
  if (faults.length > 0)
    throw new ToolError(`Partition replica lists may not contain duplicate entries: ${faults.join('. ')}`)
}
const doubled = <T>(list: readonly T[]): T[] => [...new Set(list.filter((one, i) => list.indexOf(one) !== i))]

/** What --reassignment-json-file takes; `logDirOf` tells where a replica lies, if that is known. */
export function planJson(
  partitions: readonly PartitionPlan[],
  logDirOf: (replica: ReplicaPlace) => string | undefined = () => undefined,
): string {
  return JSON.stringify({
    version: 1,
    partitions: partitions.toSorted(byPartition).map(({ topic, partition, replicas }) => ({
      topic,
      partition,
      replicas,
      log_dirs: replicas.map(brokerId => logDirOf({ topic, partition, brokerId }) ?? anyLogDir),
    })),
  })
}

type Fields = { readonly [name: string]: unknown }

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ToolError(`The input string is not a valid JSON: ${(error as Error).message}`)
  }
}
/** The list of this name, of a document of the one version that there is. */
function entries(document: unknown, name: string): readonly unknown[] {
  const fields = object(document)
  const version = 'version' in fields ? integer(fields['version']) : 1
  if (version !== 1) throw new ToolError(`Not supported version field value ${version}`)
  return name in fields ? array(fields[name]) : []
}

function field(fields: Fields, name: string): unknown {
  if (!(name in fields)) throw new ToolError(`No such field exists: \`${name}\``)
  return fields[name]
}
function object(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new ToolError(`Expected JSON object, received ${JSON.stringify(value)}`)
}
function array(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[]
  throw new ToolError(`Expected JSON array, received ${JSON.stringify(value)}`)
}
function string(value: unknown): string {
  if (typeof value === 'string') return value
  throw new ToolError(`Expected \`String\` value, received ${JSON.stringify(value)}`)
}
function integer(value: unknown): number {
  if (Number.isInteger(value) && Math.abs(value as number) < 2 ** 31) return value as number
  throw new ToolError(`Expected \`Integer\` value, received ${JSON.stringify(value)}`)
}
