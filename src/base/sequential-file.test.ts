import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'

import { PageAlignedBuffers, pageSize } from './page-aligned-buffers.ts'
import { SequentialDiskFile } from './sequential-file.ts'
import { openUncachedSync } from './uncached.ts'

const directory = mkdtempSync(join(tmpdir(), 'millrace-sequential-'))
after(() => rmSync(directory, { recursive: true }))
const size = 2 ** 20

function knowsUncached(path: string): boolean {
  const descriptor = openUncachedSync(path)
  if (descriptor !== undefined) closeSync(descriptor)
  return descriptor !== undefined
}

it('a file that turns out to be slow is read past the cache, the same bytes, and is looked at again later', () => {
  const path = join(directory, 'slow'),
    pieces = 68
  const content = Buffer.alloc(pieces * size + 100, 'every byte tells where it is')
  writeFileSync(path, content)
  let now = 0
  const file = new SequentialDiskFile(path, () => (now += 1000)),
    buffer = new PageAlignedBuffers({ bufferSize: size, count: 1 }).take()!
  const pastCache: number[] = []
  for (let piece = 0; piece <= pieces; piece++) {
    const before = file.uncachedBytes,
      position = piece * size,
      read = file.read(buffer, size, position)
    assert.equal(read, Math.min(size, content.length - position))
    assert.ok(buffer.subarray(0, read).equals(content.subarray(position, position + read)), `at ${position}`)
    if (file.uncachedBytes > before) pastCache.push(piece)
  }
  const all = Array.from({ length: pieces + 1 }, (_, piece) => piece)
  const expected = knowsUncached(path) ? all.filter(piece => ![0, 1, 66].includes(piece)) : []
  assert.deepEqual(pastCache, expected)
  // What is not on whole pages, and where the file ends, is read all the same.
  assert.equal(file.read(buffer.subarray(1), pageSize, 3), pageSize)
  assert.ok(buffer.subarray(1, 1 + pageSize).equals(content.subarray(3, 3 + pageSize)))
  assert.equal(file.read(buffer, pageSize, (pieces + 1) * size), 0)
  file.close()
})
it('a file that is in the cache is read from there', () => {
  const path = join(directory, 'fast'),
    content = Buffer.alloc(8 * size, 1)
  writeFileSync(path, content)
  const file = new SequentialDiskFile(path, () => 0),
    buffer = new PageAlignedBuffers({ bufferSize: size, count: 1 }).take()!
  for (let position = 0; position < content.length; position += size)
    assert.equal(file.read(buffer, size, position), size)
  assert.equal(file.uncachedBytes, 0)
  file.close()
})
