// Section 3.7.

import type { Section } from '../behaviour.ts'

// oxfmt-ignore
export const consumerGroups: Section = {
  title: '3.7 Groups of the new protocols',
  behaviours: [
    ['The member id is the client\'s own, from ConsumerGroupHeartbeat v1 on.',                            { test: 'coordinator/api/consumer-groups > 3.7 ConsumerGroupHeartbeat: a member is told its epoch*' }],
    ['Member epoch 0 joins, -1 leaves, -2 leaves as a static member.',                                    { test: ['coordinator/consumer-group/consumer-group > 3.7 a member joins with epoch 0*', 'coordinator/consumer-group/consumer-group > 3.7 a static member that leaves with -2*'] }],
    ['An answer has the assignment only where it changed, or where all was asked for.',                   { test: 'coordinator/consumer-group/consumer-group > 3.7 a member joins with epoch 0*' }],
    ['What a member is to lose is given back before another has it.',                                     { test: ['coordinator/consumer-group/consumer-group > 3.7 what a member is to lose*', 'coordinator/simulation/consumer-simulation > 3.7 no partition has two owners*'] }],
    ['Who does not give back within its rebalance timeout is fenced.',                                    { test: 'coordinator/consumer-group/consumer-group > 3.7 who does not give back*' }],
    ['An epoch that is not the member\'s is FENCED_MEMBER_EPOCH, in a commit STALE_MEMBER_EPOCH.',        { test: ['coordinator/consumer-group/consumer-group > 3.7 an epoch that is not the member*', 'coordinator/consumer-group/consumer-group > 3.7 a commit is taken from the present epoch alone*'] }],
    ['An instance id that another member holds is UNRELEASED_INSTANCE_ID.',                               { test: 'coordinator/consumer-group/consumer-group > 3.7 a static member that leaves with -2*' }],
    ['An assignor that is not there is UNSUPPORTED_ASSIGNOR.',                                            { test: 'coordinator/api/consumer-groups > 3.7 ConsumerGroupHeartbeat: what makes no sense*' }],
    ['Subscriptions by pattern are those of RE2J, found out by the broker.',                              { test: ['coordinator/consumer-group/consumer-group > 3.7 an expression finds topics as they come*', 'coordinator/api/consumer-groups > 3.7 ConsumerGroupHeartbeat: what makes no sense*'] }],
    ['Heartbeats come every 5 s, sessions last 45 s.',                                                    { test: 'coordinator/api/consumer-groups > 3.7 ConsumerGroupHeartbeat: heartbeats come every 5 s*' }],
    ['The assignors are uniform, the default, and range.',                                                { test: ['coordinator/assignors/assignors > 3.7 whatever joins and leaves*', 'coordinator/consumer-group/consumer-group > 3.7 the assignor that most ask for assigns'] }],
    ['A group changes between the protocols while it runs.',                                              { test: ['coordinator/consumer-group/migration > 3.7 a member of the consumer protocol makes a classic group*', 'coordinator/consumer-group/migration > 3.7 when the last member of the consumer protocol is gone*', 'coordinator/simulation/mixed-simulation > 3.7 a group of both protocols keeps*'] }],
    ['A classic member among the others is called by its heartbeat when the epoch of the group has grown.', { test: 'coordinator/consumer-group/migration > 3.7 a classic member is called as soon as*' }],
    ['Clients may use it where the feature group.version is 1.',                                          { test: 'broker/handlers/api-versions > 3.1 ApiVersions: features of a minimum*' }],
    ['Clients may use share groups where the feature share.version is there.',                            { later: 'share groups' }],
    ['The state of share groups is kept in __share_group_state, on one broker with one replica.',         { later: 'share groups' }],
    ['group.share.min.record.lock.duration.ms may be as short as tests want it.',                         { later: 'share groups' }],
  ],
}
