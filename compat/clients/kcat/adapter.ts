// kcat (Debian's, on librdkafka 2.0): a process an operation; what it reads is printed with lengths, so any bytes come through.

import type { StartOptions } from '../../suite/clients.ts'
import { execute } from '../../suite/command.ts'
import {
  Refused,
  type Adapter,
  type ConsumeOptions,
  type Message,
  type Operations,
  type ProduceOptions,
  type ReadMessage,
} from '../../suite/operations.ts'
import { joinWithKcat } from './member.ts'
import { securityMethods } from './security.ts'
import { startTail } from './tail.ts'

const [keyEnd, messageEnd] = ['\x1f', '\x1e']

/** librdkafka's words for the errors that the cases look for. */
const words: readonly (readonly [text: string, code: number])[] = [
  ['Broker: Message size too large', 10],
  ['Broker: Broker failed to validate record', 87],
  ['Broker: Unknown topic or partition', 3],
  ['Local: Unknown partition', 3],
]

export async function startKcat({ bootstrap }: StartOptions): Promise<Adapter> {
  const { stdout } = await execute(['kcat', ['-V']])
  const version = /Version (\S+).*?librdkafka (\S+)/.exec(String(stdout))
  const kcat = async (args: readonly string[], options: { input?: string; waitMs?: number } = {}) => {
    const said = await execute(['kcat', ['-b', bootstrap, ...args]], options)
    if (said.code === 0 || (said.code === null && options.waitMs !== undefined)) return said.stdout
    const code = words.find(([text]) => said.stderr.includes(text))?.[1]
    throw new Refused(`kcat ${args.join(' ').slice(0, 80)}: ${said.stderr.trim().slice(-300)}`, code)
  }
  const metadata = async (...args: string[]) => JSON.parse(String(await kcat(['-L', '-J', ...args]))) as Metadata
  const offset = async (topic: string, partition: number, at: number) => {
    const printed = String(await kcat(['-Q', '-t', `${topic}:${partition}:${at}`]))
    return Number(/offset (-?\d+)/.exec(printed)?.[1])
  }
  let tail: ReturnType<typeof startTail> | undefined

  const operations: Partial<Operations> = {
    ...securityMethods,
    listTopics: async () => (await metadata()).topics.map(({ topic }) => topic),
    async describeTopic({ topic }) {
      const { topics } = await metadata('-t', topic)
      const partitions = topics[0]!.partitions.map(({ partition, leader, isrs }) => ({
        id: partition,
        leader,
        isr: isrs.map(({ id }) => id),
      }))
      return { partitions }
    },
    async describeCluster() {
      const { brokers, controllerid } = await metadata()
      const nodes = brokers.map(({ id, name }) => ({ id, host: name.split(':')[0]!, port: Number(name.split(':')[1]) }))
      return { clusterId: '', controller: controllerid, brokers: nodes }
    },
    offsetForTime: ({ topic, partition, timestampMs }) => offset(topic, partition, timestampMs),
    async endOffsets({ topic, partition }) {
      return { earliest: await offset(topic, partition, -2), latest: await offset(topic, partition, -1) }
    },
    async produce({ topic, messages, acks = 'all', idempotent = false, codec = 'none' }: ProduceOptions) {
      const settings = ['-X', `acks=${acks}`, '-X', `enable.idempotence=${idempotent}`, '-z', codec]
      for (const alike of runsOf(messages)) {
        const { partition, headers = [], value } = alike[0]!
        const args = ['-P', '-t', topic, ...settings, '-K', keyEnd, '-D', messageEnd]
        if (partition !== undefined) args.push('-p', String(partition))
        for (const [name, content] of headers) args.push('-H', `${name}=${content.toString()}`)
        if (value === null) args.push('-Z')
        const lines = alike.map(
          ({ key, value }) => `${key === null ? '' : `${key.toString()}${keyEnd}`}${value?.toString() ?? ''}`,
        )
        await kcat(args, { input: lines.join(messageEnd) })
      }
    },
    async consume({ topic, partition = 0, from, count, waitMs = 8_000, maxBytes, reset }: ConsumeOptions) {
      const start = from === 'earliest' ? 'beginning' : from === 'latest' ? 'end' : String(from)
      const args = [
        '-C',
        '-t',
        topic,
        '-p',
        String(partition),
        '-o',
        start,
        '-c',
        String(count),
        '-u',
        '-q',
        '-f',
        format,
      ]
      if (maxBytes !== undefined) args.push('-X', `fetch.message.max.bytes=${maxBytes}`)
      if (reset !== undefined) args.push('-X', `topic.auto.offset.reset=${reset}`)
      return parse(await kcat([...args, '-X', 'fetch.wait.max.ms=100'], { waitMs }))
    },
    tail: of => (tail = startTail(bootstrap, of)).standing,
    tailNext: () => tail!.next(),
  }
  return {
    version: version ? `${version[1]}, librdkafka ${version[2]}` : '',
    operations,
    join: of => joinWithKcat(bootstrap, of),
    stop: async () => tail?.stop(),
  }
}

interface Metadata {
  readonly brokers: readonly { readonly id: number; readonly name: string }[]
  readonly controllerid: number
  readonly topics: readonly {
    readonly topic: string
    readonly partitions: readonly {
      readonly partition: number
      readonly leader: number
      readonly isrs: readonly { readonly id: number }[]
    }[]
  }[]
}

/** Neighbours that one command line can send: the same partition and headers, and only values or only tombstones. */
function runsOf(messages: readonly Message[]): Message[][] {
  const runs: Message[][] = []
  let last: string | undefined
  for (const message of messages) {
    const { partition, headers = [], value } = message
    const kind = JSON.stringify([partition, headers.map(([name, content]) => [name, String(content)]), value === null])
    if (kind === last) runs.at(-1)!.push(message)
    else runs.push([message])
    last = kind
  }
  return runs
}

const format = '%p\\t%o\\t%T\\t%K\\t%S\\t%h\\n%k%s\\n'

function parse(printed: Buffer): ReadMessage[] {
  const read: ReadMessage[] = []
  for (let at = 0; at < printed.length;) {
    const end = printed.indexOf('\n', at)
    const [partition, offset, timestampMs, keyBytes, valueBytes, headers = ''] = printed
      .subarray(at, end)
      .toString()
      .split('\t')
    const keyEnd = end + 1 + Math.max(0, Number(keyBytes))
    const valueEnd = keyEnd + Math.max(0, Number(valueBytes))
    read.push({
      partition: Number(partition),
      offset: Number(offset),
      timestampMs: Number(timestampMs),
      key: Number(keyBytes) < 0 ? null : printed.subarray(end + 1, keyEnd),
      value: Number(valueBytes) < 0 ? null : printed.subarray(keyEnd, valueEnd),
      headers: headers === '' ? [] : headers.split(',').map(header => split(header)),
    })
    at = valueEnd + 1
  }
  return read
}

function split(header: string): [name: string, value: Buffer] {
  const at = header.indexOf('=')
  return [header.slice(0, at), Buffer.from(header.slice(at + 1))]
}
