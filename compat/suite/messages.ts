// Records for the cases: the common ones that clients write for each other, and short ways to make and compare others.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Message, Operations, ReadMessage } from './operations.ts'

interface WrittenDown {
  readonly key: string | null
  readonly value: string | null
  readonly repeat?: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly timestampMs: number
}

/** What every client writes with each codec that it has, and every client reads back (records.json). */
export const commonMessages: readonly Message[] = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../records.json'), 'utf8')) as WrittenDown[]
).map(({ key, value, repeat = 1, headers, timestampMs }) => ({
  key: bytes(key),
  value: bytes(value && value.repeat(repeat)),
  headers: headers.map(([name, content]) => [name, Buffer.from(content)] as const),
  timestampMs,
}))

function bytes(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text)
}

export function message(value: string, rest: { key?: string; timestampMs?: number; partition?: number } = {}): Message {
  const { key, ...others } = rest
  return { key: Buffer.from(key ?? `key of ${value.slice(0, 20)}`), value: Buffer.from(value), ...others }
}

export function numbered(count: number, text = 'record'): Message[] {
  return Array.from({ length: count }, (_, n) => message(`${text} ${n}`))
}

export function values(messages: readonly Pick<Message, 'value'>[]): (string | null)[] {
  return messages.map(({ value }) => value?.toString() ?? null)
}

/** Which parts of a record a client can write, or show. */
export interface Parts {
  readonly key?: boolean
  readonly headers?: boolean
  readonly timestamp?: boolean
}

/** The records that were read are those that were written, in that order, from this offset. */
export function assertSame(
  read: readonly ReadMessage[],
  written: readonly Message[],
  parts: Parts = {},
  baseOffset = 0,
): void {
  for (const [index, wanted] of written.entries()) {
    const found = read[index]
    // A time that was not given is the time of writing.
    const withTime = { ...parts, timestamp: (parts.timestamp ?? true) && wanted.timestampMs !== undefined }
    const shown = found && render(found, found.offset, withTime)
    const expected = render(wanted, baseOffset + index, withTime)
    assert.ok(shown === expected, `record ${index} of ${read.length}: expected ${expected}; read ${shown}`)
  }
  assert.equal(read.length, written.length)
}

function render({ key, value, headers = [], timestampMs }: Message, offset: number, parts: Parts): string {
  const { key: withKey = true, headers: withHeaders = true, timestamp: withTimestamp = true } = parts
  const shown = [`${offset}`]
  if (withTimestamp) shown.push(`at ${timestampMs}`)
  if (withKey) shown.push(`key ${text(key)}`)
  if (withHeaders) shown.push(`headers ${headers.map(([name, content]) => `${name}=${text(content)}`).join(' ')}`)
  return [...shown, text(value)].join(', ')
}

function text(content: Buffer | null): string {
  if (content === null) return 'null'
  const shown = JSON.stringify(content.toString())
  return content.length > 200 ? `${shown.slice(0, 60)}… (${content.length} bytes)` : shown
}

/** All of partition 0 from its start. */
export function readAll(client: Operations, topic: string, count: number): Promise<ReadMessage[]> {
  return client.consume({ topic, from: 'earliest', count })
}
