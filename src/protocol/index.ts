// protocol: the language in which Kafka's messages are declared, the messages, error codes, record batches, compression.

// The language, and what is made of a declaration
export { codec, type AnyCodec, type Codec, type CodecOptions } from './codec.ts'
export { allocationMaxDefault, Reader, stringSizeMax } from './reader.ts'
export { Writer, WriterPool, type UnknownTag } from './writer.ts'
export { WireError, wireErrors, type WireErrorCode } from './wire-error.ts'
export { int64Max, int64Min } from './int64.ts'
export { jsonText, messageJson, type Json, type JsonObject } from './json.ts'
export {
  noBytes,
  unknownTags,
  Versions,
  type Api,
  type Decoded,
  type DecodedResponseOf,
  type Draft,
  type Fields,
  type Message,
  type RequestDraftOf,
  type RequestOf,
  type ResponseOf,
} from './schema.ts'

// Kafka's messages
export * from './apis/index.ts'
export { apis, type AnyApi } from './apis/registry.ts'
export * from './messages/index.ts'
export { requestHeader, requestHeaderVersion, responseHeader, responseHeaderVersion } from './apis/headers.ts'
export {
  errorCode,
  errorMessage,
  errorName,
  errors,
  isRetriable,
  needsRefresh,
  type ErrorName,
  type Remedy,
} from './errors.ts'

// Record batches and their compression
export * from './records/index.ts'
export {
  codecNumber,
  codecOf,
  codecs,
  compress,
  decompress,
  type Codec as CompressionCodec,
} from './compression/codec.ts'
export { CompressionError } from './compression/compression-error.ts'
