import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'

import { PageAlignedBuffers, pageSize } from './page-aligned-buffers.ts'
import { SequentialDiskFile } from './sequential-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'millrace-sequential-'))
after(() => rmSync(directory, { recursive: true }))

it('a file that turns out to be slow is read past the cache, the same bytes', () => {
  const path = join(directory, 'slow'),
    size = 2 ** 20,
    content = Buffer.alloc(4 * size + 100, 'every byte tells where it is')
  writeFileSync(path, content)
  let now = 0
  const file = new SequentialDiskFile(path, () => (now += 1000)),
    buffer = new PageAlignedBuffers({ bufferSize: size, count: 1 }).take()!
  for (let position = 0; position < content.length; position += size) {
    const read = file.read(buffer, size, position)
    assert.equal(read, Math.min(size, content.length - position))
    assert.ok(buffer.subarray(0, read).equals(content.subarray(position, position + read)), `at ${position}`)
  }
  // It was looked at twice; what is not on whole pages, and where it ends, is read all the same.
  assert.equal(now, 4000)
  assert.equal(file.read(buffer.subarray(1), pageSize, 3), pageSize)
  assert.ok(buffer.subarray(1, 1 + pageSize).equals(content.subarray(3, 3 + pageSize)))
  assert.equal(file.read(buffer, pageSize, 5 * size), 0)
  file.close()
})
