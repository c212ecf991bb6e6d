// What a peer may send, be it damaged, made up or meant to do harm: it is read, or refused with a WireError, within the
// budget and in short time. A second in the test run; `npm run fuzz -- --seconds 60` for longer, SEED=… to repeat a run.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { seedFromEnvironment, SeededRandom } from '../base/index.ts'
import { requestHeader, requestHeaderVersion } from './apis/headers.ts'
import { apis, type AnyApi } from './apis/registry.ts'
import { codec } from './codec.ts'
import { Reader } from './reader.ts'
import type { Message } from './schema.ts'
import { damaged, parseGolden, versionsOf } from './testing.ts'
import { WireError } from './wire-error.ts'

const allocationMax = 2 ** 20
/** For one message of some kilobytes; generous, since the machine may stall. */
const decodeMsMax = 1000

const asked = process.argv.indexOf('--seconds')
const seconds = asked < 0 ? 1 : Number(process.argv[asked + 1])
const random = new SeededRandom(seedFromEnvironment())
const recorded = globSync(join(import.meta.dirname, 'golden/*.txt'))
  .toSorted()
  .flatMap(file => parseGolden(readFileSync(file, 'utf8')))
const everyApi = [...apis.values()]

test(`whatever bytes come, decoding gives a value or a WireError (seed ${random.seed}, ${seconds} s)`, t => {
  const outcomes = new Map<string, number>()
  const until = performance.now() + seconds * 1000
  let count = 0
  for (; performance.now() < until; count++) {
    const outcome = random.pick(strategies)()
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  t.diagnostic(`${count} messages: ${JSON.stringify(Object.fromEntries(outcomes))}`)
  for (const outcome of ['read', 'TRUNCATED', 'MALFORMED'])
    assert(outcomes.has(outcome), `never ${outcome} (seed ${random.seed})`)
})

const strategies: readonly (() => string)[] = [
  function damagedRequest() {
    return readRequest(damaged(random.pick(recorded).request, random))
  },
  function requestAsAnother() {
    const { request } = random.pick(recorded),
      frame = Buffer.from(request)
    const api = random.pick(everyApi)
    frame.writeInt16BE(api.key, 0)
    frame.writeInt16BE(random.pick(versionsOf(api.request)), 2)
    return readRequest(frame)
  },
  function madeUpRequest() {
    return readAny(random.pick(everyApi), 'request')
  },
  function madeUpResponse() {
    return readAny(random.pick(everyApi), 'response')
  },
  function damagedResponse() {
    const { api, version, response } = random.pick(recorded)
    if (response === undefined || !api.versions.includes(version)) return 'read'
    return outcomeOf([[api.response, version]], damaged(response.subarray(4), random))
  },
]

/** As a broker reads a frame: what is not known is not read at all. */
function readRequest(frame: Buffer): string {
  if (frame.length < 4) return 'TRUNCATED'
  const api = apis.get(frame.readInt16BE(0)),
    version = frame.readInt16BE(2)
  if (!api?.versions.includes(version)) return 'unknown'
  return outcomeOf(
    [
      [requestHeader, requestHeaderVersion(api, version)],
      [api.request, version],
    ],
    frame,
  )
}
function readAny(api: AnyApi, side: 'request' | 'response'): string {
  const message = api[side]
  return outcomeOf([[message, random.pick(versionsOf(message))]], madeUp())
}
/** Small numbers make lengths that can be, and 0xff and 0x80 the longest varints. */
function madeUp(): Buffer {
  const common = [0, 0, 0, 1, 2, 3, 0x61, 0x7f, 0x80, 0xff]
  return Buffer.from(
    Array.from({ length: random.below(400) }, () => (random.chance(0.9) ? random.pick(common) : random.below(256))),
  )
}

type Part = readonly [message: Message<any>, version: number]
function outcomeOf(parts: readonly Part[], bytes: Buffer): string {
  // What lies behind the frame in a receive buffer may not be touched.
  const reader = new Reader(Buffer.concat([bytes, Buffer.alloc(16, 0x7f)]), 0, bytes.length, allocationMax)
  const started = performance.now()
  const about = () =>
    `${parts.map(([{ name }, version]) => `${name} v${version}`).join(', ')} of ${bytes.toString('hex')}, seed ${random.seed}`
  try {
    for (const [message, version] of parts) codec(message, version).decode(reader)
    assert(reader.allocationLeft >= 0, about())
    return 'read'
  } catch (error) {
    if (!(error instanceof WireError)) throw new Error(about(), { cause: error })
    return error.code
  } finally {
    assert(reader.offset <= bytes.length && reader.end <= bytes.length, about())
    assert(performance.now() - started < decodeMsMax, `took too long: ${about()}`)
  }
}
