// Requests by API: how many, of what size, with which errors, and how long they take in each phase. Kafka's
// kafka.network:type=RequestMetrics; fetches are counted once as such, and once by who asked.

import { beansOf, type FamilyName, type Histogram, type MBeans, type Meter } from '../../base/index.ts'
import type {
  Answer,
  RequestTimes,
  RequestTimesObserver,
  RequestTimesTaker,
  ServerRequest,
} from '../../connection/index.ts'
import { errorName, fetch, type AnyApi } from '../../protocol/index.ts'
import { isFollowerFetch } from '../follower-fetch.ts'
import { eachErrorCode } from './answer-errors.ts'

const family = beansOf('kafka.network', 'RequestMetrics')
const requests = family('RequestsPerSec', 'Requests that were answered, by version')
const errors = family('ErrorsPerSec', 'Errors in answers, by name; NONE among them, and those of each partition')
const requestBytes = family('RequestBytes', 'Bytes of a request')
// oxfmt-ignore
const phases = [
  ['queueMs',         family('RequestQueueTimeMs',  'From when a request was received until it was looked at, in ms')],
  ['localMs',         family('LocalTimeMs',         'Until it was answered, or had to wait, in ms')],
  ['remoteMs',        family('RemoteTimeMs',        'For which it waited: for records, replicas or the disk, in ms')],
  ['throttleMs',      family('ThrottleTimeMs',      'For which the client is not heard after the answer, because of a quota, in ms')],
  ['responseQueueMs', family('ResponseQueueTimeMs', 'From when it was answered until the answer was given to the kernel, in ms')],
  ['responseSendMs',  family('ResponseSendTimeMs',  'Until the kernel had taken the answer, in ms')],
  ['totalMs',         family('TotalTimeMs',         'From when a request was received until its answer had left, in ms')],
] as const satisfies readonly (readonly [keyof RequestTimes, FamilyName])[]
/** Times are kept to the microsecond. */
const timeParts = { partsOfOne: 1000 }
const versionsMax = 32

/** So many of a kind are timed in the time of one tick; beyond, a part of them. */
const timedMax = 1000

export class RequestMetrics implements RequestTimesObserver {
  readonly #beans: MBeans
  readonly #byName = new Map<string, ApiMetrics>()
  /** By key and version of the API; those of followers apart. */
  readonly #takers: (VersionMetrics | undefined)[] = []
  readonly #followers: (VersionMetrics | undefined)[] = []
  constructor(beans: MBeans) {
    this.#beans = beans
    beans.declare('meter', requests, errors)
    beans.declare('histogram', requestBytes, ...phases.map(([, family]) => family))
  }
  takerOf(request: ServerRequest): RequestTimesTaker {
    const { api, apiVersion } = request
    const isFollower = isFollowerFetch(request)
    const takers = isFollower ? this.#followers : this.#takers
    return (takers[api.key * versionsMax + apiVersion] ??= this.#versionOf(request, isFollower))
  }
  #versionOf({ api, apiVersion }: ServerRequest, isFollower: boolean): VersionMetrics {
    const names = api === fetch ? [api.name, isFollower ? 'FetchFollower' : 'FetchConsumer'] : [api.name]
    const metrics = names.map(name => this.#of(name))
    return new VersionMetrics(this.#beans, api, { version: apiVersion, metrics })
  }
  #of(name: string): ApiMetrics {
    let found = this.#byName.get(name)
    if (found === undefined) this.#byName.set(name, (found = new ApiMetrics(this.#beans, name)))
    return found
  }
}

/** One version of an API, and of whom it is asked. */
class VersionMetrics implements RequestTimesTaker {
  readonly #beans: MBeans
  readonly #api: AnyApi
  /** Under each of its names. */
  readonly #metrics: readonly ApiMetrics[]
  readonly #requests: readonly Meter[]
  #tick = 0
  #timed = 0
  constructor(
    beans: MBeans,
    api: AnyApi,
    { version, metrics }: { readonly version: number; readonly metrics: readonly ApiMetrics[] },
  ) {
    this.#beans = beans
    this.#api = api
    this.#metrics = metrics
    this.#requests = metrics.map(one => one.requestsOf(version))
  }
  get isBusy(): boolean {
    if (this.#tick !== this.#beans.ticks) {
      this.#tick = this.#beans.ticks
      this.#timed = 0
    }
    return this.#timed >= timedMax
  }
  answered(answer: Answer, sizeBytes: number): void {
    for (const meter of this.#requests) meter.mark()
    for (const metrics of this.#metrics) metrics.bytes.update(sizeBytes)
    if (typeof answer === 'object') eachErrorCode(this.#api, answer, this.#failed)
  }
  timed(times: RequestTimes, requests: number): void {
    this.#timed++
    for (const metrics of this.#metrics) metrics.take(times, requests)
  }
  readonly #failed = (errorCode: number): void => {
    for (const metrics of this.#metrics) metrics.failed(errorCode)
  }
}

class ApiMetrics {
  readonly bytes: Histogram
  readonly #beans: MBeans
  readonly #request: string
  readonly #phases: readonly Histogram[]
  readonly #errors = new Map<number, Meter>()
  constructor(beans: MBeans, request: string) {
    this.#beans = beans
    this.#request = request
    this.bytes = beans.histogram(requestBytes, { request })
    this.#phases = phases.map(([, family]) => beans.histogram(family, { request }, timeParts))
  }
  requestsOf(version: number): Meter {
    return this.#beans.meter(requests, { request: this.#request, version: String(version) })
  }
  take(times: RequestTimes, count: number): void {
    const [queue, local, remote, throttle, responseQueue, responseSend, total] = this.#phases
    queue!.update(times.queueMs, count)
    local!.update(times.localMs, count)
    remote!.update(times.remoteMs, count)
    throttle!.update(times.throttleMs, count)
    responseQueue!.update(times.responseQueueMs, count)
    responseSend!.update(times.responseSendMs, count)
    total!.update(times.totalMs, count)
  }
  failed(errorCode: number): void {
    let meter = this.#errors.get(errorCode)
    if (meter === undefined) {
      const tags = { request: this.#request, error: errorName(errorCode) }
      this.#errors.set(errorCode, (meter = this.#beans.meter(errors, tags)))
    }
    meter.mark()
  }
}
