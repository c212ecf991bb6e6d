// What other people's clients said to an Apache Kafka, and what it answered, as compat/golden recorded it: read to the
// last byte, and written again as the same bytes.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'

import { requestHeader, requestHeaderVersion, responseHeader, responseHeaderVersion } from './apis/headers.ts'
import { apis, type AnyApi } from './apis/registry.ts'
import { codec, type AnyCodec } from './codec.ts'
import { Reader } from './reader.ts'
import type { Message } from './schema.ts'
import { parseGolden } from './testing.ts'
import { Writer } from './writer.ts'

const files = globSync(join(import.meta.dirname, 'golden/*.txt')).toSorted()

for (const file of files) {
  const client = basename(file, '.txt'),
    exchanges = parseGolden(readFileSync(file, 'utf8'))
  test(`${client}: ${exchanges.length} exchanges are read, and written as they were`, () => {
    for (const { api, version, request, response } of exchanges) {
      const what = (message: Message<any>) => `${client} ${message.name} v${version}`
      if (!api.versions.includes(version)) refused(what(api.response), api, request, response!)
      else {
        const header = codec(requestHeader, requestHeaderVersion(api, version))
        sameAgain(what(api.request), request, [header, codec(api.request, version)])
        if (response === undefined) continue
        const answerHeader = codec(responseHeader, responseHeaderVersion(api, version))
        sameAgain(what(api.response), response, [answerHeader, codec(api.response, version)])
      }
    }
  })
}
test('the recordings hold every API, and many versions of those that old and new clients send', () => {
  const all = files.flatMap(file => parseGolden(readFileSync(file, 'utf8')))
  assert.deepEqual(new Set(all.map(({ api }) => api)), new Set(apis.values()))
  assert(new Set(all.map(({ api, version }) => `${api.name} v${version}`)).size >= 120)
})

/**
 * Bytes after the end of a request, which Kafka passes over. librdkafka asks for all topics with a count of four bytes,
 * where a compact array has one: what is read is null, twice false and no tags. And it ends requests with one list of tags
 * too many.
 */
const left: Record<string, string> = {
  'librdkafka MetadataRequest v13': '010000',
  'librdkafka AlterUserScramCredentialsRequest v0': '00',
}

/** KIP-511: an ApiVersions that is newer than the broker is answered in version 0; its header can be read. */
function refused(what: string, api: AnyApi, request: Buffer, response: Buffer): void {
  assert.equal(api.name, 'ApiVersions')
  assert.equal(codec(requestHeader, 2).decode(new Reader(request)).requestApiKey, api.key)
  sameAgain(what, response, [codec(responseHeader, 0), codec(api.response, 0)])
}
function sameAgain(what: string, frame: Buffer, parts: readonly AnyCodec[]): void {
  const reader = new Reader(frame),
    writer = new Writer()
  for (const part of parts) part.encode(writer, part.decode(reader))
  assert.equal(reader.slice(reader.remaining).toString('hex'), left[what] ?? '', `${what}: bytes are left`)
  assert.equal(writer.toBuffer().toString('hex') + (left[what] ?? ''), frame.toString('hex'), what)
}
