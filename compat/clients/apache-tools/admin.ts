// kafka-topics, kafka-configs, kafka-get-offsets, kafka-delete-records and kafka-log-dirs.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Operations } from '../../suite/operations.ts'
import type { Tool } from './adapter.ts'

export function adminTools(tool: Tool, directory: string): Partial<Operations> {
  const offset = async (topic: string, partition: number, time: number) => {
    const printed = await tool('get-offsets', ['--topic-partitions', `${topic}:${partition}`, '--time', String(time)])
    // `topic:partition:offset`, and nothing after the last colon when there is no such record.
    const [, found] = /:\d+:(-?\d*)\s*$/m.exec(printed) ?? []
    return found === undefined || found === '' ? -1 : Number(found)
  }
  const describeConfigs = async (kind: string, name: string) => {
    const printed = await tool('configs', ['--describe', '--all', '--entity-type', kind, '--entity-name', name])
    const lines = printed.matchAll(/^ {2}([\w.]+)=(.*?) sensitive=/gm)
    return Object.fromEntries([...lines].map(([, config, value]) => [config!, value === 'null' ? null : value!]))
  }
  return {
    async createTopic({ topic, partitions = 1, replicationFactor = 1, configs = {} }) {
      const size = ['--partitions', String(partitions), '--replication-factor', String(replicationFactor)]
      const settings = Object.entries(configs).flatMap(([name, value]) => ['--config', `${name}=${value}`])
      await tool('topics', ['--create', '--topic', topic, ...size, ...settings])
    },
    async deleteTopic({ topic }) {
      await tool('topics', ['--delete', '--topic', topic])
    },
    listTopics: async () => (await tool('topics', ['--list'])).split('\n'),
    async describeTopic({ topic }) {
      const printed = await tool('topics', ['--describe', '--topic', topic])
      const lines = printed.matchAll(/Partition: (\d+)\s+Leader: (\d+)\s+Replicas: [\d,]+\s+Isr: ([\d,]+)/g)
      const partitions = [...lines].map(([, id, leader, isr]) => ({
        id: Number(id),
        leader: Number(leader),
        isr: isr!.split(',').map(Number),
      }))
      return { partitions }
    },
    async createPartitions({ topic, count }) {
      await tool('topics', ['--alter', '--topic', topic, '--partitions', String(count)])
    },
    topicConfigs: ({ topic }) => describeConfigs('topics', topic),
    brokerConfigs: ({ broker }) => describeConfigs('brokers', String(broker)),
    async alterTopicConfigs({ topic, set = {}, remove = [] }) {
      const args = ['--alter', '--entity-type', 'topics', '--entity-name', topic]
      const sets = Object.entries(set).map(([name, value]) => `${name}=${value}`)
      if (sets.length > 0) args.push('--add-config', sets.join())
      if (remove.length > 0) args.push('--delete-config', remove.join())
      await tool('configs', args)
    },
    async deleteRecords({ topic, partition, offset }) {
      const file = join(directory, `delete-${topic}.json`)
      writeFileSync(file, JSON.stringify({ version: 1, partitions: [{ topic, partition, offset }] }))
      await tool('delete-records', ['--offset-json-file', file])
    },
    offsetForTime: ({ topic, partition, timestampMs }) => offset(topic, partition, timestampMs),
    maxTimestampOffset: ({ topic, partition }) => offset(topic, partition, -3),
    async endOffsets({ topic, partition }) {
      return { earliest: await offset(topic, partition, -2), latest: await offset(topic, partition, -1) }
    },
    async logDirSize({ topic }) {
      const printed = await tool('log-dirs', ['--describe', '--topic-list', topic])
      return [...printed.matchAll(/"size":(\d+)/g)].reduce((sum, [, size]) => sum + Number(size), 0)
    },
  }
}
