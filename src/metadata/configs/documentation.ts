// What the configs do that do something here, in a sentence or two. A config without an entry is known, can be set and is
// shown, and has no effect: setting it warns.

/** Of brokers, by key. */
export const brokerDocumentation: Readonly<Record<string, string>> = {
  'auto.create.topics.enable': 'Whether a topic that a client asks for and that nobody created is created at once.',
  'default.replication.factor': 'How many replicas the partitions of a topic get whose creator does not say.',
  'num.partitions': 'How many partitions a topic gets whose creator does not say.',
  'delete.topic.enable': 'Whether topics can be deleted.',
}
/** Of topics. */
export const topicDocumentation: Readonly<Record<string, string>> = {}
/** Of groups. */
export const groupDocumentation: Readonly<Record<string, string>> = {}
