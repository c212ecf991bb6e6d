// kafka-consumer-groups --reset-offsets: where each partition of a group is to be read from next, in each of its forms.

import type { Client, OffsetSpec, TopicPartition } from '../../../client/index.ts'
import { errorCode, type ErrorName } from '../../../protocol/index.ts'
import { textOf } from '../connection.ts'
import { accept, exceptionText, refusal } from '../java-exceptions.ts'
import { parseDateTime, parseDuration } from '../times.ts'
import { Argument, ToolError } from '../tool.ts'
import { readOffsets } from './csv.ts'
import { byPlace, committedOffsets } from './groups.ts'
import type { NewOffset } from './print.ts'

/** Where to: one of these. */
export type Target =
  | { readonly to: 'earliest' | 'latest' | 'current' }
  | { readonly to: 'offset'; readonly offset: number }
  | { readonly to: 'shift'; readonly by: number }
  | { readonly to: 'datetime' | 'duration'; readonly text: string }
  | { readonly to: 'file'; readonly path: string }

export interface ResetCall {
  readonly client: Client
  /** Ms since 1970. */
  readonly now: number
  readonly say: (line: string) => void
  readonly warn: (line: string) => void
}

/** The partitions that --topic names ('orders', 'orders:0,1'), or all that the group has committed. */
export async function placesToReset(
  { client }: ResetCall,
  groupId: string,
  scope: { readonly allTopics: boolean; readonly topics: readonly string[] },
): Promise<TopicPartition[]> {
  if (scope.allTopics) return committedOffsets(client, groupId)
  const whole = scope.topics.filter(topic => !topic.includes(':'))
  const named = scope.topics.filter(topic => topic.includes(':')).flatMap(partitionsNamed)
  const described = whole.length === 0 ? [] : await topicsNamed(client, whole)
  return [
    ...named,
    ...described.flatMap(({ name, partitions }) => partitions.map(({ partition }) => ({ topic: name, partition }))),
  ]
}

/** 'orders:0,1'. Throws Argument. */
export function partitionsNamed(text: string): TopicPartition[] {
  const [topic, partitions, ...more] = text.split(':')
  if (topic === undefined || partitions === undefined || partitions === '' || more.length > 0)
    throw new Argument(`Invalid topic arg '${text}', expected topic name and partitions`)
  return partitions.split(',').map(partition => {
    if (!/^[+-]?\d+$/.test(partition))
      throw new Argument(`Invalid partition '${partition}' specified in topic arg '${text}''`)
    return { topic, partition: Number(partition) }
  })
}

/** Throws UNKNOWN_TOPIC_OR_PARTITION. */
async function topicsNamed(client: Client, names: readonly string[]) {
  const topics = await client.admin.requests.topics([...new Set(names)])
  for (const { error } of topics) if (error !== 'NONE') throw refusal(errorCode(error))
  return topics
}

/** Gives the new offset of each partition, or `undefined` where no target was given. */
export async function newOffsets(
  call: ResetCall,
  {
    groupId,
    places,
    target,
    hasOneGroup,
  }: { groupId: string; places: readonly TopicPartition[]; target: Target; hasOneGroup: boolean },
): Promise<NewOffset[]> {
  await refuseMissing(call, places)
  const offsets = await offsetsFor(call, { groupId, places, target, hasOneGroup })
  return offsets.map(place => ({ ...place, groupId })).toSorted(byPlace)
}

interface Placed extends TopicPartition {
  readonly offset: number
}

async function offsetsFor(
  call: ResetCall,
  {
    groupId,
    places,
    target,
    hasOneGroup,
  }: { groupId: string; places: readonly TopicPartition[]; target: Target; hasOneGroup: boolean },
): Promise<Placed[]> {
  const { client, now, say } = call
  switch (target.to) {
    case 'earliest':
    case 'latest':
      return offsetsAt(client, places, target.to)
    case 'offset':
      return withinRange(
        call,
        places.map(({ topic, partition }) => ({ topic, partition, offset: target.offset })),
      )
    case 'shift': {
      const current = await currentOf(client, groupId)
      return withinRange(
        call,
        places.map(({ topic, partition }) => {
          const offset = current.get(`${topic}-${partition}`)
          if (offset === undefined)
            throw new Argument(
              `Cannot shift offset for partition ${topic}-${partition} since there is no current committed offset`,
            )
          return { topic, partition, offset: offset + target.by }
        }),
      )
    }
    case 'datetime':
    case 'duration': {
      const time = target.to === 'datetime' ? parseDateTime(target.text) : now - parseDuration(target.text)
      const found = await offsetsAt(client, places, time)
      const late = found.filter(({ offset }) => offset < 0)
      for (const { topic, partition } of late)
        say(`\nWarn: Partition ${partition} from topic ${topic} is empty. Falling back to latest known offset.`)
      return [...found.filter(({ offset }) => offset >= 0), ...(await offsetsAt(client, late, 'latest'))]
    }
    case 'current': {
      const current = await currentOf(client, groupId)
      const known = places.filter(({ topic, partition }) => current.has(`${topic}-${partition}`))
      const rest = places.filter(({ topic, partition }) => !current.has(`${topic}-${partition}`))
      const kept = known.map(({ topic, partition }) => ({
        topic,
        partition,
        offset: current.get(`${topic}-${partition}`)!,
      }))
      return [...kept, ...(await offsetsAt(client, rest, 'latest'))]
    }
    case 'file': {
      const plan = readOffsets(textOf(target.path), hasOneGroup ? groupId : undefined)
      const own = plan.filter(offset => offset.groupId === groupId)
      if (own.length === 0) say(`\nError: No reset plan for group ${groupId} found`)
      return withinRange(
        call,
        own.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
      )
    }
  }
}

async function currentOf(client: Client, groupId: string): Promise<Map<string, number>> {
  const committed = await committedOffsets(client, groupId)
  return new Map(committed.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset]))
}

/** Java's tool nests this refusal in two exceptions. */
async function refuseMissing({ client }: ResetCall, places: readonly TopicPartition[]): Promise<void> {
  let topics
  try {
    topics =
      places.length === 0
        ? []
        : await topicsNamed(
            client,
            places.map(({ topic }) => topic),
          )
  } catch (error) {
    throw new ToolError(`java.util.concurrent.ExecutionException: ${exceptionText(error)}`)
  }
  const leaders = new Map(
    topics.flatMap(({ name, partitions }) => partitions.map(one => [`${name}-${one.partition}`, one.leader])),
  )
  const named = (list: readonly TopicPartition[]) =>
    list.map(({ topic, partition }) => `${topic}-${partition}`).join(',')
  const refuse = (name: ErrorName, message: string) => accept(errorCode(name), message)
  const missing = places.filter(({ topic, partition }) => !leaders.has(`${topic}-${partition}`))
  if (missing.length > 0) refuse('UNKNOWN_TOPIC_OR_PARTITION', `The partitions "${named(missing)}" do not exist`)
  const leaderless = places.filter(({ topic, partition }) => leaders.get(`${topic}-${partition}`)! < 0)
  if (leaderless.length > 0) refuse('LEADER_NOT_AVAILABLE', `The partitions "${named(leaderless)}" have no leader`)
}

async function offsetsAt(client: Client, places: readonly TopicPartition[], at: OffsetSpec): Promise<Placed[]> {
  if (places.length === 0) return []
  const found = await client.admin.records.offsets(places, at)
  return found.map(({ topic, partition, offset }) => ({ topic, partition, offset }))
}

/** An offset outside of its log becomes the first or the last one. */
async function withinRange({ client, warn }: ResetCall, wanted: readonly Placed[]): Promise<Placed[]> {
  const [starts, ends] = await Promise.all([offsetsAt(client, wanted, 'earliest'), offsetsAt(client, wanted, 'latest')])
  const of = (list: readonly Placed[]) => new Map(list.map(one => [`${one.topic}-${one.partition}`, one.offset]))
  const [start, end] = [of(starts), of(ends)]
  return wanted.map(({ topic, partition, offset }) => {
    const place = `${topic}-${partition}`
    const [first, last] = [start.get(place)!, end.get(place)!]
    if (offset > last) {
      warn(
        `New offset (${offset}) is higher than latest offset for topic partition ${place}. Value will be set to ${last}`,
      )
      return { topic, partition, offset: last }
    }
    if (offset < first) {
      warn(
        `New offset (${offset}) is lower than earliest offset for topic partition ${place}. Value will be set to ${first}`,
      )
      return { topic, partition, offset: first }
    }
    return { topic, partition, offset }
  })
}
