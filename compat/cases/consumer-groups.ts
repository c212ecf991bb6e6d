// Groups of the consumer protocol (KIP-848), where the broker assigns; and those that come from the classic one and go back.

import assert from 'node:assert/strict'

import { define, definePatient, eventually } from '../suite/case.ts'
import { message } from '../suite/messages.ts'
import { assigned, filled, has, hasRead, hasReadOnly, shared } from './members.ts'

const needs = ['join', 'consumer protocol'] as const
const protocol = 'consumer'

export const consumerGroupCases = [
  define('consumer groups: a member reads all partitions', needs, async context => {
    const topic = await filled(context, 3)
    const member = await context.join({ group: context.unique('group'), topic, protocol })
    await hasRead(member, ['0:0', '0:1', '1:0', '1:1', '2:0', '2:1'])
    assert.deepEqual(member.assignment(), [0, 1, 2])
  }),
  define('consumer groups: the next member goes on after the commit', needs, async context => {
    const topic = await filled(context, 2)
    const group = context.unique('group')
    const first = await context.join({ group, topic, protocol })
    await hasRead(first, ['0:0', '0:1', '1:0', '1:1'])
    await first.commit()
    await first.leave()
    await context.control.produce({ topic, messages: [message('next', { partition: 1 })] })
    await hasReadOnly(await context.join({ group, topic, protocol }), ['1:2'])
  }),
  define(
    'consumer groups: members share, keep what they can, and one that leaves is followed',
    needs,
    async context => {
      const topic = await filled(context, 6)
      const group = context.unique('group')
      const first = await context.join({ group, topic, protocol })
      await has(first, 6)
      await hasRead(first, ['0:0', '1:0', '2:0', '3:0', '4:0', '5:0'])
      const second = await context.join({ group, topic, protocol })
      await shared([first, second], 6)
      const third = await context.join({ group, topic, protocol })
      await shared([first, second, third], 6)
      await eventually('two for each', () => [first, second, third].every(member => assigned(member).length === 2))
      // What stays is not read again, though nothing was committed.
      for (const partition of assigned(first))
        assert.equal(first.read().filter(read => read === `${partition}:0`).length, 1)
      await third.leave()
      await shared([first, second], 6)
    },
  ),
  define(
    'consumer groups: a topic that grows is shared anew',
    [...needs, 'createPartitions', 'growing topics'],
    async context => {
      const topic = await filled(context, 1)
      const member = await context.join({ group: context.unique('group'), topic, protocol })
      await has(member, 1)
      await context.control.createPartitions({ topic, count: 3 })
      await has(member, 3)
    },
  ),
  definePatient(
    'consumer groups: a topic is found by an expression, and the next one that matches',
    [...needs, 'expression'],
    async context => {
      const name = context.unique('matched')
      const create = (letter: string, partitions: number) =>
        context.control.createTopic({ topic: `${name}-${letter}`, partitions })
      await create('a', 2)
      const member = await context.join({
        group: context.unique('group'),
        topic: `${name}-[ab]`,
        pattern: true,
        protocol,
      })
      await eventually('the partitions of the first', () => Math.max(...assigned(member)) === 1, 30_000)
      await create('c', 4)
      await create('b', 3)
      await eventually('those of the next', () => Math.max(...assigned(member)) === 2, 30_000)
    },
  ),
  definePatient('consumer groups: a killed member is followed when its session ends', needs, async context => {
    const topic = await filled(context, 2)
    const group = context.unique('group')
    const members = [await context.join({ group, topic, protocol }), await context.join({ group, topic, protocol })]
    await shared(members, 2)
    members[0]!.kill()
    await has(members[1]!, 2, 20_000)
    await context.control.produce({ topic, messages: [0, 1].map(partition => message('after', { partition })) })
    await hasRead(members[1]!, ['0:2', '1:2'])
  }),
  definePatient('consumer groups: a classic group is upgraded while it runs, and comes back', needs, async context => {
    const topic = await filled(context, 4)
    const group = context.unique('group')
    const classic = () => context.join({ group, topic })
    const consumer = () => context.join({ group, topic, protocol })
    const [first, second] = [await classic(), await classic()]
    await shared([first, second], 4)
    const third = await consumer()
    await shared([first, second, third], 4)
    await first.leave()
    const fourth = await consumer()
    await shared([second, third, fourth], 4)
    await second.leave()
    await shared([third, fourth], 4)
    const fifth = await classic()
    await shared([third, fourth, fifth], 4)
    await third.leave()
    await shared([fourth, fifth], 4)
    await fourth.leave()
    await has(fifth, 4)
    const sixth = await classic()
    await shared([fifth, sixth], 4)
  }),
  define('consumer groups: a group is listed', [...needs, 'listGroups'], async context => {
    const topic = await filled(context, 1)
    const group = context.unique('group')
    await has(await context.join({ group, topic, protocol }), 1)
    assert.ok((await context.client.listGroups({})).includes(group))
  }),
  define('consumer groups: a group is described', [...needs, 'describeGroup'], async context => {
    const topic = await filled(context, 2)
    const group = context.unique('group')
    await shared([await context.join({ group, topic, protocol }), await context.join({ group, topic, protocol })], 2)
    await eventually('a stable group of two', async () => {
      const { state, members } = await context.client.describeGroup({ group })
      return state.toLowerCase() === 'stable' && members === 2
    })
  }),
]
