// Those who asked a machine and wait: each question goes in under a number of its own, and the answer comes back by it.

import type { To } from './machine.ts'

export class Unanswered<Response> {
  readonly #waiting = new Map<To, (response: Response) => void>()
  #lastTo: To = 0

  /** `take` hands the question to the machine, under the number that it is given. */
  ask(take: (to: To) => void): Promise<Response> {
    const to = ++this.#lastTo
    return new Promise(resolve => {
      this.#waiting.set(to, resolve)
      take(to)
    })
  }
  answer(to: To, response: Response): void {
    const answered = this.#waiting.get(to)
    this.#waiting.delete(to)
    answered?.(response)
  }
}
