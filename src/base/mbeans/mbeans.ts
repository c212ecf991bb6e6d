// The registry of a broker's metrics, shaped as Kafka's is in JMX: a family has a domain, a type and a name; its beans differ
// in their tags; a bean has attributes (Count, OneMinuteRate, 99thPercentile, Value). What reads JMX, or was configured for
// what does, finds here what it looks for.
//
// Counting costs an addition. All else is done when somebody reads.

import type { Clock, Timer as ClockTimer } from '../clock.ts'
import { Counter } from '../metrics.ts'
import { Decay } from './decay.ts'
import { Histogram, quantiles, type HistogramOptions } from './histogram.ts'
import { Meter, tickMs } from './meter.ts'

export type Tags = Readonly<Record<string, string>>
/** What the beans of a family have in common. */
export interface FamilyName {
  /** 'kafka.server' */
  readonly domain: string
  /** 'BrokerTopicMetrics' */
  readonly type: string
  /** 'BytesInPerSec'; of families without, as 'socket-server-metrics', the name of one attribute: 'connection-count'. */
  readonly name: string
  /** What it tells, in a sentence without a full stop, with the unit. */
  readonly about: string
}
/** Names the families of one type. */
export function beansOf(domain: string, type: string): (name: string, about: string) => FamilyName {
  return (name, about) => ({ domain, type, name, about })
}
/** How many a second, and how long each takes in ms. */
export interface Timer {
  readonly meter: Meter
  readonly histogram: Histogram
  update(ms: number): void
}
export interface Reading {
  readonly tags: Tags
  readonly value: number
}
/** attribute: a number under a name of its own, as Kafka's clients and its network layer have them. */
export type Kind = 'gauge' | 'counter' | 'meter' | 'histogram' | 'timer' | 'attribute'
export interface Bean {
  readonly tags: Tags
  readonly instrument: Instrument
}
export type Instrument = (() => number) | Counter | Meter | Histogram | Timer
export interface Family extends FamilyName {
  readonly kind: Kind
  /** Of gauges, counters and attributes: the values. */
  readings(): Iterable<Reading>
  /** Of meters, histograms and timers. */
  readonly beans: ReadonlyMap<string, Bean>
}

interface Entry {
  readonly family: FamilyName
  readonly kind: Kind
  readonly beans: Map<string, Bean>
  readonly sources: Set<() => Iterable<Reading>>
}
const noTags: Tags = {}
/** Times are kept to the microsecond. */
const timerParts: HistogramOptions = { partsOfOne: 1000 }

export class MBeans {
  readonly #clock: Clock
  readonly #families = new Map<string, Entry>()
  readonly #awake = new Set<Meter>()
  readonly #decay: Decay
  /** How often the time was looked at: every five seconds while something is counted. */
  ticks = 0
  #keepsTime = false
  #ticking: ClockTimer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#decay = new Decay(clock.monotonic())
  }

  /** The same family and tags give the same meter, as with all that counts. */
  meter(family: FamilyName, tags: Tags = noTags): Meter {
    return this.#instrument(family, 'meter', tags, () => this.#newMeter())
  }
  histogram(family: FamilyName, tags: Tags = noTags, options?: HistogramOptions): Histogram {
    return this.#instrument(family, 'histogram', tags, () => new Histogram(this.#decay, options))
  }
  timer(family: FamilyName, tags: Tags = noTags): Timer {
    return this.#instrument(family, 'timer', tags, () => {
      const meter = this.#newMeter(),
        histogram = new Histogram(this.#decay, timerParts)
      return {
        meter,
        histogram,
        update(ms) {
          meter.mark()
          histogram.update(ms)
        },
      }
    })
  }
  /** A sum under a name of its own. */
  counter(family: FamilyName, tags: Tags = noTags): Counter {
    return this.#instrument(family, 'counter', tags, () => new Counter())
  }
  /** A value that is computed when it is read. Registered again, the newer one is read. */
  gauge(family: FamilyName, tags: Tags, read: () => number): void {
    this.#entry(family, 'gauge').beans.set(keyOf(tags), { tags, instrument: read })
  }
  /** The same, of families whose names are names of attributes. */
  attribute(family: FamilyName, tags: Tags, read: () => number): void {
    this.#entry(family, 'attribute').beans.set(keyOf(tags), { tags, instrument: read })
  }
  /** Gauges that come by the thousand, and are made only when they are read. */
  gauges(family: FamilyName, read: () => Iterable<Reading>): void {
    this.#entry(family, 'gauge').sources.add(read)
  }
  /** The same of attributes. */
  attributes(family: FamilyName, read: () => Iterable<Reading>): void {
    this.#entry(family, 'attribute').sources.add(read)
  }
  /** What was counted under these tags is gone. */
  remove(family: FamilyName, tags: Tags): void {
    const beans = this.#families.get(nameOf(family))?.beans,
      bean = beans?.get(keyOf(tags))
    beans?.delete(keyOf(tags))
    const { instrument } = bean ?? {}
    if (instrument instanceof Histogram) this.#decay.remove(instrument)
  }

  /** Families that will have beans once something has happened are known before. */
  declare(kind: Kind, ...families: readonly FamilyName[]): void {
    for (const family of families) this.#entry(family, kind)
  }

  /** In the order in which they came to be known. */
  *families(): Iterable<Family> {
    for (const { family, kind, beans, sources } of this.#families.values())
      yield { ...family, kind, beans, readings: () => readingsOf(beans, sources) }
  }
  /** All attributes of a bean, by Kafka's names. */
  attributesOf({ instrument }: Bean): Readonly<Record<string, number>> {
    if (typeof instrument === 'function') return { Value: instrument() }
    if (instrument instanceof Counter) return { Count: instrument.value }
    if (instrument instanceof Meter) return this.#ofMeter(instrument)
    if (instrument instanceof Histogram) return ofHistogram(instrument)
    return { ...this.#ofMeter(instrument.meter), ...ofHistogram(instrument.histogram) }
  }
  #ofMeter(meter: Meter): Readonly<Record<string, number>> {
    return {
      Count: meter.count,
      MeanRate: meter.meanRate(this.#clock.monotonic()),
      OneMinuteRate: meter.oneMinuteRate,
      FiveMinuteRate: meter.fiveMinuteRate,
      FifteenMinuteRate: meter.fifteenMinuteRate,
    }
  }

  /**
   * From here on the moving rates move, and old values fade, until what it returns is called. While nothing is counted, and
   * all rates have come to rest, no timer runs.
   */
  keepTime(): () => void {
    this.#keepsTime = true
    if (this.#awake.size > 0) this.#tickLater()
    return () => {
      this.#keepsTime = false
      this.#ticking?.cancel()
    }
  }
  #woken(meter: Meter): void {
    this.#awake.add(meter)
    if (!this.#keepsTime || this.#ticking !== undefined) return
    this.#decay.tick(this.#clock.monotonic())
    this.#tickLater()
  }
  #tickLater(): void {
    this.#ticking = this.#clock.after(tickMs, () => {
      this.#ticking = undefined
      this.ticks++
      this.#decay.tick(this.#clock.monotonic())
      for (const meter of this.#awake) if (!meter.tick()) this.#awake.delete(meter)
      if (this.#awake.size > 0) this.#tickLater()
    })
  }

  #newMeter(): Meter {
    return new Meter(this.#clock.monotonic(), meter => this.#woken(meter))
  }
  #instrument<I extends Instrument>(family: FamilyName, kind: Kind, tags: Tags, make: () => I): I {
    const { beans } = this.#entry(family, kind),
      key = keyOf(tags)
    let bean = beans.get(key)
    if (bean === undefined) beans.set(key, (bean = { tags, instrument: make() }))
    return bean.instrument as I // a family has one kind
  }
  #entry(family: FamilyName, kind: Kind): Entry {
    const name = nameOf(family)
    let entry = this.#families.get(name)
    if (entry === undefined) this.#families.set(name, (entry = { family, kind, beans: new Map(), sources: new Set() }))
    if (entry.kind !== kind) throw new Error(`${name} is a ${entry.kind}, not a ${kind}`)
    return entry
  }
}

function* readingsOf(beans: Entry['beans'], sources: Entry['sources']): Iterable<Reading> {
  for (const { tags, instrument } of beans.values())
    if (typeof instrument === 'function') yield { tags, value: instrument() }
    else if (instrument instanceof Counter) yield { tags, value: instrument.value }
  for (const source of sources) yield* source()
}
function ofHistogram(histogram: Histogram): Readonly<Record<string, number>> {
  const { min, max, mean, stdDev, percentiles } = histogram.snapshot()
  const ofPercentiles = quantiles.map((quantile, at) => [
    `${String(quantile).slice(2).padEnd(2, '0')}thPercentile`,
    percentiles[at]!,
  ])
  return {
    Count: histogram.count,
    Min: min,
    Max: max,
    Mean: mean,
    StdDev: stdDev,
    ...Object.fromEntries(ofPercentiles),
  }
}
const nameOf = ({ domain, type, name }: FamilyName): string => `${domain}:type=${type},name=${name}`
function keyOf(tags: Tags): string {
  let key = ''
  for (const name in tags) key += `${name}=${tags[name]}\n`
  return key
}
