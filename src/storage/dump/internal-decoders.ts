// The records of Kafka's own logs, most of them shown as JSON.

import {
  consumerOffsetsRecords,
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  jsonText,
  messageJson,
  readRecord,
  readVersioned,
  shareGroupRecords,
  shareGroupStateRecords,
  streamsGroupRecords,
  transactionStateRecords,
  type Fields,
  type JsonObject,
  type Message,
  type RecordType,
} from '../../protocol/index.ts'
import { clusterMetadataDecoder, remoteLogMetadataDecoder } from './metadata-decoders.ts'
import type { RecordDecoder } from './record-decoders.ts'

/** By the options of kafka-dump-log; of several that are given, the first of these counts. */
export const internalDecoders = {
  'offsets-decoder': coordinatorDecoder(
    { ...consumerOffsetsRecords, ...shareGroupRecords, ...streamsGroupRecords },
    'groupMetadata',
  ),
  'transaction-log-decoder': coordinatorDecoder(transactionStateRecords),
  'cluster-metadata-decoder': clusterMetadataDecoder,
  'remote-log-metadata-decoder': remoteLogMetadataDecoder,
  'share-group-state-decoder': coordinatorDecoder(shareGroupStateRecords),
} satisfies { [option: string]: RecordDecoder }

/** The one that is asked for; undefined where none is. */
export function internalDecoder(
  isGiven: (option: keyof typeof internalDecoders) => boolean,
): RecordDecoder | undefined {
  const options = Object.keys(internalDecoders) as (keyof typeof internalDecoders)[]
  const given = options.find(isGiven)
  return given && internalDecoders[given]
}

type Types = { readonly [name: string]: RecordType<any, any> }

function coordinatorDecoder(types: Types, ofClassicGroups?: string): RecordDecoder {
  return (key, value, offset) => {
    if (key === null)
      return {
        fault: `Failed to decode message at offset ${offset} using the specified decoder (message had a missing key)`,
      }
    try {
      const keyed = partOf('key', key, () => readRecord(types, key, null))
      if (keyed === undefined) return { key: `Unknown record type ${key.readInt16BE()} at offset ${offset}, skipping.` }
      const type = types[keyed.type]!
      const shown = jsonText({ type: String(type.id), data: messageJson(type.key, 0, keyed.key) })
      if (value === null) return { key: shown, payload: '<DELETE>' }
      const data = partOf('value', value, () =>
        messageJson(type.value, value.readInt16BE(), readVersioned(type.value, value)),
      )
      if (keyed.type === ofClassicGroups) showMembers(data)
      return { key: shown, payload: jsonText({ version: String(value.readInt16BE()), data }) }
    } catch (error) {
      return { key: `Error at offset ${offset}, skipping. ${(error as Error).message}` }
    }
  }
}
function partOf<T>(part: 'key' | 'value', bytes: Buffer, read: () => T): T {
  if (bytes.length < 2) throw new Error(`Could not read version from ${part}'s buffer.`)
  try {
    return read()
  } catch (error) {
    const reason = `Could not read record with version ${bytes.readInt16BE()} from ${part}'s buffer due to:`
    throw new Error(`${reason} ${(error as Error).message}.`, { cause: error })
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
