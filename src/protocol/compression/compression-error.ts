// The one error of decompression, whatever the bytes: they are not what the codec writes, or they give too much.

export class CompressionError extends Error {
  override readonly name = 'CompressionError'
  readonly code: 'CORRUPT' | 'TOO_LARGE'
  constructor(code: CompressionError['code'], message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
export const tooLarge = (sizeMax: number): CompressionError =>
  new CompressionError('TOO_LARGE', `more than ${sizeMax} bytes when decompressed`)
export const corrupt = (codec: string, what: unknown): CompressionError =>
  new CompressionError('CORRUPT', `${codec}: ${what instanceof Error ? what.message : String(what)}`, what)
