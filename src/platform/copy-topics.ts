// Topics of another cluster, any Kafka, are copied before ours takes clients: with their partitions, their configs, and
// their records at their offsets, up to where the source's last stable offsets are when it begins.
//
//   describe there ─▶ note down ─▶ create here ─▶ fetch and append ─▶ finish ─▶ strike off
//
// What is noted down and not struck off was not copied to its end: the next start deletes it.

import { join } from 'node:path'

import { UserError, type Clock, type Files } from '../base/index.ts'
import type { BrokerNode } from '../broker/index.ts'
import { Admin, Cluster, clusterOptions, KafkaError, type ClientOptions, type TopicInfo } from '../client/index.ts'
import { topicConfigs, type Metadata } from '../metadata/index.ts'
import { PartitionCopy, type CopyRange, type LedPartition } from './partition-copy.ts'
import { TopicFetcher } from './topic-fetcher.ts'

export interface CopySource {
  /** How the other cluster is reached. */
  readonly client: ClientOptions
  readonly topics: readonly string[]
  /** Only what is not older, in ms since 1970; without it, all that the source has. */
  readonly since?: number
  /** Ends the copy, and what is left of it. */
  readonly signal?: AbortSignal
  /** In offsets, of all partitions together. */
  readonly onProgress?: (done: number, total: number) => void
}
export interface CopiedTopic {
  readonly topic: string
  readonly partitions: number
  readonly records: number
  readonly sizeBytes: number
}
export interface CopyOutcome {
  readonly copied: readonly CopiedTopic[]
  /** Topics that were here already, and were left as they are. */
  readonly kept: readonly string[]
  /** What could not be taken over, a sentence each. */
  readonly warnings: readonly string[]
}
/** Where the copy goes. */
export interface CopyDestination {
  readonly metadata: Metadata
  readonly nodes: readonly BrokerNode[]
  readonly files: Files
  readonly path: string
  readonly clock: Clock
}

/**
 * Throws a UserError, and leaves nothing of any topic, where the source cannot be reached, lacks one of the topics, or
 * goes away.
 */
export async function copyTopics(source: CopySource, destination: CopyDestination): Promise<CopyOutcome> {
  const { metadata } = destination
  const kept = source.topics.filter(topic => metadata.image.topics.has(topic))
  const wanted = [...new Set(source.topics)].filter(topic => !kept.includes(topic))
  if (wanted.length === 0) return { copied: [], kept, warnings: [] }
  const { clock } = destination
  const options = clusterOptions({ clientId: 'millrace-copy', clock, retryTimeoutMs: patienceMs, ...source.client })
  let cluster: Cluster | undefined
  try {
    cluster = new Cluster(options)
    return { ...(await copyFrom(cluster, source, wanted, destination)), kept }
  } catch (error) {
    if (error instanceof KafkaError)
      throw new UserError(
        'COPY',
        `topics cannot be copied from ${bootstrapOf(source)}: ${error.message} (${error.code})`,
      )
    if (source.signal?.aborted) throw new UserError('COPY', 'the copy was interrupted: nothing is kept of it')
    throw error
  } finally {
    await cluster?.close()
  }
}
/** How long the source may be unable to answer, in the midst of it. */
const patienceMs = 30_000
/** And to begin with. */
const firstAnswerMsMax = 5_000
const bootstrapOf = ({ client: { bootstrap } }: CopySource) =>
  typeof bootstrap === 'string' ? bootstrap : bootstrap.join(',')

async function copyFrom(
  cluster: Cluster,
  source: CopySource,
  wanted: readonly string[],
  destination: CopyDestination,
): Promise<Omit<CopyOutcome, 'kept'>> {
  const admin = new Admin(cluster)
  const topics = await cluster.retrying(() => cluster.refresh(wanted), {
    timeoutMs: Math.min(firstAnswerMsMax, cluster.options.retryTimeoutMs),
  })
  checkTopics(topics, wanted, source)
  const ranges = await rangesOf(admin, topics, source.since)
  const configs = new Map<string, TakenConfigs>()
  for (const { name } of topics) configs.set(name, await configsOf(admin, name))

  const { metadata, nodes, files, path, clock } = destination
  const note = join(path, noteName)
  files.replaceFile(note, JSON.stringify({ topics: wanted }))
  try {
    const created = await metadata.createTopics(
      topics.map(({ name, partitions }) => ({
        name,
        numPartitions: partitions.length,
        replicationFactor: -1,
        configs: configs.get(name)!.configs,
      })),
    )
    for (const { name, ...outcome } of created)
      if (outcome.error !== 'NONE')
        throw new UserError('COPY', `topic '${name}' cannot be made here: ${outcome.message} (${outcome.error})`)
    const copies = topics.flatMap(({ name, partitions }) =>
      partitions.map(
        ({ partition }) =>
          new PartitionCopy(led(nodes, name, partition), ranges.get(`${name}-${partition}`)!, () => clock.now()),
      ),
    )
    await fetchAll(cluster, copies, source)
    await Promise.all(copies.map(copy => copy.finish()))
    await metadata.skipProducerIds(nodes[0]!.nodeId, Math.max(...copies.map(copy => copy.producerIdMax)) + 1)
    files.remove(note)
    return { copied: outcomeOf(copies), warnings: [...configs.values()].flatMap(({ warnings }) => warnings) }
  } catch (error) {
    await forgetUnfinishedCopy(destination)
    throw error
  }
}

function checkTopics(topics: readonly TopicInfo[], wanted: readonly string[], source: CopySource): void {
  const named = (names: readonly string[]) => names.map(name => `'${name}'`).join(', ')
  const missing = wanted.filter(name => {
    const error = topics.find(topic => topic.name === name)?.error
    return error === undefined || error === 'UNKNOWN_TOPIC_OR_PARTITION'
  })
  if (missing.length > 0)
    throw new UserError('COPY', `the cluster at ${bootstrapOf(source)} has no topic ${named(missing)}`)
  for (const { name, error } of topics)
    if (error !== 'NONE') throw new KafkaError(error, { context: `topic '${name}'` })
  const internal = topics.filter(topic => topic.internal).map(({ name }) => name)
  if (internal.length > 0)
    throw new UserError('COPY', `${named(internal)}: what a cluster keeps for itself cannot be copied`)
}

async function rangesOf(
  admin: Admin,
  topics: readonly TopicInfo[],
  since: number | undefined,
): Promise<ReadonlyMap<string, CopyRange>> {
  const partitions = topics.flatMap(({ name: topic, partitions }) =>
    partitions.map(({ partition }) => ({ topic, partition })),
  )
  const at = async (spec: 'earliest' | 'latest' | number) => {
    const found = await admin.records.offsets(partitions, spec, { isolation: 'read_committed' })
    return new Map(found.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset]))
  }
  const [starts, ends] = [await at('earliest'), await at('latest')]
  const times = since === undefined ? starts : await at(since)
  return new Map(
    [...ends].map(([name, end]) => {
      const time = times.get(name)!
      return [name, { start: Math.min(time < 0 ? end : Math.max(time, starts.get(name)!), end), end }]
    }),
  )
}

interface TakenConfigs {
  readonly configs: { readonly name: string; readonly value: string }[]
  readonly warnings: readonly string[]
}
/** What is set on the topic itself. Configs that mean nothing outside the source's own brokers are left there. */
async function configsOf(admin: Admin, topic: string): Promise<TakenConfigs> {
  try {
    const set = (await admin.configs.describe({ type: 'topic', name: topic })).filter(
      ({ source }) => source === 'topic',
    )
    const isTaken = ({ name }: { readonly name: string }) => topicConfigs.has(name) && !isOfTheSource.test(name)
    return {
      configs: set.flatMap(({ name, value }) => (isTaken({ name }) && value !== null ? [{ name, value }] : [])),
      warnings: set
        .filter(config => !isTaken(config))
        .map(({ name, value }) => `${topic}: ${name}=${value ?? ''} is not taken over`),
    }
  } catch (error) {
    if (!(error instanceof KafkaError) || !error.code.endsWith('AUTHORIZATION_FAILED')) throw error
    return { configs: [], warnings: [`${topic}: its configs may not be read (${error.code}): the defaults hold here`] }
  }
}
const isOfTheSource = /^(remote|local)\.|\.replication\.throttled\.replicas$/

/** A topic that was just created is led by brokers of this process. */
function led(nodes: readonly BrokerNode[], topic: string, index: number): LedPartition {
  for (const { context } of nodes) {
    const partition = context.partitions.byName(topic).find(index)
    if (typeof partition !== 'string' && partition.isLeader) return partition
  }
  throw new UserError('COPY', `${topic}-${index} has no leader here`)
}

async function fetchAll(cluster: Cluster, copies: readonly PartitionCopy[], source: CopySource): Promise<void> {
  const { signal, onProgress } = source
  const fetcher = new TopicFetcher(cluster, copies)
  while (!fetcher.isDone) {
    signal?.throwIfAborted()
    await fetcher.round(signal)
    let done = 0,
      total = 0
    for (const { progress } of copies) {
      done += progress.done
      total += progress.total
    }
    onProgress?.(done, total)
  }
}

function outcomeOf(copies: readonly PartitionCopy[]): CopiedTopic[] {
  return [...Map.groupBy(copies, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    partitions: ofTopic.length,
    records: ofTopic.reduce((sum, { records }) => sum + records, 0),
    sizeBytes: ofTopic.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  }))
}

/** In the data directory, while a copy is under way. */
const noteName = 'copy-in-progress'

/** Deletes the topics of a copy that did not come to its end. Gives their names. */
export async function forgetUnfinishedCopy({
  metadata,
  files,
  path,
}: Pick<CopyDestination, 'metadata' | 'files' | 'path'>): Promise<readonly string[]> {
  const note = join(path, noteName)
  if (!files.exists(note)) return []
  const { topics } = JSON.parse(files.readFile(note).toString('utf8')) as { readonly topics: readonly string[] }
  const halves = topics.filter(name => metadata.image.topics.has(name))
  if (halves.length > 0) await metadata.deleteTopics(halves.map(name => ({ name })))
  files.remove(note)
  return halves
}
