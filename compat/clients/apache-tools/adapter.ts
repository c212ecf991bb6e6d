// Apache Kafka's own command lines, each in a Java of its own: what they print is read as a person would read it.

import { javaCommand, kafkaVersion } from '../../kafka/kafka.ts'
import type { StartOptions } from '../../suite/clients.ts'
import { execute, type CommandOptions } from '../../suite/command.ts'
import { Refused, type Adapter } from '../../suite/operations.ts'
import { adminTools } from './admin.ts'
import { consoleTools } from './console.ts'
import { groupTools } from './groups.ts'
import { joinWithVerifiableConsumer } from './member.ts'
import { performanceTools } from './performance.ts'

/** Runs a tool to its end, and gives what it printed. */
export type Tool = (name: string, args: readonly string[], options?: CommandOptions) => Promise<string>

const classes: Readonly<Record<string, string>> = {
  'console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  configs: 'kafka.admin.ConfigCommand',
  'consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'consumer-perf-test': 'org.apache.kafka.tools.ConsumerPerformance',
  'delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  'get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'producer-perf-test': 'org.apache.kafka.tools.ProducerPerformance',
  topics: 'org.apache.kafka.tools.TopicCommand',
  'verifiable-producer': 'org.apache.kafka.tools.VerifiableProducer',
}

/** They tell an error by the name of its class, somewhere; and some they find out themselves. */
const errors: readonly (readonly [text: RegExp, code: number])[] = [
  [/OffsetOutOfRangeException|requested offset is not within the range/, 1],
  [/UnknownTopicOrPartition|does not exist as expected|does not host this topic|Could not match any topic/, 3],
  [/RecordTooLargeException/, 10],
  [/InvalidTopicException/, 17],
  [/TopicExistsException/, 36],
  [/InvalidPartitionsException/, 37],
  [/InvalidReplicationFactorException/, 38],
  [/InvalidConfigurationException/, 40],
  [/GroupNotEmptyException/, 68],
  [/GroupIdNotFoundException/, 69],
  [/InvalidRecordException/, 87],
]

export async function startTools({ bootstrap, directory }: StartOptions): Promise<Adapter> {
  const tool: Tool = async (name, args, options) => {
    const said = await execute(javaCommand(classes[name]!, ['--bootstrap-server', bootstrap, ...args]), options)
    const printed = said.stdout.toString()
    // Some end with 0 whatever happened, and only print the error.
    const complaint = /^.*(?:Exception|Error:).*$/m.exec(`${said.stderr}\n${printed}`)?.[0]
    if (complaint === undefined && said.code === 0) return printed
    const code = errors.find(([text]) => text.test(said.stderr) || text.test(printed))?.[1]
    throw new Refused(`kafka-${name}: ${complaint ?? said.stderr.slice(-300)}`, code)
  }
  const consoles = consoleTools(tool, bootstrap)
  return {
    version: kafkaVersion,
    operations: {
      ...adminTools(tool, directory),
      ...groupTools(tool),
      ...performanceTools(tool),
      ...consoles.operations,
    },
    join: of => joinWithVerifiableConsumer(bootstrap, directory, of),
    stop: async () => consoles.stop(),
  }
}
