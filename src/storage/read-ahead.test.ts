import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { appended, batchOf, openLog, settled, valuesOf } from './testing.ts'

/** Batches of 70 kB, which are not kept in memory, of one record each; fetches of two of them. */
const valueOf = (i: number, name = 'value'): string => `${name} ${i} `.padEnd(70_000, '.')
const limits = { maxBytes: 150_000, minOneBatch: true }

/** Each read from a file takes as long as `device.ms` says, and is counted. */
async function setUp() {
  const opened = await openLog(),
    { log, files, clock } = opened
  const fill = (from: number, to: number, name?: string): void => {
    for (let i = from; i < to; i++) appended(log, batchOf([valueOf(i, name)]))
    clock.turn()
  }
  fill(0, 30)
  const device = { ms: 0, reads: 0 }
  files.fail = (operation, path) => {
    if (operation !== 'read' || !path.endsWith('.log')) return
    clock.time += device.ms
    device.reads++
  }
  const read = (offset: number) => {
    const outcome = log.read(offset, limits)
    assert(outcome.error === 'NONE')
    const values = valuesOf(outcome.records).map(([offset, value]) => [offset, value.trimEnd().replace(/ \.+$/, '')])
    outcome.release()
    return values
  }
  /** Until it is known that files are not in the kernel's cache. */
  const slowDown = () => {
    device.ms = 5
    read(0)
    read(2)
  }
  return { ...opened, device, fill, read, slowDown }
}
const values = (from: number, name = 'value') => [from, from + 1].map(i => [i, `${name} ${i}`])

describe('reads that wait for the device', () => {
  it('are not made ahead while reads are quick, nor for one that was slow', async () => {
    const { log, read, device } = await setUp()
    assert.equal(log.prepareRead(0, limits), undefined)
    assert.deepEqual(read(0), values(0))
    device.ms = 5
    read(2)
    device.ms = 0
    assert.equal(log.prepareRead(4, limits), undefined)
    read(4)
    assert.equal(log.prepareRead(6, limits), undefined)
  })
  it('are made in the background, and of what follows before it is asked for', async () => {
    const { log, read, device, slowDown } = await setUp()
    slowDown()
    const arriving = log.prepareRead(4, limits)
    assert(arriving !== undefined)
    await arriving
    device.reads = 0
    assert.deepEqual(read(4), values(4))
    await settled()
    assert.equal(log.prepareRead(6, limits), undefined)
    assert.equal(device.reads, 1, 'the one for the next offset')
    assert.deepEqual(read(6), values(6))
  })
  it('are asked about only in a directory where there are some', async () => {
    const { directory, clock, slowDown } = await setUp()
    assert.equal(directory.hasSlowReads, false)
    slowDown()
    assert.equal(directory.hasSlowReads, true)
    clock.advance(130_000)
    assert.equal(directory.hasSlowReads, false, 'it may be quick by now')
  })
  it('are shared by those who ask for the same', async () => {
    const { log, read, slowDown } = await setUp()
    slowDown()
    const [one, other] = [log.prepareRead(4, limits), log.prepareRead(4, limits)]
    assert(one !== undefined)
    assert.equal(one, other)
    await one
    assert.deepEqual(read(4), values(4))
    assert.deepEqual(read(4), values(4))
  })
  it('give nothing of what was cut off meanwhile', async () => {
    const { log, read, fill, slowDown } = await setUp()
    slowDown()
    const arriving = log.prepareRead(4, limits)
    log.truncateTo(5)
    fill(5, 8, 'other')
    await arriving
    assert.deepEqual(read(4), [values(4)[0], values(4, 'other')[1]])
  })
  it('leave an error to the read that it is told by', async () => {
    const { log, files, slowDown } = await setUp()
    slowDown()
    const arriving = log.prepareRead(4, limits)
    files.fail = operation => {
      if (operation === 'read') throw Object.assign(new Error('EIO: read'), { code: 'EIO' })
    }
    await arriving
    await log.prepareRead(6, limits)
    assert.equal(log.read(6, limits).error, 'KAFKA_STORAGE_ERROR')
  })
  it('are tried on the loop again after a while', async () => {
    const { log, clock, device, slowDown, directory } = await setUp()
    slowDown()
    assert(log.prepareRead(4, limits) !== undefined)
    await settled()
    device.ms = 0
    clock.advance(130_000)
    assert.equal(log.prepareRead(4, limits), undefined)
    assert.equal(directory.logs.size, 1)
  })
})
