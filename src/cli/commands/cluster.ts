// millrace cluster: the brokers, and what they speak.

import { UserError } from '../../base/index.ts'
import { act, type Actions } from '../actions.ts'
import { clusterOptions, command, formatOption, type Given } from '../command.ts'
import { plural, printTable } from '../output.ts'

const options = clusterOptions
type Options = Given<typeof options>

export default command({
  name: 'cluster',
  usage: '[describe | apis BROKER]',
  options,
  words: { min: 0, max: 2 },
  examples: [
    'millrace cluster',
    'millrace cluster apis 1',
    'millrace cluster --bootstrap kafka.example.com:9092 --format json',
  ],
  run: (given, words, terminal) => act(actions, words, { command: 'cluster', noun: 'BROKER', given, terminal }),
})

const actions: Actions<Options> = {
  async describe({ client, given, terminal }) {
    const [cluster, topics] = await Promise.all([
      client.admin.cluster.describe(),
      client.admin.topics.list({ internal: true }),
    ])
    const partitions = topics.flatMap(topic => topic.partitions)
    const brokers = cluster.brokers
      .toSorted((a, b) => a.nodeId - b.nodeId)
      .map(broker => ({
        ...broker,
        leads: partitions.filter(({ leader }) => leader === broker.nodeId).length,
        replicas: partitions.filter(({ replicas }) => replicas.includes(broker.nodeId)).length,
      }))
    const offline = partitions.filter(({ leader }) => leader < 0).length
    const underReplicated = partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length
    if (formatOption(given) === 'json')
      return terminal.out(
        JSON.stringify({
          ...cluster,
          brokers,
          topics: topics.length,
          partitions: partitions.length,
          offline,
          underReplicated,
        }),
      )
    terminal.out(`cluster ${cluster.clusterId}`)
    terminal.out(
      `${plural(topics.length, 'topic')}, ${plural(partitions.length, 'partition')}: ${health(offline, underReplicated)}`,
    )
    printTable(
      terminal,
      ['BROKER', 'ADDRESS', 'RACK', 'LEADS', 'REPLICAS', 'ROLE'],
      brokers.map(({ nodeId, host, port, rack, leads, replicas }) => [
        nodeId,
        `${host}:${port}`,
        rack ?? '-',
        leads,
        replicas,
        nodeId === cluster.controllerId ? 'controller' : '',
      ]),
    )
  },

  async apis({ client, names: [broker], given, terminal }) {
    if (!/^\d+$/.test(broker!)) throw new UserError('USAGE', `a broker is named by its id, not '${broker}'`)
    const apis = await client.admin.cluster.apis(Number(broker))
    if (formatOption(given) === 'json') return terminal.out(JSON.stringify(apis))
    printTable(
      terminal,
      ['KEY', 'API', 'VERSIONS', 'OURS'],
      apis.map(({ key, name, min, max, highest }) => [key, name ?? 'unknown', `${min}-${max}`, highest ?? '-']),
    )
  },
}

function health(offline: number, underReplicated: number): string {
  if (offline === 0 && underReplicated === 0) return 'all in sync'
  return [
    ...(offline > 0 ? [`${plural(offline, 'partition')} without a leader`] : []),
    ...(underReplicated > 0 ? [`${plural(underReplicated, 'partition')} under-replicated`] : []),
  ].join(', ')
}
