// @platformatic/kafka with TLS and SASL: a producer and a consumer of their own.

import { readFileSync } from 'node:fs'

import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'

import type { Operations, SecuredConnection } from '../../suite/operations.ts'
import { unsignedToken } from '../node-agent.ts'

export const securityMethods: Pick<Operations, 'secured'> = {
  async secured({ bootstrap, tls, sasl, topic, value }) {
    const options = {
      clientId: 'interop-platformatic',
      bootstrapBrokers: [bootstrap],
      retries: 1,
      retryDelay: 50,
      ...(tls && { tls: tlsOf(tls) }),
      ...(sasl && { sasl: saslOf(sasl) }),
    }
    const producer = new Producer({ ...options, serializers: stringSerializers })
    const consumer = new Consumer({ ...options, groupId: `${topic}-reader`, deserializers: stringDeserializers })
    try {
      await producer.send({ messages: [{ topic, value }] })
      const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false })
      for await (const message of stream) return message.value
      throw new Error('the stream has ended')
    } finally {
      await Promise.allSettled([producer.close(true), consumer.close(true)])
    }
  },
}

function tlsOf({ authority, certificate, key }: NonNullable<SecuredConnection['tls']>) {
  const read = (path: string) => readFileSync(path, 'utf8')
  return { ca: [read(authority)], ...(certificate && key ? { cert: read(certificate), key: read(key) } : {}) }
}
function saslOf({ mechanism, username, password }: NonNullable<SecuredConnection['sasl']>) {
  return mechanism === 'OAUTHBEARER' ? { mechanism, token: unsignedToken(username) } : { mechanism, username, password }
}
