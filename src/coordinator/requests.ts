// What is asked of the groups' machine, what happens to groups by itself, and the answers. Answers are near to the
// protocol's, with errors by name; versions are left behind (coordinator.ts).

import type { ErrorName } from '../protocol/index.ts'
import type { Assignment } from './consumer-group/assignment.ts'
import type { ConsumerGroupState } from './consumer-group/consumer-group.ts'
import type { ConsumerMember } from './consumer-group/member.ts'
import type { GroupState, Protocol } from './group/classic-group.ts'
import type { ClassicGroup } from './group/classic-group.ts'
import type { MachineTypes, To, View } from './machine.ts'
import type { CommittedOffset, Durable, LogRecord, OffsetsMarker } from './records.ts'

/** A request about one group. */
interface Asked<Is extends string> {
  readonly is: Is
  readonly key: string
  readonly to: To
}
interface Identity {
  readonly memberId: string
  readonly groupInstanceId: string | null
}
export interface Join extends Asked<'join'>, Identity {
  /** The tail of the id of a new member, made outside: here is no randomness. */
  readonly freshId: string
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly protocolType: string
  readonly protocols: readonly Protocol[]
  readonly reason: string | null
  /** KIP-394: the client comes again with the id that it is given. */
  readonly comesAgain: boolean
  /** KIP-814: the client knows of skipAssignment. */
  readonly canSkipAssignment: boolean
}
export interface JoinAnswer {
  readonly error: ErrorName
  readonly memberId: string
  readonly generation: number
  readonly protocolType: string | null
  readonly protocol: string | null
  readonly leader: string
  readonly skipAssignment: boolean
  /** What each member said of itself; for the leader only. */
  readonly members: readonly (Identity & { readonly metadata: Buffer })[]
}
export interface Sync extends Asked<'sync'>, Identity {
  readonly generation: number
  readonly protocolType: string | null
  readonly protocol: string | null
  readonly assignments: ReadonlyMap<string, Buffer>
}
export interface SyncAnswer {
  readonly error: ErrorName
  readonly protocolType: string | null
  readonly protocol: string | null
  readonly assignment: Buffer
}
export interface Heartbeat extends Asked<'heartbeat'>, Identity {
  readonly generation: number
}
export interface Leave extends Asked<'leave'> {
  readonly members: readonly (Identity & { readonly reason: string | null })[]
}
export interface LeaveAnswer {
  readonly error: ErrorName
  readonly members: readonly (Identity & { readonly error: ErrorName })[]
}
/** KIP-848; null for what is as it was said before. */
export interface ConsumerHeartbeat extends Asked<'consumerHeartbeat'> {
  /** Empty for one that is to be given the fresh id: clients of version 0. */
  readonly memberId: string
  readonly freshId: string
  readonly memberEpoch: number
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** −1: as before. */
  readonly rebalanceTimeoutMs: number
  readonly subscribedTopicNames: readonly string[] | null
  readonly subscribedTopicRegex: string | null
  readonly serverAssignor: string | null
  readonly owned: Assignment | null
}
export interface ConsumerHeartbeatAnswer {
  readonly error: ErrorName
  readonly message: string | null
  readonly memberId: string | null
  readonly memberEpoch: number
  readonly heartbeatIntervalMs: number
  /** Null: as it was told before. */
  readonly assignment: Assignment | null
}
export interface ConsumerDescribe extends Asked<'consumerDescribe'> {}
export interface ConsumerDescribeAnswer {
  readonly error: ErrorName
  readonly message: string | null
  readonly group:
    | {
        readonly state: ConsumerGroupState
        readonly epoch: number
        readonly assignmentEpoch: number
        readonly assignor: string
        readonly members: readonly (ConsumerMember & { readonly target: Assignment })[]
      }
    | undefined
}
export interface PartitionCommit {
  readonly partition: number
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string | null
}
export interface Commit extends Asked<'commit'>, Identity {
  /** −1: from outside the group. */
  readonly generation: number
  /** −1: as long as the broker keeps offsets. */
  readonly retentionMs: number
  /** What a client of this version is told where there is no such group. */
  readonly noGroupError: 'ILLEGAL_GENERATION' | 'GROUP_ID_NOT_FOUND'
  readonly topics: readonly {
    readonly name: string
    readonly topicId: string
    readonly partitions: readonly PartitionCommit[]
  }[]
}
/** KIP-98: to count once the transaction of this producer commits. */
export interface CommitInTransaction extends Omit<Commit, 'is' | 'retentionMs'> {
  readonly is: 'commitInTransaction'
  readonly producerId: number
  readonly producerEpoch: number
}
/** A transaction has ended; the key is of no meaning. */
export interface Marker extends Asked<'marker'>, Omit<OffsetsMarker, 'is'> {}
export interface PartitionErrors {
  readonly error: ErrorName
  /** In the order of the request. */
  readonly topics: readonly {
    readonly name: string
    readonly partitions: readonly { readonly partition: number; readonly error: ErrorName }[]
  }[]
}
export interface Fetch extends Asked<'fetch'> {
  /** KIP-848: who asks; null and −1 for one from outside the group. */
  readonly memberId?: string | null
  readonly memberEpoch?: number
  /** Null for all. */
  readonly topics:
    | readonly { readonly name: string; readonly topicId: string; readonly partitions: readonly number[] }[]
    | null
  /** KIP-447: where an offset is pending the answer is UNSTABLE_OFFSET_COMMIT. */
  readonly requireStable?: boolean
}
export interface FetchAnswer {
  readonly error: ErrorName
  readonly topics: readonly {
    readonly name: string
    readonly topicId: string
    readonly partitions: readonly {
      readonly partition: number
      readonly committed: CommittedOffset | undefined
      /** A transaction has committed another offset, and has not ended. */
      readonly isUnstable: boolean
    }[]
  }[]
}
export interface DeleteOffsets extends Asked<'deleteOffsets'> {
  readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[]
}
export interface List extends Asked<'list'> {}
export interface ListAnswer {
  readonly error: ErrorName
  readonly groups: readonly {
    readonly groupId: string
    readonly protocolType: string
    readonly state: GroupState | ConsumerGroupState
    readonly type: 'classic' | 'consumer'
  }[]
}
export interface Describe extends Asked<'describe'> {}
export interface DescribeAnswer {
  readonly error: ErrorName
  readonly message: string | null
  readonly state: GroupState | 'Dead'
  readonly protocolType: string
  readonly protocol: string
  readonly members: readonly (Identity & {
    readonly clientId: string
    readonly clientHost: string
    readonly metadata: Buffer
    readonly assignment: Buffer
  })[]
}
export interface Delete extends Asked<'delete'> {}
export interface JustError {
  readonly error: ErrorName
}

/** By what was asked. */
export interface Answers {
  readonly join: JoinAnswer
  readonly sync: SyncAnswer
  readonly heartbeat: JustError
  readonly leave: LeaveAnswer
  readonly consumerHeartbeat: ConsumerHeartbeatAnswer
  readonly consumerDescribe: ConsumerDescribeAnswer
  readonly commit: PartitionErrors
  readonly commitInTransaction: PartitionErrors
  readonly marker: JustError
  readonly fetch: FetchAnswer
  readonly deleteOffsets: PartitionErrors
  readonly list: ListAnswer
  readonly describe: DescribeAnswer
  readonly delete: JustError
}
export type GroupRequest =
  | Join
  | Sync
  | Heartbeat
  | Leave
  | ConsumerHeartbeat
  | ConsumerDescribe
  | Commit
  | CommitInTransaction
  | Marker
  | Fetch
  | DeleteOffsets
  | List
  | Describe
  | Delete
export type GroupEvent =
  | { readonly is: 'sessionExpired'; readonly key: string; readonly memberId: string }
  | {
      readonly is: 'initialDelayOver'
      readonly key: string
      readonly delayMs: number
      /** How much longer the members would wait. */
      readonly remainingMs: number
    }
  | { readonly is: 'joinDeadline'; readonly key: string }
  | { readonly is: 'syncDeadline'; readonly key: string; readonly generation: number }
  /** A member of the consumer protocol was to give up partitions in this epoch. */
  | {
      readonly is: 'revocationDeadline'
      readonly key: string
      readonly memberId: string
      readonly memberEpoch: number
    }
  /** A member of the classic protocol in a group of the consumer protocol did not come when it was called. */
  | { readonly is: 'memberExpired'; readonly key: string; readonly memberId: string; readonly reason: string }
  | { readonly is: 'offsetsExpire'; readonly key: string }
  | {
      readonly is: 'topicsDeleted'
      readonly key: string
      readonly topics: readonly { readonly name: string; readonly topicId: string }[]
    }
/** Told to the log of the broker once it is committed: the story of a group, a sentence each. */
export interface Told {
  readonly is: 'told'
  readonly groupId: string
  readonly event: string
  readonly fields: Readonly<Record<string, string | number>>
}

/** What a group of the consumer protocol knows that need not be written down. */
export interface Awareness {
  /** Of the topics that its epoch was last compared with. */
  topicsVersion: number | undefined
}
export interface GroupTypes extends MachineTypes {
  readonly durable: Durable
  readonly volatile: {
    /** Every classic group that there is, and those that have no members and never had. */
    readonly classic: Map<string, ClassicGroup>
    /** By the id of the group. */
    readonly awareness: Map<string, Awareness>
  }
  readonly record: LogRecord
  readonly request: GroupRequest | GroupEvent
  readonly response: Answers[keyof Answers]
  readonly effect: Told
}
export type GroupView = View<GroupTypes>
