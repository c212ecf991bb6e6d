// The flight recorder: the last that connections, groups and transactions asked for, what they were answered, and what the
// coordinators did of themselves. `millrace why group orders` tells the story from it.

import type { Clock, LogFields, Logger } from '../../base/index.ts'
import {
  closeConnection,
  noResponse,
  type Answer,
  type RequestObserver,
  type ServerRequest,
} from '../../connection/index.ts'
import { errorName } from '../../protocol/index.ts'
import { EventRings, type FlightEvent } from './event-rings.ts'
import { notesOf } from './notes.ts'

export const flightKinds = ['group', 'transaction', 'connection'] as const
export type FlightKind = (typeof flightKinds)[number]

export interface FlightRecorderOptions {
  readonly clock: Clock
  /** Of each subject. */
  readonly eventsMax?: number
  /** Of each kind. */
  readonly subjectsMax?: number
}

export class FlightRecorder implements RequestObserver {
  readonly #clock: Clock
  readonly #rings: Readonly<Record<FlightKind, EventRings>>
  readonly #texts = new Map<string, string>()

  constructor({ clock, eventsMax = 100, subjectsMax = 500 }: FlightRecorderOptions) {
    this.#clock = clock
    const rings = () => new EventRings({ eventsMax, subjectsMax })
    this.#rings = { group: rings(), transaction: rings(), connection: rings() }
  }

  /** What is known of one, oldest first; undefined where nothing is. */
  story(kind: FlightKind, name: string): readonly FlightEvent[] | undefined {
    return this.#rings[kind].eventsOf(name)
  }
  subjects(kind: FlightKind): { readonly name: string; readonly lastAt: number }[] {
    return this.#rings[kind].subjects()
  }

  received(): void {}
  answered(request: ServerRequest, answer: Answer): void {
    const now = this.#clock.now()
    const { connection, header } = request
    this.#rings.connection.note(connection.remote, this.#textOf(request, answer), now)
    if (typeof answer === 'symbol') return
    const who = `${header.clientId ?? 'a client'} (${connection.remote})`
    for (const { kind, name, text } of notesOf(request, answer)) this.#rings[kind].note(name, `${who} ${text}`, now)
  }

  /** Made once for each API, version and outcome: most requests are fetches and produces. */
  #textOf({ api, apiVersion, header }: ServerRequest, answer: Answer): string {
    const result = resultOf(answer)
    const key = `${api.key}/${apiVersion}/${result}/${header.clientId}`
    let text = this.#texts.get(key)
    if (text === undefined) {
      text = `${header.clientId ?? 'a client'} asked ${api.name} v${apiVersion}: ${result}`
      if (this.#texts.size < textsMax) this.#texts.set(key, text)
    }
    return text
  }

  /** A logger that also notes what coordinators tell of groups and transactions. */
  heeding(logger: Logger): Logger {
    const note = (event: string, fields: LogFields | undefined) => this.#told(event, fields)
    return {
      debug: (event, fields) => logger.debug(event, fields),
      info(event, fields) {
        note(event, fields)
        logger.info(event, fields)
      },
      warn(event, fields) {
        note(event, fields)
        logger.warn(event, fields)
      },
      error: (event, fields) => logger.error(event, fields),
    }
  }
  #told(event: string, fields: LogFields = {}): void {
    const { group, transactionalId, ...rest } = fields
    const details = Object.entries(rest)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ')
    const text = `— ${event}${details === '' ? '' : `: ${details}`}`
    const now = this.#clock.now()
    if (typeof group === 'string') this.#rings.group.note(group, text, now)
    if (typeof transactionalId === 'string') this.#rings.transaction.note(transactionalId, text, now)
  }
}

const textsMax = 10_000
function resultOf(answer: Answer): string {
  if (answer === noResponse) return 'not to be answered'
  if (answer === closeConnection) return 'the connection was closed'
  const { errorCode } = answer as { readonly errorCode?: number }
  return errorCode === undefined ? 'answered' : errorCode === 0 ? 'ok' : errorName(errorCode)
}
