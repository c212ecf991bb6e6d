// The tools one after the other on a broker, as course material has them: what they print, and how they end.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startBroker, type TestBroker } from '../../testing/index.ts'
import { hear } from './testing.ts'
import { runToolNamed } from './tools.ts'

let broker: TestBroker
before(async () => {
  broker = await startBroker()
})
after(() => broker.stop())

const run = (line: string, input?: string) => {
  const [name = '', ...args] = line.split(' ')
  return hear(
    terminal => runToolNamed(`kafka-${name}`, [...args, '--bootstrap-server', broker.bootstrap], terminal),
    input,
  )
}
/** Call by call: standard output, and standard input where there is some. */
const steps: [line: string, expected: RegExp, input?: string][] = [
  ['topics --create --topic orders --partitions 2', /^Created topic orders\.\n$/],
  ['topics --list', /^orders\n$/],
  [
    'topics --describe --topic orders',
    /^Topic: orders\tTopicId: [\w-]{22}\tPartitionCount: 2\tReplicationFactor: 1\tConfigs: \n\tTopic: orders\tPartition: 0\tLeader: \d+\tReplicas: \d+\tIsr: \d+\t/,
  ],
  [
    'console-producer --topic orders --reader-property parse.key=true --reader-property key.separator=:',
    /^$/,
    'a:1\nb:2\nc:3\n',
  ],
  [
    'console-consumer --topic orders --group billing --from-beginning --max-messages 3 --formatter-property print.key=true',
    /^([abc]\t[123]\n){3}$/,
  ],
  ['consumer-groups --list', /^billing\n$/],
  [
    'consumer-groups --describe --group billing',
    /GROUP +TOPIC +PARTITION +CURRENT-OFFSET +LOG-END-OFFSET +LAG +CONSUMER-ID +HOST +CLIENT-ID\nbilling +orders +0 /,
  ],
  [
    'consumer-groups --reset-offsets --group billing --topic orders --to-earliest --execute',
    /GROUP +TOPIC +PARTITION +NEW-OFFSET\nbilling +orders +0 +0\nbilling +orders +1 +0\n$/,
  ],
  ['get-offsets --topic orders --time -2', /^orders:0:0\norders:1:0\n$/],
  ['configs --alter --topic orders --add-config retention.ms=1000', /^Completed updating config for topic orders\.\n$/],
  [
    'configs --describe --topic orders',
    /retention\.ms=1000 sensitive=false synonyms=\{DYNAMIC_TOPIC_CONFIG:retention\.ms=1000/,
  ],
  ['log-dirs --describe --topic-list orders', /"partition":"orders-0","size":\d+,"offsetLag":0,"isFuture":false/],
  ['topics --alter --topic orders --partitions 3', /^$/],
  [
    'consumer-groups --delete --group billing',
    /^Deletion of requested consumer groups \('billing'\) was successful\.\n$/,
  ],
  ['topics --delete --topic orders', /^$/],
]

test('the story of a topic, told by the tools', async () => {
  for (const [line, expected, input] of steps) {
    const { code, out, errors } = await run(line, input)
    assert.match(out, expected, `kafka-${line}: ${errors}`)
    assert.equal(code, 0, line)
  }
})

test('a tool that is refused says so as its original does, and ends with 1', async () => {
  const refused = await run('topics --describe --topic nothing')
  assert.equal(refused.out, "Error while executing topic command : Topic 'nothing' does not exist as expected\n")
  assert.equal(refused.code, 1)
  const unknown = await run('topics --nothing')
  assert.deepEqual(unknown, { code: 1, out: '', errors: 'nothing is not a recognized option\n' })
  const usage = await run('topics')
  assert.match(usage.errors, /^Command must include exactly one action: .*\nOption +Description/)
})
