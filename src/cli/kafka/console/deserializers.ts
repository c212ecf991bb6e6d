// Kafka's own deserializers, as far as the console shows what they make: bytes to the text of a Java object.

import { ToolError } from '../tool.ts'

export type Deserializer = (bytes: Buffer) => string

const fixed =
  (name: string, size: number, read: (bytes: Buffer) => string): Deserializer =>
  bytes => {
    if (bytes.length !== size) throw new ToolError(`Size of data received by ${name} is not ${size}`)
    return read(bytes)
  }

const deserializers: { readonly [name: string]: Deserializer } = {
  StringDeserializer: bytes => bytes.toString(),
  IntegerDeserializer: fixed('IntegerDeserializer', 4, bytes => String(bytes.readInt32BE())),
  LongDeserializer: fixed('LongDeserializer', 8, bytes => String(bytes.readBigInt64BE())),
  ShortDeserializer: fixed('ShortDeserializer', 2, bytes => String(bytes.readInt16BE())),
  DoubleDeserializer: fixed('DoubleDeserializer', 8, bytes => javaDouble(bytes.readDoubleBE())),
  FloatDeserializer: fixed('FloatDeserializer', 4, bytes => javaFloat(bytes.readFloatBE())),
  BooleanDeserializer: fixed('BooleanDeserializer', 1, bytes => String(bytes[0] !== 0)),
  UUIDDeserializer: bytes => bytes.toString(),
  /** As Java's Bytes.toString. */
  BytesDeserializer: bytes =>
    [...bytes]
      .map(byte =>
        byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
      )
      .join(''),
  /** Differs from Kafka: which shows where in its memory the bytes are. */
  ByteArrayDeserializer: bytes => bytes.toString('hex'),
}

/** By the name of its class; undefined for one that is not Kafka's own. */
export function deserializerNamed(className: string): Deserializer | undefined {
  const name = className.replace(/^org\.apache\.kafka\.common\.serialization\./, '')
  return Object.hasOwn(deserializers, name) ? deserializers[name] : undefined
}

/** '1.0', '1.0E10', '1.5E-5': as Double.toString. */
export function javaDouble(value: number): string {
  return javaNumber(value, String(Math.abs(value)))
}
function javaFloat(value: number): string {
  // The fewest digits that give the same float.
  for (let digits = 1; digits < 9; digits++) {
    const text = Math.abs(value).toPrecision(digits)
    if (Math.fround(Number(text)) === Math.abs(value)) return javaNumber(value, String(Number(text)))
  }
  return javaNumber(value, String(Math.abs(value)))
}
function javaNumber(value: number, magnitude: string): string {
  if (!Number.isFinite(value)) return String(value)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  const withPoint = (text: string) => (text.includes('.') ? text : `${text}.0`)
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return sign + withPoint(magnitude)
  const [mantissa, exponent] = Number(magnitude).toExponential().split('e')
  return `${sign}${withPoint(mantissa!)}E${Number(exponent)}`
}
