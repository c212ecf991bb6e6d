// What a record's key and value are taken for: text, numbers, or the records of Kafka's internal topics, which are shown
// as JSON.

import {
  consumerOffsetsRecords,
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  jsonText,
  messageJson,
  readRecord,
  readVersioned,
  transactionStateRecords,
  type Fields,
  type JsonObject,
  type Message,
  type RecordType,
} from '../../protocol/index.ts'

export type DecodedRecord =
  | { readonly key?: string | undefined; readonly payload?: string | undefined }
  | { readonly fault: string }
export type RecordDecoder = (key: Buffer | null, value: Buffer | null, offset: number) => DecodedRecord

/** Kafka's own decoders, by the last part of their class names. */
const decoders = {
  StringDecoder: bytes => bytes.toString(),
  IntegerDecoder: bytes => String(bytes.readInt32BE()),
  LongDecoder: bytes => String(bytes.readBigInt64BE()),
  /** Differs from Kafka: which shows where in its memory the bytes are. */
  DefaultDecoder: bytes => bytes.toString('hex'),
} satisfies { [name: string]: (bytes: Buffer) => string }
export type DecoderName = keyof typeof decoders
export const decoderNames = Object.keys(decoders) as readonly DecoderName[]

/** Takes a class name as Kafka does; undefined for one that is not Kafka's own. */
export function decoderNamed(className: string): DecoderName | undefined {
  const name = className.replace(/^org\.apache\.kafka\.tools\.api\./, '')
  return decoderNames.find(known => known === name)
}

export function plainDecoder(key: DecoderName, value: DecoderName): RecordDecoder {
  const decodeAs = (name: DecoderName, bytes: Buffer | null) => (bytes === null ? undefined : decoders[name](bytes))
  return (keyBytes, valueBytes, offset) => {
    try {
      return { key: decodeAs(key, keyBytes), payload: decodeAs(value, valueBytes) }
    } catch {
      return { fault: `the record at offset ${offset} is shorter than its decoder needs` }
    }
  }
}

export const offsetsDecoder: RecordDecoder = internalDecoder(consumerOffsetsRecords, 'groupMetadata')
export const transactionLogDecoder: RecordDecoder = internalDecoder(transactionStateRecords)

type Types = { readonly [name: string]: RecordType<any, any> }

function internalDecoder(types: Types, ofClassicGroups?: string): RecordDecoder {
  return (key, value, offset) => {
    if (key === null)
      return {
        fault: `Failed to decode message at offset ${offset} using the specified decoder (message had a missing key)`,
      }
    if (key.length < 2) return { key: `Error at offset ${offset}, skipping. The key has ${key.length} bytes.` }
    try {
      const record = readRecord(types, key, value)
      if (record === undefined)
        return { key: `Unknown record type ${key.readInt16BE()} at offset ${offset}, skipping.` }
      const type = types[record.type]!
      const shown = jsonText({ type: String(type.id), data: messageJson(type.key, 0, record.key) })
      if (record.value === null || value === null) return { key: shown, payload: '<DELETE>' }
      const version = value.readInt16BE(),
        data = messageJson(type.value, version, record.value)
      if (record.type === ofClassicGroups) showMembers(data)
      return { key: shown, payload: jsonText({ version: String(version), data }) }
    } catch (error) {
      return { key: `Error at offset ${offset}, skipping. ${(error as Error).message}` }
    }
  }
}
/** What consumers told each other is shown, and bytes of other protocols are left as they are. */
function showMembers({ protocolType, members }: JsonObject): void {
  if (protocolType !== 'consumer') return
  for (const member of members as JsonObject[]) {
    show(member, 'subscription', consumerProtocolSubscription)
    show(member, 'assignment', consumerProtocolAssignment)
  }
}
function show<F extends Fields>(member: JsonObject, field: string, message: Message<F>): void {
  const bytes = Buffer.from(member[field] as string, 'base64')
  try {
    member[field] = messageJson(message, bytes.readInt16BE(), readVersioned(message, bytes))
  } catch {
    // Of a protocol of its own that only calls itself one of consumers.
  }
}
