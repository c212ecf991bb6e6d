// Spans for whoever traces, by the names of OpenTelemetry's semantic conventions for messaging, without a dependency on its
// API: an `Instrumentation` is a few lines over any tracer. The context travels in the record's header `traceparent` (W3C).
// Nothing is paid where there is none.

import type { ConsumedRecord, OutgoingHeaders, OutgoingRecord, RecordMetadata } from '../record.ts'

export interface SpanStart {
  /** 'send orders', 'poll', 'process orders'. */
  readonly name: string
  readonly kind: 'producer' | 'consumer' | 'client'
  readonly attributes: Attributes
  /** The `traceparent` that the record came with: the parent of the span, or a link of it. */
  readonly parent?: string
  /** Ms since 1970, where it began before now. */
  readonly startTimeMs?: number
}
export interface Span {
  /** To be sent along with the record; undefined sends none. */
  readonly traceparent?: string | undefined
  /** `attributes` are known only now; `error` where it has failed. Called once. */
  end(attributes?: Attributes, error?: unknown): void
}
export type Attributes = Readonly<Record<string, string | number | boolean>>
/**
 *     const instrumentation = {
 *       start({ name, attributes }) {
 *         const span = tracer.startSpan(name, { attributes })
 *         return { end: () => span.end() }
 *       },
 *     }
 */
export interface Instrumentation {
  start(span: SpanStart): Span
}

/** One table of names: the conventions are still moving. */
const names = {
  system: 'messaging.system',
  operation: 'messaging.operation.name',
  type: 'messaging.operation.type',
  client: 'messaging.client.id',
  group: 'messaging.consumer.group.name',
  topic: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  count: 'messaging.batch.message_count',
  key: 'messaging.kafka.message.key',
  offset: 'messaging.kafka.offset',
  tombstone: 'messaging.kafka.message.tombstone',
} as const
const header = 'traceparent'

export class Tracing {
  readonly #instrumentation: Instrumentation
  readonly #common: Attributes

  constructor(
    instrumentation: Instrumentation,
    { clientId, groupId }: { clientId: string; groupId?: string | undefined },
  ) {
    this.#instrumentation = instrumentation
    this.#common = {
      [names.system]: 'kafka',
      [names.client]: clientId,
      ...(groupId === undefined ? {} : { [names.group]: groupId }),
    }
  }
  /** The record as it goes out, and its span, which `sent` ends. */
  send<R extends OutgoingRecord<any, any>>(record: R): { readonly record: R; readonly span: Span } {
    const { topic, key, value } = record
    const span = this.#instrumentation.start({
      name: `send ${topic}`,
      kind: 'producer',
      attributes: {
        ...this.#common,
        ...this.#operation('send', 'send'),
        [names.topic]: topic,
        ...(typeof key === 'string' ? { [names.key]: key } : {}),
        ...(value == null ? { [names.tombstone]: true } : {}),
      },
    })
    const { traceparent } = span
    if (traceparent === undefined) return { record, span }
    return { record: { ...record, headers: withHeader(record.headers, traceparent) }, span }
  }
  sent(span: Span, { partition, offset }: RecordMetadata): void {
    span.end({ [names.partition]: String(partition), ...(offset < 0 ? {} : { [names.offset]: offset }) })
  }
  /** A poll that gave something. */
  polled(count: number, startTimeMs: number): void {
    const attributes = { ...this.#common, ...this.#operation('poll', 'receive'), [names.count]: count }
    this.#instrumentation.start({ name: 'poll', kind: 'client', attributes, startTimeMs }).end()
  }
  /** From when a record is given until the next is asked for. */
  process({ topic, partition, offset, headers }: ConsumedRecord<unknown, unknown>): Span {
    const parent = headers.find(([name]) => name === header)?.[1]?.toString()
    return this.#instrumentation.start({
      name: `process ${topic}`,
      kind: 'consumer',
      attributes: {
        ...this.#common,
        ...this.#operation('process', 'process'),
        [names.topic]: topic,
        [names.partition]: String(partition),
        [names.offset]: offset,
      },
      ...(parent === undefined ? {} : { parent }),
    })
  }
  #operation(operation: string, type: string): Attributes {
    return { [names.operation]: operation, [names.type]: type }
  }
}

/** In the place of one that a record which is passed on came with. */
function withHeader(headers: OutgoingHeaders | undefined, traceparent: string): OutgoingHeaders {
  if (Array.isArray(headers)) return [...headers.filter(([name]) => name !== header), [header, traceparent]]
  return { ...(headers as Readonly<Record<string, string | Uint8Array | null>> | undefined), [header]: traceparent }
}
