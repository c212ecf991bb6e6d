// What a broker remembers of our fetches (KIP-227): after the first request of a session only what has changed is said, and
// the answers name only partitions that have something new. A broker that keeps no session answers with the id 0, and is told
// all each time.

export interface FetchPlace {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  readonly currentLeaderEpoch: number
  readonly fetchOffset: number
  readonly partitionMaxBytes: number
}
interface Topic<P> {
  readonly topic: string
  readonly topicId: string
  readonly partitions: P[]
}
/** The part of a Fetch request that is about partitions. */
export interface SessionRequest {
  readonly sessionId: number
  readonly sessionEpoch: number
  readonly topics: Topic<Omit<FetchPlace, 'topic' | 'topicId'>>[]
  readonly forgottenTopicsData: Topic<number>[]
}

const noSession = 0,
  epochOfStart = 0,
  epochOfEnd = -1,
  epochMax = 2 ** 31 - 1

export class FetchSession {
  #id = noSession
  #epoch = epochOfStart
  /** What the broker has been told, by topic and partition. */
  readonly #told = new Map<string, FetchPlace>()
  #usesIds = true

  get isOpen(): boolean {
    return this.#id !== noSession
  }
  /** For all that is wanted now. */
  request(wanted: readonly FetchPlace[], { usesIds }: { readonly usesIds: boolean }): SessionRequest {
    // A session goes by names or by ids; the next one begins in the same request that ends this one.
    if (usesIds !== this.#usesIds) this.failed()
    this.#usesIds = usesIds
    const isFull = this.#epoch === epochOfStart
    if (isFull) this.#told.clear()
    const forgotten = new Map(this.#told)
    const news: FetchPlace[] = []
    for (const place of wanted) {
      const key = keyOf(place)
      const told = this.#told.get(key)
      const isSameTopic = told?.topicId === place.topicId
      if (isSameTopic) forgotten.delete(key)
      if (isFull || !isSameTopic || !isSame(told, place)) news.push(place)
      this.#told.set(key, place)
    }
    for (const [key, place] of forgotten) if (this.#told.get(key) === place) this.#told.delete(key)
    return {
      sessionId: this.#id,
      sessionEpoch: this.#epoch,
      topics: byTopic(news, ({ partition, currentLeaderEpoch, fetchOffset, partitionMaxBytes }) => ({
        partition,
        currentLeaderEpoch,
        fetchOffset,
        partitionMaxBytes,
      })),
      forgottenTopicsData: byTopic([...forgotten.values()], ({ partition }) => partition),
    }
  }
  answered(sessionId: number): void {
    this.#id = sessionId
    this.#epoch = sessionId === noSession ? epochOfStart : this.#epoch >= epochMax ? 1 : this.#epoch + 1
  }
  /** What the broker knows is not known: the next request tells it all, and ends this session. */
  failed(): void {
    this.#epoch = epochOfStart
  }
  /** The broker has forgotten it. */
  lost(): void {
    this.#id = noSession
    this.failed()
  }
  /** So that the broker need not keep it until it has no room. */
  end(): SessionRequest {
    const sessionId = this.#id
    this.lost()
    return { sessionId, sessionEpoch: epochOfEnd, topics: [], forgottenTopicsData: [] }
  }
}

function isSame(told: FetchPlace, place: FetchPlace): boolean {
  return (
    told.fetchOffset === place.fetchOffset &&
    told.currentLeaderEpoch === place.currentLeaderEpoch &&
    told.partitionMaxBytes === place.partitionMaxBytes
  )
}
function byTopic<P>(places: readonly FetchPlace[], partitionOf: (place: FetchPlace) => P): Topic<P>[] {
  return [...Map.groupBy(places, ({ topicId, topic }) => `${topicId} ${topic}`).values()].map(list => ({
    topic: list[0]!.topic,
    topicId: list[0]!.topicId,
    partitions: list.map(partitionOf),
  }))
}
const keyOf = ({ topic, partition }: FetchPlace) => `${topic}-${partition}`
