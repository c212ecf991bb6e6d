// Crashes of the machine at random moments under a random load, against a model that is nothing but the list of what was
// appended. What was acknowledged as synced is there afterwards, what else is there was appended at its offset, and the log
// goes on.

import assert from 'node:assert/strict'

import { memoryFiles, SeededRandom, type Random } from '../base/index.ts'
import { buildBatch } from '../protocol/index.ts'
import { defaultLogConfig } from './log-config.ts'
import type { LogDirectory } from './log-directory.ts'
import { directWriteSizeMin } from './log-writer.ts'
import type { PartitionLog } from './partition-log.ts'
import { allOf, append, appended, openDirectory, StandingClock, topicId, whileTurning } from './testing.ts'

export const liveCrashes = (seed: number): Promise<void> => new Simulation(seed).run()

const logCount = 3
const producerId = 77

interface Model {
  /** Values by offset. */
  values: string[]
  startOffset: number
  /** Acknowledged: what a crash must leave. */
  durableOffset: number
  /** Every value that was ever appended at an offset: a crash may bring back what was truncated, not yet synced. */
  readonly history: Set<string>[]
}

class Simulation {
  readonly #random: Random
  #clock = new StandingClock()
  // What was never written to has an age, too, by which retention goes.
  readonly #files = memoryFiles({ crashes: true, now: () => this.#clock.now() })
  readonly #config
  readonly #models: Model[] = Array.from({ length: logCount }, () => ({
    values: [],
    startOffset: 0,
    durableOffset: 0,
    history: [],
  }))
  #logs: PartitionLog[] = []
  /** Of the idempotent producer, after the batch with this value. */
  readonly #nextSequence = new Map<string, number>()
  #count = 0

  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
    this.#config = {
      ...defaultLogConfig,
      segmentBytes: this.#random.pick([500, 5000, 200_000]),
      indexIntervalBytes: this.#random.pick([0, 200, 4096]),
    }
  }
  async run(): Promise<void> {
    for (let life = 0; life < 4; life++) {
      const directory = await this.#open()
      const steps = this.#random.below(60)
      for (let step = 0; step < steps; step++) await this.#step(directory)
      if (this.#random.chance(0.2)) {
        await whileTurning(directory.close(), this.#clock)
        for (const model of this.#models) model.durableOffset = model.values.length
      }
      this.#files.crash(this.#random.chance(0.7) ? this.#random : undefined)
      // What the dead broker had planned does not happen, and it acknowledges nothing any more.
      directory.onProgress = () => {}
      const { time } = this.#clock
      this.#clock = new StandingClock()
      this.#clock.time = time
    }
    await this.#open()
  }
  async #open(): Promise<LogDirectory> {
    const { directory } = await openDirectory({
      files: this.#files,
      clock: this.#clock,
      defaults: this.#config,
      durability: 'fsync',
      tailCache: { chunkSize: 4 * directWriteSizeMin, sizeMax: 12 * directWriteSizeMin },
    })
    this.#logs = this.#models.map((model, partition) => {
      const log = directory.logs.get(`t-${partition}`)
      if (log !== undefined) this.#check(log, model)
      else {
        assert.equal(model.durableOffset, 0, `partition ${partition} is gone`)
        model.values = []
        model.startOffset = 0
      }
      return log ?? directory.createLog({ topic: 't', partition, topicId, config: this.#config })
    })
    directory.onProgress = log => {
      this.#models[log.partition]!.durableOffset = log.durableOffset
      log.setHighWatermark(log.durableOffset)
    }
    return directory
  }
  /** What a crash left is a beginning of what was appended, and has all that was acknowledged. */
  #check(log: PartitionLog, model: Model): void {
    const where = `partition ${log.partition}`
    assert.ok(log.endOffset >= model.durableOffset, `${where}: ends at ${log.endOffset} of ${model.durableOffset}`)
    assert.ok(log.endOffset <= model.history.length, `${where}: ends at ${log.endOffset} of ${model.history.length}`)
    assert.ok(
      log.logStartOffset <= model.startOffset,
      `${where}: starts at ${log.logStartOffset} of ${model.startOffset}`,
    )
    const found = allOf(log)
    model.values.length = log.endOffset
    // Where a segment lost its end, the next one goes on behind the gap.
    model.values.fill('', Math.max(model.durableOffset, log.logStartOffset))
    for (const [offset, value] of found) {
      if (offset < model.durableOffset) assert.equal(value, model.values[offset], `${where}, offset ${offset}`)
      assert.ok(model.history[offset]?.has(value), `${where}, offset ${offset}: ${value.slice(0, 10)}`)
      model.values[offset] = value
    }
    model.startOffset = log.logStartOffset
    model.durableOffset = log.durableOffset
    assert.equal(log.durableOffset, log.endOffset, `${where}: all that is told is durable`)
    const lastSequence = log.activeProducers()[0]?.lastSequence ?? -1
    // Of a producer whose records were all deleted nothing need be known.
    const isDeleted = model.values.findLastIndex(value => this.#nextSequence.has(value)) < model.startOffset
    if (!isDeleted || lastSequence !== -1)
      assert.equal(lastSequence, this.#sequenceOf(model) - 1, `${where}: the producer's last sequence`)
  }
  #sequenceOf({ values }: Model): number {
    const last = values.findLast(value => this.#nextSequence.has(value))
    return last === undefined ? 0 : this.#nextSequence.get(last)!
  }

  async #step(directory: LogDirectory): Promise<void> {
    const partition = this.#random.below(logCount),
      log = this.#logs[partition]!,
      model = this.#models[partition]!
    const dice = this.#random.below(100)
    if (dice < 55) this.#append(log, model)
    else if (dice < 75) this.#clock.turn()
    else if (dice < 90) for (let i = this.#random.below(12); i > 0; i--) await Promise.resolve()
    else if (dice < 93) this.#clock.advance(this.#random.below(70_000))
    else if (dice < 95) await whileTurning(directory.checkpoint(), this.#clock)
    else if (dice < 97) this.#truncate(log, model)
    else this.#deleteRecords(log, model)
  }
  #append(log: PartitionLog, model: Model): void {
    const isLarge = this.#random.chance(0.1),
      isIdempotent = this.#random.chance(0.4)
    const values = Array.from({ length: 1 + this.#random.below(3) }, () => {
      const text = `${this.#count++} `
      return isLarge ? text.repeat(directWriteSizeMin / 4) : text.repeat(1 + this.#random.below(20))
    })
    if (isLarge) values.length = 1
    const sequence = this.#sequenceOf(model)
    const records = values.map(value => ({ timestamp: this.#clock.now(), value }))
    const batch = buildBatch(records, {
      codec: this.#random.pick(['none', 'none', 'lz4']),
      ...(isIdempotent && { producerId, producerEpoch: 0, baseSequence: sequence }),
    })
    const outcome = append(log, batch, { leaderEpoch: Math.floor(this.#count / 50) })
    if (outcome.error === 'RECORD_LIST_TOO_LARGE') return
    assert.equal(outcome.error, 'NONE')
    assert.equal(appendedAt(outcome), model.values.length)
    for (const value of values) (model.history[model.values.push(value) - 1] ??= new Set()).add(value)
    if (isIdempotent) this.#nextSequence.set(values.at(-1)!, sequence + values.length)
  }
  /** As a follower does, whose leader lacks what it has: what is cut was not acknowledged. */
  #truncate(log: PartitionLog, model: Model): void {
    const offset = model.durableOffset + this.#random.below(log.endOffset - model.durableOffset + 1)
    log.truncateTo(offset)
    assert.ok(log.endOffset <= offset)
    model.values.length = log.endOffset
  }
  #deleteRecords(log: PartitionLog, model: Model): void {
    const offset = model.startOffset + this.#random.below(log.highWatermark - model.startOffset + 1)
    log.advanceLogStart(offset)
    model.startOffset = log.logStartOffset
    log.deleteOldSegments(this.#clock.now())
  }
}
const appendedAt = (outcome: ReturnType<typeof append>): number => (outcome as ReturnType<typeof appended>).baseOffset
