// Groups: members come, go and die; others take over where the commits say.

import assert from 'node:assert/strict'

import { define, definePatient, delay, eventually, refuses } from '../suite/case.ts'
import { message, numbered } from '../suite/messages.ts'
import { filled, has, hasRead, hasReadOnly, shared } from './members.ts'

/** A killed member is missed only when its session ends: the smallest that brokers allow. */
const sessionTimeoutMs = 6_000

export const groupCases = [
  define('groups: a member reads all partitions', ['join'], async context => {
    const topic = await filled(context, 3)
    const member = await context.join({ group: context.unique('group'), topic })
    await hasRead(member, ['0:0', '0:1', '1:0', '1:1', '2:0', '2:1'])
    assert.deepEqual(member.assignment(), [0, 1, 2])
  }),
  define('groups: the next member goes on after the commit', ['join'], async context => {
    const { control, join, unique } = context
    const topic = await filled(context, 2)
    const group = unique('group')
    const first = await join({ group, topic })
    await hasRead(first, ['0:0', '0:1', '1:0', '1:1'])
    await first.commit()
    await first.leave()
    await control.produce({ topic, messages: [message('next', { partition: 1 })] })
    const second = await join({ group, topic })
    await hasReadOnly(second, ['1:2'])
  }),
  define('groups: without a commit the next member starts anew', ['join', 'manual commit'], async context => {
    const topic = await filled(context, 1)
    const group = context.unique('group')
    const first = await context.join({ group, topic })
    await hasRead(first, ['0:0', '0:1'])
    await first.leave()
    await hasRead(await context.join({ group, topic }), ['0:0', '0:1'])
  }),
  define(
    'groups: two members share the partitions, and one that leaves is followed at once',
    ['join'],
    async context => {
      const topic = await filled(context, 4)
      const group = context.unique('group')
      const first = await context.join({ group, topic })
      await has(first, 4)
      const second = await context.join({ group, topic })
      await shared([first, second], 4)
      await second.leave()
      await has(first, 4, 5_000)
    },
  ),
  define('groups: a third member finds a place', ['join', 'quick'], async context => {
    const topic = await filled(context, 3)
    const group = context.unique('group')
    const members = [await context.join({ group, topic })]
    await has(members[0]!, 3)
    members.push(await context.join({ group, topic }))
    await shared(members, 3)
    members.push(await context.join({ group, topic }))
    await shared(members, 3)
    for (const member of members) assert.equal(member.assignment()?.length, 1)
  }),
  define('groups: two groups read the same topic', ['join', 'quick'], async context => {
    const topic = await filled(context, 1)
    const members = [context.unique('group'), context.unique('group')].map(group => context.join({ group, topic }))
    for (const member of await Promise.all(members)) await hasRead(member, ['0:0', '0:1'])
  }),
  define(
    'groups: cooperative: who stays keeps its partitions while another joins',
    ['join', 'cooperative'],
    async context => {
      const topic = await filled(context, 4)
      const group = context.unique('group')
      const first = await context.join({ group, topic, assignor: 'cooperative' })
      await has(first, 4)
      await hasRead(first, ['0:0', '0:1', '1:0', '1:1', '2:0', '2:1', '3:0', '3:1'])
      const second = await context.join({ group, topic, assignor: 'cooperative' })
      await shared([first, second], 4)
      // Kept partitions are not read again, though nothing was committed.
      for (const partition of first.assignment()!) {
        assert.equal(first.read().filter(read => read === `${partition}:0`).length, 1)
      }
      await second.leave()
      await has(first, 4, 8_000)
    },
  ),
  define('groups: a commit carries its metadata', ['join', 'commit metadata', 'groupOffsets'], async context => {
    const topic = await filled(context, 1)
    const group = context.unique('group')
    const member = await context.join({ group, topic })
    await hasRead(member, ['0:0', '0:1'])
    await member.commit('note: grüße')
    const [committed] = await context.client.groupOffsets({ group, topic })
    assert.deepEqual([committed?.offset, committed?.metadata], [2, 'note: grüße'])
  }),
  define(
    'groups: a commit without membership',
    ['commitOffset', 'groupOffsets'],
    async ({ client, control, topic, unique }) => {
      const [name, group] = [await topic({ partitions: 2 }), unique('group')]
      await control.produce({ topic: name, messages: numbered(50).map(one => ({ ...one, partition: 1 })) })
      await client.commitOffset({ group, topic: name, partition: 1, offset: 42, metadata: 'by hand' })
      const committed = (await client.groupOffsets({ group, topic: name })).filter(({ offset }) => offset >= 0)
      assert.deepEqual(
        committed.map(({ partition, offset }) => ({ partition, offset })),
        [{ partition: 1, offset: 42 }],
      )
    },
  ),
  define(
    'groups: a commit without membership keeps its metadata',
    ['commitOffset', 'groupOffsets', 'commit metadata'],
    async ({ client, topic, unique }) => {
      const [name, group] = [await topic(), unique('group')]
      await client.commitOffset({ group, topic: name, partition: 0, offset: 7, metadata: 'by hand' })
      assert.equal((await client.groupOffsets({ group, topic: name }))[0]?.metadata, 'by hand')
    },
  ),
  define('groups: a member starts where a commit by hand says', ['join', 'commitOffset'], async context => {
    const topic = await filled(context, 1, 5)
    const group = context.unique('group')
    await context.client.commitOffset({ group, topic, partition: 0, offset: 3 })
    await hasReadOnly(await context.join({ group, topic }), ['0:3', '0:4'])
  }),
  define('groups: a group is listed and described', ['join', 'listGroups', 'describeGroup'], async context => {
    const topic = await filled(context, 2)
    const group = context.unique('group')
    const members = [await context.join({ group, topic }), await context.join({ group, topic })]
    await shared(members, 2)
    assert.ok((await context.client.listGroups({})).includes(group))
    const described = await eventually('a stable group', async () => {
      const described = await context.client.describeGroup({ group })
      return described.state.toLowerCase() === 'stable' && described
    })
    assert.equal(described.members, 2)
  }),
  define('groups: a group with members is not deleted', ['join', 'deleteGroup', 'error codes'], async context => {
    const topic = await filled(context, 1)
    const group = context.unique('group')
    await has(await context.join({ group, topic }), 1)
    await refuses('NON_EMPTY_GROUP', context.client.deleteGroup({ group }))
  }),
  define(
    'groups: a group is deleted',
    ['commitOffset', 'deleteGroup', 'listGroups'],
    async ({ client, topic, unique }) => {
      const [name, group] = [await topic(), unique('group')]
      await client.commitOffset({ group, topic: name, partition: 0, offset: 1 })
      await eventually('the group in the list', async () => (await client.listGroups({})).includes(group))
      await client.deleteGroup({ group })
      await eventually('its end', async () => !(await client.listGroups({})).includes(group))
    },
  ),
  define('groups: deleting an unknown group is refused', ['deleteGroup', 'error codes'], async ({ client, unique }) => {
    await refuses('GROUP_ID_NOT_FOUND', client.deleteGroup({ group: unique('nobody') }))
  }),
  define(
    'groups: offsets of a group are deleted',
    ['commitOffset', 'groupOffsets', 'deleteGroupOffsets'],
    async ({ client, topic, unique }) => {
      const [name, group] = [await topic(), unique('group')]
      await client.commitOffset({ group, topic: name, partition: 0, offset: 1 })
      await client.deleteGroupOffsets({ group, topic: name })
      await eventually('no offsets', async () => {
        return (await client.groupOffsets({ group, topic: name })).every(({ offset }) => offset < 0)
      })
    },
  ),
  define('groups: a session shorter than the broker allows is refused', ['join', 'session timeout'], async context => {
    const joined = context.join({
      group: context.unique('group'),
      topic: await context.topic(),
      sessionTimeoutMs: 1_000,
    })
    await refuses(
      'INVALID_SESSION_TIMEOUT',
      joined
        .then(member =>
          eventually('a refusal', () => {
            const failure = member.failure()
            if (failure) return { failure }
            return false
          }),
        )
        .then(({ failure }) => Promise.reject(failure)),
    )
  }),
  definePatient('groups: a killed member is followed when its session ends', ['join'], async context => {
    const topic = await filled(context, 2)
    const group = context.unique('group')
    const members = [
      await context.join({ group, topic, sessionTimeoutMs }),
      await context.join({ group, topic, sessionTimeoutMs }),
    ]
    await shared(members, 2)
    members[0]!.kill()
    await has(members[1]!, 2, 20_000)
    await context.control.produce({ topic, messages: [0, 1].map(partition => message('after', { partition })) })
    await hasRead(members[1]!, ['0:2', '1:2'])
  }),
  definePatient('groups: a static member that comes back disturbs nobody', ['join', 'instance id'], async context => {
    const topic = await filled(context, 2)
    const group = context.unique('group')
    const stay = await context.join({ group, topic, instanceId: 'stays', sessionTimeoutMs: 12_000 })
    const leave = await context.join({ group, topic, instanceId: 'restarts', sessionTimeoutMs: 12_000 })
    await shared([stay, leave], 2)
    const [mine, revocations] = [leave.assignment(), stay.revocations()]
    leave.kill()
    await delay(1_000)
    const back = await context.join({ group, topic, instanceId: 'restarts', sessionTimeoutMs: 12_000 })
    await has(back, 1)
    assert.deepEqual(back.assignment(), mine)
    assert.equal(stay.revocations(), revocations)
  }),
]
