// How kafka-console-consumer shows a record: Kafka's own formatters, by the names of their classes.

import type { ConsumedRecord } from '../../../client/index.ts'
import {
  consumerOffsetsRecords,
  jsonText,
  messageJson,
  readRecord,
  transactionStateRecords,
  type Json,
  type RecordType,
} from '../../../protocol/index.ts'
import type { Properties } from '../connection.ts'
import { ToolError } from '../tool.ts'
import { deserializerNamed, type Deserializer } from './deserializers.ts'

export interface ShownRecord extends ConsumedRecord {
  readonly hasLogAppendTime: boolean
}
/** Gives the bytes to write; throws ToolError for a record that cannot be shown. */
export type Formatter = (record: ShownRecord) => Uint8Array | string

const packages = ['org.apache.kafka.tools.consumer.', 'kafka.tools.', 'kafka.coordinator.group.GroupMetadataManager$']

/** Undefined for a class that is not Kafka's own. */
export function formatterNamed(className: string, properties: Properties): Formatter | undefined {
  const name = packages.reduce((rest, one) => (rest.startsWith(one) ? rest.slice(one.length) : rest), className)
  if (name === 'DefaultMessageFormatter') return defaultFormatter(properties)
  if (name === 'LoggingMessageFormatter') return defaultFormatter(properties)
  if (name === 'NoOpMessageFormatter') return () => ''
  if (name === 'OffsetsMessageFormatter') return internalFormatter(consumerOffsetsRecords, [0, 1])
  if (name === 'GroupMetadataMessageFormatter') return internalFormatter(consumerOffsetsRecords, [2])
  if (name === 'TransactionLogMessageFormatter') return internalFormatter(transactionStateRecords)
  return undefined
}

const columns = ['timestamp', 'partition', 'offset', 'delivery', 'epoch', 'headers', 'key', 'value'] as const

function defaultFormatter(properties: Properties): Formatter {
  const text = (name: string, otherwise: string) => Buffer.from(properties.get(name) ?? otherwise)
  const between = text('key.separator', '\t'),
    end = text('line.separator', '\n'),
    headersBetween = text('headers.separator', ','),
    nothing = text('null.literal', 'null')
  const isShown = (name: string) =>
    (properties.get(`print.${name}`)?.trim().toLowerCase() ?? String(name === 'value')) === 'true'
  const shown = columns.filter(isShown)
  const show = (deserializer: Deserializer | undefined) => (bytes: Buffer | null) =>
    deserializer === undefined ? (bytes ?? nothing) : Buffer.from(deserializer(bytes ?? nothing))
  const key = show(deserializerOf(properties, 'key')),
    value = show(deserializerOf(properties, 'value')),
    header = show(deserializerOf(properties, 'headers'))

  const cells: { readonly [C in (typeof columns)[number]]: (record: ShownRecord) => Uint8Array } = {
    timestamp: ({ timestamp, hasLogAppendTime }) =>
      Buffer.from(`${hasLogAppendTime ? 'LogAppendTime' : 'CreateTime'}:${timestamp}`),
    partition: ({ partition }) => Buffer.from(`Partition:${partition}`),
    offset: ({ offset }) => Buffer.from(`Offset:${offset}`),
    // Kafka's consumer tells the formatter neither of the two.
    delivery: () => Buffer.from('Delivery:NOT_PRESENT'),
    epoch: () => Buffer.from('Epoch:NOT_PRESENT'),
    headers: ({ headers }) =>
      headers.length === 0
        ? Buffer.from('NO_HEADERS')
        : Buffer.concat(
            headers.flatMap(([name, content], i) => [
              ...(i > 0 ? [headersBetween] : []),
              Buffer.from(`${name}:`),
              header(content),
            ]),
          ),
    key: record => key(record.key),
    value: record => value(record.value),
  }
  return record =>
    Buffer.concat(shown.flatMap((column, i) => [cells[column](record), i === shown.length - 1 ? end : between]))
}

function deserializerOf(properties: Properties, part: 'key' | 'value' | 'headers'): Deserializer | undefined {
  const className = properties.get(`${part}.deserializer`)
  if (className === undefined || className === '') return undefined
  const deserializer = deserializerNamed(className)
  if (deserializer === undefined) throw new ToolError(`There is no ${part}.deserializer ${className} but Kafka's own`)
  return deserializer
}

/** The records of an internal topic as JSON, one after the other; those of other types, if `ids` are given, not at all. */
function internalFormatter(
  types: { readonly [name: string]: RecordType<any, any> },
  ids?: readonly number[],
): Formatter {
  return ({ key, value, offset }) => {
    if (key === null || key.length < 2 || ids?.includes(key.readInt16BE()) === false) return ''
    try {
      const record = readRecord(types, key, value)
      if (record === undefined) return ''
      const type = types[record.type]!
      const shown: Json = { key: { type: type.id, data: messageJson(type.key, 0, record.key) } }
      if (record.value === null || value === null) return jsonText({ ...shown, value: null })
      const version = value.readInt16BE()
      return jsonText({ ...shown, value: { version, data: messageJson(type.value, version, record.value) } })
    } catch (error) {
      throw new ToolError(`Could not read record at offset ${offset} due to: ${(error as Error).message}`)
    }
  }
}
