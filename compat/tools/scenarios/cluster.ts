// The tools of a cluster as a whole: kafka-cluster, kafka-features, kafka-metadata-quorum, kafka-broker-api-versions and
// kafka-leader-election.

import { optionsOnly } from '../normalise.ts'
import { scenarios, type Scenario, type Stage, type Step } from '../scenario.ts'

/** argparse4j puts blanks between words to fill its lines, and breaks at hyphens; what options do is told in words of our own. */
const argparse = (output: string): string => output.replaceAll(/\s+/g, '')
const refused = (run: string): Step => ({ run, alone: true, normalise: [argparse] })

const ids = (output: string): string =>
  output.replaceAll(/(Cluster ID: |ClusterId: +|"directoryId": "|\b)[\w-]{22}\b/g, '$1ID')
const numbers = (output: string): string =>
  ids(output)
    .replaceAll(/\b\d+\b/g, 'N')
    .replaceAll(/ {2,}/g, ' ')

/** Part of Java's trace; the same stands in standard output. */
const withoutSuppressed = (output: string): string => output.replaceAll(/\n\tSuppressed: .*/g, '')

const orders = ({ client, name }: Stage) => client.admin.topics.create([{ name: name('orders'), partitions: 2 }])

export const clusterScenarios: readonly Scenario[] = [
  ...scenarios('kafka-cluster', [
    {
      title: 'arguments',
      steps: [
        refused(''),
        refused('nothing'),
        refused('cluster-id'),
        refused('cluster-id -b a:1 -C b:1'),
        refused('unregister -b a:1 --id x'),
        refused('unregister -b a:1'),
        refused('cluster-id --bootstrap-server'),
        refused('cluster-id --boot a:1'),
        refused('cluster-id --nothing'),
      ],
    },
    {
      title: 'id, endpoints, and a broker that there is not',
      steps: [
        { run: 'cluster-id --bootstrap-server {bootstrap}', alone: true, normalise: [ids] },
        { run: 'list-endpoints --bootstrap-server {bootstrap}', alone: true, normalise: [numbers] },
        {
          run: 'list-endpoints --include-fenced-brokers --bootstrap-server {bootstrap}',
          alone: true,
          normalise: [numbers],
        },
        { run: 'unregister --id 4711 --bootstrap-server {bootstrap}', alone: true, stderr: 'differs' },
      ],
    },
  ]),
  ...scenarios('kafka-features', [
    {
      title: 'arguments',
      steps: [
        refused(''),
        refused('--bootstrap-server a:1'),
        refused('--bootstrap-server a:1 nothing'),
        refused('--bootstrap-server a:1 feature-dependencies'),
        refused('--bootstrap-server a:1 describe --nothing'),
      ],
    },
    {
      title: 'what levels there are',
      steps: [
        { run: 'version-mapping' },
        { run: 'version-mapping --release-version 3.9-IV0' },
        { run: 'version-mapping --release-version 4.0' },
        { run: 'version-mapping --release-version 1.0' },
        { run: 'feature-dependencies --feature group.version=1' },
        { run: 'feature-dependencies --feature eligible.leader.replicas.version=1' },
        { run: 'feature-dependencies --feature metadata.version=20' },
        { run: 'feature-dependencies --feature no.version=1' },
        { run: 'feature-dependencies --feature group.version' },
        { run: 'feature-dependencies --feature group.version=x' },
      ].map(step => ({ ...step })),
    },
    {
      title: 'changes that are not made',
      steps: [
        { run: 'upgrade' },
        { run: 'upgrade --feature no.such.version=1' },
        { run: 'upgrade --feature group.version=1 --feature group.version=1' },
        { run: 'upgrade --release-version 4.2 --feature group.version=1' },
        { run: 'upgrade --metadata 0.8' },
        { run: 'upgrade --feature transaction.version=2 --dry-run' },
        { run: 'disable' },
      ].map(step => ({ ...step })),
    },
  ]),
  ...scenarios('kafka-metadata-quorum', [
    {
      title: 'arguments, and the columns',
      steps: [
        refused(''),
        refused('--bootstrap-server a:1'),
        { run: 'describe' },
        { run: 'describe --status --replication' },
        { run: 'describe --status --human-readable' },
        { run: 'describe --status', normalise: [numbers, text => text.replaceAll(/: .*/g, ':')] },
        { run: 'describe --replication', normalise: [numbers, text => text.split('\n')[0]!.replaceAll(/\s+/g, ' ')] },
      ],
    },
  ]),
  ...scenarios('kafka-broker-api-versions', [
    {
      title: 'options, and what a broker serves',
      steps: [
        { run: '', alone: true, normalise: [optionsOnly] },
        '--nothing',
        // Versions and APIs are a broker's own; how they are written is compared by one that both serve in the same.
        {
          run: '',
          normalise: [
            text =>
              text
                .split('\n')
                .filter(line => /->|Metadata\(3\)|Heartbeat\(12\)|^\)/.test(line))
                .join('\n'),
          ],
        },
      ],
    },
  ]),
  ...scenarios('kafka-leader-election', [
    {
      title: 'options',
      steps: [
        { run: '', alone: true, normalise: [optionsOnly, text => text.replace(/\[PREFERRED,\s*UNCLEAN\]/, 'String')] },
        { run: '--election-type preferred', alone: true },
        '--election-type other --all-topic-partitions',
        '--election-type preferred',
        '--election-type preferred --topic a',
        '--election-type preferred --partition 1 --all-topic-partitions',
        '--election-type preferred --topic a --partition 0 --all-topic-partitions',
      ],
    },
    {
      title: 'elections',
      prepare: async stage => {
        await orders(stage)
        stage.file('some.json', JSON.stringify({ partitions: [{ topic: stage.name('orders'), partition: 1 }] }))
        stage.file(
          'twice.json',
          JSON.stringify({
            partitions: [
              { topic: 'a', partition: 1 },
              { topic: 'a', partition: 1 },
            ],
          }),
        )
        stage.file('none.json', '{}')
      },
      steps: [
        '--election-type preferred --topic {orders} --partition 0',
        '--election-type unclean --topic {orders} --partition 0',
        '--election-type preferred --path-to-json-file {/some.json}',
        '--election-type preferred --path-to-json-file {/twice.json}',
        '--election-type preferred --path-to-json-file {/none.json}',
        { run: '--election-type preferred --topic {nothing} --partition 0', normalise: [withoutSuppressed] },
        { run: '--election-type preferred --topic {orders} --partition 7', normalise: [withoutSuppressed] },
      ],
    },
  ]),
]
