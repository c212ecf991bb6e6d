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
  /** By client id, then by outcomeKey. */
  readonly #texts = new Map<string | null, Map<number, string>>()
  #textCount = 0

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
    for (const { kind, name, text } of notesOf(request, answer))
      this.#rings[kind].note(name, `${header.clientId ?? 'a client'} (${connection.remote}) ${text}`, now)
  }

  /** Made once for each API, version and outcome: most requests are fetches and produces. */
  #textOf({ api, apiVersion, header }: ServerRequest, answer: Answer): string {
    const { clientId } = header
    const key = outcomeKey(api.key, apiVersion, answer)
    const known = this.#texts.get(clientId)?.get(key)
    if (known !== undefined) return known
    const text = `${clientId ?? 'a client'} asked ${api.name} v${apiVersion}: ${resultOf(answer)}`
    if (this.#textCount++ < textsMax) {
      const ofClient = this.#texts.get(clientId) ?? new Map<number, string>()
      this.#texts.set(clientId, ofClient.set(key, text))
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
/** A number for what is told alike: no text is made to look one up. */
function outcomeKey(apiKey: number, version: number, answer: Answer): number {
  const { errorCode } = answer as { readonly errorCode?: number }
  const outcome =
    answer === noResponse ? 0 : answer === closeConnection ? 1 : errorCode === undefined ? 2 : errorCode + 4
  return (outcome * 1024 + apiKey) * 64 + version
}
function resultOf(answer: Answer): string {
  if (answer === noResponse) return 'not to be answered'
  if (answer === closeConnection) return 'the connection was closed'
  const { errorCode } = answer as { readonly errorCode?: number }
  return errorCode === undefined ? 'answered' : errorCode === 0 ? 'ok' : errorName(errorCode)
}
