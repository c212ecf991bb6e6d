// Requests by API: how many, of what size, with which errors, and how long they take in each phase. Kafka's
// kafka.network:type=RequestMetrics; fetches are counted once as such, and once by who asked.

import type { FamilyName, Histogram, MBeans, Meter } from '../../base/index.ts'
import type {
  Answer,
  RequestTimes,
  RequestTimesObserver,
  RequestTimesTaker,
  ServerRequest,
} from '../../connection/index.ts'
import { errorName, fetch } from '../../protocol/index.ts'
import { isFollowerFetch } from '../follower-fetch.ts'
import { eachErrorCode } from './answer-errors.ts'

const family = (name: string, about: string): FamilyName => ({
  domain: 'kafka.network',
  type: 'RequestMetrics',
  name,
  about,
})
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

export class RequestMetrics implements RequestTimesObserver {
  readonly #beans: MBeans
  readonly #byName = new Map<string, ApiMetrics>()
  /** By key and version of the API; those of followers apart. */
  readonly #takers: (Taker | undefined)[] = []
  readonly #followers: (Taker | undefined)[] = []
  constructor(beans: MBeans) {
    this.#beans = beans
  }
  answered(request: ServerRequest, answer: Answer): RequestTimesTaker {
    const { api, apiVersion } = request
    const isFollower = isFollowerFetch(request)
    const takers = isFollower ? this.#followers : this.#takers,
      at = api.key * versionsMax + apiVersion
    const taker = (takers[at] ??= this.#taker(request, isFollower))
    if (typeof answer === 'object') eachErrorCode(api, answer, taker.failed)
    return taker
  }
  #taker({ api, apiVersion }: ServerRequest, isFollower: boolean): Taker {
    const names = api === fetch ? [api.name, isFollower ? 'FetchFollower' : 'FetchConsumer'] : [api.name]
    return new Taker(
      names.map(name => this.#of(name)),
      apiVersion,
    )
  }
  #of(name: string): ApiMetrics {
    let found = this.#byName.get(name)
    if (found === undefined) this.#byName.set(name, (found = new ApiMetrics(this.#beans, name)))
    return found
  }
}

/** One version of an API. */
class Taker implements RequestTimesTaker {
  readonly #metrics: readonly ApiMetrics[]
  readonly #requests: readonly Meter[]
  constructor(metrics: readonly ApiMetrics[], version: number) {
    this.#metrics = metrics
    this.#requests = metrics.map(one => one.requestsOf(version))
  }
  completed(times: RequestTimes): void {
    for (const meter of this.#requests) meter.mark()
    for (const metrics of this.#metrics) metrics.take(times)
  }
  readonly failed = (errorCode: number): void => {
    for (const metrics of this.#metrics) metrics.failed(errorCode)
  }
}

class ApiMetrics {
  readonly #beans: MBeans
  readonly #request: string
  readonly #bytes: Histogram
  readonly #phases: readonly Histogram[]
  readonly #errors = new Map<number, Meter>()
  constructor(beans: MBeans, request: string) {
    this.#beans = beans
    this.#request = request
    this.#bytes = beans.histogram(requestBytes, { request })
    this.#phases = phases.map(([, family]) => beans.histogram(family, { request }, timeParts))
  }
  requestsOf(version: number): Meter {
    return this.#beans.meter(requests, { request: this.#request, version: String(version) })
  }
  take(times: RequestTimes): void {
    this.#bytes.update(times.sizeBytes)
    const [queue, local, remote, throttle, responseQueue, responseSend, total] = this.#phases
    queue!.update(times.queueMs)
    local!.update(times.localMs)
    remote!.update(times.remoteMs)
    throttle!.update(times.throttleMs)
    responseQueue!.update(times.responseQueueMs)
    responseSend!.update(times.responseSendMs)
    total!.update(times.totalMs)
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
