import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { memoryFiles } from '../base/index.ts'
import { OffsetIndex } from './offset-index.ts'
import { TimeIndex } from './time-index.ts'
import { TransactionIndex } from './transaction-index.ts'

const files = memoryFiles()
files.makeDirectory('/i')
let count = 0
const place = (baseOffset = 100) => ({ files, baseOffset, path: `/i/${count++}` })

describe('the offset index', () => {
  const entries: [lastOffset: number, position: number][] = [
    [105, 1000],
    [110, 2000],
    [120, 3000],
  ]
  const filled = () => {
    const index = new OffsetIndex(place())
    for (const [lastOffset, position] of entries) index.append(lastOffset, position)
    return index
  }
  // oxfmt-ignore
  const lookups: [offset: number, position: number][] = [
    [100, 0], [104, 0], [105, 1000], [109, 1000], [110, 2000], [119, 2000], [120, 3000], [9999, 3000],
  ]
  it('gives a place at or before the batch that holds an offset', () => {
    const index = filled()
    for (const [offset, position] of lookups) assert.equal(index.positionOf(offset), position, `offset ${offset}`)
    assert.equal(new OffsetIndex(place()).positionOf(5), 0)
  })
  it('has 8 bytes an entry: the offset counted from the base, the position', () => {
    const index = filled()
    index.write()
    assert.equal(files.readFile(index.path).toString('hex'), '00000005000003e80000000a000007d00000001400000bb8')
  })
  it('is read again when it is opened, and can be closed and used on', () => {
    const index = filled()
    index.write()
    index.unload()
    index.append(130, 4000)
    index.write()
    const again = new OffsetIndex({ files, path: index.path, baseOffset: 100 })
    assert.equal(again.count, 4)
    assert.equal(again.lastOffset, 130)
    assert.equal(again.positionOf(125), 3000)
  })
  // oxfmt-ignore
  const truncations: [offset: number, count: number][] = [[100, 0], [105, 0], [106, 1], [110, 1], [111, 2], [121, 3]]
  for (const [offset, remaining] of truncations)
    it(`truncated to ${offset} has ${remaining} entries, in memory and in the file`, () => {
      const index = filled()
      index.write()
      index.truncateTo(offset)
      assert.equal(index.count, remaining)
      assert.equal(files.readFile(index.path).length, remaining * 8)
    })
  it('finds what is wrong with a file', () => {
    const index = filled()
    assert.match(index.check()!, /missing/)
    index.write()
    assert.equal(index.check(), undefined)
    const file = files.open(index.path, 'r+')
    file.write(Buffer.alloc(3), 0, 3, 24)
    const open = () => new OffsetIndex({ files, path: index.path, baseOffset: 100 })
    assert.match(open().check()!, /ends within an entry/)
    file.truncate(24)
    file.write(Buffer.from('ffffffff00000000', 'hex'), 0, 8, 16)
    assert.match(open().check()!, /below its base/)
  })
})

describe('the time index', () => {
  const filled = () => {
    const index = new TimeIndex(place())
    index.append({ timestamp: 1_700_000_000_000, offset: 105 })
    index.append({ timestamp: 1_700_000_000_500, offset: 120 })
    return index
  }
  it('takes only timestamps that increase', () => {
    const index = filled()
    index.append({ timestamp: 1_700_000_000_500, offset: 130 })
    index.append({ timestamp: 1_600_000_000_000, offset: 140 })
    assert.equal(index.count, 2)
    assert.deepEqual(index.last, { timestamp: 1_700_000_000_500, offset: 120 })
  })
  it('gives where a later timestamp can be at the earliest', () => {
    const index = filled()
    assert.deepEqual(index.floor(1_699_999_999_999), { timestamp: -1, offset: 100 })
    assert.equal(index.floor(1_700_000_000_000).offset, 105)
    assert.equal(index.floor(1_700_000_000_499).offset, 105)
    assert.equal(index.floor(1_800_000_000_000).offset, 120)
  })
  it('has 12 bytes an entry: the timestamp, the offset counted from the base', () => {
    const index = filled()
    index.write()
    assert.equal(files.readFile(index.path).toString('hex'), '0000018bcfe5680000000005' + '0000018bcfe569f400000014')
  })
  it('is truncated by offset', () => {
    const index = filled()
    index.truncateTo(120)
    assert.deepEqual(index.last, { timestamp: 1_700_000_000_000, offset: 105 })
    index.truncateTo(0)
    assert.deepEqual(index.last, { timestamp: -1, offset: 100 })
  })
  it('finds what is wrong with a file', () => {
    const index = filled()
    index.write()
    assert.equal(index.check(), undefined)
    const file = files.open(index.path, 'r+')
    file.write(Buffer.from('000000000000000500000020', 'hex'), 0, 12, 12)
    assert.match(new TimeIndex({ files, path: index.path, baseOffset: 100 }).check()!, /do not increase/)
  })
})

describe('the transaction index', () => {
  const transaction = { producerId: 7, firstOffset: 110, lastOffset: 120, lastStableOffset: 115 }
  it('has no file until there is an aborted transaction, then 34 bytes for each', () => {
    const index = new TransactionIndex(place())
    assert.deepEqual(index.entries, [])
    assert.ok(!files.exists(index.path))
    index.append(transaction)
    const numbers = [7, 110, 120, 115].map(value => value.toString(16).padStart(16, '0'))
    assert.equal(files.readFile(index.path).toString('hex'), `0000${numbers.join('')}`)
  })
  it('is read again, and truncated by the offsets of the markers', () => {
    const first = new TransactionIndex(place())
    first.append(transaction)
    first.append({ ...transaction, lastOffset: 130 })
    first.unload()
    const index = new TransactionIndex({ files, path: first.path })
    assert.deepEqual(index.entries, [transaction, { ...transaction, lastOffset: 130 }])
    index.truncateTo(125)
    assert.deepEqual(index.entries, [transaction])
    assert.equal(files.readFile(index.path).length, 34)
  })
})
