// Three brokers of ours as kafkajs's test environment has them: listeners of PLAINTEXT, SSL and SASL_SSL each, kafkajs's own
// key store, its users, and an authorizer that lets everybody do what no entry is about.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { freePort } from '../kafka/kafka.ts'
import { eventually } from '../suite/case.ts'
import { prepare } from '../suite/missing.ts'
import { startProcess } from '../suite/process.ts'

const checkout = join(import.meta.dirname, '../..')
const brokerCount = 3
const listeners = ['PLAINTEXT', 'SSL', 'SASL_SSL'] as const
/** The first that kafkajs's tests name: a listener each, broker by broker. */
const firstPort = 9092
const users = { test: 'testtest', bob: 'bobbob', alice: 'alicealice' }
const scramUser = 'testscram'

export interface SuiteBrokers {
  /** Where what kafkajs's tests name a port is in this run. */
  readonly ports: Readonly<Record<string, number>>
  readonly stop: () => Promise<void>
}

/** `source` is kafkajs's checkout; files go to `work`. */
export async function startBrokers(source: string, work: string): Promise<SuiteBrokers> {
  const ports = await Promise.all(Array.from({ length: brokerCount * listeners.length }, () => freePort()))
  const properties: Record<string, string> = {
    'node.id': '0',
    listeners: Array.from({ length: brokerCount }, (_, broker) =>
      listeners.map((name, i) => `${name}://localhost:${ports[broker * listeners.length + i]}`).join(','),
    ).join(';'),
    ...keyStore(source, work),
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'listener.name.sasl_ssl.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${Object.entries(
      users,
    )
      .map(([name, password]) => `user_${name}="${password}"`)
      .join(' ')};`,
    'listener.name.sasl_ssl.oauthbearer.sasl.jaas.config':
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;',
    'listener.name.sasl_ssl.oauthbearer.connections.max.reauth.ms': '15000',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': 'true',
    'group.min.session.timeout.ms': '100',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.num.partitions': '5',
  }
  const overrides = Object.entries(properties).flatMap(([name, value]) => ['--override', `${name}=${value}`])
  const scram = ['256', '512'].flatMap(bits => [
    '--add-scram',
    `SCRAM-SHA-${bits}=[name=${scramUser},password=testtestscram=${bits}]`,
  ])
  const up = [
    'src/cli/main.ts',
    'up',
    '--memory',
    '--brokers',
    String(brokerCount),
    '--http',
    'off',
    '--format',
    'json',
  ]
  const logFile = join(work, 'brokers.log')
  const brokers = startProcess(process.execPath, [...up, ...scram, ...overrides], { cwd: checkout, logFile })
  try {
    await eventually('the brokers', () => {
      if (brokers.exited()) throw new Error(brokers.logTail())
      return /^\{"event":"ready"/m.test(readFileSync(logFile, 'utf8'))
    })
  } catch (error) {
    await brokers.stop()
    throw new Error(brokers.logTail(), { cause: error })
  }
  return { ports: Object.fromEntries(ports.map((port, i) => [firstPort + i, port])), stop: brokers.stop }
}

/** kafkajs's certificate is in Java's old format of key stores, which keytool reads. */
function keyStore(source: string, work: string): Record<string, string> {
  const certificates = join(source, 'testHelpers/certs')
  const password = readFileSync(join(certificates, 'keystore_creds'), 'utf8').trim()
  const location = join(work, 'kafkajs.p12')
  const [from, to] = [join(certificates, 'kafka.server.keystore.jks'), location]
  // oxfmt-ignore
  prepare('keytool', [
    '-importkeystore', '-noprompt', '-srckeystore', from, '-srcstoretype', 'JKS', '-srcstorepass', password,
    '-destkeystore', to, '-deststoretype', 'PKCS12', '-deststorepass', password,
  ])
  return { 'ssl.keystore.location': location, 'ssl.keystore.type': 'PKCS12', 'ssl.keystore.password': password }
}
