// One topic of a producer, with serdes of its own: a producer may write to many, each typed.

import type { OutgoingRecord, RecordMetadata } from '../record.ts'

/** A record whose topic goes without saying. */
export type TopicRecord<K, V> = Omit<OutgoingRecord<K, V>, 'topic'>

/**
 *     const orders = producer.topic('orders', { key: serdes.string, value: serdes.json(Order) })
 *     await orders.send({ key: 'o-1', value: { total: 12 } })
 */
export interface TopicProducer<K, V> {
  readonly name: string
  /** As the producer's `send`. */
  send(record: TopicRecord<K, V>): Promise<RecordMetadata>
  /** As the producer's `sendAll`. */
  sendAll(records: readonly TopicRecord<K, V>[]): Promise<RecordMetadata[]>
}
