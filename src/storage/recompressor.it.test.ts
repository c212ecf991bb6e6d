import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'

import { diskFiles, SeededRandom, silentLogger, startThread, systemClock } from '../base/index.ts'
import { batchCodec, buildBatch, RecordIndex, setCrc } from '../protocol/index.ts'
import { defaultLogConfig } from './log-config.ts'
import { LogDirectory } from './log-directory.ts'
import { topicId } from './testing.ts'

const path = mkdtempSync(join(tmpdir(), 'millrace-recompression-'))
after(() => rmSync(path, { recursive: true }))

it('batches for a log on disk are compressed anew in a thread, in every codec, and damaged ones are refused', async () => {
  const directory = await LogDirectory.open({
    path,
    files: diskFiles,
    clock: systemClock,
    random: new SeededRandom(1),
    logger: silentLogger,
    defaults: defaultLogConfig,
    startThread,
  })
  const log = directory.createLog({ topic: 't', partition: 0, topicId, config: defaultLogConfig })
  const append = (bytes: Buffer) => log.append(bytes, { leaderEpoch: 0, origin: 'client', now: 1 })
  const value = 'some text that comes again and again. '.repeat(5000)
  for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
    log.setConfig({ ...defaultLogConfig, compressionType: codec })
    const batch = buildBatch([{ timestamp: 1, key: null, value }], { codec: 'none' })
    const { bytes, release } = await log.recompressedLater(batch)!
    assert.equal(batchCodec(bytes, 0), codec)
    assert.equal(`${new RecordIndex().read(bytes, 0).value(0)}`, value)
    assert.equal(append(bytes).error, 'NONE')
    release()
  }
  const noise = Array.from({ length: 5000 }, (_, i) => `${(i * 7919) % 104_729}`).join(' ')
  const damaged = buildBatch([{ timestamp: 1, key: null, value: noise }], { codec: 'snappy' })
  damaged.fill(255, 61, 80)
  setCrc(damaged, 0)
  log.setConfig({ ...defaultLogConfig, compressionType: 'gzip' })
  const { bytes } = await log.recompressedLater(damaged)!
  assert.equal(append(bytes).error, 'INVALID_RECORD')
  assert.equal(log.endOffset, 4)
  await directory.close()
})
