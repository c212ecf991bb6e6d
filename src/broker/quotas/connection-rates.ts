// How fast connections may come (KIP-402, KIP-612): to the broker, to each listener, and from each address. Connections that
// come too fast to a broker or a listener wait for their turn; those from an address that is too fast wait, and are closed.

import type { Clock } from '../../base/index.ts'
import { hostOf, type Peer } from '../../connection/index.ts'
import { quotaEntityKey, type BrokerConfig, type Metadata } from '../../metadata/index.ts'
import { SampledRate, type RateWindow } from './sampled-rate.ts'

export interface ConnectionRatesOptions {
  readonly metadata: Metadata
  readonly clock: Clock
  readonly config: () => BrokerConfig
}
export interface Arrival {
  /** For how long nothing is read from the connection. */
  readonly heldMs: number
  /** Why it is closed then; undefined: it is not. */
  readonly refusal: string | undefined
}
/** More addresses than that are counted anew: most of them have gone. */
const addressesMax = 10_000

export class ConnectionRates {
  readonly #options: ConnectionRatesOptions
  readonly #ofListeners = new Map<string, SampledRate>()
  readonly #ofAddresses = new Map<string, SampledRate>()
  constructor(options: ConnectionRatesOptions) {
    this.#options = options
  }

  arrived({ listener, remote }: Peer): Arrival {
    const { metadata, config: configNow, clock } = this.#options
    const config = configNow()
    const window = {
      samples: config.number('quota.window.num'),
      sampleMs: config.number('quota.window.size.seconds') * 1000,
    }
    const now = clock.monotonic()
    const host = hostOf(remote)
    const ofAddress = this.#limitOf(metadata, host)
    if (ofAddress !== undefined) {
      if (this.#ofAddresses.size >= addressesMax) this.#ofAddresses.clear()
      const heldMs = count(this.#ofAddresses, host, { limit: ofAddress, window, now })
      if (heldMs > 0) return { heldMs, refusal: `more than ${ofAddress} connections a second from ${host}` }
    }
    // The broker's own listener is not slowed down by clients.
    const isInternal = listener === config.string('inter.broker.listener.name')
    const ofListener = config.text(`listener.name.${listener.toLowerCase()}.max.connection.creation.rate`)
    const heldMs = Math.max(
      isInternal
        ? 0
        : count(this.#ofListeners, '', { limit: config.number('max.connection.creation.rate'), window, now }),
      ofListener === null ? 0 : count(this.#ofListeners, listener, { limit: Number(ofListener), window, now }),
    )
    return { heldMs, refusal: undefined }
  }
  #limitOf({ image: { clientQuotas } }: Metadata, host: string): number | undefined {
    if (clientQuotas.size === 0) return undefined
    const ofHost = (ip: string | null) =>
      clientQuotas.get(quotaEntityKey({ ip }))?.values.get('connection_creation_rate')
    return ofHost(host) ?? ofHost(null)
  }
}

interface Counting {
  readonly limit: number
  readonly window: RateWindow
  readonly now: number
}
/** Counts one more, and says how long it has to wait. */
function count(rates: Map<string, SampledRate>, who: string, { limit, window, now }: Counting): number {
  if (limit >= unlimited) return 0
  const rate = rates.get(who) ?? new SampledRate(window)
  rates.set(who, rate)
  rate.record(1, now)
  return Math.min(rate.throttleMs(limit, now), window.sampleMs)
}
/** Kafka's default. */
const unlimited = 2 ** 31 - 1
