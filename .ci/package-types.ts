// Compiled against the declarations of the packed package, as a user's strict project compiles them.

import { createClient, KafkaError, serdes, type ConsumedRecord } from 'millrace/client'
import { CompressionTypes, Kafka, logLevel, type EachMessagePayload } from 'millrace/kafkajs'
import { startBroker } from 'millrace/testing'

export async function program(): Promise<void> {
  await using broker = await startBroker({ topics: { orders: { partitions: 1 } } })
  await using client = createClient({ bootstrap: broker.bootstrap })
  await using producer = client.producer({ key: serdes.string, value: serdes.json<{ total: number }>() })
  const { offset } = await producer.send({ topic: 'orders', key: 'k', value: { total: 1 } })
  // @ts-expect-error -- the value is not of the serde's type
  await producer.send({ topic: 'orders', value: { sum: offset } })
  await using consumer = client.consumer({ value: serdes.string })
  for await (const record of consumer) {
    const typed: ConsumedRecord<Buffer | null, string | null> = record
    if (typed.value !== null) throw new KafkaError('INVALID_ARGUMENT', { message: typed.value.toUpperCase() })
  }

  const kafka = new Kafka({ brokers: [broker.bootstrap], logLevel: logLevel.ERROR })
  await kafka.producer().send({ topic: 'orders', compression: CompressionTypes.LZ4, messages: [{ value: 'v' }] })
  await kafka.consumer({ groupId: 'g' }).run({
    eachMessage: async ({ message }: EachMessagePayload) => console.log(message.offset),
  })
}
