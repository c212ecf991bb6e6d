// Why a broker closes a connection, in one table: what is logged, how loudly, and by what name it is counted.

import type { LogLevel } from '../base/index.ts'

// oxfmt-ignore
export const closeReasons = {
  HTTP_REQUEST:           { level: 'warn',  means: 'an HTTP request came to a Kafka listener: is the URL or the port another service\'s?' },
  TLS_HANDSHAKE:          { level: 'warn',  means: 'a TLS handshake came to a listener without TLS: set security.protocol of the client to PLAINTEXT, or use a TLS listener' },
  NEGATIVE_SIZE:          { level: 'warn',  means: 'a frame of negative size: the peer does not speak Kafka\'s protocol' },
  REQUEST_TOO_LARGE:      { level: 'warn',  means: 'a request larger than socket.request.max.bytes (before authentication: than sasl.server.max.receive.size), or a peer that does not speak Kafka\'s protocol' },
  MALFORMED_REQUEST:      { level: 'warn',  means: 'a request that cannot be decoded' },
  API_NOT_SERVED:         { level: 'warn',  means: 'a request of an API that this broker does not serve, and does not advertise' },
  VERSION_NOT_SERVED:     { level: 'warn',  means: 'a request of a version that this broker does not serve, and does not advertise' },
  NO_PRINCIPAL:           { level: 'warn',  means: 'no rule of ssl.principal.mapping.rules makes a name of the certificate' },
  NOT_AUTHENTICATED:      { level: 'info',  means: 'a request before the client has shown who it is: does it know that the listener asks for SASL?' },
  AUTHENTICATION_LATE:    { level: 'info',  means: 'the client has not shown in time who it is' },
  SESSION_EXPIRED:        { level: 'info',  means: 'the session has ended, and the client has not authenticated anew (KIP-368)' },
  HANDLER_FAILED:         { level: 'error', means: 'a bug: the request could not be handled' },
  UNANSWERABLE_ERROR:     { level: 'info',  means: 'a request failed to which no answer goes (acks=0)' },
  STALLED_FRAME:          { level: 'warn',  means: 'the bytes of a frame stopped coming while other connections wait for its memory' },
  IDLE:                   { level: 'info',  means: 'idle for connections.max.idle.ms' },
  CONNECTIONS_MAX:        { level: 'warn',  means: 'as many connections as max.connections allows' },
  CONNECTION_RATE:        { level: 'warn',  means: 'connections from one address come faster than its quota allows' },
  CONNECTIONS_PER_IP_MAX: { level: 'warn',  means: 'as many connections from one address as max.connections.per.ip allows' },
} as const satisfies Record<string, { level: LogLevel; means: string }>

export type CloseReason = keyof typeof closeReasons

/** Whose first bytes these are, that claim to be a frame of this size. */
export function reasonOfSize(size: number, bytes: Buffer): CloseReason {
  if (bytes[0] === 0x16 && bytes[1] === 0x03) return 'TLS_HANDSHAKE'
  if (/^(GET |HEAD|POST|PUT |PATC|DELE|OPTI|CONN|TRAC|PRI )/.test(bytes.toString('latin1', 0, 4))) return 'HTTP_REQUEST'
  return size < 0 ? 'NEGATIVE_SIZE' : 'REQUEST_TOO_LARGE'
}
