// Section 3.6.

import type { Section } from '../behaviour.ts'

// oxfmt-ignore
export const groups: Section = {
  title: '3.6 Classic groups',
  behaviours: [
    ['JoinGroup v4+ without a member id is MEMBER_ID_REQUIRED, with an id.',                              { test: 'coordinator/group/join > JoinGroup v4+: an empty member id is answered MEMBER_ID_REQUIRED*' }],
    ['Static members join at once.',                                                                      { test: 'coordinator/group/join > static members join at once*' }],
    ['A member id is the client id and a UUID.',                                                          { test: 'coordinator/group-coordinator > a member joins, is assigned, commits*' }],
    ['A session timeout outside the limits is INVALID_SESSION_TIMEOUT.',                                  { test: 'broker/handlers/groups > 3.6 JoinGroup: a session timeout outside*' }],
    ['The first join of an empty group waits group.initial.rebalance.delay.ms.',                          { test: 'coordinator/group/join > the first join of an empty group waits*' }],
    ['The rebalance timeout of the request is how long joins are waited for.',                            { test: ['coordinator/group/join > the rebalance timeout of the request drives*', 'coordinator/group/join > members that miss the rebalance timeout are left behind'] }],
    ['Syncs are waited for as long, and who misses Sync is out.',                                         { test: 'coordinator/group/join > members that miss Sync are kicked*' }],
    ['The protocol is voted for among those that all have.',                                              { test: 'coordinator/group/join > the protocol is chosen by a vote*' }],
    ['No common protocol, or another type, is INCONSISTENT_GROUP_PROTOCOL.',                              { test: 'coordinator/group/join > no common protocol, or another protocol type*' }],
    ['Any type is allowed.',                                                                              { test: 'coordinator/group/join > any protocol type is allowed*' }],
    ['Only the leader is told the members.',                                                              { test: 'coordinator/group/join > follower joins get an empty member list*' }],
    ['A leader that joins again makes a rebalance.',                                                      { test: 'coordinator/group/join > the leader, or a member that rejoins*' }],
    ['So does a member with changed metadata.',                                                           { test: 'coordinator/group/join > *a changed one is not' }],
    ['An unchanged follower is told the current generation.',                                             { test: 'coordinator/group/join > an unchanged follower that rejoins in Stable*' }],
    ['v9: a static leader that is back skips the assignment.',                                            { test: 'coordinator/group/static-members > v9 skip_assignment for the static leader*' }],

    ['Heartbeat while members join is REBALANCE_IN_PROGRESS.',                                            { test: 'coordinator/group/join > a heartbeat in PreparingRebalance*' }],
    ['Heartbeat of a wrong generation is ILLEGAL_GENERATION.',                                            { test: 'coordinator/group/join > *a wrong generation ILLEGAL_GENERATION*' }],
    ['Heartbeat of a stranger is UNKNOWN_MEMBER_ID.',                                                     { test: 'coordinator/group/join > *a stranger UNKNOWN_MEMBER_ID*' }],
    ['Heartbeat of a static member that was replaced is FENCED_INSTANCE_ID.',                             { test: 'coordinator/group/join > *who was replaced FENCED_INSTANCE_ID' }],

    ['A commit while the assignment is awaited is REBALANCE_IN_PROGRESS.',                                { test: 'coordinator/offsets/offsets > a commit during CompletingRebalance*' }],
    ['A commit while members join succeeds.',                                                             { test: 'coordinator/offsets/offsets > a commit in PreparingRebalance succeeds' }],
    ['A commit starts the session anew.',                                                                 { test: 'coordinator/group/join > a commit and a heartbeat start the session anew' }],
    ['A commit without generation and member to an empty or absent group is taken, and makes it.',        { test: ['coordinator/offsets/offsets > a commit with generation -1 and an empty member*', 'coordinator/offsets/offsets > a commit with a generation to an empty group is of nobody'] }],
    ['With a generation, to an absent group: ILLEGAL_GENERATION, from v9 GROUP_ID_NOT_FOUND.',            { test: 'broker/handlers/groups > 3.6 OffsetCommit: with a generation*' }],
    ['A commit for an unknown partition is UNKNOWN_TOPIC_OR_PARTITION.',                                  { test: 'broker/handlers/groups > 3.6 OffsetCommit: unknown topics and partitions*' }],
    ['Metadata above offset.metadata.max.bytes is OFFSET_METADATA_TOO_LARGE.',                            { test: 'coordinator/offsets/offsets > *OFFSET_METADATA_TOO_LARGE' }],
    ['The metadata of a commit comes back as it was.',                                                    { test: ['coordinator/offsets/offsets > the metadata string round-trips*', 'broker/handlers/groups > 3.6 OffsetCommit: unknown*'] }],

    ['A static member that is back has a new id, and the old one is fenced.',                             { test: 'coordinator/group/static-members > the same instance id joins again*' }],
    ['... without a rebalance, if the group is Stable and the protocol stays.',                           { test: ['coordinator/group/static-members > the same instance id joins again*', 'coordinator/group/static-members > a static member that is back with another protocol*'] }],
    ['LeaveGroup v3+ takes out by instance id.',                                                          { test: 'coordinator/group/static-members > LeaveGroup v3+ by instance id*' }],
    ['Static members that went without leaving stay until their sessions end.',                           { test: 'coordinator/group/static-members > static members that do not join in time stay*' }],

    ['DescribeGroups of an unknown group says Dead: no error to v5, GROUP_ID_NOT_FOUND from v6.',         { test: 'broker/handlers/groups > 3.6 DescribeGroups: an unknown group is Dead*' }],
    ['DeleteGroups of a group with members is NON_EMPTY_GROUP, of an unknown one GROUP_ID_NOT_FOUND.',    { test: 'coordinator/offsets/offsets > DeleteGroups: with members NON_EMPTY_GROUP*' }],
    ['OffsetDelete of a topic that the group reads is GROUP_SUBSCRIBED_TO_TOPIC.',                        { test: 'coordinator/offsets/offsets > OffsetDelete of a topic that the group is subscribed to*' }],
    ['OffsetFetch for null topics is all; an unknown partition is at -1, without error.',                 { test: 'coordinator/offsets/offsets > an unknown partition is at -1 and no error; null topics are all' }],
    ['OffsetFetch v7 require_stable is UNSTABLE_OFFSET_COMMIT while a transaction has offsets.',          { test: ['broker/transactions > offsets of a transaction count once it commits, and are unstable until it ends', 'coordinator/offsets/transactions > who does not ask for stable offsets*'] }],
    ['Groups that rebalance at the same time never lose members.',                                        { test: 'broker/handlers/groups > 3.6 JoinGroup: groups that rebalance at the same time*' }],
  ],
}
