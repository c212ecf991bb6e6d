// Bugs that are planted to see whether the simulations find them: each a change of a few words in the source of what really
// runs, made while it is loaded (plant.ts). Where the source has changed since, the test says so.

export interface Bug {
  /** What is wrong with the broker that has it. */
  readonly name: string
  readonly file: string
  /** Stands in the file once. */
  readonly text: string
  readonly by: string
  /** The simulation that finds it … */
  readonly simulation: 'classic' | 'consumer' | 'mixed' | 'transactions'
  /** … and the first of the seeds with which it does: `npm run simulate -- bugs` searches for one that does at once. */
  readonly seed: number
}

export const bugs: readonly Bug[] = [
  {
    name: 'answers go out before the log has committed what they tell of',
    file: 'src/coordinator/runtime.ts',
    text: 'if (this.#endOffset <= this.#highWatermark) this.#release(',
    by: 'if (this.#endOffset >= 0) this.#release(',
    simulation: 'classic',
    seed: 829_179_543,
  },
  {
    name: 'what the log has lost is not taken back',
    file: 'src/coordinator/runtime.ts',
    text: 'for (const { undo } of undone.toReversed()) undo()',
    by: '',
    simulation: 'classic',
    seed: 829_179_543,
  },
  {
    name: 'what a decision has done to a group stays when the log refuses its records',
    file: 'src/coordinator/runtime.ts',
    text: `for (const touched of new Set([key, ...records.map(record => this.#machine.keyOf(record))]))
      this.#restart(touched, refusal)`,
    by: '',
    simulation: 'classic',
    seed: 115_680_680,
  },
  {
    name: 'sessions end while the broker stands still, and heartbeats lie in its sockets',
    file: 'src/coordinator/runtime.ts',
    text: 'if (pause >= stallMsMin) this.#timers.postpone(pause)',
    by: '',
    simulation: 'consumer',
    seed: 1_306_155_933,
  },
  {
    name: 'a commit of a generation that is over is taken',
    file: 'src/coordinator/offsets/commit.ts',
    text: "if (generation !== group.generation) return 'ILLEGAL_GENERATION'",
    by: '',
    simulation: 'classic',
    seed: 1_306_155_933,
  },
  {
    name: 'a commit of an epoch that is over is taken',
    file: 'src/coordinator/offsets/commit.ts',
    text: 'if (member.memberEpoch === generation) return undefined',
    by: 'return undefined',
    simulation: 'consumer',
    seed: 1_306_155_933,
  },
  {
    name: 'a partition is given away while another has it',
    file: 'src/coordinator/consumer-group/reconcile.ts',
    text: 'if (owner === undefined || owner === member.memberId) addPartition(',
    by: "if (owner !== '') addPartition(",
    simulation: 'consumer',
    seed: 1_306_155_933,
  },
  {
    name: 'a partition is free as soon as its owner is told to give it up',
    file: 'src/coordinator/consumer-group/consumer-group.ts',
    text: 'for (const assignment of [assigned, pendingRevocation])',
    by: 'for (const assignment of [assigned, pendingRevocation].slice(0, 1))',
    simulation: 'consumer',
    seed: 1_306_155_933,
  },
  {
    name: 'a member of a group that changes its protocol counts as having given up what it was told to',
    file: 'src/coordinator/consumer-group/upgrade.ts',
    text: 'members = withUnrevoked(step, classic, assigned)',
    by: 'members = assigned',
    simulation: 'mixed',
    seed: 1_489_481_451,
  },
  {
    name: 'markers are written before the decision to end the transaction is committed',
    file: 'src/coordinator/runtime.ts',
    text: 'else this.#wait({ offset: this.#endOffset, key: request.key, answers, effects: outward })',
    by: `else {
      this.#wait({ offset: this.#endOffset, key: request.key, answers, effects: [] })
      this.#release({ answers: [], effects: outward })
    }`,
    simulation: 'transactions',
    seed: 1_385_961_262,
  },
  {
    name: 'markers that a coordinator has not written when it fails are never written',
    file: 'src/coordinator/transaction/transactions.ts',
    text: "return [{ is: 'timer', key, name: 'markers', afterMs: markersAgainMs, event }]",
    by: 'return event === undefined ? [] : []',
    simulation: 'transactions',
    seed: 1_306_155_933,
  },
  {
    name: 'a transaction is complete when one of its partitions has its marker',
    file: 'src/broker/transaction-markers.ts',
    text: 'if (missing.length === 0) return',
    by: 'if (missing.length < outcomes.length || missing.length === 0) return',
    simulation: 'transactions',
    seed: 829_179_543,
  },
  {
    name: 'the last stable offset does not stand before open transactions',
    file: 'src/storage/partition-log.ts',
    text: 'return Math.min(unstable ?? Infinity, this.#highWatermark)',
    by: 'return unstable === undefined ? this.#highWatermark : this.#highWatermark',
    simulation: 'transactions',
    seed: 1_306_155_933,
  },
  {
    name: 'a transaction that times out leaves its producer the epoch that it has',
    file: 'src/coordinator/transaction/end-transaction.ts',
    text: 'const aborted = fenced(transaction, { now, config, freshProducerId })',
    by: "const aborted = prepared(transaction, { result: 'abort', now, clientVersion: 0 })",
    simulation: 'transactions',
    seed: 1_306_155_933,
  },
  {
    name: 'offsets of a transaction count before it has ended',
    file: 'src/coordinator/offsets/transactions.ts',
    text: "if (offsets.length > 0) step.write({ is: 'transactionalOffsets', groupId, producerId, producerEpoch, offsets })",
    by: "for (const offset of offsets) step.write({ is: 'offset', groupId, ...offset })",
    simulation: 'transactions',
    seed: 1_306_155_933,
  },
]
