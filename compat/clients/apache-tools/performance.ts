// kafka-producer-perf-test, kafka-consumer-perf-test and kafka-verifiable-producer, for whether they run: not for their numbers.

import type { Operations } from '../../suite/operations.ts'
import type { Tool } from './adapter.ts'

export function performanceTools(tool: Tool): Partial<Operations> {
  return {
    async perfProduce({ topic, count }) {
      const load = ['--num-records', String(count), '--record-size', '500', '--throughput', '-1']
      const printed = await tool('producer-perf-test', ['--topic', topic, ...load])
      return Number(/^(\d+) records sent/m.exec(printed)?.[1])
    },
    async perfConsume({ topic, count }) {
      const printed = await tool('consumer-perf-test', [
        '--topic',
        topic,
        '--num-records',
        String(count),
        '--hide-header',
      ])
      // start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, ...
      return Number(printed.trim().split('\n').at(-1)?.split(', ')[4])
    },
    async verifiableProduce({ topic, count }) {
      const printed = await tool('verifiable-producer', ['--topic', topic, '--max-messages', String(count)])
      return Number(/"acked":(\d+)/.exec(printed)?.[1])
    },
  }
}
