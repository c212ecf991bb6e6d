// The simulations are worth what they find: each planted bug is found, and without it nothing is wrong.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bugs } from './bugs.ts'
import { findBug, simulate } from './search.ts'

/** The first does, as long as neither the simulation nor what it runs has changed since it was stored. */
const seedsMax = 1_000

for (const bug of bugs)
  test(`a simulation finds it when ${bug.name}`, async () => {
    const found = await findBug(bug, { first: bug.seed, count: seedsMax })
    assert(found !== undefined, `none of ${seedsMax} seeds from ${bug.seed} finds it`)
    assert.equal(await simulate(bug.simulation, { first: found.seed, count: 1 }), undefined, 'without the bug')
  })
