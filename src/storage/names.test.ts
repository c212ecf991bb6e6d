import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { memoryFiles, type MemoryFiles } from '../base/index.ts'
import { defaultLogConfig } from './log-config.ts'
import type { LogDirectory } from './log-directory.ts'
import type { PartitionLog } from './partition-log.ts'
import { allOf, append, appended, batchOf, openDirectory, topicId, whileTurning } from './testing.ts'

const create = (directory: LogDirectory, topic: string): PartitionLog =>
  directory.createLog({ topic, partition: 0, topicId, config: defaultLogConfig })

/** Names differ by more than upper and lower case, as on macOS and Windows; a directory lists them as they were made. */
function caseInsensitive(): MemoryFiles {
  const files = memoryFiles()
  const actual = (path: string): string => {
    let found = ''
    for (const part of path.split('/').slice(1)) {
      const entries = files.isDirectory(found || '/') ? files.list(found || '/') : []
      found += `/${entries.find(entry => entry.toLowerCase() === part.toLowerCase()) ?? part}`
    }
    return found
  }
  return new Proxy(files, {
    get(target, name: keyof MemoryFiles) {
      const value = target[name]
      if (typeof value !== 'function' || name === 'fail') return value
      return (...args: unknown[]) =>
        (value as (...args: unknown[]) => unknown).apply(
          target,
          args.map((arg, i) =>
            typeof arg === 'string' && arg.startsWith('/') && (i === 0 || name === 'rename') ? actual(arg) : arg,
          ),
        )
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  })
}

describe('topics whose names differ in case alone', () => {
  it('are two where the file system tells them apart', async () => {
    const { directory, files, clock } = await openDirectory()
    for (const name of ['orders', 'Orders']) appended(create(directory, name), batchOf([name]))
    await whileTurning(directory.close(), clock)
    const again = await openDirectory({ files, clock })
    for (const name of ['orders', 'Orders'] as const)
      assert.deepEqual(allOf(again.directory.logs.get(`${name}-0`)!), [[0, name]])
  })
  it('do not get into one directory where it does not: the second is offline, and its end leaves the first alone', async () => {
    const files = caseInsensitive(),
      { directory, clock } = await openDirectory({ files })
    const first = create(directory, 'orders')
    appended(first, batchOf(['a']))
    const second = create(directory, 'Orders')
    assert.match(second.fault!.message, /does not tell upper and lower case apart/)
    assert.equal(append(second, batchOf(['b'])).error, 'KAFKA_STORAGE_ERROR')
    appended(first, batchOf(['c']))
    await whileTurning(directory.checkpoint(), clock)
    directory.deleteLog('Orders', 0)
    clock.advance(600_000)
    await whileTurning(directory.close(), clock)
    const again = await openDirectory({ files, clock })
    assert.deepEqual([...again.directory.logs.keys()], ['orders-0'])
    assert.deepEqual(
      allOf(again.directory.logs.get('orders-0')!).map(([, value]) => value),
      ['a', 'c'],
    )
  })
})

describe('the longest name of a topic', () => {
  it('is that of a directory, through restarts and until it is deleted', async () => {
    const topic = 't'.repeat(249)
    const { directory, files, clock } = await openDirectory()
    files.fail = (_, path) => {
      for (const part of path.split('/')) assert.ok(part.length <= 255, part)
    }
    appended(create(directory, topic), batchOf(['v']))
    await whileTurning(directory.close(), clock)
    const again = await openDirectory({ files, clock })
    assert.deepEqual(allOf(again.directory.logs.get(`${topic}-0`)!), [[0, 'v']])
    again.directory.deleteLog(topic, 0)
    assert.equal(files.list('/data').filter(name => name.endsWith('-delete')).length, 1)
    await whileTurning(again.directory.close(), clock)
    const third = await openDirectory({ files, clock })
    assert.equal(third.directory.logs.size, 0)
    assert.deepEqual(
      files.list('/data').filter(name => name.startsWith('t')),
      [],
    )
  })
})
