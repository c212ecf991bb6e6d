// Section 3.7.

import type { Section } from '../behaviour.ts'

// oxfmt-ignore
export const consumerGroups: Section = {
  title: '3.7 Groups of the new protocols',
  behaviours: [
    ['The member id is the client\'s own, from ConsumerGroupHeartbeat v1 on.',                            { later: 'KIP-848' }],
    ['Member epoch 0 joins, -1 leaves, -2 leaves as a static member.',                                    { later: 'KIP-848' }],
    ['An answer has the assignment only where it changed, or where all was asked for.',                   { later: 'KIP-848' }],
    ['What a member is to lose is given back before another has it.',                                     { later: 'KIP-848' }],
    ['Who does not give back within its rebalance timeout is fenced.',                                    { later: 'KIP-848' }],
    ['An epoch that is not the member\'s is FENCED_MEMBER_EPOCH, in a commit STALE_MEMBER_EPOCH.',        { later: 'KIP-848' }],
    ['An instance id that another member holds is UNRELEASED_INSTANCE_ID.',                               { later: 'KIP-848' }],
    ['An assignor that is not there is UNSUPPORTED_ASSIGNOR.',                                            { later: 'KIP-848' }],
    ['Subscriptions by pattern are those of RE2J, found out by the broker.',                              { later: 'KIP-848' }],
    ['Heartbeats come every 5 s, sessions last 45 s.',                                                    { later: 'KIP-848' }],
    ['The assignors are uniform, the default, and range.',                                                { later: 'KIP-848' }],
    ['A group changes between the protocols while it runs.',                                              { later: 'KIP-848' }],
    ['Clients may use it where the feature group.version is 1.',                                          { later: 'KIP-848' }],
    ['Clients may use share groups where the feature share.version is there.',                            { later: 'share groups' }],
    ['The state of share groups is kept in __share_group_state, on one broker with one replica.',         { later: 'share groups' }],
    ['group.share.min.record.lock.duration.ms may be as short as tests want it.',                         { later: 'share groups' }],
  ],
}
