// Keeps sends in their order while a serializer waits for something: what comes later waits behind it.

export class SendOrder {
  #last: Promise<void> | undefined

  /** Undefined where nothing waits. */
  get settled(): Promise<void> | undefined {
    return this.#last
  }
  /** Runs `then` after `preparation` and all that came before; at once, where nothing is waited for. `failed` gets either's error. */
  run(preparation: Promise<void> | undefined, then: () => void, failed: (error: unknown) => void): void {
    const before = this.#last
    if (preparation === undefined && before === undefined) return attempt(then, failed)
    const turn = (async () => {
      await before
      try {
        await preparation
      } catch (error) {
        return failed(error)
      }
      attempt(then, failed)
    })()
    // Who came before may settle first, and has to: until then this one's failure must not go unheard.
    preparation?.catch(() => {})
    this.#last = turn
    void turn.then(() => {
      if (this.#last === turn) this.#last = undefined
    })
  }
}
function attempt(run: () => void, failed: (error: unknown) => void): void {
  try {
    run()
  } catch (error) {
    failed(error)
  }
}
