// What is counted of each client. Who has not been heard for so long that nothing of it counts any more is forgotten:
// client ids are free to choose, and somebody may choose a new one for each request.

/** Fewer are never looked through. */
const clientsMin = 1_000

export class CountedClients<T> {
  readonly #byClient = new Map<string, T>()
  readonly #isOver: (counted: T, now: number) => boolean
  /** At how many they are looked through again: seldom enough that it costs each of them little. */
  #sweepSize = clientsMin

  constructor(isOver: (counted: T, now: number) => boolean) {
    this.#isOver = isOver
  }
  get size(): number {
    return this.#byClient.size
  }
  of(client: string, now: number, create: () => T): T {
    const known = this.#byClient.get(client)
    if (known !== undefined) return known
    if (this.#byClient.size >= this.#sweepSize) this.#sweep(now)
    const created = create()
    this.#byClient.set(client, created)
    return created
  }
  [Symbol.iterator](): Iterator<[client: string, counted: T]> {
    return this.#byClient[Symbol.iterator]()
  }
  clear(): void {
    this.#byClient.clear()
  }
  #sweep(now: number): void {
    for (const [client, counted] of this.#byClient) if (this.#isOver(counted, now)) this.#byClient.delete(client)
    this.#sweepSize = Math.max(clientsMin, this.#byClient.size * 2)
  }
}
