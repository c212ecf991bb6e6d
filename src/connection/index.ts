// connection: one conversation with a broker, both ends: framing, pipelining, versions; and sockets in memory.

export { type ApiVersionsAnswer, BrokerVersions } from './broker-versions.ts'
export { ClientConnection, type ClientConnectionOptions, type ClientRequestOptions } from './client-connection.ts'
export { closeReasons, type CloseReason } from './close-reasons.ts'
export { type Admission, anonymous, type ClientSoftware, type Connection, hostOf } from './connection.ts'
export { ConnectionError, type ConnectionErrorCode, connectionErrors } from './connection-error.ts'
export { connectionLimits, type ConnectionLimits } from './limits.ts'
export { memorySockets, type MemorySocketsOptions } from './memory-sockets.ts'
export {
  afterWrite,
  type Answer,
  closeConnection,
  lastAnswer,
  noResponse,
  type Peer,
  type Released,
  type RequestObserver,
  type ServerRequest,
  type Service,
  type VersionsServed,
} from './service.ts'
export { listenerTags, socketServerMetric } from './network-metrics.ts'
export type { RequestTimes, RequestTimesObserver, RequestTimesTaker } from './request-times.ts'
export { SocketServer } from './socket-server.ts'

// TLS and SASL
export { type KeyStore, readPkcs12 } from './tls/pkcs12.ts'
export {
  type SaslClientExchange,
  type SaslClientMechanism,
  SaslError,
  type SaslIdentity,
  type SaslServerExchange,
  type SaslStep,
} from './sasl/mechanism.ts'
export { type JaasEntry, parseJaas } from './sasl/jaas.ts'
export {
  type BearerToken,
  oauthBearerClient,
  OAuthBearerServer,
  type TokenProvider,
  type TokenVerdict,
} from './sasl/oauth-bearer.ts'
export { type PasswordCredentials, plainClient, PlainServer } from './sasl/plain.ts'
export {
  saltPassword,
  scramClient,
  type ScramCredential,
  scramIterationsMax,
  scramIterationsMin,
  scramKeys,
  type ScramMechanismName,
  scramMechanisms,
  ScramServer,
} from './sasl/scram.ts'
export {
  type HandshakeAnswer,
  type SaslServerSettings,
  ServerAuthentication,
  type ServerMechanism,
  type TokenAnswer,
} from './sasl/server-authentication.ts'
