import assert from 'node:assert/strict'
import { test } from 'node:test'

import { memoryFiles, SeededRandom, seedFromEnvironment, UserError, type Files } from '../base/index.ts'
import { fileMetadataLog } from './file-metadata-log.ts'
import type { MetadataRecord } from './records.ts'
import { openMetadata } from './testing.ts'

const path = '/data/metadata.log'
const features = (from: number, count = 1): MetadataRecord[] =>
  Array.from({ length: count }, (_, index) => ({ type: 'featureSet', feature: `f${from + index}`, level: 1 }))

function newFiles() {
  const files = memoryFiles({ crashes: true })
  files.makeDirectory('/data')
  files.syncDirectory('/')
  return files
}
async function logOf(files: Files, ...appends: MetadataRecord[][]) {
  const log = fileMetadataLog({ files, path })
  let end = (await log.read(0)).records.length
  for (const records of appends) end = await log.append(records, end)
  return log
}

test('what was appended is read after a restart, from any offset on', async () => {
  const files = newFiles()
  const log = await logOf(files, features(0, 2), features(2, 3))
  log.close()
  const again = fileMetadataLog({ files, path })
  assert.deepEqual((await again.read(0)).records, features(0, 5))
  assert.deepEqual((await again.read(3)).records, features(3, 2))
  assert.deepEqual((await again.read(5)).records, [])
  assert.equal(await again.append(features(5), 5), 6)
})

test('an append at another end than the expected one is a conflict that names the end, and writes nothing', async () => {
  const files = newFiles()
  const log = await logOf(files, features(0, 2))
  const before = files.readFile(path)
  await assert.rejects(log.append(features(9), 1), { code: 'CONFLICT', end: 2 })
  assert.deepEqual(files.readFile(path), before)
})

test('an acknowledged append survives a crash of the machine', async () => {
  const files = newFiles()
  await logOf(files, features(0), features(1))
  files.crash()
  assert.deepEqual((await fileMetadataLog({ files, path }).read(0)).records, features(0, 2))
})

test('a last line that was cut off anywhere is dropped, and the log goes on after the one before', async () => {
  const files = newFiles()
  ;(await logOf(files, features(0), features(1))).close()
  const content = files.readFile(path)
  const second = content.indexOf('\n') + 1
  for (let size = second; size < content.length; size++) {
    files.replaceFile(path, content.subarray(0, size))
    const log = fileMetadataLog({ files, path })
    assert.deepEqual((await log.read(0)).records, features(0), `${size} bytes`)
    assert.equal(await log.append(features(7), 1), 2)
    log.close()
    const again = fileMetadataLog({ files, path })
    assert.deepEqual((await again.read(0)).records, [...features(0), ...features(7)])
    again.close()
  }
})

test('a damaged line with good ones behind it is refused with the file and the place', async () => {
  const files = newFiles()
  ;(await logOf(files, features(0), features(1), features(2))).close()
  const content = Buffer.from(files.readFile(path))
  const second = content.indexOf('\n') + 1
  content[second + 20]! ^= 1
  files.replaceFile(path, content)
  assert.throws(
    () => fileMetadataLog({ files, path }),
    (error: unknown) =>
      error instanceof UserError &&
      error.code === 'CORRUPT_METADATA' &&
      error.message.startsWith(`${path} is damaged at byte ${second}:`),
  )
})

test('a log that cannot be opened is not left locked', async () => {
  const files = newFiles()
  const log = await logOf(files, features(0), features(1))
  assert.throws(() => fileMetadataLog({ files, path }), { code: 'DIRECTORY_LOCKED' })
  log.close()
  fileMetadataLog({ files, path }).close()
})

test('a snapshot takes the place of the history, and later appends follow it', async () => {
  const files = newFiles()
  const log = await logOf(files, features(0, 5))
  log.compact(features(100), 5)
  assert.equal(await log.append(features(5), 5), 6)
  log.close()
  const again = fileMetadataLog({ files, path })
  const { snapshot, records } = await again.read(0)
  assert.deepEqual(snapshot?.records, features(100))
  assert.equal(snapshot?.end, 5)
  assert.deepEqual(records, features(5))
  assert.deepEqual((await again.read(5)).records, features(5))
  assert.equal((await again.read(5)).snapshot, undefined)
})

test('a log of many changes to little is compacted by itself, and reads as the same cluster', async () => {
  const files = newFiles()
  const metadata = await openMetadata({ log: fileMetadataLog({ files, path }), brokers: 1 })
  let largest = 0
  for (let round = 0; round < 300; round++) {
    await metadata.decide(() => ({
      records: Array.from({ length: 100 }, (_, index) => ({
        type: 'featureSet',
        feature: `f${index}`,
        level: 1 + round,
      })),
      outcome: undefined,
    }))
    largest = Math.max(largest, files.readFile(path).length)
  }
  assert.ok(largest < 1_100_000, `grew to ${largest}`)
  assert.ok(files.readFile(path).length < largest)
  const { image } = metadata
  await metadata.close()
  files.crash()
  assert.deepEqual((await openMetadata({ log: fileMetadataLog({ files, path }) })).image, image)
})

test('after a sync that failed nothing more is acknowledged', async () => {
  const files = newFiles()
  const log = await logOf(files, features(0))
  files.fail = operation => {
    if (operation === 'sync') throw new Error('EIO')
  }
  await assert.rejects(log.append(features(1), 1), { code: 'METADATA_UNWRITABLE' })
  files.fail = undefined
  await assert.rejects(log.append(features(1), 1), { code: 'METADATA_UNWRITABLE' })
})

test('a write that failed leaves no trace, and the next one succeeds', async () => {
  const files = newFiles()
  const log = await logOf(files, features(0))
  files.fail = operation => {
    if (operation === 'write') throw new Error('ENOSPC')
  }
  await assert.rejects(log.append(features(1), 1), /ENOSPC/)
  files.fail = undefined
  assert.equal(await log.append(features(2), 1), 2)
  log.close()
  assert.deepEqual((await fileMetadataLog({ files, path }).read(0)).records, [...features(0), ...features(2)])
})

test('after a crash at any moment the log holds what was acknowledged, and at most what was under way', async () => {
  const seed = seedFromEnvironment()
  const random = new SeededRandom(seed)
  for (let round = 0; round < 50; round++) {
    const files = newFiles()
    const count = 1 + random.below(4)
    const log = await logOf(files, ...Array.from({ length: count }, (_, index) => features(index)))
    const underWay = log.append(features(count, 1 + random.below(5)), count).catch(() => undefined)
    if (random.chance(0.3)) log.compact(features(0, count), count)
    files.crash(random)
    await underWay
    const { records, snapshot } = await fileMetadataLog({ files, path }).read(0)
    const all = [...(snapshot?.records ?? []), ...records]
    assert.deepEqual(all.slice(0, count), features(0, count), `seed ${seed} round ${round}`)
    assert.deepEqual(all, features(0, all.length), `seed ${seed} round ${round}`)
  }
})

test('on a full disk changes are refused one by one, and are made when there is room again', async () => {
  const files = newFiles()
  const metadata = await openMetadata({ log: fileMetadataLog({ files, path }), brokers: 1 })
  const topic = { name: 't', numPartitions: 1, replicationFactor: 1 }
  await metadata.createTopics([topic])
  const before = files.readFile(path)
  files.fail = operation => {
    if (operation === 'write') throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  }
  const alteration = { name: 'retention.ms', operation: 'SET', value: '1' } as const
  const refused = [
    ...(await metadata.createTopics([{ ...topic, name: 'u' }])),
    ...(await metadata.createPartitions([{ name: 't', count: 2, assignments: null }])),
    ...(await metadata.deleteTopics([{ name: 't' }])),
    ...(await metadata.alterConfigs([{ type: 'TOPIC', name: 't', mode: 'incremental', configs: [alteration] }], {
      nodeId: 1,
    })),
  ]
  assert.deepEqual(
    refused.map(({ name, error }) => [name, error]),
    ['u', 't', 't', 't'].map(name => [name, 'KAFKA_STORAGE_ERROR']),
  )
  assert.match(
    (refused[0] as { message: string }).message,
    /metadata\.log could not be written \(ENOSPC.*Nothing was changed/,
  )
  await assert.rejects(metadata.allocateProducerIds(1), { code: 'METADATA_UNWRITABLE' })
  files.fail = undefined
  assert.deepEqual(files.readFile(path), before)
  assert.equal((await metadata.createTopics([{ ...topic, name: 'u' }]))[0]!.error, 'NONE')
  assert.deepEqual([...metadata.image.topics.keys()], ['t', 'u'])
  await metadata.close()
})

test('a snapshot that has no room costs nothing but the room that it would save', async () => {
  const files = newFiles()
  const metadata = await openMetadata({ log: fileMetadataLog({ files, path }), brokers: 1 })
  files.fail = (operation, path) => {
    if (operation === 'rename' || path.endsWith('.tmp')) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
  }
  const feature = `f${'x'.repeat(600_000)}`
  for (let level = 1; level <= 4; level++)
    await metadata.decide(() => ({ records: [{ type: 'featureSet', feature, level }], outcome: undefined }))
  files.fail = undefined
  await metadata.close()
  const again = await openMetadata({ log: fileMetadataLog({ files, path }) })
  assert.equal(again.image.features.get(feature), 4)
})

const compactionFaults = [
  { fault: 'the snapshot cannot be written', operation: 'write', isHarmless: true },
  { fault: 'the snapshot cannot be opened', operation: 'open', isHarmless: true },
  { fault: 'the snapshot cannot be renamed', operation: 'rename', isHarmless: true },
  { fault: 'the rename cannot be synced', operation: 'syncDirectory', isHarmless: false },
] as const
for (const { fault, operation, isHarmless } of compactionFaults)
  test(`where ${fault}, the log ${isHarmless ? 'goes on' : 'refuses what follows'}, and a restart knows all that was acknowledged`, async () => {
    for (const random of [undefined, ...Array.from({ length: 20 }, (_, seed) => new SeededRandom(seed))]) {
      const files = newFiles()
      const log = await logOf(files, features(0, 3))
      files.fail = asked => {
        if (asked === operation) throw new Error('EIO')
      }
      assert.throws(() => log.compact(features(0, 3), 3), /EIO/)
      files.fail = undefined
      const appended = log.append(features(3), 3)
      if (isHarmless) assert.equal(await appended, 4)
      else await assert.rejects(appended, { code: 'METADATA_UNWRITABLE', message: /refused until a restart/ })
      files.crash(random)
      const { snapshot, records } = await fileMetadataLog({ files, path }).read(0)
      assert.deepEqual([...(snapshot?.records ?? []), ...records], features(0, isHarmless ? 4 : 3))
    }
  })
