// What the tests of this folder share: random records, and a batch as the records that went into it.

import type { Random } from '../../base/index.ts'
import type { RecordDraft } from './batch-builder.ts'
import type { RecordIndex } from './record-index.ts'

export interface PlainRecord {
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [Buffer, Buffer | null])[]
}

export function randomRecords(random: Random, countMax = 300): PlainRecord[] {
  const start = 1_700_000_000_000 + random.below(1e9)
  return Array.from({ length: 1 + random.below(countMax) }, () => ({
    timestamp: random.chance(0.02) ? random.pick([0, 1, 2 ** 52]) : start + random.below(1000) - 300,
    key: randomBytes(random, 20),
    value: randomBytes(random, 300),
    headers: random.chance(0.8)
      ? []
      : Array.from({ length: 1 + random.below(3) }, () => [random.bytes(random.below(70)), randomBytes(random, 200)]),
  }))
}
function randomBytes(random: Random, sizeMax: number): Buffer | null {
  if (random.chance(0.1)) return null
  const size = random.chance(0.1) ? 0 : random.below(sizeMax)
  return random.chance(0.5) ? Buffer.alloc(size, 'abcdefg') : random.bytes(size)
}

export function recordsOf(index: RecordIndex): PlainRecord[] {
  return Array.from({ length: index.count }, (_, i) => ({
    timestamp: index.timestamp[i]!,
    key: index.key(i),
    value: index.value(i),
    headers: index.headers(i),
  }))
}
export const draft = (value: string, timestamp = 0): RecordDraft => ({ timestamp, value })
