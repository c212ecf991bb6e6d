// Compaction under a random load of keys, tombstones and transactions, with restarts and with crashes in the midst of it,
// against a model that knows every batch.

import assert from 'node:assert/strict'

import { memoryFiles, SeededRandom, systemClock, type MemoryFiles } from '../../base/index.ts'
import { buildBatch, controlBatch } from '../../protocol/index.ts'
import { defaultLogConfig, type LogConfig } from '../log-config.ts'
import type { LogDirectory } from '../log-directory.ts'
import type { PartitionLog } from '../partition-log.ts'
import { append, openDirectory, settled, StandingClock, topicId, whileTurning } from '../testing.ts'
import { LogModel, type ModelBatch } from './testing-model.ts'

export async function liveCompaction(seed: number): Promise<void> {
  // Native codecs keep what they gave until the loop turns.
  await new Promise<void>(resolve => systemClock.soon(resolve))
  await new Simulation(seed).run()
}

const plainProducer = 10
const transactionalProducers = [20, 21]

class Simulation {
  readonly #random: SeededRandom
  readonly #disk = memoryFiles({ crashes: true })
  readonly #config: LogConfig
  readonly #cleaner
  readonly #keyCount: number
  readonly #model = new LogModel()
  #clock = new StandingClock()
  /** What a process that died had under way touches nothing any more. */
  #life = { isOver: false }
  #recordCount = 0

  constructor(seed: number) {
    const random = (this.#random = new SeededRandom(seed))
    this.#keyCount = random.pick([3, 10, 60])
    this.#config = {
      ...defaultLogConfig,
      cleanupPolicy: ['compact'],
      segmentBytes: random.pick([700, 2000, 6000]),
      indexIntervalBytes: random.pick([0, 300, 4096]),
      minCleanableDirtyRatio: random.pick([0, 0, 0.5]),
      deleteRetentionMs: random.pick([0, 1000, 100_000]),
      fileDeleteDelayMs: random.pick([0, 60_000]),
    }
    this.#cleaner = {
      dedupeBufferBytes: random.pick([24 * 5, 24 * 50, 2 ** 20]),
      ioBufferBytes: random.pick([100, 1000, 5000]),
    }
  }
  async run(): Promise<void> {
    for (let life = 0; life < 4; life++) {
      const { directory, log } = await this.#open()
      for (let steps = this.#random.below(100); steps > 0; steps--) await this.#step(directory, log)
      if (this.#random.chance(0.3)) {
        await whileTurning(directory.close(), this.#clock)
        this.#model.durableOffset = log.endOffset
      }
      this.#crash()
    }
    const { directory, log } = await this.#open()
    await this.#cleanAll(directory, log)
  }
  #crash(): void {
    this.#life.isOver = true
    this.#disk.crash(this.#random.chance(0.8) ? this.#random : undefined)
    const { time } = this.#clock
    this.#clock = new StandingClock()
    this.#clock.time = time
  }
  async #open(): Promise<{ directory: LogDirectory; log: PartitionLog }> {
    const life = (this.#life = { isOver: false })
    const { directory } = await openDirectory({
      files: mortal(this.#disk, life),
      clock: this.#clock,
      defaults: this.#config,
      durability: 'fsync',
      cleaner: this.#cleaner,
    })
    const config = this.#config
    let log = directory.logs.get('t-0')
    if (log === undefined) {
      assert.equal(this.#model.durableOffset, 0, 'the log is gone')
      log = directory.createLog({ topic: 't', partition: 0, topicId, config })
    }
    // What is committed stays so: a high watermark that was not written down may be found lower.
    log.setHighWatermark(log.durableOffset)
    this.#model.recovered(log)
    this.#model.check(log, this.#clock.now(), config)
    directory.onProgress = ({ durableOffset }) => {
      this.#model.durableOffset = durableOffset
      log.setHighWatermark(durableOffset)
    }
    return { directory, log }
  }

  async #step(directory: LogDirectory, log: PartitionLog): Promise<void> {
    const dice = this.#random.below(100)
    if (dice < 55) this.#append(log)
    else if (dice < 65) this.#endTransaction(log)
    else if (dice < 75) this.#clock.turn()
    else if (dice < 85) await this.#microtasks()
    else if (dice < 88) this.#clock.time += this.#random.pick([10, 2000, 200_000])
    else if (dice < 98) void directory.compact().catch(() => undefined)
    else await this.#cleanAll(directory, log)
  }
  async #microtasks(): Promise<void> {
    for (let i = this.#random.below(12); i > 0; i--) await Promise.resolve()
  }
  #append(log: PartitionLog): void {
    const producerId = this.#random.pick([-1, -1, plainProducer, ...transactionalProducers])
    const transactional = transactionalProducers.includes(producerId)
    const baseSequence = producerId === -1 ? -1 : this.#model.nextSequence(producerId)
    const records = Array.from({ length: 1 + this.#random.below(4) }, () => ({
      id: this.#recordCount++,
      key: `key ${this.#random.below(this.#keyCount)}`,
      isTombstone: this.#random.chance(0.2),
      timestamp: this.#clock.now() - this.#random.below(100),
    }))
    const bytes = buildBatch(
      records.map(({ id, key, isTombstone, timestamp }) => ({
        timestamp,
        key,
        value: isTombstone ? null : `${id} `.repeat(1 + (id % 10)),
        headers: [['id', String(id)]] as const,
      })),
      {
        codec: this.#random.chance(0.1) ? 'lz4' : 'none',
        ...(producerId !== -1 && { producerId, producerEpoch: 0, baseSequence, transactional }),
      },
    )
    this.#added(log, bytes, { producerId, transactional, baseSequence, records }, 'client')
  }
  #endTransaction(log: PartitionLog): void {
    const producerId = this.#random.pick(transactionalProducers),
      marker = this.#random.pick(['commit', 'abort'] as const)
    if (!this.#model.isOpen(producerId)) return
    const control = { type: marker, producerId, producerEpoch: 0, coordinatorEpoch: 0, timestamp: this.#clock.now() }
    this.#added(log, controlBatch(control), { producerId, transactional: true, records: [], marker }, 'coordinator')
  }
  #added(
    log: PartitionLog,
    bytes: Buffer,
    batch: Omit<ModelBatch, 'baseOffset' | 'endOffset' | 'appendedMs'>,
    origin: 'client' | 'coordinator',
  ): void {
    const outcome = append(log, bytes, { origin, now: this.#clock.now() })
    if (outcome.error === 'RECORD_LIST_TOO_LARGE') return
    if (outcome.error !== 'NONE') throw new Error(`${outcome.error}: ${outcome.message}`)
    const { baseOffset, lastOffset } = outcome
    this.#model.add({ ...batch, baseOffset, endOffset: lastOffset + 1, appendedMs: this.#clock.now() })
  }
  /** Compaction comes to its end, and the log is what the model says. */
  async #cleanAll(directory: LogDirectory, log: PartitionLog): Promise<void> {
    let isDone = false
    const compacting = directory.compact().finally(() => (isDone = true))
    while (!isDone) {
      this.#clock.turn()
      await settled()
    }
    await compacting
    this.#model.check(log, this.#clock.now(), this.#config)
  }
}

/** The files, until the process dies. */
function mortal(files: MemoryFiles, life: { readonly isOver: boolean }): MemoryFiles {
  return new Proxy(files, {
    get: (target, name) => {
      if (life.isOver) throw Object.assign(new Error('the process is dead'), { code: 'EIO' })
      const value = Reflect.get(target, name) as unknown
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
