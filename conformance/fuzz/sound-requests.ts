// Requests of every API and version as a client could have made them: what is made malformed is made of them.

import { type Random, systemClock } from '../../src/base/index.ts'
import {
  type AnyApi,
  apis,
  BatchBuilder,
  codec,
  codecs,
  produce,
  requestHeader,
  requestHeaderVersion,
} from '../../src/protocol/index.ts'
import { encoded, randomValue, versionsOf } from '../../src/protocol/testing.ts'
import { bomb } from './bombs.ts'

export interface SoundRequest {
  readonly api: AnyApi
  readonly version: number
  /** Without its size. */
  readonly frame: Buffer
}
export interface KnownNames {
  readonly topics: readonly string[]
  readonly groups: readonly string[]
}
/** Larger ones are rare on the wire, and would be most of what is sent. */
const frameSizeMax = 20_000
const poolSize = 4_000
/** One of the pool is made anew as often as this. */
const renewal = 0.05
const bombChance = 0.002

export class SoundRequests {
  readonly #random: Random
  readonly #names: readonly string[]
  readonly #everyVersion = [...apis.values()].flatMap(api => versionsOf(api.request).map(version => ({ api, version })))
  readonly #pool: SoundRequest[]

  constructor(random: Random, { topics, groups }: KnownNames) {
    this.#random = random
    this.#names = [...topics, ...groups]
    this.#pool = Array.from({ length: poolSize }, (_, index) =>
      this.#make(this.#everyVersion[index % this.#everyVersion.length]!),
    )
  }
  next(): SoundRequest {
    const random = this.#random
    const at = random.below(this.#pool.length)
    if (random.chance(renewal)) this.#pool[at] = this.#make(random.pick(this.#everyVersion))
    return this.#pool[at]!
  }
  of(api: AnyApi): SoundRequest {
    return this.#make({ api, version: this.#random.pick(versionsOf(api.request)) })
  }

  #make({ api, version }: { readonly api: AnyApi; readonly version: number }): SoundRequest {
    for (;;) {
      const body = this.#plausible(randomValue(api.request, version, this.#random))
      const frame = requestFrame(api, version, body, this.#random.below(2 ** 31))
      if (frame.length <= frameSizeMax || api === produce) return { api, version, frame }
    }
  }
  /** Of the edges that random values stand at, many become names that there are, and small numbers. */
  #plausible(value: unknown): any {
    const random = this.#random
    if (Array.isArray(value)) return value.map(item => this.#plausible(item))
    if (Buffer.isBuffer(value)) return random.chance(0.7) ? this.#records() : value
    if (typeof value === 'string' && !/^[0-9a-f]{32}$/.test(value))
      return random.chance(0.7) ? random.pick(this.#names) : value
    if (typeof value === 'number') return random.chance(0.6) ? random.below(4) : value
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#plausible(item)]))
    return value
  }
  #records(): Buffer {
    const random = this.#random
    if (random.chance(bombChance)) return bomb(random)
    const batch = new BatchBuilder()
    for (let left = random.below(4); left >= 0; left--)
      batch.append({
        timestamp: systemClock.now(),
        key: random.pick([null, 'k']),
        value: random.bytes(random.below(99)),
      })
    const identity = random.chance(0.5)
      ? {}
      : { producerId: random.below(4), producerEpoch: 0, baseSequence: random.below(4) }
    return batch.finish({ codec: random.pick(codecs), ...identity, transactional: random.chance(0.1) })
  }
}

/** Without its size. */
export function requestFrame(api: AnyApi, version: number, body: object, correlationId: number): Buffer {
  const header = { requestApiKey: api.key, requestApiVersion: version, correlationId, clientId: 'fuzz' }
  return Buffer.concat([
    encoded(codec(requestHeader, requestHeaderVersion(api, version)), header),
    encoded(codec(api.request, version), body),
  ])
}
