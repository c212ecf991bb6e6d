// Every command of `millrace`, in the order of its overview. Each is loaded when called, so that all start as fast as they can.

import type { Command } from './command.ts'

export const commands: { readonly [name: string]: () => Promise<{ readonly default: Command }> } = {
  up: () => import('./commands/up.ts'),
  topics: () => import('./commands/topics.ts'),
  produce: () => import('./commands/produce.ts'),
  consume: () => import('./commands/consume.ts'),
  groups: () => import('./commands/groups.ts'),
  offsets: () => import('./commands/offsets.ts'),
  'delete-records': () => import('./commands/delete-records.ts'),
  configs: () => import('./commands/configs.ts'),
  transactions: () => import('./commands/transactions.ts'),
  cluster: () => import('./commands/cluster.ts'),
  'log-dirs': () => import('./commands/log-dirs.ts'),
  'dump-log': () => import('./commands/dump-log.ts'),
  snapshot: () => import('./commands/snapshot.ts'),
  perf: () => import('./commands/perf.ts'),
  why: () => import('./commands/why.ts'),
  docs: () => import('./commands/docs.ts'),
  completion: () => import('./commands/completion.ts'),
}
