// kafka-console-producer and kafka-console-consumer. Their separators are control characters here, so that any text comes through.

import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

import { javaCommand } from '../../kafka/kafka.ts'
import type { Message, Operations, ReadMessage } from '../../suite/operations.ts'
import type { Tool } from './adapter.ts'

const [field, pair, nothing, recordEnd] = ['\x1f', '\x1d', '\x1c', '\x1e\n']

export function consoleTools(tool: Tool, bootstrap: string) {
  let tailing: ChildProcess | undefined
  let lines: AsyncIterator<string> | undefined

  const operations: Partial<Operations> = {
    async produce({ topic, messages, acks = 'all', idempotent = false, codec = 'none' }) {
      const properties = [`acks=${acks}`, `enable.idempotence=${idempotent}`].flatMap(one => [
        '--command-property',
        one,
      ])
      // oxfmt-ignore
      const reader = [
        'parse.key=true', 'parse.headers=true', `key.separator=${field}`, `headers.delimiter=${field}`,
        `headers.separator=${pair}`, 'headers.key.separator==', `null.marker=${nothing}`,
      ].flatMap(one => ['--reader-property', one])
      const input = messages.map(message => `${line(message)}\n`).join('')
      await tool('console-producer', ['--topic', topic, '--compression-codec', codec, ...properties, ...reader], {
        input,
      })
    },
    async consume({ topic, partition = 0, from, count, waitMs = 8_000, maxBytes, reset }) {
      const properties = ['fetch.max.wait.ms=100']
      if (maxBytes !== undefined) properties.push(`max.partition.fetch.bytes=${maxBytes}`)
      if (reset !== undefined) properties.push(`auto.offset.reset=${reset}`)
      const place = ['--topic', topic, '--partition', String(partition), '--offset', String(from)]
      const end = ['--max-messages', String(count), '--timeout-ms', String(waitMs)]
      const printed = await tool('console-consumer', [
        ...place,
        ...end,
        ...shown,
        ...of('--command-property', properties),
      ])
      return printed.split(recordEnd).slice(0, count).filter(Boolean).map(parse)
    },
    async tail({ topic, waitMs }) {
      const printed = await tool('get-offsets', ['--topic-partitions', `${topic}:0`, '--time', '-1'])
      const end = Number(/:(\d+)\s*$/.exec(printed)?.[1])
      const place = ['--topic', topic, '--partition', '0', '--offset', String(end - 1)]
      const wait = ['--command-property', `fetch.max.wait.ms=${waitMs}`]
      const className = 'org.apache.kafka.tools.consumer.ConsoleConsumer'
      const command = javaCommand(className, ['--bootstrap-server', bootstrap, ...place, ...wait])
      const child = spawn(command[0], command[1], { stdio: ['ignore', 'pipe', 'ignore'] })
      tailing = child
      lines = createInterface(child.stdout)[Symbol.asyncIterator]()
      // The record before the tail: now the next fetch waits for the tail.
      await lines.next()
    },
    async tailNext() {
      const { value } = (await lines!.next()) as { value: string }
      return { value, receivedMs: Date.now() }
    },
  }
  return { operations, stop: () => void tailing?.kill('SIGKILL') }
}

function line({ key, value, headers = [] }: Message): string {
  const head = headers.map(([name, content]) => `${name}=${content.toString()}`).join(pair)
  return [head === '' ? nothing : head, key?.toString() ?? nothing, value?.toString() ?? nothing].join(field)
}

const of = (option: string, values: readonly string[]) => values.flatMap(value => [option, value])

const shown = of('--formatter-property', [
  ...['timestamp', 'partition', 'offset', 'headers', 'key'].map(what => `print.${what}=true`),
  `key.separator=${field}`,
  `headers.separator=${pair}`,
  `null.literal=${nothing}`,
  `line.separator=${recordEnd}`,
])

function parse(printed: string): ReadMessage {
  const [timestamp = '', partition = '', offset = '', headers = '', key = '', value = ''] = printed.split(field)
  return {
    timestampMs: Number(timestamp.split(':')[1]),
    partition: Number(partition.split(':')[1]),
    offset: Number(offset.split(':')[1]),
    headers: headers === 'NO_HEADERS' ? [] : headers.split(pair).map(header),
    key: key === nothing ? null : Buffer.from(key),
    value: value === nothing ? null : Buffer.from(value),
  }
}

function header(printed: string): readonly [string, Buffer] {
  const at = printed.indexOf(':')
  return [printed.slice(0, at), Buffer.from(printed.slice(at + 1))]
}
