import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { BrokerNode } from '../broker/index.ts'
import type { Metadata } from '../metadata/index.ts'
import { PlatformState } from './health.ts'

/** Of one broker: whether it is fenced, and what is wrong with each of its logs. */
function stateOf({ fenced = false, faults = [] as (string | undefined)[] } = {}): PlatformState {
  const logs = new Map(faults.map((fault, i) => [`orders-${i}`, { fault: fault && new Error(fault) }]))
  return new PlatformState({
    metadata: { image: { brokers: new Map([[1, { id: 1, fenced }]]) } } as unknown as Metadata,
    nodes: [{ nodeId: 1, context: { logDirectory: { logs } } } as unknown as BrokerNode],
  })
}
const running = (state: PlatformState) =>
  Object.assign(state, { phase: 'running', bootstrap: '127.0.0.1:9092' }).health()

test('while it starts it is not ready, and tells how far recovery is', () => {
  const state = stateOf()
  assert.deepEqual(state.health(), { status: 'starting', recovery: undefined })
  const recovery = (state.recovery = { logs: 3, logsTotal: 10, bytes: 300, bytesTotal: 1000 })
  assert.deepEqual(state.health(), { status: 'starting', recovery })
})
test('while it stops it is not ready, so that nobody is sent to it any more', () => {
  assert.deepEqual(Object.assign(stateOf(), { phase: 'stopping' }).health(), { status: 'stopping' })
})

const up = { status: 'up', bootstrap: '127.0.0.1:9092' }
const unwell = (reason: string) => ({ ...up, status: 'unwell', reasons: [reason] })
// oxfmt-ignore
const states = [
  ['it runs, and has no log',                {},                                     up],
  ['its logs are sound',                     { faults: [undefined, undefined] },     up],
  ['one of its logs cannot be used',         { faults: ['EIO', undefined] },         up],
  ['none of its logs can be used',           { faults: ['EIO', 'EIO'] },             unwell('no log of broker 1 can be used: EIO')],
  ['its broker is fenced',                   { fenced: true },                       unwell('broker 1 is not registered')],
] as const
for (const [what, of, expected] of states)
  test(`${expected.status === 'up' ? 'it is ready' : 'it is not ready'} where ${what}`, () =>
    assert.deepEqual(running(stateOf(of as Parameters<typeof stateOf>[0])), expected))
