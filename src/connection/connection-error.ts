// What can go wrong on a client's connection, beside what the system says when it cannot connect (ECONNREFUSED, ...).

// oxfmt-ignore
export const connectionErrors = {
  CONNECT_TIMED_OUT:   'No connection, or no answer to the first request, in time.',
  CONNECTION_CLOSED:   'The connection was closed before the answer came. Whether the request was carried out is not known.',
  REQUEST_TIMED_OUT:   'No answer in time. The connection is closed, as a late answer could be taken for another.',
  UNSUPPORTED_VERSION: 'The broker and this client have no version of the request in common.',
  MALFORMED_RESPONSE:  'The broker sent what is no answer. The connection is closed.',
  TLS_FAILED:          'No encryption came about: one side does not believe the other, or they have nothing in common.',
  SASL_AUTHENTICATION_FAILED: 'The broker does not believe who this client says to be.',
  UNSUPPORTED_SASL_MECHANISM: 'The broker has not enabled the mechanism of this client.',
  ILLEGAL_SASL_STATE:  'The broker asks for no authentication on this listener: is it one without SASL?',
} as const
export type ConnectionErrorCode = keyof typeof connectionErrors

export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  readonly code: ConnectionErrorCode
  constructor(code: ConnectionErrorCode, found: string, cause?: unknown) {
    super(`${found}: ${connectionErrors[code]}`, cause === undefined ? {} : { cause })
    this.code = code
  }
}
