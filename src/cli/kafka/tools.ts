// The tools under the names that Kafka gives them, loaded when called.

import type { Terminal } from '../command.ts'
import { brokerForZooKeeper, withoutRemoved } from './removed-options.ts'
import { runTool, type Tool } from './tool.ts'

export const tools: { readonly [name: string]: () => Promise<{ readonly default: Tool }> } = {
  'kafka-topics': () => import('./topics.ts'),
  'kafka-consumer-groups': () => import('./consumer-groups.ts'),
  'kafka-console-producer': () => import('./console-producer.ts'),
  'kafka-console-consumer': () => import('./console-consumer.ts'),
  'kafka-get-offsets': () => import('./get-offsets.ts'),
  'kafka-delete-records': () => import('./delete-records.ts'),
  'kafka-log-dirs': () => import('./log-dirs.ts'),
  'kafka-transactions': () => import('./transactions.ts'),
  'kafka-dump-log': () => import('./dump-log.ts'),
  'kafka-configs': () => import('./configs.ts'),
  'kafka-broker-api-versions': () => import('./broker-api-versions.ts'),
  'kafka-cluster': () => import('./cluster.ts'),
  'kafka-features': () => import('./features.ts'),
  'kafka-leader-election': () => import('./leader-election.ts'),
  'kafka-reassign-partitions': () => import('./reassign-partitions.ts'),
  'kafka-acls': () => import('./acls.ts'),
  'kafka-metadata-quorum': () => import('./metadata-quorum.ts'),
  'kafka-producer-perf-test': () => import('./producer-perf-test.ts'),
  'kafka-consumer-perf-test': () => import('./consumer-perf-test.ts'),
  'kafka-verifiable-producer': () => import('./verifiable-producer.ts'),
  'kafka-verifiable-consumer': () => import('./verifiable-consumer.ts'),
}

/** Name of the tool that a word or a path names: 'kafka-topics', 'bin/kafka-topics.sh'. */
export function toolNamed(path: string): string | undefined {
  const name = /([^/\\]*?)(?:\.(?:sh|bat|cmd|js))?$/.exec(path)![1]!
  return Object.hasOwn(tools, name) ? name : undefined
}

/** Options that were taken from most tools, and that these still have. */
const kept: { readonly [tool: string]: readonly string[] } = {
  'kafka-log-dirs': ['broker-list'],
  'kafka-reassign-partitions': ['broker-list'],
}

/** Runs the tool of this name, and gives its exit code. */
export async function runToolNamed(name: string, args: readonly string[], terminal: Terminal): Promise<number> {
  const { default: tool } = await tools[name]!()
  const today = withoutRemoved(args, {
    keeps: kept[name] ?? [],
    broker: brokerForZooKeeper(process.env),
    tell: line => terminal.error(line),
  })
  return runTool(tool, today, terminal)
}
