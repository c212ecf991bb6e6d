// What the cases ask of a client, in Kafka's terms. A client is an adapter that turns these into calls of its library, or into
// command lines; what it cannot do is named in clients.ts, and the cases that need it do not exist for it.

export interface Message {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: readonly (readonly [name: string, value: Buffer])[]
  readonly timestampMs?: number
  readonly partition?: number
}

export interface ReadMessage {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [name: string, value: Buffer])[]
  readonly timestampMs: number
  readonly partition: number
  readonly offset: number
}

export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type Codec = (typeof codecs)[number]

export interface ProduceOptions {
  readonly topic: string
  readonly messages: readonly Message[]
  readonly acks?: 'all' | '1' | '0'
  readonly idempotent?: boolean
  readonly codec?: Codec
}

export interface ConsumeOptions {
  readonly topic: string
  readonly partition?: number
  readonly from: number | 'earliest' | 'latest'
  /** Returns with this many records, or with fewer after `waitMs`. */
  readonly count: number
  readonly waitMs?: number
  /** Most bytes that a fetch may bring of a partition. */
  readonly maxBytes?: number
  /** Where to go on from an offset that is out of range. */
  readonly reset?: 'earliest' | 'latest'
  /** Only what is committed, and nothing beyond the first transaction that is open. */
  readonly committed?: boolean
}

export interface TransactOptions {
  /** The transactional id. */
  readonly id: string
  /** Which producer: the one of this name, made when first named. Another of the same id fences it. */
  readonly producer?: string
  readonly timeoutMs?: number
  readonly topic: string
  readonly messages: readonly Message[]
  /** Of the same topic, for a group that has no members. */
  readonly offset?: { readonly group: string; readonly partition: number; readonly offset: number }
  /** 'later': the transaction is left open for `endTransaction`. */
  readonly end: 'commit' | 'abort' | 'later'
}

export interface GroupOffset {
  readonly partition: number
  readonly offset: number
  readonly metadata?: string | null
}

export interface Operations {
  createTopic(of: {
    readonly topic: string
    readonly partitions?: number
    readonly replicationFactor?: number
    readonly configs?: Readonly<Record<string, string>>
  }): Promise<void>
  deleteTopic(of: { readonly topic: string }): Promise<void>
  listTopics(of: object): Promise<string[]>
  describeTopic(of: {
    readonly topic: string
  }): Promise<{ partitions: { id: number; leader: number; isr: number[] }[] }>
  createPartitions(of: { readonly topic: string; readonly count: number }): Promise<void>
  topicConfigs(of: { readonly topic: string }): Promise<Record<string, string | null>>
  brokerConfigs(of: { readonly broker: number }): Promise<Record<string, string | null>>
  /** Incremental where the client can, else the whole of it: `set` then holds all there is. */
  alterTopicConfigs(of: {
    readonly topic: string
    readonly set?: Readonly<Record<string, string>>
    readonly remove?: readonly string[]
  }): Promise<void>
  describeCluster(
    of: object,
  ): Promise<{ clusterId: string; controller: number; brokers: { id: number; host: string; port: number }[] }>
  /** Deletes the records before `offset`; -1 is all of them. */
  deleteRecords(of: { readonly topic: string; readonly partition: number; readonly offset: number }): Promise<void>
  /** The offset of the first record at or after a time; -1 when there is none (clients without that answer say the end). */
  offsetForTime(of: {
    readonly topic: string
    readonly partition: number
    readonly timestampMs: number
  }): Promise<number>
  endOffsets(of: { readonly topic: string; readonly partition: number }): Promise<{ earliest: number; latest: number }>
  maxTimestampOffset(of: { readonly topic: string; readonly partition: number }): Promise<number>
  logDirSize(of: { readonly topic: string }): Promise<number>

  /** `null` calls off what is under way. */
  reassign(of: {
    readonly topic: string
    readonly partition: number
    readonly replicas: readonly number[] | null
  }): Promise<void>
  reassignments(of: { readonly topic: string }): Promise<{ partition: number; adding: number[]; removing: number[] }[]>
  /** `null` removes it. */
  alterQuota(of: { readonly user: string; readonly key: string; readonly value: number | null }): Promise<void>
  quotas(of: { readonly user: string }): Promise<Record<string, number>>
  quorum(of: object): Promise<{ leader: number; voters: number[]; highWatermark: number }>

  produce(of: ProduceOptions): Promise<void>
  consume(of: ConsumeOptions): Promise<ReadMessage[]>
  /** Begins a transaction, sends all of it, and ends it. */
  transact(of: TransactOptions): Promise<void>
  endTransaction(of: { readonly producer: string; readonly end: 'commit' | 'abort' }): Promise<void>
  /** Begins to read at the end of partition 0, with long polls of `waitMs`; answers when it stands there. */
  tail(of: { readonly topic: string; readonly waitMs: number }): Promise<void>
  /** The next record of the tail, and when it came. */
  tailNext(of: object): Promise<{ value: string; receivedMs: number }>

  /** Sends a record by a connection of its own, reads it back by another, and gives its value. */
  secured(of: SecuredConnection): Promise<string>

  listGroups(of: object): Promise<string[]>
  describeGroup(of: { readonly group: string }): Promise<{ state: string; members: number }>
  deleteGroup(of: { readonly group: string }): Promise<void>
  groupOffsets(of: { readonly group: string; readonly topic: string }): Promise<GroupOffset[]>
  /** Commits as a consumer that is no member of the group. */
  commitOffset(of: { readonly group: string; readonly topic: string } & GroupOffset): Promise<void>
  deleteGroupOffsets(of: { readonly group: string; readonly topic: string }): Promise<void>

  /** Load generators, with the number of records that they say they sent, read, or had acknowledged. */
  perfProduce(of: { readonly topic: string; readonly count: number }): Promise<number>
  perfConsume(of: { readonly topic: string; readonly count: number }): Promise<number>
  verifiableProduce(of: { readonly topic: string; readonly count: number }): Promise<number>
}

export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER'
export interface SecuredConnection {
  readonly bootstrap: string
  /** Paths of PEM files. */
  readonly tls?: { readonly authority: string; readonly certificate?: string; readonly key?: string }
  /** For OAUTHBEARER the user goes into a token that nobody has signed. */
  readonly sasl?: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string }
  readonly topic: string
  readonly value: string
}

export const loads = ['perfProduce', 'perfConsume', 'verifiableProduce'] as const
export const administration = ['reassign', 'reassignments', 'alterQuota', 'quotas', 'quorum'] as const
/** What clients do not have, unless they say so. */
export const rare = [...loads, ...administration] as const

export type OperationName = keyof Operations

export interface JoinOptions {
  readonly group: string
  /** With `pattern` an expression of RE2, matched by the broker. */
  readonly topic: string
  readonly pattern?: boolean
  /** KIP-848: 'consumer'. */
  readonly protocol?: 'classic' | 'consumer'
  readonly assignor?: 'eager' | 'cooperative'
  readonly instanceId?: string
  readonly sessionTimeoutMs?: number
  readonly reset?: 'earliest' | 'latest'
}

/** A consumer in a group, in a process of its own: it can be killed. It commits when it is told to. */
export interface Member {
  /** The partitions that it has now; undefined before its first assignment. */
  assignment(): readonly number[] | undefined
  /** How often partitions were taken from it. */
  revocations(): number
  /** What it has read, as `partition:offset`, in order of reading. */
  read(): readonly string[]
  /** Commits what it has read, and says something with it where the client can. */
  commit(metadata?: string): Promise<void>
  leave(): Promise<void>
  kill(): void
  /** The error that ended it, if one did. */
  failure(): Error | undefined
}

/** A client, ready to be asked. */
export interface Adapter {
  readonly version: string
  readonly operations: Partial<Operations>
  join?(of: JoinOptions): Promise<Member>
  readonly stop: () => Promise<void>
}

/** Error codes of the protocol that the cases look for. */
export const errorCodes = {
  OFFSET_OUT_OF_RANGE: 1,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  MESSAGE_TOO_LARGE: 10,
  INVALID_TOPIC_EXCEPTION: 17,
  INVALID_SESSION_TIMEOUT: 26,
  INVALID_TIMESTAMP: 32,
  TOPIC_ALREADY_EXISTS: 36,
  INVALID_PARTITIONS: 37,
  INVALID_REPLICATION_FACTOR: 38,
  INVALID_REPLICA_ASSIGNMENT: 39,
  INVALID_CONFIG: 40,
  INVALID_REQUEST: 42,
  NON_EMPTY_GROUP: 68,
  GROUP_ID_NOT_FOUND: 69,
  NO_REASSIGNMENT_IN_PROGRESS: 85,
  INVALID_RECORD: 87,
} as const
export type ErrorName = keyof typeof errorCodes

/** What a broker refused, with its error code where the client tells it. */
export class Refused extends Error {
  readonly code: number | undefined
  constructor(message: string, code?: number) {
    super(message)
    this.code = code
  }
}
