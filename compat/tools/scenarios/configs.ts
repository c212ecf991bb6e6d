// kafka-configs.

import { anyOrder, optionsOnly } from '../normalise.ts'
import { scenarios, type Stage, type Step } from '../scenario.ts'

const usage = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [optionsOnly, anyOrder], ...rest })

const orders = ({ client, name }: Stage) => client.admin.topics.create([{ name: name('orders'), partitions: 1 }])

/** Defaults of the broker stand among the synonyms, where they are set at all. */
const own = (output: string): string =>
  output
    .replaceAll(/(, )?(STATIC_BROKER_CONFIG|DYNAMIC_DEFAULT_BROKER_CONFIG):[\w.]+=[^,}]*/g, '')
    .replaceAll('{, ', '{')
/** Of all that there is, what both set alike. */
const some = (output: string): string =>
  output
    .split('\n')
    .filter(
      line =>
        !line.startsWith('  ') || /^ {2}(cleanup\.policy|retention\.ms|max\.message\.bytes|segment\.bytes)=/.test(line),
    )
    .join('\n')

export const configScenarios = scenarios('kafka-configs', [
  {
    title: 'the options, and what does not go together',
    steps: [
      usage('', { alone: true }),
      usage('--help', { alone: true }),
      { run: '--version', alone: true },
      '--nothing',
      '--entity-type',
      usage('--entity-type topics'),
      usage('--alter --describe --entity-type topics'),
      usage('--describe --entity-type topics --add-config a=b'),
      { run: '--describe --entity-type topics', alone: true },
      '--describe --entity-type nothing',
      '--describe',
      '--describe --entity-type topics --entity-type topics',
      '--describe --entity-type topics --entity-type brokers',
      '--describe --entity-type topics --topic a',
      '--describe --entity-type topics --entity-default',
      '--describe --entity-type brokers --entity-name one',
      '--describe --broker one',
      '--describe --entity-type broker-loggers',
      '--describe --bootstrap-controller a:1 --entity-type topics',
      '--alter --entity-type topics --add-config a=b',
      '--alter --entity-type users --add-config a=b',
      '--alter --entity-type topics --entity-name {orders}',
      '--alter --entity-type topics --entity-name {orders} --add-config a=b --add-config-file {/a}',
      '--alter --entity-type users --entity-type clients --entity-name a --add-config a=b',
    ],
  },
  {
    title: 'configs of a topic',
    async prepare(stage) {
      await orders(stage)
      stage.file('configs.properties', 'segment.bytes=2000000\nmax.message.bytes=5000\n')
    },
    steps: [
      { run: '--describe --entity-type topics --entity-name {orders}', normalise: [own] },
      '--alter --entity-type topics --entity-name {orders} --add-config retention.ms=1000,cleanup.policy=[compact,delete]',
      { run: '--describe --entity-type topics --entity-name {orders}', normalise: [own] },
      { run: '--describe --topic {orders}', normalise: [own] },
      { run: '--describe --topic {orders} --all', normalise: [own, some] },
      '--alter --topic {orders} --add-config-file {/configs.properties}',
      { run: '--describe --topic {orders}', normalise: [own] },
      '--alter --topic {orders} --delete-config retention.ms,max.message.bytes',
      { run: '--describe --topic {orders}', normalise: [own] },
      '--alter --topic {orders} --delete-config retention.ms',
      '--alter --topic {orders} --delete-config no.such.config',
      '--alter --topic {orders} --add-config no.such.config=1',
      '--alter --topic {orders} --add-config retention.ms=soon',
      '--alter --topic {orders} --add-config retention.ms',
      '--alter --topic {orders} --add-config retention/ms=5',
      '--alter --topic {nothing} --add-config retention.ms=5',
      '--describe --topic {nothing}',
      '--describe --topic {nothing} --all',
      '--describe --topic a/b',
    ],
  },
  {
    title: 'configs of brokers and groups',
    steps: [
      '--describe --broker 4711',
      '--alter --broker 1 --add-config log.cleaner.threads=2',
      { run: '--describe --broker 1', normalise: [own] },
      '--alter --broker 1 --delete-config log.cleaner.threads',
      { run: '--describe --broker 1', normalise: [own] },
      '--alter --broker-defaults --add-config log.cleaner.threads=soon',
      '--alter --broker 1 --add-config node.id=5',
      '--describe --group {billing}',
      '--alter --group {billing} --add-config consumer.session.timeout.ms=46000',
      { run: '--describe --group {billing}', normalise: [own] },
      '--alter --group {billing} --add-config consumer.session.timeout.ms=1',
      '--alter --group {billing} --delete-config consumer.session.timeout.ms',
    ],
  },
  {
    title: 'quotas and passwords',
    steps: [
      '--describe --user {alice}',
      '--alter --user {alice} --add-config producer_byte_rate=1024,consumer_byte_rate=2048.5',
      {
        run: '--describe --user {alice}',
        normalise: [
          output => output.replace(/are (.*)/, (_, list: string) => `are ${list.split(', ').toSorted().join()}`),
        ],
      },
      '--alter --user {alice} --client {app} --add-config request_percentage=12.5',
      '--describe --user {alice} --client {app}',
      '--alter --client {app} --add-config producer_byte_rate=many',
      '--alter --client {app} --add-config retention.ms=5',
      '--alter --client {app} --delete-config producer_byte_rate',
      '--alter --user {alice} --add-config retention.ms=5',
      '--alter --user {alice} --delete-config consumer_byte_rate',
      '--describe --user {alice}',
      '--alter --user {bob} --add-config SCRAM-SHA-256=[iterations=8192,password=secret],SCRAM-SHA-512=[password=secret]',
      {
        run: '--describe --user {bob}',
        normalise: [
          output => output.replace(/are (.*)/, (_, list: string) => `are ${list.split(', ').toSorted().join()}`),
        ],
      },
      '--alter --user {bob} --add-config SCRAM-SHA-256=[iterations=10,password=secret]',
      '--alter --user {bob} --add-config SCRAM-SHA-256=secret',
      '--alter --user {bob} --add-config SCRAM-SHA-256=[password=a],producer_byte_rate=5',
      '--alter --user-defaults --add-config SCRAM-SHA-256=[password=a]',
      '--alter --user {bob} --delete-config SCRAM-SHA-512',
      '--describe --user {bob}',
      '--alter --user {nobody} --delete-config SCRAM-SHA-512',
      '--alter --ip 127.0.0.1 --add-config producer_byte_rate=5',
    ],
  },
])
