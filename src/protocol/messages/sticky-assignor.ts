// The user data of Java's StickyAssignor in the subscription of a member (KIP-54): what it had before it gave everything up.
// There is no version in front; the older form ends before the generation.
import { codec } from '../codec.ts'
import { array, int32, message, string, type Decoded, type Draft } from '../schema.ts'
import { WireError } from '../wire-error.ts'
import { Writer } from '../writer.ts'
import { readerOf } from './versioned.ts'

const stickyUserData = message(
  'StickyAssignorUserData',
  { versions: '0-1' },
  {
    previousAssignment: array({ topic: string.mapKey(), partitions: array(int32) }),
    generation: int32.in('1+').default(-1).ignorable(),
  },
)
type StickyUserData = typeof stickyUserData.fields

export function writeStickyUserData(data: Draft<StickyUserData>): Buffer {
  const writer = new Writer()
  codec(stickyUserData, 1).encode(writer, data)
  return writer.toBuffer()
}
/** Undefined for what is not such data: other assignors than Java's may go by the same name, and nothing is remembered then. */
export function readStickyUserData(bytes: Uint8Array): Decoded<StickyUserData> | undefined {
  for (const version of [1, 0]) {
    try {
      return codec(stickyUserData, version).decode(readerOf(bytes))
    } catch (error) {
      if (!(error instanceof WireError)) throw error
    }
  }
  return undefined
}
