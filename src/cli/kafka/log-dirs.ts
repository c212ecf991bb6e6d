// kafka-log-dirs: what lies in the log directories of brokers, as JSON in the shape of Apache Kafka's LogDirsCommand.

import { describeLogDirs, errorName, type DecodedResponseOf } from '../../protocol/index.ts'
import { propertiesFile, withCluster } from './connection.ts'
import { accept, exceptionClass, refusal } from './java-exceptions.ts'
import { optionTool, ToolError } from './tool.ts'

const options = {
  'bootstrap-server': { value: 'The server(s) to use for bootstrapping', about: 'REQUIRED: the brokers to ask first.' },
  'command-config': { value: 'Admin client property file', about: 'Properties of the admin client.' },
  describe: { about: 'Show the log directories.' },
  'topic-list': { value: 'Topic list', default: '', about: 'Only these topics: "topic1,topic2,topic3".' },
  'broker-list': { value: 'Broker list', default: '', about: 'Only these brokers: "0,1,2".' },
} as const

export default optionTool({
  about: 'This tool helps to query log directory usage on the specified brokers.',
  options,
  async run({ given, terminal, usage }) {
    usage.requires('bootstrap-server', 'describe')
    const wanted = listed(given.value('broker-list')!).map(brokerId)
    const topics = new Set(listed(given.value('topic-list')!))
    const connection = {
      bootstrap: given.value('bootstrap-server')!,
      clientId: 'log-dirs-tool',
      properties: await propertiesFile(given.value('command-config')),
      firstCall: 'listNodes',
    }
    await withCluster({ ...connection, terminal }, async client => {
      const all = (await client.admin.requests.brokers()).map(({ nodeId }) => nodeId)
      const unknown = wanted.filter(id => !all.includes(id))
      if (unknown.length > 0)
        throw new ToolError(
          `ERROR: The given brokers do not exist from --broker-list: ${unknown.join(',')}. Current existent brokers: ${all.join(',')}`,
        )
      terminal.out('Querying brokers for log directories information')
      const asked = wanted.length === 0 ? all : all.filter(id => wanted.includes(id))
      const brokers = await Promise.all(
        asked.map(async broker => {
          const answer = await client.admin.requests.broker(broker, describeLogDirs, { topics: null })
          accept(answer.errorCode)
          return { broker, logDirs: answer.results.map(result => logDir(result, topics)) }
        }),
      )
      terminal.out(`Received log directory information from brokers ${asked.join(',')}`)
      terminal.out(JSON.stringify({ brokers, version: 1 }))
    })
  },
})

type LogDir = DecodedResponseOf<typeof describeLogDirs>['results'][number]
/** Fields in the order in which Java prints them. */
function logDir({ errorCode, logDir, topics }: LogDir, wanted: ReadonlySet<string>) {
  return {
    partitions: topics
      .filter(({ name }) => wanted.size === 0 || wanted.has(name))
      .flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, partitionSize, offsetLag, isFutureKey }) => ({
          partition: `${name}-${partitionIndex}`,
          size: partitionSize,
          offsetLag,
          isFuture: isFutureKey,
        })),
      ),
    error: errorName(errorCode) === 'NONE' ? null : exceptionClass(refusal(errorCode)),
    logDir,
  }
}

const listed = (text: string) => text.split(',').filter(Boolean)
function brokerId(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new ToolError(`For input string: "${text}"`)
  return Number(text)
}
