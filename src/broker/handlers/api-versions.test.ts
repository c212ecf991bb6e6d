import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import type { ClientConnection } from '../../connection/index.ts'
import {
  addPartitionsToTxn,
  apiVersions,
  endTxn,
  errorName,
  initProducerId,
  metadata,
  produce,
  txnOffsetCommit,
} from '../../protocol/index.ts'
import { TestCluster } from '../testing.ts'
import { handlers } from './index.ts'

suite('3.1 ApiVersions', () => {
  let cluster: TestCluster
  let connection: ClientConnection
  before(async () => {
    cluster = await TestCluster.start()
    connection = await cluster.connect()
  })
  after(() => cluster.stop())
  const software = { clientSoftwareName: 'test', clientSoftwareVersion: '1.0' }
  const ask = (draft = software, versionMax = 4) => connection.request(apiVersions, draft, { versionMax })
  const rangeOf = async (key: number) => {
    const { apiKeys } = await ask()
    const { minVersion, maxVersion } = apiKeys.find(({ apiKey }) => apiKey === key)!
    return [minVersion, maxVersion]
  }

  test('3.1 ApiVersions: exactly what has a handler is advertised', async () => {
    const { apiKeys } = await ask()
    assert.deepEqual(
      apiKeys.map(({ apiKey }) => apiKey),
      handlers.all().map(({ api }) => api.key),
    )
  })
  test('3.1 ApiVersions: Produce is advertised from version 0, though served from 3', async () => {
    assert.deepEqual(await rangeOf(produce.key), [0, 13])
    assert.equal(handlers.get(produce.key)!.versions.from, 3)
  })
  test('3.1 ApiVersions: librdkafka finds what it asks for before it uses a feature', async () => {
    const { apiKeys } = await ask()
    const rangeOf = new Map(apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, [minVersion, maxVersion]]))
    // oxfmt-ignore
    const needed: readonly [feature: string, key: number, version: number][] = [
      ['record batches v2',  0, 3], ['record batches v2',  1, 4], ['lz4',     10, 0],
      ['zstd',               0, 7], ['zstd',               1, 10],
      ['groups',            10, 0], ['groups',             8, 2], ['groups', 9, 1],
      ['groups',            11, 0], ['groups',            14, 0], ['groups',  12, 0], ['groups', 13, 0],
    ]
    for (const [feature, key, version] of needed) {
      const [min, max] = rangeOf.get(key) ?? assert.fail(`${feature}: API ${key} is not there`)
      assert.ok(min! <= version && version <= max!, `${feature}: API ${key}`)
    }
  })
  test('3.1 ApiVersions: versions that promise more than is served are not advertised', async () => {
    assert.deepEqual(await rangeOf(apiVersions.key), [0, 4])
    assert.deepEqual(await rangeOf(initProducerId.key), [0, 5])
    const { apiKeys } = await ask()
    assert.deepEqual(await rangeOf(addPartitionsToTxn.key), [0, 3], 'from 4 on it is brokers’ own, of another shape')
    assert.deepEqual(
      [await rangeOf(endTxn.key), await rangeOf(txnOffsetCommit.key)],
      [
        [0, 5],
        [0, 5],
      ],
    )
    const unserved = [71, 72, 76, 77, 78, 79]
    assert.deepEqual(
      apiKeys.filter(({ apiKey }) => unserved.includes(apiKey)),
      [],
    )
  })
  test('3.1 ApiVersions: features of a minimum of 0 are supported from version 4 on, and the epoch is one that Java reads', async () => {
    const features = [
      { name: 'group.version', minVersion: 0, maxVersion: 1 },
      { name: 'transaction.version', minVersion: 0, maxVersion: 2 },
    ]
    for (const [version, supported] of [
      [3, []],
      [4, features],
    ] as const) {
      const answer = await ask(software, version)
      assert.deepEqual(answer.supportedFeatures, supported)
      assert.deepEqual(
        answer.finalizedFeatures,
        features.map(({ name, maxVersion: level }) => ({ name, maxVersionLevel: level, minVersionLevel: level })),
      )
      assert.equal(answer.finalizedFeaturesEpoch, cluster.metadata.image.offset)
    }
  })
  test('3.1 ApiVersions: a software name that is none is INVALID_REQUEST, from version 3 on', async () => {
    const bad = { clientSoftwareName: '-kcat', clientSoftwareVersion: '1.0' }
    assert.equal(errorName((await ask(bad)).errorCode), 'INVALID_REQUEST')
    assert.equal(errorName((await ask(bad, 2)).errorCode), 'NONE')
  })
  test('3.1 ApiVersions: every version of every API that is served has a declaration', () => {
    for (const { api, versions } of handlers.all())
      assert.ok(versions.from >= api.versions.from && versions.to <= api.versions.to, api.name)
  })

  suite('Metadata', () => {
    test('3.1 Metadata: brokers stand under the address of the listener that was asked', async () => {
      const { brokers } = await connection.request(metadata, { topics: [] })
      assert.deepEqual(
        brokers.map(({ nodeId, host, port }) => [nodeId, host, port]),
        [[1, '127.0.0.1', 9092]],
      )
    })
  })
})
