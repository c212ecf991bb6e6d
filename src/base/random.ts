// Chance as an argument: whoever needs a random number, an id or a jitter is given a Random, so that a seed replays it.

import { randomBytes } from 'node:crypto'

export interface Random {
  /** From 0, inclusive, to 1, exclusive. */
  next(): number
  /** An integer from 0, inclusive, to `limit`, exclusive. */
  below(limit: number): number
  chance(p: number): boolean
  pick<T>(list: readonly T[]): T
  bytes(size: number): Buffer
  /**
   * A version 4 UUID as 32 hex digits, the form of the protocol's `uuid` kind. Its base64url form never begins with a
   * dash, as that of Kafka's random ids does not: it can be the argument of an option.
   */
  uuid(): string
}

/** The six bits that base64url writes as a dash. */
const base64urlDash = 62

abstract class AnyRandom implements Random {
  abstract next(): number
  abstract bytes(size: number): Buffer
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }
  chance(p: number): boolean {
    return this.next() < p
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }
  uuid(): string {
    const bytes = this.bytes(16)
    if (bytes[0]! >> 2 === base64urlDash) bytes[0]! ^= 0x80
    bytes[6] = (bytes[6]! & 0x0f) | 0x40
    bytes[8] = (bytes[8]! & 0x3f) | 0x80
    return bytes.toString('hex')
  }
}

class SystemRandom extends AnyRandom {
  next(): number {
    return Math.random()
  }
  bytes(size: number): Buffer {
    return randomBytes(size)
  }
}
export const systemRandom: Random = new SystemRandom()

/** mulberry32: the same seed gives the same numbers everywhere. */
export class SeededRandom extends AnyRandom {
  readonly seed: number
  #state: number
  constructor(seed: number) {
    super()
    this.seed = this.#state = seed | 0
  }
  next(): number {
    let t = (this.#state = (this.#state + 0x6d2b79f5) | 0)
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  bytes(size: number): Buffer {
    return Buffer.from(Array.from({ length: size }, () => this.below(256)))
  }
}

/**
 * The seed of a random test: SEED=… repeats a run. Whoever takes it prints it. Where CI is set it is always the same, so
 * that a change is judged by what it changes; everywhere else each run looks somewhere new.
 */
export function seedFromEnvironment(environment: NodeJS.ProcessEnv = process.env): number {
  const { SEED: given, CI: ci = 'false' } = environment
  if (given !== undefined) return Number(given)
  return ci === 'false' || ci === '' ? Math.floor(Math.random() * 2 ** 31) : seedInCi
}
const seedInCi = 20_260_101
