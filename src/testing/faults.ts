// Faults on demand: what a test wants to go wrong, by API, the next time or every time.

import type { Clock } from '../base/index.ts'
import { closeConnection, type Answer, type ServerRequest } from '../connection/index.ts'
import { apis, type ErrorName } from '../protocol/index.ts'
import { errorAnswer } from './error-answers.ts'

export interface Fault {
  /** The API's name in Kafka's documentation: 'Produce', 'Fetch', 'JoinGroup'; '*' for all. */
  readonly api: string
  /** Answers this error instead of handling the request. */
  readonly error?: ErrorName
  /** Closes the connection: `before` the request is handled, or `after`, so that its answer is lost. */
  readonly drop?: 'before' | 'after'
  /** Waits before anything else. */
  readonly delayMs?: number
  /** How many requests it meets; without it, all until it is cleared. */
  readonly times?: number
  /** Only requests for which this holds. `body` is the decoded request. */
  readonly where?: (request: { readonly body: any; readonly clientId: string | null }) => boolean
}

export class Faults {
  readonly #clock: Clock
  #active: { readonly fault: Fault; left: number; met: number }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Gives how to take it back, and how often it has met a request. Throws for an API that does not exist. */
  add(fault: Fault): { readonly met: number; remove(): void } {
    const names = [...apis.values()].map(({ name }) => name)
    if (fault.api !== '*' && !names.includes(fault.api))
      throw new RangeError(`there is no API '${fault.api}'; APIs: ${names.join(', ')}`)
    const entry = { fault, left: fault.times ?? Infinity, met: 0 }
    this.#active.push(entry)
    return {
      get met() {
        return entry.met
      },
      remove: () => void (this.#active = this.#active.filter(other => other !== entry)),
    }
  }
  clear(): void {
    this.#active = []
  }

  /** Goes around every request of the broker. */
  readonly intercept = (request: ServerRequest, answer: () => Answer | Promise<Answer>): Answer | Promise<Answer> => {
    const entry = this.#active.find(({ fault, left }) => left > 0 && meets(fault, request))
    if (entry === undefined) return answer()
    entry.left--
    entry.met++
    return this.#apply(entry.fault, request, answer)
  }

  async #apply(fault: Fault, request: ServerRequest, answer: () => Answer | Promise<Answer>): Promise<Answer> {
    if (fault.delayMs === undefined) return outcome(fault, request, answer)
    // The frame that the request came in is only borrowed while nothing is awaited: so it is handled now, answered later.
    const answered = fault.drop === 'before' || fault.error !== undefined ? undefined : await answer()
    await new Promise<void>(resolve => this.#clock.after(fault.delayMs!, resolve))
    return outcome(fault, request, () => answered!)
  }
}

function meets({ api, where }: Fault, { api: asked, body, header }: ServerRequest): boolean {
  return (api === '*' || api === asked.name) && (where?.({ body, clientId: header.clientId }) ?? true)
}

async function outcome(fault: Fault, request: ServerRequest, answer: () => Answer | Promise<Answer>): Promise<Answer> {
  if (fault.drop === 'before') return closeConnection
  if (fault.error !== undefined) return errorAnswer(request, fault.error)
  const given = await answer()
  return fault.drop === 'after' ? closeConnection : given
}
