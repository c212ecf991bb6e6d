import assert from 'node:assert/strict'
import { test } from 'node:test'

import { apply, imageOf, snapshotOf } from './apply.ts'
import { isRefusal } from './decision.ts'
import { featureLevel, type FeatureUpdate, updateFeatures } from './features.ts'
import { emptyImage } from './image.ts'
import { after } from './testing.ts'

const feature = { name: 'group.version', minVersion: 0, maxVersion: 2, level: 1 }
const options = { supported: [feature], nodeId: 1 }
const update = (level: number, upgradeType: FeatureUpdate['upgradeType'] = 'UPGRADE', name = feature.name) => [
  { feature: name, level, upgradeType },
]

test('a feature is at the level that brokers begin with, until it is set; level 0 is out of use, and stays so', () => {
  assert.equal(featureLevel(emptyImage, feature), 1)
  const raised = after(emptyImage, updateFeatures(emptyImage, update(2), options))
  assert.equal(featureLevel(raised, feature), 2)
  const out = after(raised, updateFeatures(raised, update(0, 'SAFE_DOWNGRADE'), options))
  assert.equal(featureLevel(out, feature), 0)
  const named = apply(out, [{ type: 'clusterCreated', clusterId: 'c' }])
  assert.deepEqual(imageOf({ records: snapshotOf(named), end: named.offset }), named)
})
test('a validation changes nothing', () => {
  const decision = updateFeatures(emptyImage, update(2), { ...options, validateOnly: true })
  assert.deepEqual(decision, { records: [], outcome: { error: 'NONE' } })
})

// oxfmt-ignore
const refused: readonly (readonly [string, FeatureUpdate[], string])[] = [
  ['that nobody knows',               update(1, 'UPGRADE', 'nope'),      'Invalid update version 1 for feature nope. Local controller 1 does not support this feature.'],
  ['beyond what is supported',        update(3),                         'Invalid update version 3 for feature group.version. Local controller 1 only supports versions 0-2'],
  ['below nothing',                   update(-1),                        'Invalid update version -1 for feature group.version. A feature version cannot be less than 0.'],
  ['downwards as an upgrade',         update(0),                         "Invalid update version 0 for feature group.version. Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade."],
  ['upwards as a downgrade',          update(2, 'UNSAFE_DOWNGRADE'),     "Invalid update version 2 for feature group.version. Can't downgrade to a newer version."],
  ['in an unknown way',               update(2, 'UNKNOWN'),              'Invalid update version 2 for feature group.version. The controller does not support the given upgrade type.'],
]
for (const [what, updates, message] of refused)
  test(`a change of a feature ${what} is refused, and with it all of the request`, () => {
    const { records, outcome } = updateFeatures(emptyImage, [...update(2), ...updates], options)
    assert.ok(isRefusal(outcome))
    assert.deepEqual([outcome.error, outcome.message, records], ['INVALID_UPDATE_VERSION', message, []])
  })
