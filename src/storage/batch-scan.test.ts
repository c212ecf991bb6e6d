import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'

import { diskFiles, memoryFiles, pageSize, SeededRandom, seedFromEnvironment, type Files } from '../base/index.ts'
import { buildBatch } from '../protocol/index.ts'
import { scanBatches, verifiedBatches, type BatchScan } from './batch-scan.ts'

const directory = mkdtempSync(join(tmpdir(), 'millrace-scan-'))
after(() => rmSync(directory, { recursive: true }))

const batchOf = (valueSize: number, byte: number): Buffer =>
  Buffer.from(buildBatch([{ key: null, timestamp: 0, value: Buffer.alloc(valueSize, byte) }]))
/** Copies of what it finds, and why it ended. */
function walked(scan: BatchScan): { batches: Buffer[]; reason: string | undefined } {
  const batches: Buffer[] = []
  for (;;) {
    const step = scan.next()
    if (step.done) return { batches, reason: step.value }
    const { bytes, at, sizeBytes } = step.value
    batches.push(Buffer.from(bytes.subarray(at, at + sizeBytes)))
  }
}

const seed = seedFromEnvironment()
const places: readonly (readonly [string, Files])[] = [
  ['on disk', diskFiles],
  ['in memory', memoryFiles()],
]
for (const [place, files] of places)
  describe(`the batches of a file ${place} (SEED=${seed})`, () => {
    files.makeDirectory(directory)
    const random = new SeededRandom(seed)
    const sizes = Array.from({ length: 60 }, () => random.below(random.pick([100, 70_000, 300_000])))
    // Larger than all that is read at once, in the middle of others.
    sizes.splice(20, 0, 2_500_000, 3_100_000)
    const batches = sizes.map((size, i) => batchOf(size, i)),
      all = Buffer.concat(batches),
      path = join(directory, 'batches')
    const file = files.open(path, 'w+')
    file.write(all, 0, all.length, 0)
    const walks = [
      ['as they are', (start: number, end: number) => scanBatches(file, start, end)],
      ['verified', (start: number, end: number) => verifiedBatches(files, path, start, end)],
    ] as const
    for (const [name, walk] of walks) {
      it(`are all found, ${name}, from any of them on`, () => {
        for (const first of [0, 1, 19, 21, 22, batches.length - 1]) {
          const start = batches.slice(0, first).reduce((sum, { length }) => sum + length, 0)
          const { batches: found, reason } = walked(walk(start, all.length))
          assert.equal(reason, undefined)
          assert.ok(Buffer.concat(found).equals(all.subarray(start)))
          assert.equal(found.length, batches.length - first)
        }
      })
      it(`are found, ${name}, up to the one that is cut`, () => {
        const { batches: found, reason } = walked(walk(0, all.length - 10))
        assert.equal(found.length, batches.length - 1)
        assert.match(reason!, /^a batch of \d+ bytes, of which \d+ are here$/)
        assert.match(walked(walk(0, all.length + 10)).reason!, /^0 bytes, less than the header of a batch$/)
      })
    }
    it('are checked by their CRC where that is asked for', () => {
      const other = join(directory, 'damaged'),
        damaged = files.open(other, 'w+')
      const bytes = Buffer.from(all),
        at = batches.slice(0, 21).reduce((sum, { length }) => sum + length, 0)
      bytes[at + 2_000_000]! ^= 1
      damaged.write(bytes, 0, bytes.length, 0)
      assert.equal(walked(scanBatches(damaged, 0, bytes.length)).batches.length, batches.length)
      const { batches: found, reason } = walked(verifiedBatches(files, other, 0, bytes.length))
      assert.equal(found.length, 21)
      assert.match(reason!, /CRC/)
      damaged.close()
    })
    it('are read by whole pages, as reads past the cache must be, up to the first that is larger than the window', () => {
      const reads: { readonly length: number; readonly position: number }[] = []
      const watched: Files = {
        ...files,
        openSequential(name) {
          const file = files.open(name, 'r')
          return {
            read(buffer, length, position) {
              reads.push({ length, position })
              return file.read(buffer, 0, length, position)
            },
            close: () => file.close(),
          }
        },
      }
      const start = batches[0]!.length
      assert.equal(walked(verifiedBatches(watched, path, start, all.length)).batches.length, batches.length - 1)
      const larger = reads.findIndex(({ length }) => length > 2 ** 21)
      assert.ok(larger > 0)
      for (const { length, position } of reads.slice(0, larger))
        assert.deepEqual([length % pageSize, position % pageSize], [0, 0])
    })
  })
