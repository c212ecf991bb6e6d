// What the tests of this folder share: every message at hand, random values of each, what other clients sent.
import assert from 'node:assert/strict'

import type { Random } from '../base/index.ts'
import { requestHeader, responseHeader } from './apis/headers.ts'
import { apis, type AnyApi } from './apis/registry.ts'
import type { AnyCodec } from './codec.ts'
import { int64Max, int64Min } from './int64.ts'
import { Layout } from './layout.ts'
import { consumerOffsetsRecords } from './messages/consumer-offsets.ts'
import { consumerProtocolAssignment, consumerProtocolSubscription } from './messages/consumer-protocol.ts'
import * as controlRecords from './messages/control-record.ts'
import { clusterMetadataRecords, remoteLogMetadataRecords } from './messages/metadata/index.ts'
import { shareGroupStateRecords } from './messages/share-group-state.ts'
import { shareGroupRecords } from './messages/share-group.ts'
import { streamsGroupRecords } from './messages/streams-group.ts'
import { transactionStateRecords } from './messages/transaction-state.ts'
import { Reader } from './reader.ts'
import type { AnyField, Fields, Message } from './schema.ts'
import { Writer } from './writer.ts'

/** What coordinators keep in internal topics. */
export const coordinatorRecords = {
  ...consumerOffsetsRecords,
  ...shareGroupRecords,
  ...streamsGroupRecords,
  ...transactionStateRecords,
}
/** Records whose definitions lie with Kafka's servers, not with the protocol. */
export const recordsOfServers: readonly Message<any>[] = [
  ...Object.values(clusterMetadataRecords).map(({ message }): Message<any> => message),
  ...Object.values(remoteLogMetadataRecords).map(({ message }): Message<any> => message),
  ...Object.values(shareGroupStateRecords).flatMap(({ key, value }): Message<any>[] => [key, value]),
]
export const messages: readonly Message<any>[] = [
  requestHeader,
  responseHeader,
  ...[...apis.values()].flatMap(api => [api.request, api.response]),
  ...Object.values(coordinatorRecords).flatMap(({ key, value }): Message<any>[] => [key, value]),
  ...Object.values(controlRecords),
  consumerProtocolSubscription,
  consumerProtocolAssignment,
  ...recordsOfServers,
]
export function versionsOf({ versions: { from, to } }: Message<any>): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}
export const everyVersion = messages.flatMap(message => versionsOf(message).map(version => ({ message, version })))

/** A value that this version can carry, edges included. Fields left out get their defaults when decoded. */
export function randomValue(message: Message<any>, version: number, random: Random): any {
  const layout = new Layout(message, version)
  const struct = (fields: Fields): any => {
    const { plain, tagged } = layout.struct(fields)
    return Object.fromEntries(
      [...plain, ...tagged].filter(([, f]) => !f.optional || random.chance(0.8)).map(([key, f]) => [key, value(f)]),
    )
  }
  const value = (f: AnyField): any => {
    if (layout.nullable(f) && random.chance(0.2)) return null
    switch (f.kind) {
      case 'bool':
        return random.chance(0.5)
      case 'int8':
        return random.pick([0, -1, -128, 127])
      case 'int16':
        return random.pick([0, -1, -32768, 32767])
      case 'uint16':
        return random.pick([0, 65535])
      case 'int32':
        return random.pick([0, -1, -(2 ** 31), 2 ** 31 - 1])
      case 'uint32':
        return random.pick([0, 2 ** 32 - 1])
      case 'int64':
        return random.pick([0, -1, 2 ** 32, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, int64Max, int64Min])
      case 'int64exact':
        return random.pick([0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)])
      case 'float64':
        return random.pick([0, 0.5, -Infinity])
      case 'uuid':
        return random.bytes(16).toString('hex')
      case 'string':
        return random.pick([
          '',
          'a',
          'orders',
          'exactly-24-characters-ab',
          'a name of more than 24 characters',
          'é',
          'ünïcödé — 日本語 🎉',
          'x'.repeat(200),
          'y'.repeat(32767),
        ])
      case 'bytes':
      case 'records':
        return random.bytes(random.pick([0, 1, 100, 4096, 5000]))
      case 'array':
        return Array.from({ length: random.pick([0, 1, 2, 5]) }, () => value(f.of!))
      case 'struct':
        return struct(f.fields!)
    }
  }
  return struct(message.fields)
}

export function encoded(codec: AnyCodec, value: unknown): Buffer {
  const writer = new Writer()
  codec.encode(writer, value)
  return writer.toBuffer()
}
export function decoded(codec: AnyCodec, bytes: Uint8Array): any {
  return codec.decode(new Reader(Buffer.from(bytes)))
}
export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

/** What goes wrong with bytes: a bit, an edge value, an end too early, a stretch twice. */
export function damaged(sound: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(sound)
  for (let left = 1 + random.below(3); left > 0 && bytes.length > 0; left--) {
    const at = random.below(bytes.length)
    switch (random.below(5)) {
      case 0:
        bytes[at]! ^= 1 << random.below(8)
        break
      case 1:
        bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xff])
        break
      case 2:
        bytes.fill(random.pick([0xff, 0x80, 0x7f]), at, Math.min(at + 5, bytes.length))
        break
      case 3:
        bytes = bytes.subarray(0, at)
        break
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.below(bytes.length))])
        break
    }
  }
  return bytes
}

/** A request and its answer, frames without their sizes, as compat/golden recorded them. */
export interface Exchange {
  readonly api: AnyApi
  readonly version: number
  readonly request: Buffer
  readonly response: Buffer | undefined
}
/** Reads a file of golden/: `# Metadata v12`, `> ` and the request in hex, `< ` and the response, which may be missing. */
export function parseGolden(text: string): Exchange[] {
  return [...text.matchAll(/^> (.*)\n(?:< (.*)\n)?/gm)].map(([, request, response]) => {
    const frame = hex(request!)
    return {
      api: apis.get(frame.readInt16BE(0)) ?? assert.fail(`no API of key ${frame.readInt16BE(0)}`),
      version: frame.readInt16BE(2),
      request: frame,
      response: response === undefined ? undefined : hex(response),
    }
  })
}
