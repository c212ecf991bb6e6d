// kafka-verifiable-producer: sends numbers that rise, and tells of each as a line of JSON what became of it, as Apache
// Kafka's VerifiableProducer: for tests that keep count.

import { systemClock } from '../../base/index.ts'
import { createClient } from '../../client/index.ts'
import { argumentTool } from './argument-tool.ts'
import { producerOptionsOf } from './client-properties.ts'
import { clientOptions, propertiesFile } from './connection.ts'
import { exceptionClass } from './java-exceptions.ts'
import type { GivenArguments } from './options/argparse.ts'

export default argumentTool({
  helpsWithoutArguments: true,
  parser: {
    name: 'verifiable-producer',
    about:
      'This tool produces increasing integers to the specified topic and prints JSON metadata to stdout on each "send" request, making externally visible which messages have been acked and which have not.',
    arguments: {
      topic: { value: 'TOPIC', required: true, about: 'Produce messages to this topic.' },
      'max-messages': {
        value: 'MAX-MESSAGES',
        type: 'Integer',
        default: -1,
        about: 'How many; -1: until it is ended.',
      },
      throughput: {
        value: 'THROUGHPUT',
        type: 'Integer',
        default: -1,
        about: 'Messages a second at most, if not below 0.',
      },
      acks: { value: 'ACKS', type: 'Integer', choices: [0, 1, -1], default: -1, about: 'What to wait for.' },
      'producer.config': { value: 'CONFIG-FILE', about: '(DEPRECATED) A file of properties; use --command-config.' },
      'message-create-time': {
        value: 'CREATE-TIME',
        type: 'Long',
        default: -1,
        about: 'The time of the first message, in ms since 1970.',
      },
      'value-prefix': { value: 'VALUE-PREFIX', type: 'Integer', about: 'What stands before each value, with a dot.' },
      'repeating-keys': {
        value: 'REPEATING-KEYS',
        type: 'Integer',
        about: 'Keys from 0 up to this number, again and again.',
      },
      'command-config': { value: 'CONFIG-FILE', about: 'A file of properties of the producer.' },
      'bootstrap-server': { value: 'HOST1:PORT1[,HOST2:PORT2[...]]', about: 'REQUIRED: the brokers to ask first.' },
    },
    oneOf: ['bootstrap-server'],
  },
  async run({ given, terminal }) {
    const say = (name: string, fields: object = {}) =>
      terminal.out(JSON.stringify({ timestamp: systemClock.now(), name, ...fields }))
    const properties = await propertiesFile(given.text('command-config') ?? given.text('producer.config'))
    properties.set('acks', given.text('acks')!)
    const client = createClient(
      clientOptions({
        bootstrap: given.text('bootstrap-server')!,
        clientId: 'verifiable-producer',
        properties,
        terminal,
      }),
    )
    const topic = given.text('topic')!
    const most = given.number('max-messages')!
    const perSecond = given.number('throughput')!
    const createTime = given.number('message-create-time')!
    const message = messagesOf(given)
    let sent = 0,
      acknowledged = 0
    const startedAt = systemClock.now()
    say('startup_complete')
    try {
      const producer = client.producer(producerOptionsOf(properties))
      for (; (most < 0 || sent < most) && !terminal.signal.aborted; sent++) {
        const { key, value } = message(sent)
        const timestamp = createTime < 0 ? {} : { timestamp: createTime + systemClock.now() - startedAt }
        producer.send({ topic, key, value, ...timestamp }).then(
          ({ partition, offset }) => {
            acknowledged++
            say('producer_send_success', { key, value, topic, partition, offset })
          },
          (error: unknown) =>
            say('producer_send_error', {
              key,
              value,
              topic,
              exception: `class ${exceptionClass(error)}`,
              message: error instanceof Error ? error.message : String(error),
            }),
        )
        await producer.ready()
        const dueMs =
          perSecond >= 0 ? ((sent + 1) / Math.max(perSecond, 1e-9)) * 1_000 - (systemClock.now() - startedAt) : 0
        if (dueMs > 0) await systemClock.sleep(Math.min(dueMs, 2 ** 31 - 1), terminal.signal).catch(() => {})
      }
      await producer.close()
    } finally {
      await client.close()
    }
    say('shutdown_complete')
    const seconds = Math.max(systemClock.now() - startedAt, 1) / 1_000
    say('tool_data', {
      sent,
      acked: acknowledged,
      target_throughput: perSecond,
      avg_throughput: acknowledged / seconds,
    })
  },
})

function messagesOf(given: GivenArguments): (i: number) => { key: string | null; value: string } {
  const prefix = given.text('value-prefix'),
    keys = given.number('repeating-keys')
  return i => ({
    key: keys === undefined ? null : String(i % Math.max(keys, 1)),
    value: prefix === undefined ? String(i) : `${prefix}.${i}`,
  })
}
