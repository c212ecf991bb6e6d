// Quotas of clients, held (KIP-13, KIP-124, KIP-219, KIP-599): what a client used is counted when it has used it; whoever used
// too much is answered at once, told for how long to be quiet, and not heard for that time.

import type { Clock } from '../../base/index.ts'
import type { ServerRequest } from '../../connection/index.ts'
import type { BrokerConfig, ClientQuotas, Metadata, QuotaKey } from '../../metadata/index.ts'
import { CountedClients } from './counted-clients.ts'
import { limitOf, sharersOf, type QuotaLimit, type QuotaSharers } from './quota-limits.ts'
import { RequestTime } from './request-time.ts'
import { SampledRate, type RateWindow } from './sampled-rate.ts'
import { TokenBucket } from './token-bucket.ts'

export interface ThrottlingOptions {
  readonly metadata: Metadata
  readonly clock: Clock
  readonly config: BrokerConfig
  /** How long the thread has worked that serves requests. */
  readonly busyMs: () => number
}
/** A change of topics, partition by partition. */
export interface MutationBudget {
  /** False: too many were made already. A budget that is not strict counts on. */
  take(count: number): boolean
  /** How long until there are some again. */
  throttleMs(): number
}
const unlimited: MutationBudget = { take: () => true, throttleMs: () => 0 }

/** Of more clients it is looked up anew what holds for them. */
const knownMax = 10_000

export class Throttling {
  readonly #metadata: Metadata
  readonly #clock: Clock
  readonly #window: RateWindow
  readonly #mutationWindow: RateWindow
  readonly #requestTime: RequestTime
  readonly #rates = new CountedClients<SampledRate>((rate, now) => rate.isOver(now))
  readonly #buckets = new CountedClients<TokenBucket>((bucket, now) => bucket.isFull(now))
  #known: { readonly quotas: ReadonlyMap<string, ClientQuotas>; readonly limits: Map<string, QuotaLimit | undefined> }

  constructor({ metadata, clock, config, busyMs }: ThrottlingOptions) {
    this.#requestTime = new RequestTime(clock, busyMs)
    this.#metadata = metadata
    this.#clock = clock
    this.#window = {
      samples: config.number('quota.window.num'),
      sampleMs: config.number('quota.window.size.seconds') * 1000,
    }
    this.#mutationWindow = {
      samples: config.number('controller.quota.window.num'),
      sampleMs: config.number('controller.quota.window.size.seconds') * 1000,
    }
    this.#known = { quotas: metadata.image.clientQuotas, limits: new Map() }
  }

  /** Whether there is any quota at all. */
  get isActive(): boolean {
    return this.#metadata.image.clientQuotas.size > 0
  }
  /** Counts what a client has used, and says for how long it is to be quiet. */
  used(request: ServerRequest, key: QuotaKey, amount: number): number {
    const limit = this.#limitOf(request, key)
    if (limit === undefined) return 0
    const now = this.#clock.monotonic()
    const rate = this.#rates.of(limit.sharedBy, now, () => new SampledRate(this.#window))
    rate.record(amount, now)
    const throttleMs = rate.throttleMs(limit.limit, now)
    // KIP-124: a request that took long is no reason to be silent for longer than a window.
    return key === 'request_percentage' ? Math.min(throttleMs, this.#window.sampleMs) : throttleMs
  }
  /** The same for a request whose handler took so many milliseconds: its quota is in percent of a thread's time. */
  handled(request: ServerRequest, handlerMs: number): number {
    return this.used(request, 'request_percentage', (this.#requestTime.of(handlerMs) / 1000) * 100)
  }
  /** What those who have a quota use of it, a second. */
  *uses(): Iterable<QuotaSharers & { readonly rate: number }> {
    const now = this.#clock.monotonic()
    for (const [sharedBy, rate] of this.#rates)
      if (!rate.isOver(now)) yield { ...sharersOf(sharedBy), rate: rate.measure(now) }
  }
  /** More than that in one answer is more than the quota of a whole window. */
  fetchBytesMax(request: ServerRequest): number {
    const limit = this.isActive ? this.#limitOf(request, 'consumer_byte_rate') : undefined
    const { samples, sampleMs } = this.#window
    return limit === undefined ? Infinity : (limit.limit * (samples - 1) * sampleMs) / 1000
  }
  /** KIP-599: `strict` refuses what is too much; clients of old versions are served, and made to wait after it. */
  mutations(request: ServerRequest, { strict }: { readonly strict: boolean }): MutationBudget {
    const limit = this.isActive ? this.#limitOf(request, 'controller_mutation_rate') : undefined
    if (limit === undefined) return unlimited
    const now = this.#clock.monotonic()
    const { samples, sampleMs } = this.#mutationWindow
    const { limit: rate, sharedBy } = limit
    const burst = (rate * samples * sampleMs) / 1000
    const bucket = this.#buckets.of(sharedBy, now, () => new TokenBucket({ rate, burst, now }))
    return {
      take: count => {
        const isLeft = !strict || bucket.level(now) >= 0
        if (isLeft) bucket.take(count)
        return isLeft
      },
      throttleMs: () => Math.max(0, Math.round((-bucket.level(now) / rate) * 1000)),
    }
  }

  #limitOf({ connection, header }: ServerRequest, key: QuotaKey): QuotaLimit | undefined {
    const { clientQuotas: quotas } = this.#metadata.image
    if (this.#known.quotas !== quotas) {
      this.#known = { quotas, limits: new Map() }
      // What a burst may be has changed with the quotas.
      this.#buckets.clear()
    }
    const { limits } = this.#known
    const user = connection.principal.slice(connection.principal.indexOf(':') + 1)
    const clientId = header.clientId ?? ''
    const client = JSON.stringify([key, user, clientId])
    if (!limits.has(client)) {
      if (limits.size >= knownMax) limits.clear()
      limits.set(client, limitOf(quotas, { user, clientId }, key))
    }
    return limits.get(client)
  }
}
