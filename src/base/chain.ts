// What comes and goes all the time, in the order in which it came: who waits for something. Unlike a Map or a Set it leaves
// nothing behind. Those grow by copying themselves, and the copy that is given up refers to the next one, and to all that
// was in it: once one has become old for V8's collector, every later one lives until a full collection, with whatever had
// waited in it. A broker with 100 connections was seen to copy half of its young memory for that, 20 ms each time.

/** What may stand in one chain at a time. */
export abstract class Link {
  /** The next, while it stands in one. */
  after: Link | undefined
  before: Link | undefined
  chain: Chain<any> | undefined
}

export class Chain<T extends Link> {
  #first: T | undefined
  #last: T | undefined
  #size = 0

  get first(): T | undefined {
    return this.#first
  }
  get size(): number {
    return this.#size
  }
  has(link: T): boolean {
    return link.chain === this
  }
  /** Of one that stands in none. */
  add(link: T): void {
    if (link.chain !== undefined) throw new Error('what is added stands in a chain already')
    link.chain = this
    link.before = this.#last
    if (this.#last === undefined) this.#first = link
    else this.#last.after = link
    this.#last = link
    this.#size++
  }
  /** Of one that does not stand in it: nothing. */
  remove(link: T): void {
    if (link.chain !== this) return
    const before = link.before as T | undefined,
      after = link.after as T | undefined
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
    link.before = link.after = link.chain = undefined
    this.#size--
  }
  /** Those that stand in it now: it may change while they are gone through. */
  all(): T[] {
    const all: T[] = []
    for (let link = this.#first; link !== undefined; link = link.after as T | undefined) all.push(link)
    return all
  }
}
