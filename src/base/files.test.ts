import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'

import { boundedFiles } from './bounded-files.ts'
import { diskFiles } from './disk-files.ts'
import type { Files } from './files.ts'
import { memoryFiles } from './memory-files.ts'
import { PageAlignedBuffers, pageSize } from './page-aligned-buffers.ts'
import { SeededRandom } from './random.ts'

const temporary = mkdtempSync(join(tmpdir(), 'millrace-files-'))
after(() => rmSync(temporary, { recursive: true }))

const implementations: [name: string, files: Files, root: string][] = [
  ['on disk', diskFiles, temporary],
  ['in memory', memoryFiles(), '/root'],
  ['in memory, with crashes', memoryFiles({ crashes: true }), '/root'],
  ['on disk, one open at a time', boundedFiles(diskFiles, 1), join(temporary, 'bounded')],
]
const isError = (code: string) => (error: { code?: string }) => error.code === code
const bytes = (text: string) => Buffer.from(text)
function content(files: Files, path: string): string {
  return files.readFile(path).toString()
}

for (const [name, files, root] of implementations)
  describe(`files ${name}`, () => {
    files.makeDirectory(root)
    let count = 0
    const fresh = (): string => join(root, `file-${count++}`)

    it('reads what was written where it was written, and less at the end', () => {
      const file = files.open(fresh(), 'w+')
      file.write(bytes('..hello..'), 2, 5, 100_000)
      assert.equal(file.size(), 100_005)
      const into = Buffer.alloc(20, '-')
      assert.equal(file.read(into, 1, 10, 99_998), 7)
      assert.equal(into.toString('latin1', 0, 9), '-\0\0hello-')
      assert.equal(file.read(into, 0, 10, 200_000), 0)
      file.close()
    })
    it('reads and writes without blocking', async () => {
      const file = files.open(fresh(), 'w+')
      await file.writeAsync(bytes('abcdef'), 1, 4, 3)
      await file.sync()
      const into = Buffer.alloc(4)
      assert.equal(await file.readAsync(into, 0, 4, 3), 4)
      assert.equal(into.toString(), 'bcde')
      file.close()
    })
    it('reads past the cache what was written just now, and less at the end', async () => {
      const path = fresh(),
        file = files.open(path, 'w+')
      file.write(Buffer.alloc(3 * pageSize, 'a'), 0, 3 * pageSize, 0)
      file.write(bytes('bcd'), 0, 3, 2 * pageSize)
      file.close()
      const into = new PageAlignedBuffers({ bufferSize: 2 * pageSize, count: 1 }).take()!
      assert.equal(await files.readUncached(path, into, 2 * pageSize, pageSize), 2 * pageSize)
      assert.equal(into.toString('latin1', pageSize - 1, pageSize + 4), 'abcda')
      assert.equal(await files.readUncached(path, into, 2 * pageSize, 2 * pageSize), pageSize)
      await assert.rejects(files.readUncached(fresh(), into, pageSize, 0), isError('ENOENT'))
    })
    it('reads from one end to the other, in pieces of any size', () => {
      const path = fresh(),
        file = files.open(path, 'w+')
      file.write(Buffer.from('0123456789'.repeat(1000)), 0, 10_000, 0)
      file.close()
      const reader = files.openSequential(path),
        into = Buffer.alloc(pageSize + 1)
      assert.equal(reader.read(into, pageSize, 0), pageSize)
      assert.equal(reader.read(into, pageSize + 1, pageSize - 1), pageSize + 1)
      assert.equal(into.toString('latin1', 0, 7), '5678901')
      assert.equal(reader.read(into, pageSize, 2 * pageSize), 10_000 - 2 * pageSize)
      assert.equal(reader.read(into, pageSize, 3 * pageSize), 0)
      reader.close()
      assert.throws(() => files.openSequential(fresh()), isError('ENOENT'))
    })
    it('writes past the cache what lies between ordinary writes, and reads it at once', async () => {
      const path = fresh(),
        file = files.open(path, 'w+')
      const from = new PageAlignedBuffers({ bufferSize: 2 * pageSize, count: 1 }).take()!.fill('u')
      file.write(bytes('in the cache'), 0, 12, 2 * pageSize)
      await files.writeUncached(path, from, 2 * pageSize, 0)
      await files.writeUncached(path, from, pageSize, 3 * pageSize)
      file.write(bytes('the end'), 0, 7, 4 * pageSize)
      await file.sync()
      assert.equal(file.size(), 4 * pageSize + 7)
      file.close()
      const gap = '\0'.repeat(pageSize - 12)
      assert.equal(content(files, path), `${'u'.repeat(2 * pageSize)}in the cache${gap}${'u'.repeat(pageSize)}the end`)
      await assert.rejects(files.writeUncached(fresh(), from, pageSize, 0), isError('ENOENT'))
    })
    it('writes many buffers one behind the other, more than the system takes at once', () => {
      const path = fresh(),
        file = files.open(path, 'w+')
      const many = Array.from({ length: 3000 }, (_, i) => bytes(`${i},`))
      file.write(bytes('start:'), 0, 6, 0)
      file.writeMany(many, 6)
      file.writeMany([], 6)
      file.close()
      assert.equal(content(files, path), `start:${many.join('')}`)
    })
    it('opens as the mode says', () => {
      const path = fresh()
      assert.throws(() => files.open(path, 'r'), isError('ENOENT'))
      assert.throws(() => files.open(path, 'r+'), isError('ENOENT'))
      files.open(path, 'a+').close()
      const file = files.open(path, 'a+')
      file.write(bytes('old content'), 0, 11, 0)
      file.close()
      const again = files.open(path, 'a+')
      again.write(bytes('OLD'), 0, 3, 0)
      again.close()
      assert.equal(content(files, path), 'OLD content')
      files.open(path, 'w+').close()
      assert.equal(content(files, path), '')
    })
    it('truncates, and fills with zeros what comes to lie behind', () => {
      const path = fresh(),
        file = files.open(path, 'w+')
      file.write(bytes('0123456789'), 0, 10, 0)
      file.truncate(4)
      file.write(bytes('x'), 0, 1, 6)
      file.close()
      assert.equal(content(files, path), '0123\0\0x')
    })
    it('lists, renames, links and removes', () => {
      const directory = fresh()
      files.makeDirectory(join(directory, 'deep'))
      files.replaceFile(join(directory, 'b'), 'b')
      files.replaceFile(join(directory, 'a'), bytes('a'))
      assert.deepEqual(files.list(directory), ['a', 'b', 'deep'])
      files.link(join(directory, 'a'), join(directory, 'c'))
      files.rename(join(directory, 'a'), join(directory, 'deep', 'a'))
      files.rename(join(directory, 'deep'), join(directory, 'depth'))
      files.replaceFile(join(directory, 'b'), 'new')
      files.syncDirectory(directory)
      assert.deepEqual(files.list(directory), ['b', 'c', 'depth'])
      assert.equal(content(files, join(directory, 'depth', 'a')), 'a')
      assert.equal(content(files, join(directory, 'b')), 'new')
      assert.ok(files.isDirectory(join(directory, 'depth')))
      assert.ok(!files.isDirectory(join(directory, 'b')) && !files.isDirectory(join(directory, 'none')))
      files.remove(join(directory, 'b'))
      assert.ok(!files.exists(join(directory, 'b')))
      assert.throws(() => files.remove(join(directory, 'b')), isError('ENOENT'))
      files.remove(directory, { recursive: true })
      assert.ok(!files.exists(directory))
      assert.throws(() => files.list(directory), isError('ENOENT'))
    })
    it('replaces a file without blocking', async () => {
      const path = fresh()
      await files.replaceFileAsync(path, 'old')
      await files.replaceFileAsync(path, bytes('new'))
      assert.equal(content(files, path), 'new')
    })
    it('tells the space of the device, and the size of a file and when it was changed', () => {
      const path = fresh()
      files.replaceFile(path, 'four')
      const { sizeBytes, modifiedMs } = files.stat(path)
      assert.ok(sizeBytes === 4 && modifiedMs >= 0)
      const { totalBytes, usableBytes } = files.space(root)
      assert.ok(totalBytes >= usableBytes && usableBytes > 0)
    })
    it('locks a file once, until it is released', () => {
      const path = fresh(),
        lock = files.lock(path)
      assert.throws(() => files.lock(path), isError('LOCKED'))
      lock.release()
      files.lock(path).release()
    })
  })

describe('a crash of files in memory', () => {
  const crashing = () => {
    const files = memoryFiles({ crashes: true })
    files.makeDirectory('/d')
    files.syncDirectory('/')
    return files
  }
  it('drops what was not synced: bytes, names, renames', async () => {
    const files = crashing()
    const file = files.open('/d/kept', 'w+')
    files.syncDirectory('/d')
    file.write(bytes('synced'), 0, 6, 0)
    const syncing = file.sync()
    file.write(bytes(' too late'), 0, 9, 6)
    await syncing
    files.open('/d/lost', 'w+')
    files.rename('/d/kept', '/d/renamed')
    files.crash()
    assert.deepEqual(files.list('/d'), ['kept'])
    assert.equal(content(files, '/d/kept'), 'synced')
    assert.throws(() => file.read(Buffer.alloc(1), 0, 1, 0), isError('EBADF'))
  })
  it('keeps a replaced file whole, old or new', () => {
    const files = crashing()
    files.replaceFile('/d/f', 'old')
    files.replaceFile('/d/f', 'new')
    files.crash()
    assert.equal(content(files, '/d/f'), 'new')
  })
  it('does not sync what a crash took away meanwhile', async () => {
    const files = crashing(),
      file = files.open('/d/f', 'w+')
    files.syncDirectory('/d')
    file.write(bytes('data'), 0, 4, 0)
    const syncing = file.sync()
    files.crash()
    await assert.rejects(syncing, isError('EIO'))
    assert.equal(content(files, '/d/f'), '')
  })
  it('frees locks', () => {
    const files = crashing(),
      lock = files.lock('/d/lock')
    files.crash()
    const again = files.lock('/d/lock')
    lock.release()
    assert.throws(() => files.lock('/d/lock'), isError('LOCKED'))
    again.release()
  })
  it('may keep some of the writes, one of them torn', () => {
    const outcomes = new Set<string>()
    for (let seed = 0; seed < 100; seed++) {
      const files = crashing(),
        file = files.open('/d/f', 'w+')
      files.syncDirectory('/d')
      file.write(bytes('aaa'), 0, 3, 0)
      file.write(bytes('bbb'), 0, 3, 3)
      files.crash(new SeededRandom(seed))
      outcomes.add(content(files, '/d/f'))
    }
    for (const outcome of ['', 'aaa', 'aaabbb', '\0\0\0bbb', 'aa']) assert.ok(outcomes.has(outcome), outcome)
  })
  it('fails as it is told to', () => {
    const files = crashing(),
      file = files.open('/d/f', 'w+')
    files.fail = operation => {
      if (operation === 'write') throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    }
    assert.throws(() => file.write(bytes('x'), 0, 1, 0), isError('ENOSPC'))
    files.fail = undefined
    file.write(bytes('x'), 0, 1, 0)
  })
})
