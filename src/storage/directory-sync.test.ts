import assert from 'node:assert/strict'
import { test } from 'node:test'

import { memoryFiles } from '../base/index.ts'
import { DirectorySync } from './directory-sync.ts'

test('a directory is synced once for all who ask while another sync is under way, and after one that failed', async () => {
  const files = memoryFiles()
  files.makeDirectory('/d')
  let count = 0,
    failing = false
  files.syncDirectoryAsync = async () => {
    count++
    await Promise.resolve()
    if (failing) throw new Error('EIO')
  }
  const names = new DirectorySync({ files, path: '/d' })
  await Promise.all(Array.from({ length: 100 }, () => names.sync()))
  assert.equal(count, 2)
  await names.sync()
  assert.equal(count, 3)
  failing = true
  const failed = await Promise.allSettled([names.sync(), names.sync(), names.sync()])
  assert.deepEqual([count, ...failed.map(({ status }) => status)], [5, 'rejected', 'rejected', 'rejected'])
  failing = false
  await names.sync()
  assert.equal(count, 6)
})
