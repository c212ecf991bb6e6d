// What one connection sends to do harm: frames of every kind of malformation, for clients that have shown who they are, and
// for those that have not.

import type { Random } from '../../src/base/index.ts'
import { apiVersions, saslAuthenticate, saslHandshake } from '../../src/protocol/index.ts'
import { damaged } from '../../src/protocol/testing.ts'
import { malformedExchange } from './sasl-tokens.ts'
import { requestFrame, type SoundRequests } from './sound-requests.ts'

export interface Attack {
  readonly kind: string
  readonly bytes: Buffer
  /** Malformed ones in it. */
  readonly frames: number
  /** The broker must close the connection for it, as Kafka does; otherwise it may also answer, or wait for more. */
  readonly ends: boolean
}
/** More of those that are answered, and cost no connection, go on one. */
const framesMax = 40
/** Of a TLS record, and of HTTP: who speaks another protocol. */
const foreign = ['160301020001000001fc0303', '474554202f20485454502f312e310d0a0d0a']

export class Attacks {
  readonly #random: Random
  readonly #sound: SoundRequests
  readonly #user: string

  constructor(random: Random, { sound, user }: { readonly sound: SoundRequests; readonly user: string }) {
    this.#random = random
    this.#sound = sound
    this.#user = user
  }

  /** On a connection that may send whatever it likes. */
  authenticated(): Attack {
    return this.#random.chance(0.35) ? this.#many() : this.#one(() => this.#truncated())
  }
  /** On one that may only authenticate. */
  unauthenticated(): Attack {
    return this.#random.chance(0.35) ? this.#tokens() : this.#one(() => this.#early())
  }
  #one(other: () => Attack): Attack {
    return this.#random.pick([other, () => this.#lyingSize(), () => this.#unknown(), () => this.#noise()])()
  }
  /** In the place of a TLS handshake. */
  raw(): Attack {
    const random = this.#random
    const bytes = random.pick([
      () => random.bytes(1 + random.below(400)),
      () => damaged(Buffer.from(foreign[0]!.padEnd(400, '0'), 'hex'), random),
      () => Buffer.from(foreign[1]!, 'hex'),
      () => framed(this.#sound.next().frame),
    ])()
    return { kind: 'raw', bytes, frames: 1, ends: false }
  }

  /** Requests of any API, sound or damaged, one behind the other. */
  #many(): Attack {
    const random = this.#random
    const frames = Array.from({ length: 1 + random.below(framesMax) }, () => {
      const { frame } = this.#sound.next()
      if (random.chance(0.4)) return framed(frame)
      // The header mostly stays, so that it is the body which is read.
      const from = random.chance(0.9) ? Math.min(frame.length, 14) : 0
      return framed(Buffer.concat([frame.subarray(0, from), damaged(frame.subarray(from), random)]))
    })
    return { kind: 'damaged', bytes: Buffer.concat(frames), frames: frames.length, ends: false }
  }
  #truncated(): Attack {
    const { frame } = this.#sound.next()
    return {
      kind: 'truncated',
      bytes: framed(frame.subarray(0, this.#random.below(frame.length))),
      frames: 1,
      ends: true,
    }
  }
  #lyingSize(): Attack {
    const random = this.#random
    const bytes = framed(this.#sound.next().frame)
    const size = bytes.readInt32BE()
    const absurd = random.chance(0.5)
    bytes.writeInt32BE(
      absurd
        ? random.pick([-1, -(2 ** 31), 2 ** 31 - 1, 101 * 2 ** 20])
        : random.pick([0, 1, size - 1, size + 1, 2 * size]),
    )
    return { kind: 'size', bytes, frames: 1, ends: absurd }
  }
  #unknown(): Attack {
    const random = this.#random
    const { frame } = this.#sound.next()
    const bytes = framed(Buffer.from(frame))
    if (random.chance(0.5)) bytes.writeInt16BE(random.pick([-1, 4, 1000, 32_767]), 4)
    else bytes.writeInt16BE(random.pick([-1, 99, 32_767]), 6)
    // Of ApiVersions alone a version that nobody knows is answered (KIP-511).
    return { kind: 'unknown', bytes, frames: 1, ends: bytes.readInt16BE(4) !== apiVersions.key }
  }
  #noise(): Attack {
    return { kind: 'noise', bytes: this.#random.bytes(1 + this.#random.below(300)), frames: 1, ends: false }
  }
  /** A request that is sound, and comes before the client has said who it is. */
  #early(): Attack {
    let sound = this.#sound.next()
    while ([apiVersions, saslHandshake, saslAuthenticate].includes(sound.api as never)) sound = this.#sound.next()
    return { kind: 'early', bytes: framed(sound.frame), frames: 1, ends: true }
  }
  #tokens(): Attack {
    const random = this.#random
    const { mechanism, tokens } = malformedExchange(random, this.#user)
    const version = random.chance(0.8) ? 1 : 0
    const frames = [
      ...(random.chance(0.2) ? [this.#sound.of(apiVersions).frame] : []),
      requestFrame(saslHandshake, version, { mechanism }, 1),
      ...tokens.map(authBytes =>
        version === 0 ? authBytes : requestFrame(saslAuthenticate, random.pick([0, 1, 2]), { authBytes }, 2),
      ),
    ].map(frame => (random.chance(0.1) ? damaged(frame, random) : frame))
    return { kind: 'tokens', bytes: Buffer.concat(frames.map(framed)), frames: frames.length, ends: false }
  }
}

export function framed(frame: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(frame.length)
  return Buffer.concat([size, frame])
}
