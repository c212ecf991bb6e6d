// What the network side counts, under the names of Kafka's: a bean of socket-server-metrics for each listener. There is one
// network processor.

import { beansOf, type Counter, type FamilyName, type MBeans, type Tags } from '../base/index.ts'

/** Of the beans of listeners. */
export const socketServerMetric = beansOf('kafka.server', 'socket-server-metrics')
const connectionCount = socketServerMetric('connection-count', 'Connections that are open')
const connectionCreations = socketServerMetric('connection-creation-total', 'Connections that were accepted')
const connectionCloses = socketServerMetric('connection-close-total', 'Connections that have ended, whoever ended them')
const requests = socketServerMetric('request-total', 'Requests that were received')
const incomingBytes = socketServerMetric('incoming-byte-total', 'Bytes received')
const outgoingBytes = socketServerMetric('outgoing-byte-total', 'Bytes sent')

const ofServer = beansOf('kafka.network', 'SocketServer')
export const memoryPoolUsed = ofServer('MemoryPoolUsed', 'Bytes of large requests that are being received')
export const memoryPoolAvailable = ofServer(
  'MemoryPoolAvailable',
  'Bytes of large requests for which there is room (queued.max.request.bytes)',
)
export const connectionsClosed: FamilyName = {
  domain: 'millrace',
  type: 'connections',
  name: 'closed-total',
  about: 'Connections that the broker ended, by the reason',
}

export const listenerTags = (listener: string): Tags => ({ listener, networkProcessor: '0' })

export class ListenerMetrics {
  readonly requests: Counter
  readonly receivedBytes: Counter
  readonly sentBytes: Counter
  readonly #created: Counter
  readonly #closed: Counter

  constructor(metrics: MBeans, listener: string) {
    const tags = listenerTags(listener)
    this.requests = metrics.counter(requests, tags)
    this.receivedBytes = metrics.counter(incomingBytes, tags)
    this.sentBytes = metrics.counter(outgoingBytes, tags)
    this.#created = metrics.counter(connectionCreations, tags)
    this.#closed = metrics.counter(connectionCloses, tags)
    metrics.attribute(connectionCount, tags, () => this.#created.value - this.#closed.value)
  }
  opened(): void {
    this.#created.add()
  }
  closed(): void {
    this.#closed.add()
  }
}
