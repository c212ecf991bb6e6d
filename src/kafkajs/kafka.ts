// The class that an application begins with.

import { createAdmin } from './admin/admin.ts'
import { CommittedElsewhere } from './committed-elsewhere.ts'
import { Connections } from './connections.ts'
import { createConsumer } from './consumer/consumer.ts'
import { createLogger } from './logger.ts'
import { createProducer } from './producer.ts'
import type { Admin, AdminConfig } from './types/admin.ts'
import type { KafkaConfig, Logger } from './types/config.ts'
import type { Consumer, ConsumerConfig } from './types/consumer.ts'
import type { Producer, ProducerConfig } from './types/producer.ts'

/**
 *     import { Kafka } from 'millrace/kafkajs'
 *     const kafka = new Kafka({ clientId: 'billing', brokers: ['localhost:9092'] })
 */
export class Kafka {
  readonly #logger: Logger
  readonly #context

  constructor(config: KafkaConfig) {
    const { logLevel, logCreator, retry } = config
    this.#logger = createLogger({
      ...(logLevel === undefined ? {} : { level: logLevel }),
      ...(logCreator === undefined ? {} : { logCreator }),
    })
    this.#context = {
      connections: new Connections(config, this.#logger),
      retry,
      committedElsewhere: new CommittedElsewhere(),
    }
  }
  producer(config?: ProducerConfig): Producer {
    return createProducer(this.#context, config)
  }
  consumer(config: ConsumerConfig): Consumer {
    return createConsumer(this.#context, config)
  }
  admin(config?: AdminConfig): Admin {
    return createAdmin(this.#context, config)
  }
  logger(): Logger {
    return this.#logger
  }
}
