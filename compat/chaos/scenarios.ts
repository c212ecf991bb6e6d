// The two places where brokers that look like Kafka fail: chained groups in transactions while every connection is cut again
// and again, and two groups that read each other's outputs while both rebalance.

import type { CrewOptions, Task } from './crew.ts'

export interface Scenario {
  readonly name: string
  readonly about: string
  readonly topics: readonly string[]
  readonly tasks: readonly Task[]
  /** Members go and come. */
  readonly rebalances: boolean
  /** Clients come through a proxy that cuts their connections. */
  readonly cuts: boolean
  readonly slots: CrewOptions['slots']
  /** Where records arrive in the end. */
  readonly last: string
  /** What each topic holds when all is done: the hops that its records have made. */
  readonly holds: Readonly<Record<string, readonly number[]>>
}

/** What `npm run interop:chaos` runs. */
export const usual = ['chain', 'loop']
const holdMs = 200
const hopsOfLoop = 6

export const scenarios: readonly Scenario[] = [
  {
    name: 'chain',
    about: 'A is copied to B, and B to C, in transactions, while every connection is cut after 0.5 to 1.5 s',
    topics: ['chain-a', 'chain-b', 'chain-c'],
    tasks: [
      { group: 'chain-1', protocol: 'classic', from: 'chain-a', to: 'chain-b', holdMs: 0 },
      { group: 'chain-2', protocol: 'consumer', from: 'chain-b', to: 'chain-c', holdMs: 0 },
    ],
    rebalances: false,
    cuts: true,
    slots: 3,
    last: 'chain-c',
    holds: { 'chain-a': [0], 'chain-b': [1], 'chain-c': [2] },
  },
  {
    name: 'loop',
    about: `A is copied to B and B to A, until a record has made ${hopsOfLoop} hops, while members of both groups go and come`,
    topics: ['loop-a', 'loop-b', 'loop-end'],
    tasks: [
      { group: 'loop-1', protocol: 'classic', from: 'loop-a', to: 'loop-b', last: hopsOfLoop, end: 'loop-end', holdMs },
      {
        group: 'loop-2',
        protocol: 'consumer',
        from: 'loop-b',
        to: 'loop-a',
        last: hopsOfLoop,
        end: 'loop-end',
        holdMs,
      },
    ],
    rebalances: true,
    cuts: false,
    slots: 3,
    last: 'loop-end',
    holds: { 'loop-a': [0, 2, 4], 'loop-b': [1, 3, 5], 'loop-end': [6] },
  },
  {
    name: 'copy',
    about: 'A is copied to B, while copiers are killed',
    topics: ['copy-a', 'copy-b'],
    tasks: [{ group: 'copy-1', protocol: 'classic', from: 'copy-a', to: 'copy-b', holdMs }],
    rebalances: true,
    cuts: false,
    slots: 2,
    last: 'copy-b',
    holds: { 'copy-a': [0], 'copy-b': [1] },
  },
]
