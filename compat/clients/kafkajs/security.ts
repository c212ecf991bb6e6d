// kafkajs with TLS and SASL: a producer and a consumer of their own.

import { readFileSync } from 'node:fs'

import kafkajs, { type KafkaConfig } from 'kafkajs'

import type { Operations, SecuredConnection } from '../../suite/operations.ts'
import { unsignedToken } from '../node-agent.ts'

const { Kafka, logLevel } = kafkajs

export const securityMethods: Pick<Operations, 'secured'> = {
  async secured({ bootstrap, tls, sasl, topic, value }) {
    const kafka = new Kafka({
      clientId: 'interop-kafkajs',
      brokers: [bootstrap],
      logLevel: logLevel.NOTHING,
      retry: { retries: 1, initialRetryTime: 50 },
      ...(tls && { ssl: sslOf(tls) }),
      ...(sasl && { sasl: saslOf(sasl) }),
    })
    const producer = kafka.producer({ retry: { retries: 1 } })
    const consumer = kafka.consumer({ groupId: `${topic}-reader`, retry: { retries: 1 } })
    try {
      await producer.connect()
      await producer.send({ topic, messages: [{ value }] })
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      return await new Promise<string>((resolve, reject) => {
        const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => resolve(String(message.value))
        consumer.run({ eachMessage }).catch(reject)
      })
    } finally {
      await Promise.allSettled([producer.disconnect(), consumer.disconnect()])
    }
  },
}

function sslOf({ authority, certificate, key }: NonNullable<SecuredConnection['tls']>) {
  const read = (path: string) => readFileSync(path, 'utf8')
  return { ca: [read(authority)], ...(certificate && key ? { cert: read(certificate), key: read(key) } : {}) }
}
function saslOf({
  mechanism,
  username,
  password,
}: NonNullable<SecuredConnection['sasl']>): NonNullable<KafkaConfig['sasl']> {
  if (mechanism === 'OAUTHBEARER')
    return { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: unsignedToken(username) }) }
  const kind = mechanism.toLowerCase() as 'plain' | 'scram-sha-256' | 'scram-sha-512'
  return { mechanism: kind, username, password } as NonNullable<KafkaConfig['sasl']> // each of them takes these
}
