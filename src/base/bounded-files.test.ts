import assert from 'node:assert/strict'
import { test } from 'node:test'

import { boundedFiles } from './bounded-files.ts'
import { memoryFiles } from './memory-files.ts'

const bytes = Buffer.from('x')

test('no more files are open than is allowed, and all of them can be used', () => {
  const files = boundedFiles(memoryFiles(), 3)
  const all = Array.from({ length: 10 }, (_, i) => files.open(`/${i}`, 'w+'))
  for (let round = 0; round < 3; round++)
    for (const file of all) {
      file.write(bytes, 0, 1, round)
      assert.ok(files.openCount <= 3, `${files.openCount} are open`)
    }
  assert.deepEqual([...new Set(all.map(file => file.size()))], [3], 'none was emptied when it was opened again')
  for (const file of all) file.close()
  assert.equal(files.openCount, 0)
})

test('a file that is used all the time stays open', () => {
  const disk = memoryFiles(),
    files = boundedFiles(disk, 3)
  const hot = files.open('/hot', 'w+')
  let opened = 0
  disk.fail = (operation, path) => void (operation === 'open' && path === '/hot' && opened++)
  for (let i = 0; i < 20; i++) {
    files.open(`/cold ${i}`, 'w+')
    hot.write(bytes, 0, 1, 0)
  }
  assert.equal(opened, 0)
})

test('a file is not closed under a sync that is in flight, and is then', async () => {
  const disk = memoryFiles({ crashes: true }),
    files = boundedFiles(disk, 1)
  const file = files.open('/a', 'w+')
  file.write(bytes, 0, 1, 0)
  const syncing = file.sync()
  const other = files.open('/b', 'w+')
  assert.equal(files.openCount, 2, 'rather one more than a descriptor that is gone')
  file.close()
  await syncing
  assert.equal(files.openCount, 1)
  assert.throws(() => file.size(), { code: 'EBADF' })
  other.close()
})

test('a file that vanished while it was closed is missed when it is used', () => {
  const disk = memoryFiles(),
    files = boundedFiles(disk, 1)
  const file = files.open('/a', 'w+')
  files.open('/b', 'w+')
  disk.remove('/a')
  assert.throws(() => file.size(), { code: 'ENOENT' })
})

test('of a thousand files that are synced at once only so many are open', async () => {
  const files = boundedFiles(memoryFiles({ crashes: true }), 10)
  const all = Array.from({ length: 1000 }, (_, i) => files.open(`/${i}`, 'w+'))
  let openMax = 0
  const syncs = all.map(async file => {
    await file.sync()
    openMax = Math.max(openMax, files.openCount)
  })
  await Promise.all(syncs)
  assert.ok(openMax <= 10, `${openMax} were open`)
})
