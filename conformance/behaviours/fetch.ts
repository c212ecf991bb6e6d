// Section 3.4.

import type { Section } from '../behaviour.ts'

// oxfmt-ignore
export const fetch: Section = {
  title: '3.4 Fetch',
  behaviours: [
    ['Without time to wait it is answered at once.',                                                      { test: 'broker/handlers/fetch > 3.4 Fetch: at the end of the log*' }],
    ['So it is about no partitions.',                                                                     { test: 'broker/handlers/fetch > 3.4 Fetch: about no partitions it is answered at once' }],
    ['So it is with min bytes there.',                                                                    { test: 'broker/handlers/fetch > 3.4 Fetch: what is there is answered at once' }],
    ['So it is with an error of any partition.',                                                          { test: 'broker/handlers/fetch > 3.4 Fetch: a partition with an error answers at once*' }],
    ['So it is with an epoch that ended elsewhere.',                                                      { test: 'broker/handlers/fetch > 3.4 Fetch: whoever read an epoch that ended elsewhere*' }],
    ['So it is with a preferred replica.',                                                                { differs: 'Fetch: Only leaders serve consumers: there is no replica selector, and rack ids are not used.' }],
    ['Otherwise it waits, and new data wakes it.',                                                        { test: 'broker/handlers/fetch > 3.4 Fetch: new data answers it' }],
    ['The end of a transaction wakes who reads committed.',                                               { test: 'broker/committed-reads > 3.4 Fetch: the end of a transaction wakes*' }],
    ['Deletion of the topic wakes it.',                                                                   { test: 'broker/handlers/fetch > 3.4 Fetch: deletion of the topic answers it*' }],
    ['A change of leadership wakes it.',                                                                  { test: 'broker/replication > 3.4 Fetch: a change of leadership answers those who are parked' }],
    ['When its time is up the answer is empty.',                                                          { test: 'broker/handlers/fetch > *answers empty when its time is up' }],
    ['Min bytes count over all partitions.',                                                              { test: 'broker/handlers/fetch > 3.4 Fetch: min bytes are counted over all partitions' }],

    ['Whole batches are given, from the one that holds the offset.',                                      { test: 'broker/handlers/fetch > 3.4 Fetch: whole batches from the one that holds the offset' }],
    ['The first batch is given though it is above all limits, and only the first.',                       { test: 'broker/handlers/fetch > 3.4 Fetch: the first batch comes even if it is larger*' }],
    ['fetch.max.bytes bounds the whole answer.',                                                          { test: 'broker/handlers/fetch > 3.4 Fetch: fetch.max.bytes bounds the answer*' }],
    ['What was given goes behind the others, so that no partition starves.',                              { test: 'broker/fetch-sessions > 3.4 Fetch: a partition that gave records goes behind the others*' }],
    ['No records is a record set of length 0, not null.',                                                 { test: ['broker/handlers/fetch > *the record set is empty, not null', 'protocol/codec > no record set is an empty one, not null*'] }],
    ['Outside the log it is OFFSET_OUT_OF_RANGE, with high watermark and start.',                         { test: 'broker/handlers/fetch > 3.4 Fetch: outside the log is OFFSET_OUT_OF_RANGE*' }],
    ['At the end of the log it is empty.',                                                                { test: 'broker/handlers/fetch > 3.4 Fetch: at the end of the log*' }],

    ['read_committed ends at the last stable offset.',                                                    { test: 'broker/committed-reads > 3.4 Fetch: read_committed stops at the last stable offset*' }],
    ['The high watermark is told as it is, to all.',                                                      { test: 'broker/committed-reads > 3.4 Fetch: read_committed stops at the last stable offset*' }],
    ['Aborted transactions are those that overlap what is given, by first offset.',                       { test: 'broker/committed-reads > 3.4 Fetch: aborted transactions are those that overlap*' }],
    ['For read_uncommitted they are null.',                                                               { test: 'broker/handlers/fetch > 3.4 Fetch: aborted transactions are null when reading uncommitted*' }],
    ['Control batches are given, too.',                                                                   { test: 'broker/committed-reads > *with the marker and the aborted transactions' }],
    ['An old leader epoch is FENCED_LEADER_EPOCH.',                                                       { test: 'broker/broker-node > leadership after a restart has a new epoch' }],
    ['A later one is UNKNOWN_LEADER_EPOCH, and -1 is not checked.',                                       { test: 'broker/handlers/fetch > *a newer one UNKNOWN_LEADER_EPOCH, -1 is not checked' }],
    ['A last fetched epoch that ended elsewhere is told where (v12).',                                    { test: 'broker/handlers/fetch > 3.4 Fetch: whoever read an epoch that ended elsewhere*' }],

    ['Session epoch -1: no session, and one that was open is closed.',                                    { test: 'broker/fetch-sessions > 3.4 Fetch: epoch -1 closes the session' }],
    ['Session epoch 0: a new session, or none where there is no room.',                                   { test: ['broker/fetch-sessions > 3.4 Fetch: epoch 0 begins a session*', 'broker/fetch-sessions > 3.4 Fetch: with all slots taken no session is granted*'] }],
    ['Another epoch than the expected is INVALID_FETCH_SESSION_EPOCH.',                                   { test: 'broker/fetch-sessions > 3.4 Fetch: a wrong epoch, an unknown id*' }],
    ['An unknown session is FETCH_SESSION_ID_NOT_FOUND.',                                                 { test: 'broker/fetch-sessions > 3.4 Fetch: a wrong epoch, an unknown id*' }],
    ['Topic ids in a session of names are FETCH_SESSION_TOPIC_ID_ERROR.',                                 { test: 'broker/fetch-sessions > *another kind of topic name are refused' }],
    ['Incremental answers leave out what is unchanged.',                                                  { test: 'broker/fetch-sessions > *then only what is new is told' }],
    ['They tell of errors and of a moved start.',                                                         { test: 'broker/fetch-sessions > 3.4 Fetch: an incremental answer tells of errors and of a moved start*' }],
    ['Forgotten partitions are not read any more.',                                                       { test: 'broker/fetch-sessions > 3.4 Fetch: forgotten partitions are not read any more*' }],
    ['An empty session is over.',                                                                         { test: 'broker/fetch-sessions > *an empty session is over' }],
    ['A slot is kept for two minutes after its last use.',                                                { test: 'broker/fetch-sessions > *until one was idle for two minutes' }],

    ['By an unknown id (v13) the partition is UNKNOWN_TOPIC_ID.',                                         { test: 'broker/handlers/fetch > 3.4 Fetch: deletion of the topic answers it, and by id*' }],
    ["By an id that is not the log's it is INCONSISTENT_TOPIC_ID.",                                       { differs: 'Fetch: A replica is found by the id of its topic: an id that is not its own is UNKNOWN_TOPIC_ID, never INCONSISTENT_TOPIC_ID.' }],
    ['Whoever asks another broker than the leader is told the leader and its address.',                   { test: ['broker/replication > 3.4 Fetch: another broker than the leader*', 'platform/start-platform > 3.1 FindCoordinator, Produce, Fetch: each listener*'] }],
  ],
}
