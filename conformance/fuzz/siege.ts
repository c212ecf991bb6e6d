// A broker under attack: malformed frames on listeners of every kind, from those who have shown who they are and those who
// have not. The broker lives, holds no more at the end than at the beginning, answers nobody what it must not, and serves a
// client that behaves.

import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import { type Random, SeededRandom, systemClock } from '../../src/base/index.ts'
import { createClient } from '../../src/client/index.ts'
import { attacker, groups, topics, type AttackedListener, type Measured, type Ready } from './attacked-broker.ts'
import { attack, type Target } from './attacker.ts'
import { Attacks } from './attacks.ts'
import { SoundRequests } from './sound-requests.ts'

export interface SiegeOptions {
  readonly seed: number
  /** Malformed frames that the broker has judged; it ends with whichever comes first. */
  readonly framesMax: number
  readonly secondsMax: number
  readonly report: (line: string) => void
}
/** Connections at once. */
const connections = 160
const measureMs = 5_000
/** What may come and go beside what stays: caches that fill, and requests in flight. */
const heldSlackBytes = 48 * 2 ** 20
/** The allocator keeps what it had; it must not go on taking. */
const residentSlackBytes = 256 * 2 ** 20
/** Where growth is judged: before, caches fill. One measurement alone may be of the moment when much is under way. */
const warmUpShare = 0.25,
  warmUpMin = 2,
  judgedMin = 3
/** How long a client that behaves may wait for an answer: a bomb is inflated in one go. */
const witnessMsMax = 20_000

// oxfmt-ignore
const shares: readonly (readonly [listener: AttackedListener, how: 'anonymous' | 'raw' | 'login' | 'stranger', share: number])[] = [
  ['PLAINTEXT',      'anonymous', 30],
  ['SASL_PLAINTEXT', 'login',     30],
  ['SASL_PLAINTEXT', 'stranger',  25],
  ['SSL',            'anonymous', 3],
  ['SASL_SSL',       'login',     3],
  ['SASL_SSL',       'stranger',  3],
  ['SSL',            'raw',       3],
  ['SASL_SSL',       'raw',       3],
]
const everyShare = shares.flatMap(([listener, how, share]) =>
  Array.from({ length: share }, () => [listener, how] as const),
)

/** Throws an AssertionError or a Breach that names the seed. */
export async function besiege({ seed, framesMax, secondsMax, report }: SiegeOptions): Promise<void> {
  const random = new SeededRandom(seed)
  const broker = fork(join(import.meta.dirname, 'attacked-broker-process.ts'), { execArgv: ['--expose-gc'] })
  try {
    const [{ ports }] = (await once(broker, 'message')) as [Ready]
    const attacks = new Attacks(random, {
      sound: new SoundRequests(random, { topics, groups }),
      user: attacker.username,
    })
    const untilMs = systemClock.monotonic() + secondsMax * 1000
    const sent = { connections: 0, frames: 0, sound: 0 }
    let judged = 0
    const isOver = () => judged >= framesMax || systemClock.monotonic() >= untilMs
    const storm = async () => {
      while (!isOver()) {
        const { target, next } = chosen(random, ports, attacks)
        sent.connections++
        sent.frames += next.frames
        sent.sound += await attack(target, next)
      }
    }
    const watching = watch(broker, ports, isOver, measured => {
      judged = measured.judged - sent.sound
      report(`${judged} frames judged of ${sent.frames}, on ${sent.connections} connections: ${describe(measured)}`)
    })
    await Promise.all([watching, ...Array.from({ length: connections }, storm)])
    judge(await watching, report)
  } catch (error) {
    throw new Error(`the broker did not stand (seed ${seed}; exit code ${broker.exitCode})`, { cause: error })
  } finally {
    broker.kill()
  }
}

function chosen(random: Random, ports: Ready['ports'], attacks: Attacks) {
  const [listener, how] = random.pick(everyShare)
  const target: Target = {
    listener,
    port: ports[listener],
    isRaw: how === 'raw',
    login: how === 'login' ? attacker : undefined,
  }
  const next = how === 'raw' ? attacks.raw() : how === 'stranger' ? attacks.unauthenticated() : attacks.authenticated()
  return { target, next }
}

/** Measures the broker from time to time, and asks it as a client that behaves would. */
async function watch(
  broker: ChildProcess,
  ports: Ready['ports'],
  isOver: () => boolean,
  tell: (measured: Measured & { readonly waitedMs: number }) => void,
): Promise<Measured[]> {
  const login = { mechanism: 'PLAIN', ...attacker } as const
  await using plain = createClient({ bootstrap: `127.0.0.1:${ports.SASL_PLAINTEXT}`, sasl: login })
  await using secure = createClient({
    bootstrap: `127.0.0.1:${ports.SASL_SSL}`,
    sasl: login,
    tls: { rejectUnauthorized: false },
  })
  const measurements: Measured[] = []
  for (let isLast = false; !isLast;) {
    isLast = isOver()
    const fromMs = systemClock.monotonic()
    for (const client of [plain, secure])
      assert.deepEqual((await client.admin.topics.list()).map(({ name }) => name).toSorted(), [...topics].toSorted())
    const waitedMs = Math.round(systemClock.monotonic() - fromMs)
    assert(waitedMs < witnessMsMax, `a client that behaves waited for ${waitedMs} ms`)
    broker.send('measure')
    const [measured] = (await once(broker, 'message')) as [Measured]
    assert.deepEqual(measured.bugs, [])
    measurements.push(measured)
    tell({ ...measured, waitedMs })
    if (!isLast) await new Promise<void>(resolve => void systemClock.after(measureMs, resolve))
  }
  return measurements
}
function judge(measurements: readonly Measured[], report: SiegeOptions['report']): void {
  const warm = Math.max(Math.ceil(measurements.length * warmUpShare), warmUpMin)
  const [before, after] = [measurements.slice(0, warm), measurements.slice(warm)]
  if (after.length < judgedMin) return report('too short a time to say whether it holds more than in the beginning')
  for (const [what, slack] of [
    ['heldBytes', heldSlackBytes],
    ['residentBytes', residentSlackBytes],
  ] as const) {
    const limit = Math.max(...before.map(each => each[what])) + slack
    const least = Math.min(...after.slice(-judgedMin).map(each => each[what]))
    assert(least <= limit, `${what} has grown: ${least} at the end, at most ${limit - slack} in the beginning`)
  }
}
function describe({ heldBytes, residentBytes, reasons, waitedMs }: Measured & { waitedMs: number }): string {
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`
  const closed = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`)
  return `${mib(heldBytes)} held, ${mib(residentBytes)} resident, another client waited ${waitedMs} ms; ${closed.join(', ')}`
}
