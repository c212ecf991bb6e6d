// Section 3.9.

import type { Section } from '../behaviour.ts'

// oxfmt-ignore
export const securityAndRetention: Section = {
  title: '3.9 Security, quotas, retention, compaction',
  behaviours: [
    ['ApiVersions is answered before authentication.',                                                    { test: 'broker/security/authentication > 3.9 SASL: before it, ApiVersions is answered*' }],
    ['After a handshake v1 tokens come in SaslAuthenticate.',                                             { test: 'broker/security/authentication > 3.9 SASL: a user of PLAIN has a principal*' }],
    ['A mechanism that is not there is UNSUPPORTED_SASL_MECHANISM, with those that are.',                 { test: 'broker/security/authentication > 3.9 SASL: a mechanism that is not enabled*' }],
    ['Wrong credentials are SASL_AUTHENTICATION_FAILED, a little later, and the end.',                    { test: 'broker/security/authentication > 3.9 SASL: wrong credentials are answered late*' }],
    ['Anything else before authentication closes the connection.',                                        { test: 'broker/security/authentication > 3.9 SASL: before it, ApiVersions is answered*' }],
    ['SCRAM takes 4096 iterations and more.',                                                             { test: ['metadata/alter-scram > too few iterations*', 'connection/sasl/exchanges > a client refuses a server with few iterations'] }],
    ['A session that has a lifetime (v1) is authenticated again on its connection.',                      { test: 'broker/security/authentication > 3.9 SASL: a client renews its session in time*' }],
    ['A denial is stronger than any permission.',                                                         { later: 'security' }],
    ['Whoever may read, write, delete or alter may describe.',                                            { later: 'security' }],
    ['Patterns are literal or prefixed.',                                                                 { later: 'security' }],
    ['Topics that may not be described are left out of all topics, and refused by name.',                 { later: 'security' }],
    ['Super users may do all; allow.everyone.if.no.acl.found is heeded.',                                 { later: 'security' }],
    ['Who is over a quota is answered first, with the time that its connection is then muted for.',       { later: 'quotas' }],

    ['The active segment is never compacted.',                                                            { test: 'storage/compaction/log-cleaner > leaves alone what is active*' }],
    ['The last value of a key stays, and offsets keep their gaps.',                                       { test: 'storage/compaction/log-cleaner > keeps the last record of each key, at its offset*' }],
    ['Tombstones stay for delete.retention.ms, by the horizon in their batch.',                           { test: ['storage/compaction/log-cleaner > stay for delete.retention.ms from the cleaning*', 'storage/compaction/log-cleaner > let readers find the times of the records beside them'] }],
    ['The last batch of an active producer stays, though it be empty.',                                   { test: 'storage/compaction/log-cleaner > keep the last batch of an active producer, if only as an empty one*' }],
    ['The last batch of what is compacted stays, though it be empty.',                                    { test: 'storage/compaction/log-cleaner > keeps the last batch of what it cleans*' }],
    ['Aborted records go at once, markers after their horizon.',                                          { test: ['storage/compaction/log-cleaner > lose aborted records at once, and their marker when its time has come', 'storage/compaction/log-cleaner > keep the marker of a commit as long as there are records of it'] }],
    ['min.compaction.lag.ms and max.compaction.lag.ms are heeded.',                                       { test: ['storage/compaction/log-cleaner > is not what is younger than min.compaction.lag.ms', 'storage/compaction/log-cleaner > is what is older than max.compaction.lag.ms*', 'storage/compaction/log-cleaner > max.compaction.lag.ms ends segments*'] }],
    ['cleanup.policy is a list: a topic is compacted, or deleted from, or both.',                         { test: ['storage/compaction/log-cleaner > does both', 'storage/partition-log > removes what lies before the start of the log under any policy*'] }],

    ['Retention by time goes by the largest timestamp of a segment.',                                     { test: 'storage/partition-log > by time removes segments whose records are all older' }],
    ['retention.bytes: what is too much goes, and never less remains.',                                   { test: 'storage/partition-log > by size removes what is too much*' }],
    ['The active segment ends after segment.ms, and then goes, too.',                                     { test: ['storage/partition-log > when the records span more than segment.ms', 'storage/partition-log > by time removes the active segment, too*'] }],
    ['The start of the log moves to the first segment that is left.',                                     { test: 'storage/partition-log > by time removes segments whose records are all older' }],
    ['Nothing above the high watermark goes.',                                                            { test: 'storage/partition-log > keeps what is above the high watermark' }],
    ['Old segments go without being asked for.',                                                          { test: 'storage/recovery > removes old segments from time to time' }],
  ],
}
