// The forms of Kafka's own serializers (org.apache.kafka.common.serialization): numbers are big-endian, a null is a null.

import type { Serde } from './serde.ts'

/** UTF-8. */
export const string: Serde<string | null> = {
  serialize: text => text,
  deserialize: bytes => (bytes === null ? null : bytes.toString()),
}
/** As they are. What is read is a view of what was fetched. */
export const bytes: Serde<Uint8Array | null, Buffer | null> = {
  serialize: bytes => bytes,
  deserialize: bytes => bytes,
}
export const int16: Serde<number | null> = fixed(
  2,
  (bytes, value) => bytes.writeInt16BE(value),
  bytes => bytes.readInt16BE(),
)
export const int32: Serde<number | null> = fixed(
  4,
  (bytes, value) => bytes.writeInt32BE(value),
  bytes => bytes.readInt32BE(),
)
/** Read as a bigint, so that nothing is lost beyond 2^53. */
export const int64: Serde<bigint | number | null, bigint | null> = fixed(
  8,
  (bytes, value) => bytes.writeBigInt64BE(BigInt(value)),
  bytes => bytes.readBigInt64BE(),
)
export const float32: Serde<number | null> = fixed(
  4,
  (bytes, value) => bytes.writeFloatBE(value),
  bytes => bytes.readFloatBE(),
)
export const float64: Serde<number | null> = fixed(
  8,
  (bytes, value) => bytes.writeDoubleBE(value),
  bytes => bytes.readDoubleBE(),
)
/** One byte: 1 or 0. */
export const boolean: Serde<boolean | null> = fixed(
  1,
  (bytes, value) => bytes.writeUInt8(value ? 1 : 0),
  bytes => {
    const byte = bytes[0]!
    if (byte > 1) throw new TypeError(`a boolean is 0 or 1, not ${byte}`)
    return byte === 1
  },
)
/** Its 36 characters, as Kafka's UUIDSerializer writes it; read in lower case. */
export const uuid: Serde<string | null> = {
  serialize: text => (text === null ? null : checkedUuid(text)),
  deserialize: bytes => (bytes === null ? null : checkedUuid(bytes.toString('latin1'))),
}
/** Nothing at all: of keys that are never set. */
export const none: Serde<null | undefined, null> = {
  serialize: () => null,
  deserialize(bytes) {
    if (bytes === null) return null
    throw new TypeError(`expected no data, and found ${bytes.length} bytes`)
  },
}

/** The same, but a null is an error: for topics without tombstones. */
export function required<In, Out>(serde: Serde<In, Out>): Serde<NonNullable<In>, NonNullable<Out>> {
  const present = <T>(data: T): NonNullable<T> => {
    if (data === null || data === undefined) throw new TypeError('there is no data')
    return data
  }
  return {
    ...serde,
    serialize: (data, context) => serde.serialize(present(data), context),
    deserialize: (bytes, context) => present(serde.deserialize(present(bytes), context)),
  }
}

function fixed<In, Out>(
  sizeBytes: number,
  write: (bytes: Buffer, value: In) => unknown,
  read: (bytes: Buffer) => Out,
): Serde<In | null, Out | null> {
  return {
    serialize(value) {
      if (value === null) return null
      const bytes = Buffer.allocUnsafe(sizeBytes)
      write(bytes, value)
      return bytes
    },
    deserialize(bytes) {
      if (bytes === null) return null
      if (bytes.length !== sizeBytes) throw new TypeError(`expected ${sizeBytes} bytes, and found ${bytes.length}`)
      return read(bytes)
    },
  }
}

const uuidForm = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
function checkedUuid(text: string): string {
  if (!uuidForm.test(text)) throw new TypeError(`'${text.slice(0, 40)}' is not a UUID`)
  return text.toLowerCase()
}
