// What of kafkajs's tests says nothing about what is tested, and why.

/** What kafkajs's tests are run with: our drop-in, against which nothing of kafkajs counts; or kafkajs, against our brokers. */
export type Subject = 'drop-in' | 'kafkajs'
type Reasons = readonly (readonly [pattern: RegExp, reason: string])[]

/** kafkajs runs these a second time where its brokers take tokens. */
export const specsWithTokens =
  /^src\/(producer\/index|(admin|consumer)\/__tests__\/connection|broker\/__tests__\/(connect|disconnect|reauthenticate))\./

/** Specs that are not run: they test modules inside kafkajs, which the drop-in has not. */
const specsOfDropIn: Reasons = [
  [/^src\/(broker|cluster|network|protocol|utils|retry|instrumentation)\//, 'modules inside kafkajs'],
  [/^src\/consumer\/(offsetManager\/|[^/]*\.spec)/, 'modules inside kafkajs'],
  [/^src\/consumer\/__tests__\/(runner|consumerGroup|filterAbortedMessages|batch)\./, 'modules inside kafkajs'],
  [
    /^src\/producer\/(sendMessages|eosManager|createTopicData|groupMessagesPerPartition|partitioners)/,
    'modules inside kafkajs',
  ],
  [/^src\/index\.spec/, "replaces kafkajs's modules by mocks, and looks at what they are given"],
  [/^src\/consumer\/__tests__\/errorRecovery\./, "puts mocks in the place of kafkajs's requests to the coordinator"],
  [
    /^src\/producer\/__tests__\/idempotentProduceMessages\./,
    "puts mocks in the place of kafkajs's requests to brokers",
  ],
]

/** Tests of the specs that are run, where they fail for a reason that is not the drop-in's: `SPEC NAME OF THE TEST`. */
const testsOfDropIn: Reasons = [
  [
    /controller has moved|createTopics.*(already created|waitForLeaders|non ignorable)|REQUEST_TIMED_OUT/,
    "a mock of kafkajs's cluster, which the drop-in does not ask",
  ],
  [
    /deleteTopicRecords.*(retriable|stale|low watermark)/,
    "a mock of kafkajs's cluster, which the drop-in does not ask",
  ],
  [/target group|reconnects the cluster/, "looks into kafkajs's cluster"],
  [/commits? the last offsets|updates the partition committed offset/, "looks into kafkajs's offsets inside"],
  [/default retry value|initProducerId|supports sending offsets/, 'spies on modules inside kafkajs'],
  [/not configured/, 'all codecs are built in: there is none to configure'],
  [
    /emits commit offsets|sent by (a|an) (committed|aborted) transaction/,
    'kafkajs gives partitions as text here, where its types say number; so do we',
  ],
  [/emits fetch|emits fetch start/, 'kafkajs gives node ids as text here, where its types say number; so do we'],
  [
    /fetch is in-flight|without receiving any assignment/,
    'kafkajs tells of fetches that ask for nothing: there are none here',
  ],
  [/heartbeats are exposed/, 'heartbeats go out by themselves, whatever a handler does'],
  [/across multiple batches/, 'one event for what no handler sees, where kafkajs has one a fetch'],
  [/"allowAutoTopicCreation" is true/, "no public option: kafkajs's admin never creates topics by asking for them"],
  [/request timeout event/, 'wants a broker that takes longer than 1 ms'],
]

const specsOfKafkajs: Reasons = [
  [/^src\/(?!admin|broker|cluster|consumer|network|producer)/, 'asks no broker anything'],
]
const testsOfKafkajs: Reasons = [
  [
    /broker.*(heartbeat|offsetCommit|offsetFetch)\..* request/,
    'joins with a rebalance timeout of 0 ms, and is removed before it syncs: on Apache Kafka 4.2 alike',
  ],
  [/ignores invalid transaction fields/, 'KIP-890: transactions are verified; on Apache Kafka 4.2 alike'],
  [/returns all config entries/, 'the configs of topics in Kafka 2.4; on Apache Kafka 4.2 alike'],
  [/ListOffsets v0/, 'version 0 is gone since Kafka 4.0'],
  [/max timestamp difference/, 'message.timestamp.difference.max.ms is gone since Kafka 4.0'],
  [/returns the offsets from timestamp$/, 'wants a broker that takes longer than 1 ms'],
  [/request timeout event/, 'wants a broker that takes longer than 1 ms'],
]

export const leftOut: Readonly<Record<Subject, { readonly specs: Reasons; readonly tests: Reasons }>> = {
  'drop-in': { specs: specsOfDropIn, tests: testsOfDropIn },
  kafkajs: { specs: specsOfKafkajs, tests: testsOfKafkajs },
}

export function reasonOf(list: Reasons, text: string): string | undefined {
  return list.find(([pattern]) => pattern.test(text))?.[1]
}
