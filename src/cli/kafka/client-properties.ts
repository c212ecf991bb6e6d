// The properties of Kafka's Java clients, as our client takes them: what a person has in a file for --command-config.
// Those that are not listed have no counterpart, and are passed over as Java's clients pass over what they do not know.

import type { ConsumerOptions, ProducerOptions } from '../../client/index.ts'
import type { Properties } from './connection.ts'
import { ToolError } from './tool.ts'

export function producerOptionsOf(properties: Properties): ProducerOptions {
  const read = new Reader(properties)
  const acks = read.oneOf('acks', { '0': 0, '1': 1, '-1': 'all', all: 'all' } as const)
  // An idempotence that was not asked for gives way to the acks that were.
  const idempotent = read.boolean('enable.idempotence') ?? (acks === undefined || acks === 'all')
  return given({
    acks,
    idempotent,
    compression: read.oneOf('compression.type', codecs),
    lingerMs: read.number('linger.ms'),
    batchSizeBytes: atLeastOne(read.number('batch.size')),
    bufferSizeBytes: read.number('buffer.memory'),
    maxBlockMs: read.number('max.block.ms'),
    deliveryTimeoutMs: read.number('delivery.timeout.ms'),
    requestSizeMaxBytes: read.number('max.request.size'),
    inFlightMax: read.number('max.in.flight.requests.per.connection'),
    transactionalId: read.text('transactional.id'),
    transactionTimeoutMs: read.number('transaction.timeout.ms'),
  })
}
const codecs = { none: 'none', gzip: 'gzip', snappy: 'snappy', lz4: 'lz4', zstd: 'zstd' } as const
/** Java's 0 sends each record by itself. */
const atLeastOne = (size: number | undefined) => (size === undefined ? undefined : Math.max(size, 1))

export function consumerOptionsOf(properties: Properties): ConsumerOptions {
  const read = new Reader(properties)
  const groupProtocol = read.oneOf('group.protocol', { classic: 'classic', consumer: 'consumer' } as const)
  return given({
    groupId: read.text('group.id'),
    groupInstanceId: read.text('group.instance.id'),
    groupProtocol,
    remoteAssignor: read.text('group.remote.assignor'),
    autoCommit: read.boolean('enable.auto.commit'),
    autoCommitIntervalMs: read.number('auto.commit.interval.ms'),
    offsetReset: read.oneOf('auto.offset.reset', { earliest: 'earliest', latest: 'latest', none: 'none' } as const),
    isolation: read.oneOf('isolation.level', {
      read_uncommitted: 'read_uncommitted',
      read_committed: 'read_committed',
    } as const),
    maxBytes: read.number('fetch.max.bytes'),
    maxPartitionBytes: read.number('max.partition.fetch.bytes'),
    minBytes: read.number('fetch.min.bytes'),
    maxWaitMs: read.number('fetch.max.wait.ms'),
    pollRecordsMax: read.number('max.poll.records'),
    checkCrcs: read.boolean('check.crcs'),
    // In the newer protocol the cluster sets these.
    ...(groupProtocol === 'consumer'
      ? {}
      : {
          sessionTimeoutMs: read.number('session.timeout.ms'),
          heartbeatIntervalMs: read.number('heartbeat.interval.ms'),
        }),
    maxPollIntervalMs: read.number('max.poll.interval.ms'),
    rack: read.text('client.rack'),
  })
}

/** Without those that are undefined. */
function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

/** Reads values of properties. What is not of its kind is refused in the words of Java's ConfigException. */
export class Reader {
  readonly #properties: Properties
  constructor(properties: Properties) {
    this.#properties = properties
  }
  text(name: string): string | undefined {
    const text = this.#properties.get(name)?.trim()
    return text === '' ? undefined : text
  }
  number(name: string): number | undefined {
    const text = this.text(name)
    if (text !== undefined && !/^-?\d+$/.test(text))
      throw new ToolError(`Invalid value ${text} for configuration ${name}: Not a number of type INT`)
    return text === undefined ? undefined : Number(text)
  }
  boolean(name: string): boolean | undefined {
    const text = this.text(name)?.toLowerCase()
    if (text !== undefined && text !== 'true' && text !== 'false')
      throw new ToolError(`Invalid value ${text} for configuration ${name}: Expected value to be either true or false`)
    return text === undefined ? undefined : text === 'true'
  }
  oneOf<T>(name: string, values: { readonly [text: string]: T }): T | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (!Object.hasOwn(values, text))
      throw new ToolError(
        `Invalid value ${text} for configuration ${name}: String must be one of: ${Object.keys(values).join(', ')}`,
      )
    return values[text]
  }
}

/** 'key=value' as the tools take them. A value may hold further signs, and be empty. */
export function keyValues(texts: readonly string[]): Map<string, string> {
  return new Map(
    texts.map(text => {
      const at = text.indexOf('=')
      return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}
