// The handlers by the key of their API: what the broker serves, and so what it says that it serves.

import type { Handler } from './handler.ts'

export interface ApiRange {
  readonly apiKey: number
  readonly minVersion: number
  readonly maxVersion: number
}

export class HandlerTable {
  readonly #handlers: ReadonlyMap<number, Handler>
  /** What ApiVersions answers, by key. */
  readonly ranges: readonly ApiRange[]

  constructor(handlers: readonly Handler<any>[]) {
    const sorted = handlers.toSorted((one, other) => one.api.key - other.api.key)
    this.#handlers = new Map(sorted.map(handler => [handler.api.key, handler]))
    if (this.#handlers.size !== handlers.length) throw new RangeError('two handlers for one API')
    this.ranges = sorted.map(({ api, advertised }) => ({
      apiKey: api.key,
      minVersion: advertised.from,
      maxVersion: advertised.to,
    }))
  }
  get(apiKey: number): Handler | undefined {
    return this.#handlers.get(apiKey)
  }
  /** By key. */
  all(): Handler[] {
    return [...this.#handlers.values()]
  }
}
