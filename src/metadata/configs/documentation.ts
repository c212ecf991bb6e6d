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
  'connection.failed.authentication.delay.ms':
    'How long the answer to a failed authentication is held back, so that guessing takes time.',
  'connections.max.idle.ms': 'How long a connection may be silent before it is closed.',
  'connections.max.reauth.ms':
    'After how long at most a client with SASL must authenticate anew (KIP-368); 0: never. May be set for a mechanism of a listener.',
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
    'The security protocol of each listener, by its name: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.',
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
  'max.connection.creation.rate': 'How many connections may come in a second; those that come faster wait.',
  'max.connections.per.ip.overrides':
    'Other numbers than max.connections.per.ip for some addresses: 127.0.0.1:1000,10.0.0.1:5.',
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
  'controller.quota.window.num': 'Over how many windows changes of topics are counted: as many may be made at once.',
  'controller.quota.window.size.seconds': 'How long such a window is.',
  'quota.window.num': 'Over how many windows what clients use is counted, to be held against their quotas.',
  'quota.window.size.seconds': 'How long such a window is.',
  'authorizer.class.name':
    'org.apache.kafka.metadata.authorizer.StandardAuthorizer: clients may do what the access control entries (kafka-acls) allow. Empty: everybody may do everything.',
  'sasl.enabled.mechanisms':
    'The mechanisms of listeners with SASL: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER are served.',
  'sasl.jaas.config':
    'For a mechanism of a listener (listener.name.NAME.plain.sasl.jaas.config): the users of PLAIN, and how the broker shows other brokers who it is.',
  'sasl.mechanism.inter.broker.protocol': 'By which mechanism brokers show each other who they are.',
  'sasl.oauthbearer.clock.skew.seconds': 'How far the clocks of the identity provider and of the broker may differ.',
  'sasl.oauthbearer.expected.audience': 'For whom tokens must be; empty: for anybody.',
  'sasl.oauthbearer.expected.issuer': 'By whom tokens must be issued.',
  'sasl.oauthbearer.jwks.endpoint.refresh.ms': 'How often the keys of the identity provider are read anew.',
  'sasl.oauthbearer.jwks.endpoint.url':
    'Where the keys of the identity provider are published (https:, http: or file:): tokens must be signed by one of them.',
  'sasl.oauthbearer.sub.claim.name': 'The claim of a token that names its user.',
  'sasl.server.callback.handler.class':
    "Classes of Java cannot be loaded: names of Kafka's own validators of OAUTHBEARER are taken, others refused.",
  'sasl.server.max.receive.size': 'How large a request of a client may be that has not shown yet who it is.',
  'security.inter.broker.protocol':
    'The security protocol of the listener by which brokers reach each other, where inter.broker.listener.name does not name one.',
  'socket.request.max.bytes': 'How large a request may be.',
  'ssl.allow.dn.changes':
    'Whether a certificate that is changed while the broker runs may be of another distinguished name.',
  'ssl.allow.san.changes':
    'Whether a certificate that is changed while the broker runs may lack names that the one before had.',
  'ssl.cipher.suites': 'The cipher suites that are offered; empty: those that are thought safe today.',
  'ssl.client.auth': "Whether clients of a listener with SSL show certificates: 'required', 'requested' or 'none'.",
  'ssl.enabled.protocols': 'The versions of TLS that are offered: TLSv1.2 and TLSv1.3.',
  'ssl.endpoint.identification.algorithm':
    "Whether brokers look that the certificate of another is one of its host: 'https', or empty for no.",
  'ssl.key.password': 'The password of an encrypted private key.',
  'ssl.keystore.certificate.chain': 'The certificate of a listener as PEM, behind it those that lead to its issuer.',
  'ssl.keystore.key': 'The private key of a listener as PEM (PKCS#8).',
  'ssl.keystore.location':
    'The file with the private key and the certificate of a listener: PEM or PKCS#12. It is read anew when it changes.',
  'ssl.keystore.password': 'The password of the file of ssl.keystore.location.',
  'ssl.principal.mapping.rules': 'What a client is called that shows a certificate, by the subject of it (KIP-371).',
  'ssl.truststore.certificates': 'The authorities whose certificates are believed, as PEM.',
  'ssl.truststore.location':
    'The file with the authorities whose certificates are believed: PEM or PKCS#12. It is read anew when it changes.',
  'ssl.truststore.password': 'The password of the file of ssl.truststore.location.',
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
