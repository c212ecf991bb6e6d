// What the configs do that do something here, in a sentence or two. A config without an entry is known, can be set and is
// shown, and has no effect: setting it warns. A test keeps the table in step with the code that reads configs.

import { type BrokerConfigName, type GroupConfigName, type TopicConfigName, topicSynonyms } from './tables.ts'

/** Of topics. */
const topics: Readonly<Partial<Record<TopicConfigName, string>>> = {
  'cleanup.policy':
    "What becomes of old records: 'delete' removes segments by age and size, 'compact' keeps the last record of each key; both may be given.",
  'compression.gzip.level': 'How hard gzip tries where the broker compresses batches anew; -1 is its usual level.',
  'compression.type':
    "How batches are compressed in the log. 'producer' keeps what the producer sent; any other has batches that differ compressed anew.",
  'compression.zstd.level': 'How hard zstd tries where the broker compresses batches anew.',
  'delete.retention.ms':
    'How long a compacted topic keeps a tombstone once it has removed what the tombstone deletes, for readers to find it.',
  'file.delete.delay.ms': 'How long a removed file stays on disk under another name before it is deleted.',
  'flush.messages': 'After how many records a log is synced to the device, whatever acknowledgements wait for.',
  'flush.ms': 'After how long at most records are synced to the device, whatever acknowledgements wait for.',
  'index.interval.bytes': 'How many bytes of records lie between two entries of the indexes of a segment.',
  'internal.segment.bytes': 'segment.bytes without its lower bound, for tests.',
  'max.compaction.lag.ms':
    'After how long at most compaction takes a record on, however little there is to compact. It ends segments, too.',
  'max.message.bytes': 'How large a record batch may be, compressed as it is.',
  'message.timestamp.after.max.ms': "How far a record's time may lie ahead of the broker's.",
  'message.timestamp.before.max.ms': "How far a record's time may lie behind the broker's.",
  'message.timestamp.type': "Whose time a record has: 'CreateTime', its producer's, or 'LogAppendTime', the broker's.",
  'min.cleanable.dirty.ratio':
    'Which share of a log must be new since it was last compacted for it to be compacted again.',
  'min.compaction.lag.ms': 'How old a record must be for compaction to take it on.',
  'min.insync.replicas':
    'How many replicas must be in sync for records with acks=all to be taken; with fewer they are refused.',
  'retention.bytes':
    'How large the log of a partition may grow before its oldest segments are deleted; -1: as large as it likes.',
  'retention.ms':
    'How old the newest record of a segment may grow before the segment is deleted; -1: as old as it likes.',
  'segment.bytes': 'How large a segment of the log grows before the next one begins. Retention deletes whole segments.',
  'segment.index.bytes': 'How large the indexes of a segment grow before the next one begins.',
  'segment.jitter.ms': 'By how much at most segment.ms is shortened, at random, so that logs do not all roll at once.',
  'segment.ms': 'After how long the next segment begins, be the one before full or not.',
  'unclean.leader.election.enable':
    'Whether a replica that was not in sync may lead when no other answers, losing records rather than the partition.',
}
export const topicDocumentation: Readonly<Record<string, string>> = topics

/** Of brokers, beyond what are defaults for topics. */
const brokers: Readonly<Partial<Record<BrokerConfigName, string>>> = {
  'add.partitions.to.txn.retry.backoff.max.ms':
    'How long a request about a transaction waits for a change of it that is under way, before the client is told to come again.',
  'advertised.listeners':
    'Where clients are told to reach the broker, by listener, where that differs from where it listens.',
  'auto.create.topics.enable': 'Whether a topic that a client asks for and that nobody created is created at once.',
  'broker.id': 'The older name of node.id.',
  'broker.rack': 'Where the broker stands. Replicas of a partition are spread over racks.',
  'connections.max.idle.ms': 'How long a connection may be silent before it is closed.',
  'controller.listener.names': 'Listeners of these names are left out: there is no controller that would listen there.',
  'default.replication.factor': 'How many replicas the partitions of a topic get whose creator does not say.',
  'delete.topic.enable': 'Whether topics can be deleted.',
  'fetch.max.bytes': 'How many bytes of records an answer to a fetch holds at most, whatever the client allows.',
  'group.consumer.assignors':
    'The assignors of groups of the consumer protocol; the first is taken where no member names one.',
  'group.consumer.heartbeat.interval.ms': 'How often members of the consumer protocol are told to send a heartbeat.',
  'group.consumer.max.size': 'How many members a group of the consumer protocol may have.',
  'group.consumer.migration.policy':
    'Whether groups may change between the classic and the consumer protocol while they run: bidirectional, upgrade, downgrade or disabled.',
  'group.consumer.session.timeout.ms': 'How long a member of the consumer protocol may be silent before it is out.',
  'group.coordinator.rebalance.protocols': "Which protocols groups may use: 'classic', 'consumer'.",
  'group.initial.rebalance.delay.ms': 'How long the first rebalance of an empty group waits for further members.',
  'group.max.session.timeout.ms': 'The longest session timeout that a member of a group may choose.',
  'group.max.size': 'How many members a group may have.',
  'group.min.session.timeout.ms': 'The shortest session timeout that a member of a group may choose.',
  'inter.broker.listener.name': 'The listener by which followers fetch from leaders.',
  'listener.security.protocol.map':
    'The security protocol of each listener, by its name. PLAINTEXT is the one there is.',
  listeners: 'Where the broker listens: NAME://HOST:PORT, several of them separated by commas.',
  'log.cleaner.backoff.ms': 'How often logs are searched for those that need to be compacted.',
  'log.cleaner.dedupe.buffer.size':
    'How much memory the keys of a log may take while it is compacted, 24 bytes each. More keys take several rounds.',
  'log.cleaner.enable': 'Whether logs are compacted.',
  'log.cleaner.io.buffer.load.factor': 'How full that memory may get.',
  'log.cleaner.io.buffer.size': 'How much compaction writes at once.',
  'log.cleaner.io.max.bytes.per.second': 'How much compaction may read and write in a second.',
  'log.dir': 'The older name of log.dirs.',
  'log.dirs': 'Where the logs lie: one directory.',
  'log.flush.offset.checkpoint.interval.ms': 'How often the recovery points of the logs are written down.',
  'log.retention.check.interval.ms': 'How often logs are searched for segments to be deleted.',
  'max.connections': 'How many connections the broker takes in all.',
  'max.connections.per.ip': 'How many connections the broker takes from one address.',
  'max.incremental.fetch.session.cache.slots': 'How many fetch sessions (KIP-227) are kept.',
  'max.request.partition.size.limit': 'How many partitions a page of DescribeTopicPartitions holds at most.',
  'node.id': 'The id of the broker. Further brokers of the same process count on from it.',
  'num.partitions': 'How many partitions a topic gets whose creator does not say.',
  'num.recovery.threads.per.data.dir': 'How many logs are recovered at a time after a crash.',
  'offset.metadata.max.bytes': 'How long the text beside a committed offset may be.',
  'offsets.commit.timeout.ms':
    'How long a request about a group waits for the replicas of what it has written, before the client is told to come again.',
  'offsets.retention.check.interval.ms': 'How often committed offsets are searched for those that have expired.',
  'offsets.retention.minutes': 'How long the offsets of a group without members are kept.',
  'offsets.topic.compression.codec':
    'How what is written to __consumer_offsets is compressed: 0 not at all, 1 gzip, 2 snappy, 3 lz4, 4 zstd.',
  'offsets.topic.num.partitions': 'How many partitions __consumer_offsets is created with.',
  'offsets.topic.replication.factor':
    'How many replicas __consumer_offsets is created with, if there are so many brokers.',
  'offsets.topic.segment.bytes': 'The segment.bytes that __consumer_offsets is created with.',
  'producer.id.expiration.check.interval.ms': 'How often producers are searched for those that have expired.',
  'producer.id.expiration.ms': 'How long a partition remembers a producer that does not write any more.',
  'queued.max.request.bytes':
    'How much memory requests that are being received take in all; -1: as much as suits the broker.',
  'replica.fetch.backoff.ms': 'How long a follower waits after a fetch that failed.',
  'replica.fetch.max.bytes': 'How many bytes of a partition a follower fetches at a time.',
  'replica.fetch.response.max.bytes': 'How many bytes a follower fetches at a time in all.',
  'replica.fetch.wait.max.ms': 'How long the leader may let a follower wait for new records.',
  'replica.high.watermark.checkpoint.interval.ms': 'How often high watermarks are written down.',
  'replica.lag.time.max.ms': 'After how long a follower that has not caught up leaves the ISR.',
  'socket.request.max.bytes': 'How large a request may be.',
  'transaction.max.timeout.ms': 'The longest that a producer may ask a transaction to be given.',
  'transaction.partition.verification.enable':
    'Whether the first batch of a transaction in a partition is checked against what the producer has added to it.',
  'transaction.remove.expired.transaction.cleanup.interval.ms': 'How often expired transactional ids are looked for.',
  'transaction.state.log.min.isr': 'The min.insync.replicas that __transaction_state is created with.',
  'transaction.state.log.num.partitions': 'How many partitions __transaction_state is created with.',
  'transaction.state.log.replication.factor':
    'How many replicas __transaction_state is created with, if there are so many brokers.',
  'transaction.state.log.segment.bytes': 'The segment.bytes that __transaction_state is created with.',
  'transactional.id.expiration.ms': 'How long a transactional id is known that nobody uses.',
}
export const brokerDocumentation: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(topicSynonyms).flatMap(([topic, synonyms = []]) =>
      topicDocumentation[topic] === undefined
        ? []
        : synonyms.map(({ name }) => [name, `The default of the topic config ${topic}. ${topicDocumentation[topic]}`]),
    ),
  ),
  ...brokers,
}

/** Of groups. */
const groups: Readonly<Partial<Record<GroupConfigName, string>>> = {
  'consumer.heartbeat.interval.ms': 'How often members of the group are told to send a heartbeat.',
  'consumer.session.timeout.ms': 'How long a member of the group may be silent before it is out.',
}
export const groupDocumentation: Readonly<Record<string, string>> = groups
