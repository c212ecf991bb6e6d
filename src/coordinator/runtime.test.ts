import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock } from '../base/index.ts'
import type { Machine, MachineTypes, Timer, To } from './machine.ts'
import { Runtime } from './runtime.ts'

// The smallest machine: `set` writes a value, `get` tells it, `wait` is answered when the key is forgotten, `beat` keeps
// two timers.
interface Types extends MachineTypes {
  readonly durable: Map<string, string>
  readonly volatile: Map<string, To[]>
  readonly record: { readonly key: string; readonly value: string }
  readonly request: {
    readonly is: 'set' | 'get' | 'wait' | 'beat' | 'quick' | 'late'
    readonly key: string
    readonly to: To
    readonly value?: string
  }
  readonly response: string
  readonly effect: { readonly is: 'tell'; readonly value: string }
}
const machine: Machine<Types> = {
  create: () => ({ durable: new Map(), volatile: new Map() }),
  keyOf: record => record.key,
  keys: durable => durable.keys(),
  apply(durable, { key, value }) {
    const before = durable.get(key)
    durable.set(key, value)
    return () => {
      if (before === undefined) durable.delete(key)
      else durable.set(key, before)
    }
  },
  decide({ durable, volatile, uncommitted }, { is, key, to, value = '' }) {
    const timer = (name: string, afterMs: number): Timer<Types['request']> => ({
      is: 'timer',
      key,
      name,
      afterMs,
      event: { is: 'late', key, to, value: name },
    })
    const nothing = { records: [], answers: [], effects: [] }
    switch (is) {
      case 'set':
        return {
          records: [{ key, value }],
          answers: [{ to, response: `set ${value}` }],
          effects: [{ is: 'tell', value }],
        }
      case 'get':
        return { ...nothing, answers: [{ to, response: `${durable.get(key)}${uncommitted(key) ? '?' : ''}` }] }
      case 'wait':
        volatile.set(key, [...(volatile.get(key) ?? []), to])
        return nothing
      case 'beat':
        return { ...nothing, effects: [timer('session', 10_000)] }
      case 'quick':
        return { ...nothing, effects: [timer('quick', 25)] }
      case 'late':
        return { ...nothing, answers: [{ to, response: `late ${value}` }] }
    }
  },
  revive: ({ volatile }, key) => {
    volatile.set(key, [])
    return []
  },
  forget(volatile, key) {
    const keys = key === undefined ? [...volatile.keys()] : [key]
    return keys.flatMap(each => {
      const list = volatile.get(each) ?? []
      volatile.delete(each)
      return list
    })
  },
}
function start(loaded: { key: string; value: string }[] = [], { leads = true, answerMsMax = 60_000 } = {}) {
  const out: string[] = [],
    clock = new ManualClock(),
    log = {
      end: loaded.length,
      refuses: false,
      append(records: readonly unknown[]) {
        if (this.refuses) return { error: 'KAFKA_STORAGE_ERROR' } as const
        return { error: 'NONE', endOffset: (this.end += records.length) } as const
      },
    }
  const runtime = new Runtime<Types>({
    machine,
    log,
    outside: {
      answer: (to, response) => out.push(`${to} ${typeof response === 'string' ? response : response.error}`),
      perform: effect => out.push(`tell ${effect.value}`),
    },
    clock,
    answerMsMax,
  })
  for (const record of loaded) runtime.replay(record)
  if (leads) runtime.lead({ endOffset: log.end, highWatermark: log.end })
  let to = 0
  const ask = (is: Types['request']['is'], key: string, value?: string) =>
    runtime.take({ is, key, to: ++to, ...(value === undefined ? {} : { value }) })
  return { runtime, log, out, ask, clock, take: () => out.splice(0) }
}

test('an answer and its effects go out when the record is committed, and a read waits for the writes before it', () => {
  const { runtime, ask, take } = start([{ key: 'a', value: 'old' }])
  ask('get', 'a')
  assert.deepEqual(take(), ['1 old'])
  ask('set', 'a', 'new')
  ask('get', 'a')
  ask('get', 'b')
  assert.deepEqual(take(), [])
  runtime.committed(2)
  assert.deepEqual(take(), ['2 set new', 'tell new', '3 new?', '4 undefined'])
  ask('get', 'a')
  assert.deepEqual(take(), ['5 new'])
})
test('an answer that waits for too long goes out as a refusal, and what was written stays', async () => {
  const { runtime, ask, take, clock } = start([], { answerMsMax: 500 })
  ask('set', 'a', 'early')
  await clock.advance(300)
  ask('set', 'a', 'later')
  await clock.advance(199)
  assert.deepEqual(take(), [])
  await clock.advance(1)
  assert.deepEqual(take(), ['1 COORDINATOR_NOT_AVAILABLE'])
  runtime.committed(2)
  assert.deepEqual(take(), ['tell early', '2 set later', 'tell later'])
  await clock.advance(10_000)
  ask('get', 'a')
  assert.deepEqual(take(), ['3 later'])
})
test('a commit that arrives after a stall is seen before the answer is given up', async () => {
  const { runtime, ask, take, clock } = start([], { answerMsMax: 500 })
  ask('set', 'a', 'new')
  clock.stall(5_000)
  clock.after(0, () => runtime.committed(1))
  await clock.advance(0)
  assert.deepEqual(take(), ['1 set new', 'tell new'])
})
test('an append that is refused changes nothing, and who waited for the same key is told', () => {
  const { runtime, log, ask, take } = start()
  ask('wait', 'a')
  ask('wait', 'b')
  log.refuses = true
  ask('set', 'a', 'x')
  assert.deepEqual(take(), ['3 KAFKA_STORAGE_ERROR', '1 KAFKA_STORAGE_ERROR'])
  assert.equal(runtime.state.durable.size, 0)
})
test('records lost before they were committed are taken back, the newest first', () => {
  const { runtime, ask, take } = start([{ key: 'a', value: '0' }])
  for (const value of ['1', '2', '3']) ask('set', 'a', value)
  runtime.committed(2)
  assert.deepEqual(take(), ['1 set 1', 'tell 1'])
  runtime.lost(2)
  assert.deepEqual(take(), ['2 COORDINATOR_NOT_AVAILABLE', '3 COORDINATOR_NOT_AVAILABLE'])
  assert.equal(runtime.state.durable.get('a'), '1')
  ask('get', 'a')
  assert.deepEqual(take(), ['4 1'])
})
test('a coordinator that resigns leaves nobody without an answer', () => {
  const { runtime, ask, take } = start()
  ask('wait', 'a')
  ask('set', 'b', 'x')
  runtime.resign()
  ask('get', 'b')
  assert.deepEqual(take(), ['2 NOT_COORDINATOR', '1 NOT_COORDINATOR', '3 NOT_COORDINATOR'])
  assert.equal(runtime.state.durable.size, 0)
})
test('until the log is replayed requests are told to come again', () => {
  const { runtime, ask, take } = start([{ key: 'a', value: '0' }], { leads: false })
  ask('get', 'a')
  assert.deepEqual(take(), ['1 COORDINATOR_LOAD_IN_PROGRESS'])
  runtime.lead({ endOffset: 1, highWatermark: 0 })
  ask('get', 'a')
  assert.deepEqual(take(), [])
  runtime.committed(1)
  assert.deepEqual(take(), ['2 0'])
})
test('what has arrived in the same turn of the loop is decided before anything expires', async () => {
  const { clock, ask, take } = start()
  ask('beat', 'a')
  await clock.advance(9_999)
  clock.after(1, () => ask('beat', 'a'))
  await clock.advance(1)
  assert.deepEqual(take(), [])
  await clock.advance(9_999)
  assert.deepEqual(take(), [])
  await clock.advance(1)
  assert.deepEqual(take(), ['2 late session'])
})
test('deadlines move by a stall of the loop', async () => {
  const { clock, ask, take } = start()
  ask('beat', 'a')
  clock.stall(60_000)
  await clock.advance(100)
  ask('beat', 'b')
  await clock.advance(9_800)
  assert.deepEqual(take(), [])
  await clock.advance(100)
  assert.deepEqual(take(), ['1 late session'])
  await clock.advance(100)
  assert.deepEqual(take(), ['2 late session'])
})
test('a coordinator that had nothing to wait for was not stalled', async () => {
  const { clock, ask, take } = start()
  await clock.advance(3_600_000)
  ask('beat', 'a')
  await clock.advance(10_000)
  assert.deepEqual(take(), ['1 late session'])
})
test('a timer that is shorter than those that run is not late for them', async () => {
  const { clock, ask, take } = start()
  ask('beat', 'a')
  ask('quick', 'a')
  await clock.advance(25)
  assert.deepEqual(take(), ['2 late quick'])
})
test('after a restart of one key none of its timers is left, and those of the others run on', async () => {
  const { runtime, clock, ask, take } = start()
  ask('beat', 'a')
  ask('beat', 'b')
  ask('set', 'a', 'x')
  runtime.lost(0)
  assert.deepEqual(take(), ['3 COORDINATOR_NOT_AVAILABLE'])
  await clock.advance(20_000)
  assert.deepEqual(take(), ['2 late session'])
})
