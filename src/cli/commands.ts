// Every command of `millrace`, in the order of its overview, with one line about each. A command is loaded when called, so that
// all start as fast as they can.

import type { Command } from './command.ts'

export interface ListedCommand {
  readonly about: string
  readonly load: () => Promise<{ readonly default: Command }>
}
export const commands: { readonly [name: string]: ListedCommand } = {
  up: { about: 'start the broker', load: () => import('./commands/up.ts') },
  topics: { about: 'list, describe, create, grow, set and delete topics', load: () => import('./commands/topics.ts') },
  produce: { about: 'send lines of standard input as records', load: () => import('./commands/produce.ts') },
  consume: { about: 'print the records of a topic', load: () => import('./commands/consume.ts') },
  groups: { about: 'list, describe, move and delete consumer groups', load: () => import('./commands/groups.ts') },
  offsets: { about: 'show where the partitions of topics begin and end', load: () => import('./commands/offsets.ts') },
  'delete-records': {
    about: 'delete the records of a topic before an offset or a time',
    load: () => import('./commands/delete-records.ts'),
  },
  configs: {
    about: 'show and change what topics, brokers and groups are set to',
    load: () => import('./commands/configs.ts'),
  },
  transactions: {
    about: 'show transactions and their producers, and end those that hang',
    load: () => import('./commands/transactions.ts'),
  },
  cluster: {
    about: 'show the brokers of a cluster and the APIs that they serve',
    load: () => import('./commands/cluster.ts'),
  },
  'log-dirs': {
    about: 'show how much the topics take on the disks of the brokers',
    load: () => import('./commands/log-dirs.ts'),
  },
  'dump-log': { about: 'show what the files of a log hold', load: () => import('./commands/dump-log.ts') },
  snapshot: {
    about: 'keep all that a data directory holds, and bring it back',
    load: () => import('./commands/snapshot.ts'),
  },
  perf: { about: 'measure how fast a cluster takes and gives records', load: () => import('./commands/perf.ts') },
  why: {
    about: 'tell what a group, a transaction or a connection went through',
    load: () => import('./commands/why.ts'),
  },
  docs: { about: 'explain a config, an error or an API', load: () => import('./commands/docs.ts') },
  completion: { about: 'print the completions for a shell', load: () => import('./commands/completion.ts') },
}
