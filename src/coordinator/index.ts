// coordinator: the state machines of groups, and the runtime that appends, applies and answers.

export type { CallContext } from './api/call.ts'
export { groupConfigDefaults, type GroupConfig } from './config.ts'
export { GroupCoordinator, type GroupCoordinatorOptions, type TopicNames } from './group-coordinator.ts'
export type { Appended } from './machine.ts'
export { partitionFor } from './partition-for.ts'
export type { CoordinatorLog } from './shard.ts'
