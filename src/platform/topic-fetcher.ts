// Fetches what partition copies lack from the leaders of another cluster, a request for each leader at a time, and sees to
// leaders that change and records that are gone meanwhile.

import { KafkaError, offsetsAt, type Cluster } from '../client/index.ts'
import { errorName, fetch, type DecodedResponseOf } from '../protocol/index.ts'
import type { PartitionCopy } from './partition-copy.ts'

type PartitionData = DecodedResponseOf<typeof fetch>['responses'][number]['partitions'][number]

const fetchBytesMax = 16 * 2 ** 20
const partitionBytesMax = 4 * 2 ** 20
const waitMsMax = 500
const readCommitted = 1
/** Versions from here on name topics by their ids. */
const firstVersionWithIds = 13

export class TopicFetcher {
  readonly #cluster: Cluster
  readonly #unfinished: Set<PartitionCopy>
  readonly #topics: readonly string[]

  constructor(cluster: Cluster, copies: readonly PartitionCopy[]) {
    this.#cluster = cluster
    this.#unfinished = new Set(copies.filter(copy => !copy.isWhole))
    this.#topics = [...new Set(copies.map(({ topic }) => topic))]
  }
  get isDone(): boolean {
    return this.#unfinished.size === 0
  }

  /** One request to each leader. Throws KafkaError where the source cannot answer for longer than the client is patient. */
  async round(signal: AbortSignal | undefined): Promise<void> {
    let mayBeStale = false
    await this.#cluster.retrying(
      async () => {
        if (mayBeStale) await this.#cluster.refresh(this.#topics)
        mayBeStale = true
        const byLeader = Map.groupBy(this.#unfinished, ({ topic, index }) => this.#leaderOf(topic, index))
        const asked = await Promise.allSettled([...byLeader].map(([leader, copies]) => this.#ask(leader, copies)))
        for (const one of asked) if (one.status === 'rejected') throw one.reason
      },
      signal === undefined ? {} : { signal },
    )
  }
  #leaderOf(topic: string, partition: number): number {
    const leader = this.#cluster.leaderOf(topic, partition)
    if (leader === undefined) throw new KafkaError('LEADER_NOT_AVAILABLE', { context: `${topic}-${partition}` })
    return leader
  }

  async #ask(leader: number, copies: readonly PartitionCopy[]): Promise<void> {
    const { view } = this.#cluster
    const topics = [...Map.groupBy(copies, ({ topic }) => topic)]
    const answer = await this.#cluster.ask(leader, 'main', fetch, version => ({
      maxWaitMs: waitMsMax,
      minBytes: 1,
      maxBytes: fetchBytesMax,
      isolationLevel: readCommitted,
      topics: topics.map(([topic, ofTopic]) => ({
        ...(version < firstVersionWithIds ? { topic } : { topicId: view.topics.get(topic)!.id }),
        partitions: ofTopic.map(({ index, nextOffset }) => ({
          partition: index,
          fetchOffset: nextOffset,
          partitionMaxBytes: partitionBytesMax,
        })),
      })),
      forgottenTopicsData: [],
    }))
    if (answer.errorCode !== 0) throw new KafkaError(errorName(answer.errorCode), { context: 'fetch' })
    const given = answer.responses.flatMap(({ topic, topicId, partitions }) => {
      const name = topic || view.nameOf(topicId)
      return partitions.flatMap(data => {
        const copy = copies.find(copy => copy.topic === name && copy.index === data.partitionIndex)
        return copy === undefined ? [] : [{ copy, data }]
      })
    })
    // Nothing came, though nothing was in the way: there is nothing up to where the source's committed records end.
    const isEmpty = given.every(({ data }) => data.errorCode === 0 && sizeOf(data) === 0)
    const refused: KafkaError[] = []
    for (const { copy, data } of given) {
      const error = errorName(data.errorCode)
      if (error === 'OFFSET_OUT_OF_RANGE') await this.#restart(copy)
      else if (error !== 'NONE') refused.push(new KafkaError(error, { context: `fetch ${copy.topic}-${copy.index}` }))
      else if (isEmpty && data.lastStableOffset >= copy.endOffset) copy.skipToEnd()
      else if (data.records !== null && data.records.length > 0)
        copy.take(data.records as Buffer, data.abortedTransactions ?? [])
      if (copy.isWhole) this.#unfinished.delete(copy)
    }
    if (refused.length > 0) throw refused[0]
  }
  async #restart(copy: PartitionCopy): Promise<void> {
    const [start] = await offsetsAt(
      this.#cluster,
      [{ topic: copy.topic, partition: copy.index }],
      'earliest',
      'read_uncommitted',
    )
    copy.restartAt(start!.offset)
  }
}
const sizeOf = ({ records }: PartitionData) => records?.length ?? 0
