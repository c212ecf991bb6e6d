// KIP-227: a session remembers which partitions a client fetches, so that its next requests name only what changed, and
// the answers only what is new.
//
//   epoch -1  without a session        epoch 0  all partitions, and a session if there is room
//   epoch n   what changed since n-1; the session must expect n

import type { Clock, Random } from '../base/index.ts'
import type { ErrorName, RequestOf, fetch } from '../protocol/index.ts'
import { targetsOf, type FetchTarget, type PartitionData } from './fetch-read.ts'

type FetchRequest = RequestOf<typeof fetch>

/** What one fetch is about, and which part of what was read is to be told. */
export interface FetchScope {
  /** 0: none was granted. */
  readonly sessionId: number
  readonly targets: readonly FetchTarget[]
  /** Called once, with what was read, in the order of the targets. */
  select(data: readonly PartitionData[]): readonly PartitionData[]
}
interface Remembered {
  target: FetchTarget
  /** As last told; −1 once an error was, so that the next answer names the partition whatever it says. */
  highWatermark: number
  logStartOffset: number
}
interface Session {
  readonly id: number
  readonly usesTopicIds: boolean
  /** In the order in which they are read: whoever had data goes to the end, so that nobody starves. */
  readonly partitions: Map<string, Remembered>
  epoch: number
  lastUsed: number
}

/** A session that was used this recently keeps its slot: Kafka's min.incremental.fetch.session.eviction.ms. */
const evictionMsMin = 120_000
const epochMax = 0x7fffffff

export class FetchSessions {
  /** By id, the least recently used first. */
  readonly #sessions = new Map<number, Session>()
  readonly #slotsMax: number
  readonly #clock: Clock
  readonly #random: Random
  /** `slotsMax` is max.incremental.fetch.session.cache.slots. */
  constructor(options: { readonly slotsMax: number; readonly clock: Clock; readonly random: Random }) {
    this.#slotsMax = options.slotsMax
    this.#clock = options.clock
    this.#random = options.random
  }
  get size(): number {
    return this.#sessions.size
  }

  /** Of all sessions. */
  get partitionCount(): number {
    let count = 0
    for (const { partitions } of this.#sessions.values()) count += partitions.size
    return count
  }

  scope(request: FetchRequest, version: number): FetchScope | ErrorName {
    const { sessionId, sessionEpoch } = request,
      usesTopicIds = version >= 13
    if (sessionEpoch > 0) return this.#continue(request, usesTopicIds)
    this.#sessions.delete(sessionId)
    return sessionEpoch === 0 ? this.#begin(request, usesTopicIds) : sessionless(targetsOf(request))
  }
  #begin(request: FetchRequest, usesTopicIds: boolean): FetchScope {
    const targets = targetsOf(request)
    const session = targets.length > 0 && this.#makeRoom() ? this.#create(targets, usesTopicIds) : undefined
    return session ? scopeOf(session, 'all') : sessionless(targets)
  }
  #create(targets: readonly FetchTarget[], usesTopicIds: boolean): Session {
    let id: number
    do id = 1 + this.#random.below(epochMax - 1)
    while (this.#sessions.has(id))
    const partitions = new Map(targets.map(target => [keyOf(target), newly(target)]))
    const session: Session = { id, usesTopicIds, partitions, epoch: 1, lastUsed: this.#clock.monotonic() }
    this.#sessions.set(id, session)
    return session
  }
  #makeRoom(): boolean {
    if (this.#sessions.size < this.#slotsMax) return true
    const [oldest] = this.#sessions.values()
    if (oldest === undefined || this.#clock.monotonic() - oldest.lastUsed < evictionMsMin) return false
    return this.#sessions.delete(oldest.id)
  }

  #continue(request: FetchRequest, usesTopicIds: boolean): FetchScope | ErrorName {
    const session = this.#sessions.get(request.sessionId)
    if (session === undefined) return 'FETCH_SESSION_ID_NOT_FOUND'
    if (session.epoch !== request.sessionEpoch) return 'INVALID_FETCH_SESSION_EPOCH'
    if (session.usesTopicIds !== usesTopicIds) return 'FETCH_SESSION_TOPIC_ID_ERROR'
    update(session, request)
    this.#sessions.delete(session.id)
    // A session that has become empty is over: the client begins anew when it has something to fetch.
    if (session.partitions.size === 0) return sessionless([])
    this.#sessions.set(session.id, session)
    session.lastUsed = this.#clock.monotonic()
    session.epoch = session.epoch === epochMax ? 1 : session.epoch + 1
    return scopeOf(session, 'news')
  }
}

const sessionless = (targets: readonly FetchTarget[]): FetchScope => ({ sessionId: 0, targets, select: data => data })

/** The first answer of a session names all partitions, those after it what is new. */
function scopeOf(session: Session, only: 'all' | 'news'): FetchScope {
  const remembered = [...session.partitions.values()]
  return {
    sessionId: session.id,
    targets: remembered.map(({ target }) => target),
    select: data =>
      data.filter((one, i) => {
        const news = only === 'all' || isNews(remembered[i]!, one)
        if (news) remember(session, remembered[i]!, one)
        return news
      }),
  }
}
function isNews({ highWatermark, logStartOffset }: Remembered, data: PartitionData): boolean {
  return (
    data.isUrgent ||
    data.response.records.length > 0 ||
    data.response.highWatermark !== highWatermark ||
    data.response.logStartOffset !== logStartOffset
  )
}
function remember(session: Session, remembered: Remembered, { isUrgent, response }: PartitionData): void {
  remembered.highWatermark = isUrgent ? -1 : response.highWatermark
  remembered.logStartOffset = response.logStartOffset
  const key = keyOf(remembered.target)
  if (response.records.length > 0 && session.partitions.delete(key)) session.partitions.set(key, remembered)
}
function update(session: Session, request: FetchRequest): void {
  for (const target of targetsOf(request)) {
    const remembered = session.partitions.get(keyOf(target))
    if (remembered) remembered.target = target
    else session.partitions.set(keyOf(target), newly(target))
  }
  for (const { topic, topicId, partitions } of request.forgottenTopicsData)
    for (const index of partitions) session.partitions.delete(keyOf({ topic, topicId, index }))
}
const newly = (target: FetchTarget): Remembered => ({ target, highWatermark: -1, logStartOffset: -1 })
/** Names cannot hold a colon, and of name and id one is given. */
const keyOf = ({ topic, topicId, index }: Pick<FetchTarget, 'topic' | 'topicId' | 'index'>) =>
  `${topic}:${topicId}:${index}`
