// Section 3.5.

import type { Section } from '../behaviour.ts'

// oxfmt-ignore
export const offsets: Section = {
  title: '3.5 Offsets and epochs',
  behaviours: [
    ['ListOffsets -1 is the end,',                                                                        { test: 'broker/handlers/list-offsets > 3.5 ListOffsets: -1 is the end' }],
    ['... the last stable offset for read_committed.',                                                    { test: 'broker/committed-reads > 3.5 ListOffsets: the end is the last stable offset*' }],
    ['ListOffsets -2 is the start.',                                                                      { test: 'broker/handlers/list-offsets > 3.5 ListOffsets: -2 is the start' }],
    ['ListOffsets -3 (v7) is the record with the largest timestamp.',                                     { test: 'broker/handlers/list-offsets > 3.5 ListOffsets: -3 is *' }],
    ['ListOffsets -4 (v8) is the start of what is local.',                                                { test: 'broker/handlers/list-offsets > 3.5 ListOffsets: -4 is *' }],
    ['ListOffsets -5 (v9) and -6 (v11) are nowhere without tiers.',                                       { test: 'broker/handlers/list-offsets > 3.5 ListOffsets: -* is nowhere without tiers' }],
    ['A version refuses what came after it.',                                                             { test: 'broker/handlers/list-offsets > 3.5 ListOffsets: a special timestamp that the version does not know*' }],
    ['A time gives the first record at or after it, inside its batch.',                                   { test: ['broker/handlers/list-offsets > 3.5 ListOffsets: a time gives the first record at or after it*', 'storage/partition-log > find the first record that is not earlier, as a scan does'] }],
    ['... with the timestamp of that record.',                                                            { test: 'broker/handlers/list-offsets > 3.5 ListOffsets: a time that only a later batch reaches' }],
    ['A time after all gives -1 and -1, and no error.',                                                   { test: 'broker/handlers/list-offsets > 3.5 ListOffsets: a time after all gives nothing, and no error' }],
    ['The leader epoch is that of the record.',                                                           { test: 'broker/handlers/list-offsets > 3.5 ListOffsets: the leader epoch is that of the record*' }],
    ['OffsetForLeaderEpoch: the largest epoch not above the one asked for, and its end.',                 { test: ['broker/handlers/list-offsets > *OffsetForLeaderEpoch tells where each ended', 'storage/checkpoints > epoch * of 2, 4 and 7'] }],
    ['OffsetForLeaderEpoch: of the current epoch the end of the log.',                                    { test: 'broker/handlers/list-offsets > *OffsetForLeaderEpoch tells where each ended' }],
    ['OffsetForLeaderEpoch: of one that nobody knows -1 and -1.',                                         { test: 'broker/handlers/list-offsets > 3.5 OffsetForLeaderEpoch: the largest epoch not above*' }],
    ['The leader epoch never goes back.',                                                                 { test: ['broker/broker-node > leadership after a restart has a new epoch', 'storage/checkpoints > only increase, and one that wrote nothing is forgotten'] }],
    ['leader-epoch-checkpoint tells where each began.',                                                   { test: 'storage/checkpoints > are text as Kafka writes it, and are read again' }],

    ['DeleteRecords: -1 is the high watermark.',                                                          { test: 'broker/handlers/list-offsets > 3.5 DeleteRecords: -1 deletes up to the high watermark*' }],
    ['DeleteRecords: above the high watermark is OFFSET_OUT_OF_RANGE.',                                   { test: 'broker/handlers/list-offsets > 3.5 DeleteRecords: above the high watermark*' }],
    ['DeleteRecords: a topic that is only compacted is POLICY_VIOLATION.',                                { test: 'broker/handlers/list-offsets > 3.5 DeleteRecords: a topic that is only compacted*' }],
    ['DeleteRecords: the new low watermark is answered.',                                                 { test: 'broker/handlers/list-offsets > 3.5 DeleteRecords: moves the start, and answers it' }],
    ['DeleteRecords: the start is where it was after a restart.',                                         { test: ['storage/partition-log > moves when records are deleted, and stays there after a restart', 'storage/recovery > remembers high watermarks, recovery points and starts'] }],
    ['DeleteRecords: producing goes on after all was deleted.',                                           { test: 'broker/handlers/list-offsets > 3.5 DeleteRecords: -1 deletes *, and producing goes on' }],

    ['Offsets are kept for offsets.retention.minutes from when the group became empty.',                  { test: 'coordinator/offsets/offsets > offsets of a group are kept for offsets.retention.minutes*' }],
    ['... those of simple consumers from each commit.',                                                   { test: 'coordinator/offsets/offsets > offsets of simple consumers are kept*' }],
    ['Offsets of topics that a live group is subscribed to never expire.',                                { test: 'coordinator/offsets/offsets > offsets of topics that a live group is subscribed to never expire*' }],
    ['An empty group whose offsets have expired is gone.',                                                { test: 'coordinator/offsets/offsets > *then it is gone with them' }],
  ],
}
