// Section 3.2.

import type { Section } from '../behaviour.ts'

// oxfmt-ignore
export const topics: Section = {
  title: '3.2 Metadata, topics, configs',
  behaviours: [
    ['Metadata for null is all topics, for an empty list none.',                                          { test: 'broker/handlers/metadata > 3.2 Metadata: null means all topics, an empty list none' }],
    ['In version 0 an empty list is all topics.',                                                         { test: 'broker/handlers/metadata > 3.2 Metadata: in version 0 an empty list means all' }],
    ['A topic is found by its id from version 12 on.',                                                    { test: 'broker/handlers/metadata > 3.2 Metadata: by id from version 12 on*' }],
    ['An id in versions 10 and 11 is INVALID_REQUEST.',                                                   { test: 'broker/handlers/metadata > 3.2 Metadata: an id in versions 10 and 11*' }],
    ['A topic is created when it is named, if the client allows it.',                                     { test: ['broker/handlers/metadata > 3.2 Metadata: naming a topic creates it*', 'broker/handlers/metadata > 3.2 Metadata: a client that does not want to create*'] }],
    ['Below version 4 the client allows it by silence.',                                                  { test: 'broker/handlers/metadata > 3.2 Metadata: below version 4 auto creation is implied' }],
    ['auto.create.topics.enable is true by default, and heeded.',                                         { test: ['broker/handlers/metadata > 3.2 Metadata: naming a topic creates it*', 'broker/handlers/metadata > 3.2 Metadata: auto.create.topics.enable=false is heeded'] }],
    ['An invalid name is INVALID_TOPIC_EXCEPTION, not an unknown topic.',                                 { test: 'broker/handlers/metadata > 3.2 Metadata: an invalid name is INVALID_TOPIC_EXCEPTION*' }],
    ['The request that creates a topic is first told that it is unknown.',                                { differs: 'Metadata: A topic that Metadata creates is in the same answer, with its leaders. Kafka first answers UNKNOWN_TOPIC_OR_PARTITION or LEADER_NOT_AVAILABLE.' }],
    ['A topic can be used as soon as it is told of.',                                                     { test: ['broker/handlers/metadata > 3.2 Metadata: naming a topic creates it, and it is usable*', 'broker/handlers/topics > 3.2 CreateTopics: the topic can be produced to when the answer comes'] }],
    ['The controller is a live broker.',                                                                  { test: 'broker/handlers/metadata > 3.2 Metadata: the controller is a live broker*' }],
    ['A rack may be null.',                                                                               { test: 'broker/handlers/metadata > *the rack may be null' }],
    ['Authorized operations that were not asked for are the smallest integer.',                           { test: 'broker/handlers/metadata > 3.2 Metadata: authorized operations are the smallest integer*' }],
    ['An existing topic never has zero partitions.',                                                      { test: 'broker/handlers/metadata > 3.2 Metadata: an existing topic never has zero partitions' }],

    ['CreateTopics: no partitions is INVALID_PARTITIONS.',                                                { test: ['broker/handlers/topics > 3.2 CreateTopics: errors are per topic*', 'metadata/create-topics > a topic of 0 partitions is refused'] }],
    ['CreateTopics: no replicas, or more than live brokers, is INVALID_REPLICATION_FACTOR.',              { test: ['metadata/create-topics > a topic of 0 replicas is refused', 'metadata/create-topics > a topic of more replicas than brokers is refused'] }],
    ['CreateTopics: an assignment beside counts is INVALID_REQUEST.',                                     { test: ['metadata/create-topics > a topic assigned, with a count is refused', 'metadata/create-topics > a topic assigned, with a factor is refused'] }],
    ['CreateTopics: an assignment with gaps is INVALID_REPLICA_ASSIGNMENT.',                              { test: 'metadata/create-topics > a topic assigned with a gap is refused' }],
    ['CreateTopics: a topic named twice is INVALID_REQUEST.',                                             { test: ['broker/handlers/topics > 3.2 CreateTopics: errors are per topic*', 'metadata/create-topics > *one that is named twice is refused once'] }],
    ['CreateTopics: one that exists is TOPIC_ALREADY_EXISTS.',                                            { test: 'broker/handlers/topics > 3.2 CreateTopics: a topic that exists is TOPIC_ALREADY_EXISTS*' }],
    ['CreateTopics: names that differ in dots and underscores only collide.',                             { test: 'metadata/create-topics > a topic that differs in . and _ only is refused' }],
    ['CreateTopics: . and .. and more than 249 characters are no names.',                                 { test: ['metadata/create-topics > a topic called . is refused', 'metadata/create-topics > a topic called .. is refused', 'metadata/create-topics > a topic of more than 249 characters is refused'] }],
    ['CreateTopics: an unknown config, or a null one, is INVALID_CONFIG.',                                { test: ['metadata/create-topics > a topic with an unknown config is refused', 'metadata/create-topics > a topic with a null config is refused'] }],
    ['CreateTopics: validate_only changes nothing.',                                                      { test: 'broker/handlers/topics > 3.2 CreateTopics: validate_only answers what would happen' }],
    ['CreateTopics: -1 is the default of the broker.',                                                    { test: 'broker/handlers/topics > 3.2 CreateTopics: -1 takes the defaults*' }],
    ['CreateTopics: the answer has the effective configs (v5) and the id (v7).',                          { test: 'broker/handlers/topics > 3.2 CreateTopics: -1 takes the defaults, and the answer has counts, id and effective configs' }],
    ['CreateTopics: errors are per topic, and the others are created.',                                   { test: 'broker/handlers/topics > 3.2 CreateTopics: errors are per topic, and the others*' }],
    ['CreateTopics: segment.bytes below 1 MiB is INVALID_CONFIG.',                                        { test: 'metadata/create-topics > a topic with segments below 1 MiB is refused' }],
    ['CreateTopics: internal.segment.bytes makes smaller ones, for tests.',                               { test: 'broker/handlers/produce > 3.3 Produce: above segment.bytes is answered*' }],
    ['CreateTopics: message.format.version is gone.',                                                     { test: 'metadata/create-topics > a topic with a config that is gone is refused' }],

    ['DeleteTopics: the topic is gone from Metadata on return.',                                          { test: 'broker/handlers/topics > 3.2 DeleteTopics: a topic is gone from Metadata on return' }],
    ['DeleteTopics: parked fetches are answered.',                                                        { test: 'broker/handlers/fetch > 3.4 Fetch: deletion of the topic answers it*' }],
    ['DeleteTopics: the offsets that groups have committed go with the topic.',                           { test: 'broker/handlers/groups > 3.2 DeleteTopics: offsets that groups have committed*' }],
    ['DeleteTopics: the state of producers goes with the topic.',                                         { test: 'broker/handlers/topics > 3.2 DeleteTopics: of its producers nothing is left*' }],
    ['DeleteTopics: delete.topic.enable=false is TOPIC_DELETION_DISABLED.',                               { test: 'broker/handlers/topics > 3.2 DeleteTopics: delete.topic.enable=false*' }],
    ['DeleteTopics: by an unknown id (v6) is UNKNOWN_TOPIC_ID.',                                          { test: 'broker/handlers/topics > 3.2 DeleteTopics: by id; an unknown one is UNKNOWN_TOPIC_ID*' }],
    ['DeleteTopics: a topic made anew has a new id.',                                                     { test: 'broker/handlers/topics > *a topic made anew has a new id' }],
    ['DeleteTopics: whoever fetches by the old id is told UNKNOWN_TOPIC_ID, never of the new topic.',     { test: ['broker/handlers/fetch > *by id the new topic is another', 'broker/fetch-sessions > 3.2 DeleteTopics: a session that holds the id*'] }],

    ['CreatePartitions: a count that is no increase is INVALID_PARTITIONS, with a message.',              { test: 'broker/handlers/topics > 3.2 CreatePartitions: count not above the current one*' }],
    ['CreatePartitions: the topics are in the answer.',                                                   { test: 'broker/handlers/topics > 3.2 CreatePartitions: *in the array' }],

    ['DescribeConfigs: every config is listed, with value, source, read-only and sensitive.',             { test: ['broker/handlers/configs > 3.2 DescribeConfigs: all configs of a topic and of a broker*', 'metadata/configs/describe > the configs of * are those of Apache Kafka*'] }],
    ['DescribeConfigs: synonyms, the strongest first.',                                                   { test: 'broker/handlers/configs > 3.2 DescribeConfigs: synonyms where they are asked for*' }],
    ['DescribeConfigs: filtered by names.',                                                               { test: 'broker/handlers/configs > 3.2 DescribeConfigs: filtered by names' }],
    ['DescribeConfigs: of topics, of a broker or of all, of groups, of client metrics.',                  { test: 'broker/handlers/configs > 3.2 DescribeConfigs: the default of all brokers, groups and client metrics*' }],
    ['DescribeConfigs: the broker configs that ksqlDB and Connect read are there.',                       { test: 'metadata/configs/describe > the configs of BROKER are those of Apache Kafka*' }],
    ['IncrementalAlterConfigs: SET, DELETE, APPEND and SUBTRACT.',                                        { test: 'broker/handlers/configs > 3.2 IncrementalAlterConfigs: SET, DELETE, APPEND and SUBTRACT' }],
    ['IncrementalAlterConfigs: APPEND and SUBTRACT to what is no list is INVALID_CONFIG.',                { test: 'broker/handlers/configs > 3.2 IncrementalAlterConfigs: * what is no list is INVALID_CONFIG' }],
    ['IncrementalAlterConfigs: a key twice is INVALID_REQUEST.',                                          { test: 'broker/handlers/configs > 3.2 IncrementalAlterConfigs: a key twice*' }],
    ['AlterConfigs replaces all configs of a resource.',                                                  { test: 'broker/handlers/configs > 3.2 AlterConfigs: replaces all configs*' }],
    ['Both honour validate_only.',                                                                        { test: ['broker/handlers/configs > 3.2 AlterConfigs: *with validate_only none', 'metadata/alter-configs > validateOnly changes nothing'] }],
  ],
}
