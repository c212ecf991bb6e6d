// DER (X.690), the encoding of keys, certificates and their stores: a value is a tag, a length and a content, which may be
// further values. The reader gives views of the bytes, and checks every length against what is there.

import assert from 'node:assert/strict'

/** Tags, with the bit that says that the content is values where it always is. */
export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectId: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

export interface DerValue {
  readonly tag: number
  readonly content: Buffer
  /** Tag and length too. */
  readonly bytes: Buffer
}

/** The values that lie one behind the other in these bytes. Throws a RangeError where they are none. */
export function readDer(bytes: Buffer): DerValue[] {
  const values: DerValue[] = []
  for (let at = 0; at < bytes.length;) {
    const value = valueAt(bytes, at)
    values.push(value)
    at += value.bytes.length
  }
  return values
}
/** The values within one that has some: a sequence, a set, or what has a tag of its own. */
export function within(value: DerValue | undefined, tag?: number): DerValue[] {
  if (value === undefined || (tag !== undefined && value.tag !== tag))
    throw new RangeError(`expected a DER value of tag ${tag}, found ${value?.tag ?? 'none'}`)
  return readDer(value.content)
}
function valueAt(bytes: Buffer, at: number): DerValue {
  const tag = bytes[at]!,
    first = bytes[at + 1]
  let start = at + 2,
    length = first ?? 0
  if ((tag & 0x1f) === 0x1f) throw new RangeError('a DER tag of several bytes')
  if (first !== undefined && first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 4 || start + count > bytes.length) throw new RangeError('a DER length that is none')
    length = bytes.readUIntBE(start, count)
    start += count
  }
  const end = start + length
  if (first === undefined || end > bytes.length) throw new RangeError('DER that ends before its length')
  return { tag, content: bytes.subarray(start, end), bytes: bytes.subarray(at, end) }
}

/** `1.2.840.113549` of the content of an object id. */
export function objectIdOf({ tag, content }: DerValue): string {
  if (tag !== derTags.objectId || content.length === 0) throw new RangeError('expected an object id')
  const numbers: number[] = []
  let number = 0
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    if (numbers.length === 0) {
      const first = Math.min(Math.floor(number / 40), 2)
      numbers.push(first, number - first * 40)
    } else numbers.push(number)
    number = 0
  }
  return numbers.join('.')
}
/** A small, positive integer, as counts and versions are. */
export function integerOf({ tag, content }: DerValue): number {
  if (tag !== derTags.integer || content.length === 0 || content.length > 5 || content[0]! >= 0x80)
    throw new RangeError('expected a small positive integer')
  return content.readUIntBE(0, content.length)
}

/** One value, of bytes or of values. */
export function writeDer(tag: number, content: Uint8Array | readonly Uint8Array[]): Buffer {
  const body = content instanceof Uint8Array ? content : Buffer.concat(content)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const size = body.length < 2 ** 8 ? 1 : body.length < 2 ** 16 ? 2 : 3
  assert(body.length < 2 ** 24)
  const head = Buffer.from([tag, 0x80 | size, 0, 0, 0])
  head.writeUIntBE(body.length, 2, size)
  return Buffer.concat([head.subarray(0, 2 + size), body])
}
export function writeObjectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap(number => {
    const digits = [number % 128]
    for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift(0x80 | (left % 128))
    return digits
  })
  return writeDer(derTags.objectId, Buffer.from(bytes))
}

/** DER as text, in lines of 64 characters (RFC 7468). */
export function pemOf(label: 'CERTIFICATE' | 'PRIVATE KEY', der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
