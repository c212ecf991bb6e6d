// Quotas of clients, held (KIP-13, KIP-124, KIP-219, KIP-599): what a client used is counted when it has used it; whoever used
// too much is answered at once, told for how long to be quiet, and not heard for that time.

import type { Clock } from '../../base/index.ts'
import type { ServerRequest } from '../../connection/index.ts'
import type { BrokerConfig, ClientQuotas, Metadata, QuotaKey } from '../../metadata/index.ts'
import { limitOf, type QuotaLimit } from './quota-limits.ts'
import { SampledRate, type RateWindow } from './sampled-rate.ts'
import { TokenBucket } from './token-bucket.ts'

export interface ThrottlingOptions {
  readonly metadata: Metadata
  readonly clock: Clock
  readonly config: BrokerConfig
}
/** A change of topics, partition by partition. */
export interface MutationBudget {
  /** False: too many were made already. A budget that is not strict counts on. */
  take(count: number): boolean
  /** How long until there are some again. */
  throttleMs(): number
}
const unlimited: MutationBudget = { take: () => true, throttleMs: () => 0 }

/** More clients than that are looked through for those that have gone. */
const countedMax = 10_000
const forgottenAfterMs = 3_600_000

export class Throttling {
  readonly #metadata: Metadata
  readonly #clock: Clock
  readonly #window: RateWindow
  readonly #mutationWindow: RateWindow
  readonly #rates = new Map<string, SampledRate>()
  readonly #buckets = new Map<string, TokenBucket>()
  #known: { readonly quotas: ReadonlyMap<string, ClientQuotas>; readonly limits: Map<string, QuotaLimit | undefined> }

  constructor({ metadata, clock, config }: ThrottlingOptions) {
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
    const rate = this.#rateOf(limit)
    rate.record(amount, now)
    const throttleMs = rate.throttleMs(limit.limit, now)
    // KIP-124: a request that took long is no reason to be silent for longer than a window.
    return key === 'request_percentage' ? Math.min(throttleMs, this.#window.sampleMs) : throttleMs
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
    const bucket =
      this.#buckets.get(limit.sharedBy) ?? new TokenBucket({ burst: (limit.limit * samples * sampleMs) / 1000, now })
    this.#buckets.set(limit.sharedBy, bucket)
    return {
      take: count => {
        const isLeft = !strict || bucket.level(limit.limit, now) >= 0
        if (isLeft) bucket.take(count)
        return isLeft
      },
      throttleMs: () => Math.max(0, Math.round((-bucket.level(limit.limit, now) / limit.limit) * 1000)),
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
      if (limits.size >= countedMax) limits.clear()
      limits.set(client, limitOf(quotas, { user, clientId }, key))
    }
    return limits.get(client)
  }
  #rateOf({ sharedBy }: QuotaLimit): SampledRate {
    let rate = this.#rates.get(sharedBy)
    if (rate === undefined) {
      if (this.#rates.size >= countedMax) this.#forget()
      rate = new SampledRate(this.#window)
      this.#rates.set(sharedBy, rate)
    }
    return rate
  }
  #forget(): void {
    const now = this.#clock.monotonic()
    for (const [key, { recordedAt }] of this.#rates) if (now - recordedAt > forgottenAfterMs) this.#rates.delete(key)
  }
}
