// What of kafkajs's tests says nothing about the drop-in, and why.

/** Specs that are not run: they test modules inside kafkajs, which the drop-in has not. */
export const specsLeftOut: readonly (readonly [specs: RegExp, reason: string])[] = [
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
  [/Acls\./, 'wants an authorizer and users, which these brokers are started without'],
]

/** Tests of the specs that are run, where they fail for a reason that is not the drop-in's: `SPEC NAME OF THE TEST`. */
export const testsLeftOut: readonly (readonly [tests: RegExp, reason: string])[] = [
  [/support SSL|SASL /, 'wants listeners with SSL and SASL, which these brokers are started without'],
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

export function reasonOf(list: readonly (readonly [RegExp, string])[], text: string): string | undefined {
  return list.find(([pattern]) => pattern.test(text))?.[1]
}
