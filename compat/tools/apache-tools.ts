// Apache Kafka's tools, run in one Java (Tools.java), each under the class that its script starts.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { installKafka, javaCommand } from '../kafka/kafka.ts'
import { cached } from '../suite/cache.ts'
import { execute } from '../suite/command.ts'
import { prepare } from '../suite/missing.ts'
import type { Invocation, Outcome, Tools } from './invocation.ts'

// oxfmt-ignore
export const classes: { readonly [tool: string]: string } = {
  'kafka-topics':               'org.apache.kafka.tools.TopicCommand',
  'kafka-consumer-groups':      'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-console-producer':     'org.apache.kafka.tools.ConsoleProducer',
  'kafka-console-consumer':     'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-get-offsets':          'org.apache.kafka.tools.GetOffsetShell',
  'kafka-delete-records':       'org.apache.kafka.tools.DeleteRecordsCommand',
  'kafka-log-dirs':             'org.apache.kafka.tools.LogDirsCommand',
  'kafka-configs':              'kafka.admin.ConfigCommand',
  'kafka-dump-log':             'kafka.tools.DumpLogSegments',
  'kafka-transactions':         'org.apache.kafka.tools.TransactionsCommand',
  'kafka-broker-api-versions':  'org.apache.kafka.tools.BrokerApiVersionsCommand',
  'kafka-cluster':              'org.apache.kafka.tools.ClusterTool',
  'kafka-leader-election':      'org.apache.kafka.tools.LeaderElectionCommand',
  'kafka-reassign-partitions':  'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  'kafka-features':             'org.apache.kafka.tools.FeatureCommand',
  'kafka-metadata-quorum':      'org.apache.kafka.tools.MetadataQuorumCommand',
  'kafka-acls':                 'org.apache.kafka.tools.AclCommand',
  'kafka-producer-perf-test':   'org.apache.kafka.tools.ProducerPerformance',
  'kafka-consumer-perf-test':   'org.apache.kafka.tools.ConsumerPerformance',
  'kafka-verifiable-producer':  'org.apache.kafka.tools.VerifiableProducer',
  'kafka-verifiable-consumer':  'org.apache.kafka.tools.VerifiableConsumer',
}

/** What they have to say comes when their own Java ends. */
const apart = new Set(['kafka-verifiable-producer'])

const timeoutMs = 60_000

export function startApacheTools(): Tools {
  const source = join(import.meta.dirname, 'Tools.java')
  const build = cached('compat-tools', [source], directory => {
    prepare('javac', ['-d', directory, '-cp', join(installKafka(), '*'), source])
  })
  const [program, args] = javaCommand('Tools', [], { classPath: [build] })
  // Java 18 and newer ask for leave to catch what ends it.
  const child = spawn(program, ['-Djava.security.manager=allow', ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  let last: Promise<unknown> = Promise.resolve()
  const call = async ({ tool, args, input = '' }: Invocation): Promise<Outcome> => {
    child.stdin.write(`${JSON.stringify({ class: classes[tool], args, input, timeoutMs })}\n`)
    const { value, done } = await lines.next()
    if (done) throw new Error('the Java of the tools has ended')
    return JSON.parse(value) as Outcome
  }
  return {
    run(invocation) {
      if (apart.has(invocation.tool)) return runApart(invocation)
      // One at a time: standard output is Java's only one.
      const outcome = last.then(() => call(invocation))
      last = outcome.catch(() => {})
      return outcome
    },
    stop: () => void child.stdin.end(),
  }
}

async function runApart({ tool, args, input = '' }: Invocation): Promise<Outcome> {
  const { code, stdout, stderr } = await execute(javaCommand(classes[tool]!, args), { input, waitMs: timeoutMs })
  return { exitCode: code ?? -1, stdout: stdout.toString('utf8'), stderr }
}
