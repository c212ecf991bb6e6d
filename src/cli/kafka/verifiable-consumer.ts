// kafka-verifiable-consumer: reads as a member of a group, and tells of assignments, records and commits as lines of JSON, as
// Apache Kafka's VerifiableConsumer: for tests that keep count.

import { systemClock } from '../../base/index.ts'
import {
  createClient,
  cooperativeStickyAssignor,
  rangeAssignor,
  roundRobinAssignor,
  stickyAssignor,
  type Assignor,
  type RecordBatch,
  type TopicPartition,
} from '../../client/index.ts'
import { argumentTool } from './argument-tool.ts'
import { consumerOptionsOf } from './client-properties.ts'
import { clientOptions, propertiesFile } from './connection.ts'
import { ToolError } from './tool.ts'

export default argumentTool({
  helpsWithoutArguments: true,
  parser: {
    name: 'verifiable-consumer',
    about:
      'This tool consumes messages from a specific topic and emits consumer events (e.g. group rebalances, received messages, and offsets committed) as JSON objects to STDOUT.',
    arguments: {
      topic: { value: 'TOPIC', required: true, about: 'Consumes messages from this topic.' },
      'group-protocol': { value: 'GROUP-PROTOCOL', default: 'classic', about: 'classic or consumer.' },
      'group-remote-assignor': {
        value: 'GROUP-REMOTE-ASSIGNOR',
        about: 'The assignor of the cluster, for the consumer protocol.',
      },
      'group-id': { value: 'GROUP-ID', required: true, about: 'The group id of the consumer group' },
      'group-instance-id': { value: 'GROUP-INSTANCE-ID', about: 'The name of a static member.' },
      'max-messages': {
        value: 'MAX-MESSAGES',
        type: 'Integer',
        default: -1,
        about: 'How many; -1: until it is ended.',
      },
      'session-timeout': { value: 'TIMEOUT-MS', type: 'Integer', default: 30_000, about: "The member's session." },
      verbose: { about: 'Each record, too.' },
      'enable-autocommit': { about: 'Commit from time to time rather than after each poll.' },
      'reset-policy': { value: 'RESET-POLICY', default: 'earliest', about: 'earliest, latest or none.' },
      'assignment-strategy': {
        value: 'ASSIGNMENT-STRATEGY',
        default: 'org.apache.kafka.clients.consumer.RangeAssignor',
        about: 'The assignor, by its class.',
      },
      'consumer.config': { value: 'CONFIG-FILE', about: '(DEPRECATED) A file of properties; use --command-config.' },
      'command-config': { value: 'CONFIG-FILE', about: 'A file of properties of the consumer.' },
      'bootstrap-server': { value: 'HOST1:PORT1[,HOST2:PORT2[...]]', about: 'REQUIRED: the brokers to ask first.' },
    },
    oneOf: ['bootstrap-server'],
  },
  async run({ given, terminal }) {
    const say = (name: string, fields: object = {}) =>
      terminal.out(JSON.stringify({ timestamp: systemClock.now(), name, ...fields }))
    const places = (partitions: readonly TopicPartition[]) =>
      partitions.map(({ topic, partition }) => ({ topic, partition }))
    const properties = await propertiesFile(given.text('command-config') ?? given.text('consumer.config'))
    properties.set('group.protocol', given.text('group-protocol')!.toLowerCase())
    properties.set('auto.offset.reset', given.text('reset-policy')!)
    const isClassic = properties.get('group.protocol') === 'classic'
    if (isClassic) properties.set('session.timeout.ms', given.text('session-timeout')!)
    else if (given.has('group-remote-assignor'))
      properties.set('group.remote.assignor', given.text('group-remote-assignor')!)
    if (given.has('group-instance-id')) properties.set('group.instance.id', given.text('group-instance-id')!)
    const commitsItself = given.has('enable-autocommit')
    const client = createClient(
      clientOptions({
        bootstrap: given.text('bootstrap-server')!,
        clientId: 'verifiable-consumer',
        properties,
        terminal,
      }),
    )
    say('startup_complete')
    try {
      const consumer = client.consumer({
        ...consumerOptionsOf(properties),
        groupId: given.text('group-id')!,
        autoCommit: commitsItself,
        ...(isClassic ? { assignors: [assignorOf(given.text('assignment-strategy')!)] } : {}),
        onAssigned: partitions => say('partitions_assigned', { partitions: places(partitions) }),
        onRevoked: partitions => say('partitions_revoked', { partitions: places(partitions) }),
      })
      consumer.subscribe(given.text('topic')!)
      const most = given.number('max-messages')!
      let read = 0
      while ((most < 0 || read < most) && !terminal.signal.aborted) {
        const batches = await consumer.poll({ maxWaitMs: 500 })
        const partitions = batches.filter(({ count }) => count > 0).map(summary)
        if (partitions.length === 0) continue
        const count = partitions.reduce((sum, { count }) => sum + count, 0)
        read += count
        if (given.has('verbose'))
          for (const batch of batches)
            for (const { topic, partition, key, value, offset } of batch)
              say('record_data', {
                key: key?.toString() ?? null,
                value: value?.toString() ?? null,
                topic,
                partition,
                offset,
              })
        say('records_consumed', { count, partitions })
        if (commitsItself) continue
        const offsets = new Map(
          batches.map(({ topic, partition, nextOffset }) => [
            `${topic}-${partition}`,
            { topic, partition, offset: nextOffset },
          ]),
        )
        try {
          await consumer.commit([...offsets.values()])
          say('offsets_committed', { offsets: [...offsets.values()], success: true })
        } catch (error) {
          say('offsets_committed', { offsets: [...offsets.values()], error: (error as Error).message, success: false })
        }
      }
      await consumer.close()
    } finally {
      await client.close()
    }
    say('shutdown_complete')
  },
})

const summary = (batch: RecordBatch) => ({
  topic: batch.topic,
  partition: batch.partition,
  count: batch.count,
  minOffset: batch.offset(0),
  maxOffset: batch.offset(batch.count - 1),
})

const assignors: Readonly<Record<string, Assignor>> = {
  RangeAssignor: rangeAssignor,
  RoundRobinAssignor: roundRobinAssignor,
  StickyAssignor: stickyAssignor,
  CooperativeStickyAssignor: cooperativeStickyAssignor,
}
/** By a Java class, or the end of its name. */
function assignorOf(className: string): Assignor {
  const name = className.split('.').at(-1)!
  const assignor = Object.hasOwn(assignors, name) ? assignors[name] : undefined
  if (assignor === undefined)
    throw new ToolError(
      `Invalid value ${className} for configuration partition.assignment.strategy: Class ${className} could not be found.`,
    )
  return assignor
}
