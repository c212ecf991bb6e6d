// How a Kafka object is set up: brokers, security, retries, logs. Names and shapes are kafkajs's.

import type { NodeSocket, NodeTlsOptions } from '../../base/index.ts'
import type { logLevel } from './enumerations.ts'

export type BrokersFunction = () => string[] | Promise<string[]>

export interface KafkaConfig {
  brokers: string[] | BrokersFunction
  ssl?: NodeTlsOptions | boolean
  sasl?: SASLOptions | Mechanism
  clientId?: string
  /** ms to establish a connection: 1000. */
  connectionTimeout?: number
  /** ms for authentication: 10000. */
  authenticationTimeout?: number
  /** ms before a session ends at which it is renewed: 10000. */
  reauthenticationThreshold?: number
  /** ms for an answer: 30000. */
  requestTimeout?: number
  /** Without it, requests wait for as long as it takes. */
  enforceRequestTimeout?: boolean
  retry?: RetryOptions
  socketFactory?: ISocketFactory
  logLevel?: logLevel
  logCreator?: logCreator
}

export interface RetryOptions {
  /** ms between attempts at most: 30000. */
  maxRetryTime?: number
  /** ms before the second attempt: 300. */
  initialRetryTime?: number
  /** How much the pauses vary: 0.2. */
  factor?: number
  /** By which each pause is longer than the one before: 2. */
  multiplier?: number
  /** After the first attempt: 5. */
  retries?: number
  /** Of a consumer: whether it runs again after a crash that may pass. */
  restartOnFailure?: (e: Error) => Promise<boolean>
}

export interface ISocketFactoryArgs {
  host: string
  port: number
  ssl: NodeTlsOptions
  onConnect: () => void
}
export type ISocketFactory = (args: ISocketFactoryArgs) => NodeSocket

export interface OauthbearerProviderResponse {
  value: string
}
interface SASLMechanismOptionsMap {
  plain: { username: string; password: string }
  'scram-sha-256': { username: string; password: string }
  'scram-sha-512': { username: string; password: string }
  aws: {
    authorizationIdentity: string
    accessKeyId: string
    secretAccessKey: string
    sessionToken?: string
  }
  oauthbearer: { oauthBearerProvider: () => Promise<OauthbearerProviderResponse> }
}
export type SASLMechanism = keyof SASLMechanismOptionsMap
type SASLMechanismOptions<T> = T extends SASLMechanism ? { mechanism: T } & SASLMechanismOptionsMap[T] : never
export type SASLOptions = SASLMechanismOptions<SASLMechanism>

/** A mechanism of one's own. */
export interface Mechanism {
  mechanism: string
  authenticationProvider: (args: AuthenticationProviderArgs) => Authenticator
}
export interface Authenticator {
  authenticate: () => Promise<void>
}
export interface AuthenticationProviderArgs {
  host: string
  port: number
  logger: Logger
  saslAuthenticate: <ParseResult>(args: SaslAuthenticateArgs<ParseResult>) => Promise<ParseResult | void>
}
export interface SaslAuthenticateArgs<ParseResult> {
  request: { encode: () => Buffer | Promise<Buffer> }
  response?: {
    decode: (rawResponse: Buffer) => Buffer | Promise<Buffer>
    parse: (data: Buffer) => ParseResult
  }
}

export interface LoggerEntryContent {
  readonly timestamp: string
  readonly message: string
  [key: string]: any
}
export interface LogEntry {
  namespace: string
  level: logLevel
  label: string
  log: LoggerEntryContent
}
export type logCreator = (logLevel: logLevel) => (entry: LogEntry) => void

export interface Logger {
  info: (message: string, extra?: object) => void
  error: (message: string, extra?: object) => void
  warn: (message: string, extra?: object) => void
  debug: (message: string, extra?: object) => void
  namespace: (namespace: string, logLevel?: logLevel) => Logger
  setLogLevel: (logLevel: logLevel) => void
}
