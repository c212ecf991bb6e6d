import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from './random.ts'

test('a UUID is of version 4, and its base64url form never begins with a dash', () => {
  const random = new SeededRandom(1)
  const firsts = new Set<string>()
  for (let i = 0; i < 2_000; i++) {
    const uuid = random.uuid()
    assert.match(uuid, /^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/)
    firsts.add(Buffer.from(uuid, 'hex').toString('base64url')[0]!)
  }
  assert.equal(firsts.size, 63)
  assert(!firsts.has('-'))
})
test('a seed is drawn anew for each run, but in CI, and where it is given', () => {
  assert.equal(seedFromEnvironment({ SEED: '7', CI: 'true' }), 7)
  assert.equal(seedFromEnvironment({ CI: 'true' }), seedFromEnvironment({ CI: '1' }))
  for (const CI of [undefined, '', 'false']) assert.notEqual(seedFromEnvironment({ CI }), seedFromEnvironment({ CI }))
})
