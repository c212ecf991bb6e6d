import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { defaultLogConfig } from './log-config.ts'
import { allOf, appended, batchOf, openDirectory, openLog, read, topicId, valuesOf, whileTurning } from './testing.ts'

describe('many logs', () => {
  it('share a few open files, and keep what is written to each', async () => {
    const opensMax = 8
    let { directory, files, clock } = await openDirectory({ openFilesMax: opensMax, durability: 'fsync' })
    const logs = Array.from({ length: 50 }, (_, partition) =>
      directory.createLog({ topic: 'many', partition, topicId, config: { ...defaultLogConfig, segmentBytes: 200 } }),
    )
    let open = 0,
      openMost = 0
    // Of the file system itself, below the bound.
    files.fail = operation => void (operation === 'open' && (openMost = Math.max(openMost, ++open)))
    for (let round = 0; round < 4; round++) {
      for (const log of logs) appended(log, batchOf([`${log.partition} ${round}`]))
      await whileTurning(directory.checkpoint(), clock)
    }
    assert.ok(openMost > 0)
    await whileTurning(directory.close(), clock)
    ;({ directory } = await openDirectory({ openFilesMax: opensMax, files, clock }))
    for (const log of directory.logs.values())
      assert.deepEqual(
        allOf(log).map(([, value]) => value),
        [0, 1, 2, 3].map(round => `${log.partition} ${round}`),
      )
  })
})

describe('an index that nobody uses', () => {
  it('is dropped from memory, with what was not yet written of it in its file', async () => {
    const test = await openLog({ indexIntervalBytes: 0 }, { intervals: { restMs: 1000 } })
    const { log, clock, files } = test
    for (let i = 0; i < 20; i++) appended(log, batchOf([`${i}`]))
    clock.turn()
    const [segment] = log.segments
    const sizeBytes = segment!.offsetIndex.sizeBytes
    assert.equal(files.stat(segment!.offsetIndex.path).sizeBytes, 0, 'it is written behind')
    clock.advance(2001)
    assert.equal(files.stat(segment!.offsetIndex.path).sizeBytes, sizeBytes)
    let loads = 0
    files.fail = (operation, path) => void (operation === 'open' && path.endsWith('.index') && loads++)
    assert.deepEqual(valuesOf(read(log, 15, { maxBytes: 1 }).records), [])
    assert.deepEqual(valuesOf(read(log, 15, { maxBytes: 1, minOneBatch: true }).records), [[15, '15']])
    log.truncateTo(10)
    assert.equal(loads > 0, true, 'it was not in memory')
    for (let i = 10; i < 20; i++) appended(log, batchOf([`new ${i}`]))
    assert.equal(allOf(log).length, 20)
    assert.equal(segment!.offsetIndex.sizeBytes, sizeBytes - 8, 'the first batch behind a cut has no entry')
  })
})
