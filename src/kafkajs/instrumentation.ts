// The events that producers, consumers and admins emit, and their listeners.

import type { Clock } from '../base/index.ts'
import { KafkaJSNonRetriableError } from './errors.ts'
import type { Logger } from './types/config.ts'
import type { AdminEvents, ConsumerEvents, InstrumentationEvent, On, ProducerEvents } from './types/events.ts'

const networkEvents = <Owner extends string>(owner: Owner) =>
  ({
    CONNECT: `${owner}.connect`,
    DISCONNECT: `${owner}.disconnect`,
    REQUEST: `${owner}.network.request`,
    REQUEST_TIMEOUT: `${owner}.network.request_timeout`,
    REQUEST_QUEUE_SIZE: `${owner}.network.request_queue_size`,
  }) as const
export const adminEvents: AdminEvents = networkEvents('admin')
export const producerEvents: ProducerEvents = networkEvents('producer')
export const consumerEvents: ConsumerEvents = {
  ...networkEvents('consumer'),
  HEARTBEAT: 'consumer.heartbeat',
  COMMIT_OFFSETS: 'consumer.commit_offsets',
  GROUP_JOIN: 'consumer.group_join',
  FETCH: 'consumer.fetch',
  FETCH_START: 'consumer.fetch_start',
  START_BATCH_PROCESS: 'consumer.start_batch_process',
  END_BATCH_PROCESS: 'consumer.end_batch_process',
  STOP: 'consumer.stop',
  CRASH: 'consumer.crash',
  REBALANCING: 'consumer.rebalancing',
  RECEIVED_UNSUBSCRIBED_TOPICS: 'consumer.received_unsubscribed_topics',
}

type Listener = (event: InstrumentationEvent<any>) => unknown
let eventsMade = 0

/** What all three have: the events of their connections. */
export interface NetworkInstrumentation {
  readonly events: { readonly [name in keyof AdminEvents]: string }
  emit(name: string, payload: () => object): void
  hears(name: string): boolean
}

/** Where they are told: an event is made where somebody listens, and costs a look-up where nobody does. */
export class Instrumentation<Events extends object = object> {
  readonly events: Events
  readonly #owner: string
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #listeners = new Map<string, Set<Listener>>()

  constructor(owner: string, events: Events, logger: Logger, clock: Clock) {
    this.events = events
    this.#owner = owner
    this.#logger = logger
    this.#clock = clock
  }
  /** An event's payload may be a function, which is called where somebody listens. */
  emit(name: string, payload: object | null | (() => object) = null): void {
    const listeners = this.#listeners.get(name)
    if (listeners === undefined) return
    const event = {
      id: eventsMade++ as unknown as string,
      type: name,
      timestamp: this.#clock.now(),
      payload: typeof payload === 'function' ? payload() : payload,
    }
    for (const listener of listeners) void this.#tell(listener, event)
  }
  hears(name: string): boolean {
    return this.#listeners.has(name)
  }
  readonly on: On<Events> = (name, listener) => {
    if (!Object.values(this.events).includes(name)) {
      const keys = Object.keys(this.events).map(key => `${this.#owner}.events.${key}`)
      throw new KafkaJSNonRetriableError(`Event name should be one of ${keys.join(', ')}`)
    }
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener as Listener))
    return () => {
      listeners.delete(listener as Listener)
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name)
    }
  }
  async #tell(listener: Listener, event: InstrumentationEvent<unknown>): Promise<void> {
    try {
      await listener(event)
    } catch (error) {
      const { message, stack } = error as Error
      this.#logger.error(`Failed to execute listener: ${message}`, { eventName: event.type, stack })
    }
  }
}
