// Which partition a message goes to. The default is Java's; the legacy one is that of kafkajs before version 2, whose hash
// differs where a product does not fit into a double.

import { systemRandom, type Random } from '../base/index.ts'
import { murmur2 } from '../client/index.ts'
import type { DefaultPartitioner, ICustomPartitioner, LegacyPartitioner } from './types/producer.ts'

const bytesOf = (key: Buffer | string) => (Buffer.isBuffer(key) ? key : Buffer.from(String(key)))
const positive = (hash: number) => hash & 0x7fffffff

/** The message's own partition, or that of its key's hash, or, without a key, one after the other. */
function partitionerBy(hash: (key: Buffer) => number, random: Random): ICustomPartitioner {
  return () => {
    const turns = new Map<string, number>()
    return ({ topic, partitionMetadata, message }) => {
      if (message.partition !== null && message.partition !== undefined) return message.partition
      const count = partitionMetadata.length
      if (message.key !== null && message.key !== undefined) return positive(hash(bytesOf(message.key))) % count
      const turn = (turns.get(topic) ?? Math.floor(random.next() * 2 ** 31)) + 1
      turns.set(topic, turn)
      const led = partitionMetadata.filter(({ leader }) => leader >= 0)
      return led.length > 0 ? led[positive(turn) % led.length]!.partitionId : positive(turn) % count
    }
  }
}

/** Products are doubles, cut to 32 bits only by the operators that follow; a last, incomplete word is taken in twice. */
export function legacyMurmur2(data: Uint8Array): number {
  const m = 0x5bd1e995
  const { length } = data
  const byte = (i: number) => data[i] ?? 0
  let h = 0x9747b28c ^ length
  for (let i = 0; i < length; i += 4) {
    let k = byte(i) + (byte(i + 1) << 8) + (byte(i + 2) << 16) + (byte(i + 3) << 24)
    k *= m
    k ^= k >>> 24
    k *= m
    h *= m
    h ^= k
  }
  const whole = length & ~3
  for (let i = length - 1; i >= whole; i--) h ^= byte(i) << (8 * (i - whole))
  if (whole < length) h *= m
  h ^= h >>> 13
  h *= m
  h ^= h >>> 15
  return h
}

const byDefault: DefaultPartitioner = partitionerBy(murmur2, systemRandom)
export const Partitioners: {
  DefaultPartitioner: DefaultPartitioner
  LegacyPartitioner: LegacyPartitioner
  /** @deprecated The default, by the name that it had before it was the default. */
  JavaCompatiblePartitioner: DefaultPartitioner
} = {
  DefaultPartitioner: byDefault,
  LegacyPartitioner: partitionerBy(legacyMurmur2, systemRandom),
  JavaCompatiblePartitioner: byDefault,
}
