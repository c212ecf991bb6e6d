// What a record's key and value are taken for: text, or numbers. Those of Kafka's own logs: internal-decoders.ts.

export type DecodedRecord =
  | { readonly key?: string | undefined; readonly payload?: string | undefined }
  | { readonly fault: string }
export type RecordDecoder = (key: Buffer | null, value: Buffer | null, offset: number) => DecodedRecord

/** Kafka's own decoders, by the last part of their class names. */
const decoders = {
  StringDecoder: bytes => bytes.toString(),
  IntegerDecoder: bytes => String(bytes.readInt32BE()),
  LongDecoder: bytes => String(bytes.readBigInt64BE()),
  /** Differs from Kafka: which shows where in its memory the bytes are. */
  DefaultDecoder: bytes => bytes.toString('hex'),
} satisfies { [name: string]: (bytes: Buffer) => string }
export type DecoderName = keyof typeof decoders
export const decoderNames = Object.keys(decoders) as readonly DecoderName[]

/** Takes a class name as Kafka does; undefined for one that is not Kafka's own. */
export function decoderNamed(className: string): DecoderName | undefined {
  const name = className.replace(/^org\.apache\.kafka\.tools\.api\./, '')
  return decoderNames.find(known => known === name)
}

export function plainDecoder(key: DecoderName, value: DecoderName): RecordDecoder {
  const decodeAs = (name: DecoderName, bytes: Buffer | null) => (bytes === null ? undefined : decoders[name](bytes))
  return (keyBytes, valueBytes, offset) => {
    try {
      return { key: decodeAs(key, keyBytes), payload: decodeAs(value, valueBytes) }
    } catch {
      return { fault: `the record at offset ${offset} is shorter than its decoder needs` }
    }
  }
}
