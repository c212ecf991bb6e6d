// Section 3.3.

import type { Section } from '../behaviour.ts'

// oxfmt-ignore
export const produce: Section = {
  title: '3.3 Produce',
  behaviours: [
    ['A partition is sent exactly one batch, or it is INVALID_RECORD.',                                   { test: ['broker/handlers/produce > 3.3 Produce: no batch *', 'broker/handlers/produce > 3.3 Produce: null records *', 'broker/handlers/produce > 3.3 Produce: two batches *'] }],
    ['Another magic than 2 is INVALID_RECORD.',                                                           { test: 'broker/handlers/produce > 3.3 Produce: magic 1 *' }],
    ['zstd below version 7 is UNSUPPORTED_COMPRESSION_TYPE.',                                             { test: 'broker/handlers/produce > 3.3 Produce: zstd below version 7 *' }],
    ['The CRC is checked.',                                                                               { test: 'broker/handlers/produce > 3.3 Produce: a wrong CRC *' }],
    ['The count is above 0 and that of the offsets.',                                                     { test: ['broker/handlers/produce > 3.3 Produce: a wrong count *', 'broker/handlers/produce > 3.3 Produce: no record in a batch *'] }],
    ['A control batch from a client is INVALID_RECORD.',                                                  { test: 'broker/handlers/produce > 3.3 Produce: a control batch *' }],
    ['A producer id without a sequence is INVALID_RECORD.',                                               { test: 'broker/handlers/produce > 3.3 Produce: a producer id, no sequence *' }],
    ['Offset deltas that do not count from 0 are put right.',                                             { test: 'broker/handlers/produce > 3.3 Produce: records that are numbered wrongly*' }],
    ['A record without key on a compacted topic is INVALID_RECORD.',                                      { test: 'broker/handlers/produce > 3.3 Produce: a keyless record, compacted *' }],
    ['The records that a batch was refused for are named (v8+).',                                         { test: 'broker/handlers/produce > 3.3 Produce: records that made a batch be refused are named (v8+)' }],
    ['The leader epoch that comes with a batch is not validated.',                                        { test: 'broker/handlers/produce > 3.3 Produce: the leader epoch that a producer sends is not validated*' }],
    ['Base offset and leader epoch are written by the broker, outside the CRC.',                          { test: 'broker/handlers/produce > *the base offset and epoch are the brokers' }],
    ['LogAppendTime is set in the batch, under a new CRC.',                                               { test: 'broker/handlers/produce > 3.3 Produce: LogAppendTime is answered and set in the batch*' }],

    ['A batch above max.message.bytes is MESSAGE_TOO_LARGE.',                                             { test: 'broker/handlers/produce > 3.3 Produce: above max.message.bytes *' }],
    ["So is one that becomes too large by the topic's codec.",                                            { test: 'storage/log-validator > becomes too large by the topic\'s codec: MESSAGE_TOO_LARGE' }],
    ['A batch above segment.bytes is RECORD_LIST_TOO_LARGE.',                                             { test: 'broker/handlers/produce > 3.3 Produce: above segment.bytes *' }],
    ['A time more than message.timestamp.after.max.ms (1 h) ahead is INVALID_TIMESTAMP.',                 { test: ['broker/handlers/produce > 3.3 Produce: two hours in the future *', 'storage/log-validator > is too far in the future*'] }],
    ['Any time in the past is taken, by default.',                                                        { test: 'broker/handlers/produce > 3.3 Produce: any time in the past is taken*' }],
    ['A LogAppendTime bit from a client is INVALID_TIMESTAMP.',                                           { test: 'broker/handlers/produce > 3.3 Produce: LogAppendTime set by a client *' }],
    ['log_append_time is answered as -1 where the time is that of creation.',                             { test: 'broker/handlers/produce > *CreateTime answers -1' }],

    ['Other acks than -1, 0 and 1 are INVALID_REQUIRED_ACKS.',                                            { test: 'broker/handlers/produce > 3.3 Produce: acks of 2 *' }],
    ['acks=all with fewer in sync than min.insync.replicas is NOT_ENOUGH_REPLICAS.',                      { test: ['broker/replication > 3.3 Produce: with fewer in-sync replicas*', 'broker/handlers/produce > 3.3 Produce: too few replicas in sync *'] }],
    ['... or NOT_ENOUGH_REPLICAS_AFTER_APPEND, if they became fewer meanwhile.',                          { test: 'broker/broker-node > *NOT_ENOUGH_REPLICAS_AFTER_APPEND' }],
    ['Internal topics take no records from clients.',                                                     { test: ['broker/handlers/produce > 3.3 Produce: an internal topic *', 'broker/handlers/produce > 3.3 Produce: the other internal topic *'] }],
    ['compression.type=producer keeps the bytes, another recompresses.',                                  { test: ['broker/handlers/produce > 3.3 Produce: compression.type=producer keeps the bytes*', 'storage/log-validator > sent with * to compression.type=* is stored with *'] }],

    ['A duplicate of any of the last five batches succeeds with its original offset.',                    { test: ['broker/handlers/produce > 3.3 Produce: a duplicate of any of the last five batches*', 'broker/broker-node > *producers are remembered'] }],
    ['Older duplicates, and gaps, are OUT_OF_ORDER_SEQUENCE_NUMBER.',                                     { test: ['broker/handlers/produce > 3.3 Produce: a gap is OUT_OF_ORDER_SEQUENCE_NUMBER*', 'storage/producer-state > is refused an older duplicate'] }],
    ['Sequences go on at 0 after 2^31-1.',                                                                { test: ['broker/handlers/produce > 3.3 Produce: sequences go on at 0*', 'storage/producer-state > wraps within a batch'] }],
    ['An old epoch is INVALID_PRODUCER_EPOCH.',                                                           { test: 'broker/handlers/produce > *an old epoch INVALID_PRODUCER_EPOCH' }],
    ['A new epoch begins at sequence 0.',                                                                 { test: ['storage/producer-state > of a new epoch begins at 0', 'storage/producer-state > of a new epoch may not go on with the old sequence'] }],
    ['A producer that is not known may start at any sequence.',                                           { test: 'broker/handlers/produce > 3.3 Produce: an unknown producer may start at any sequence' }],
    ['... but at 0 under transactions of version 2.',                                                     { later: 'transactions of version 2' }],
    ['Producers are forgotten after producer.id.expiration.ms.',                                          { test: ['storage/producer-state > is forgotten when it has not written for long*', 'storage/recovery > forgets producers from time to time'] }],

    ['A batch of a transaction for a partition that was not added is INVALID_TXN_STATE.',                 { test: 'broker/transactions > a batch for a partition that was not added is INVALID_TXN_STATE*' }],
    ['... or TRANSACTION_ABORTABLE, from version 11 on.',                                                 { test: 'broker/transactions > *from version 11 on TRANSACTION_ABORTABLE' }],
    ['Outside a transaction that the producer has open it is INVALID_TXN_STATE.',                         { test: ['broker/committed-reads > 3.3 Produce: without a transaction, by a producer that has one open*', 'broker/transactions > a write from outside of the open transaction of its producer*'] }],
    ['Producer ids are above 0, and never given out twice.',                                              { test: ['broker/handlers/produce > 3.3 InitProducerId: ids are above 0*', 'broker/broker-node > two brokers of one cluster never give out*', 'broker/broker-node > producer ids are not given out again*'] }],
  ],
}
