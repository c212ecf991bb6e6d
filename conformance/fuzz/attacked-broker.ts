// The broker under attack, a process of its own: listeners of every security protocol, everything in memory, and little of
// that, so that what grows is found. It tells by messages where it listens, and what it holds when it is asked.
//
// What a client may make for itself is bounded by access control: the attacker may use some topics, groups and
// transactional ids, and make nothing else.

import type { LogFields, Logger } from '../../src/base/index.ts'
import { createClient } from '../../src/client/index.ts'
import type { CloseReason } from '../../src/connection/close-reasons.ts'
import { startPlatform } from '../../src/platform/index.ts'
import { createAuthority } from '../../src/testing/index.ts'

/** The listeners of each security protocol, by name. */
export type AttackedListener = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
export interface Ready {
  readonly ports: Readonly<Record<AttackedListener, number>>
}
export interface Measured {
  /** After a collection: all that is held, and what the process has of the machine. */
  readonly heldBytes: number
  readonly residentBytes: number
  /** Frames that were read and answered, or refused, and handshakes of TLS that failed. */
  readonly judged: number
  /** Why connections were closed, and how often. */
  readonly reasons: Readonly<Record<string, number>>
  /** What the log has of bugs of the broker: the first of each. */
  readonly bugs: readonly string[]
}
export const attacker = { username: 'mallory', password: 'mallory-secret' } as const
const administrator = { username: 'admin', password: 'admin-secret' } as const
/** What the attacker may use. */
export const topics = ['fuzz-plain', 'fuzz-recompressed', 'fuzz-compacted'] as const
export const groups = ['fuzz-a', 'fuzz-b', 'fuzz-c', 'fuzz-d'] as const

const handshakeFailed = 'HANDSHAKE_FAILED'
/** Why a frame, or a handshake, is refused that no handler sees. */
const unhandled: ReadonlySet<string> = new Set<CloseReason | typeof handshakeFailed>([
  'HTTP_REQUEST',
  'TLS_HANDSHAKE',
  'NEGATIVE_SIZE',
  'REQUEST_TOO_LARGE',
  'MALFORMED_REQUEST',
  'API_NOT_SERVED',
  'VERSION_NOT_SERVED',
  'NOT_AUTHENTICATED',
  handshakeFailed,
])
let handled = 0
const bugsMax = 10
const reasons = new Map<string, number>()
/** By their first lines. */
const bugs = new Map<string, string>()
function count(level: string, event: string, fields: LogFields = {}): void {
  const reason = event === 'a TLS handshake failed' ? handshakeFailed : String(fields['reason'])
  // What is no name of a reason is words that the attacker may have chosen: they are not kept.
  if (/^[A-Z_]{3,30}$/.test(reason)) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  if (level !== 'error') return
  const [fault] = String(fields['error']).split('\n')
  if (bugs.size < bugsMax && !bugs.has(fault!)) bugs.set(fault!, `${event} ${JSON.stringify(fields)}`)
}
const logger: Logger = {
  debug: (event, fields) => count('debug', event, fields),
  info: (event, fields) => count('info', event, fields),
  warn: (event, fields) => count('warn', event, fields),
  error: (event, fields) => count('error', event, fields),
}

export async function runAttackedBroker(tell: (message: Ready | Measured) => void): Promise<void> {
  const { privateKey, certificateChain } = createAuthority().issue({ commonName: 'broker', hosts: ['127.0.0.1'] })
  const module = (name: string) => `org.apache.kafka.common.security.${name} required`
  const jaas = (listener: string) => ({
    [`listener.name.${listener}.plain.sasl.jaas.config`]: `${module('plain.PlainLoginModule')} ${[attacker, administrator].map(({ username, password }) => `user_${username}="${password}"`).join(' ')};`,
    [`listener.name.${listener}.oauthbearer.sasl.jaas.config`]: `${module('oauthbearer.OAuthBearerLoginModule')};`,
  })
  const names: readonly AttackedListener[] = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']
  const platform = await startPlatform({
    dataPath: undefined,
    logger,
    intercept(_, answer) {
      handled++
      return answer()
    },
    http: { host: '127.0.0.1', port: 0, orAnother: true },
    addScram: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map(
      mechanism => `${mechanism}=[name=${attacker.username},password=${attacker.password}]`,
    ),
    properties: new Map(
      Object.entries({
        listeners: names.map(name => `${name}://127.0.0.1:0`).join(','),
        'ssl.keystore.key': privateKey,
        'ssl.keystore.certificate.chain': certificateChain,
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
        ...jaas('sasl_plaintext'),
        ...jaas('sasl_ssl'),
        'connection.failed.authentication.delay.ms': '0',
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': `User:${administrator.username}`,
        'auto.create.topics.enable': 'false',
        'log.retention.bytes': String(4 * 2 ** 20),
        'log.retention.check.interval.ms': '1000',
        'log.segment.bytes': String(2 ** 20),
        'log.segment.delete.delay.ms': '0',
        'producer.id.expiration.ms': '2000',
        'producer.id.expiration.check.interval.ms': '500',
        'transactional.id.expiration.ms': '5000',
        'transaction.remove.expired.transaction.cleanup.interval.ms': '1000',
        'transaction.max.timeout.ms': '2000',
        'group.min.session.timeout.ms': '10',
        'group.max.session.timeout.ms': '3000',
        'group.max.size': '20',
        'group.consumer.max.size': '20',
        'offsets.topic.num.partitions': '2',
        'transaction.state.log.num.partitions': '2',
      }),
    ),
  })
  const ports = Object.fromEntries(
    platform.endpoints
      .filter(({ name }) => name === 'Kafka')
      .map(({ address }, index) => [names[index]!, Number(address.split(':').at(-1))]),
  ) as Ready['ports'] // one of each name
  await prepare(`127.0.0.1:${ports.SASL_PLAINTEXT}`)
  process.on('message', () => {
    globalThis.gc!()
    const { heapUsed, external, rss } = process.memoryUsage()
    tell({
      heldBytes: heapUsed + external,
      residentBytes: rss,
      judged: handled + [...reasons].reduce((sum, [reason, count]) => (unhandled.has(reason) ? sum + count : sum), 0),
      reasons: Object.fromEntries(reasons),
      bugs: [...bugs.values()],
    })
  })
  tell({ ports })
}

async function prepare(bootstrap: string): Promise<void> {
  await using client = createClient({ bootstrap, sasl: { mechanism: 'PLAIN', ...administrator } })
  await client.admin.topics.create([
    { name: topics[0], partitions: 2 },
    { name: topics[1], partitions: 1, configs: { 'compression.type': 'lz4' } },
    { name: topics[2], partitions: 1, configs: { 'cleanup.policy': 'compact,delete' } },
  ])
  const everybody = { principal: 'User:*', host: '*', permission: 'allow' } as const
  const own = { ...everybody, resourceName: 'fuzz-', patternType: 'prefixed', operation: 'all' } as const
  await client.admin.acls.create([
    { ...own, resourceType: 'group' },
    { ...own, resourceType: 'transactionalId' },
    ...topics.flatMap(name =>
      (['read', 'write', 'describe', 'describeConfigs'] as const).map(
        operation =>
          ({ ...everybody, resourceType: 'topic', resourceName: name, patternType: 'literal', operation }) as const,
      ),
    ),
    ...(['describe', 'describeConfigs', 'idempotentWrite'] as const).map(
      operation =>
        ({
          ...everybody,
          resourceType: 'cluster',
          resourceName: 'kafka-cluster',
          patternType: 'literal',
          operation,
        }) as const,
    ),
  ])
}
