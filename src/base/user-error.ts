// What a person who starts or configures Millrace can put right: the message says what was expected, what was found and
// what to do, and is shown without a stack.

export class UserError extends Error {
  /** For programs: 'CONFIG', 'CORRUPT_METADATA', 'USAGE', … */
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UserError'
    this.code = code
  }
}
