// What must hold of each row (acceptance/blocks.tsv says it in words), in the order of the documents. A row that is not here
// is of a system that Millrace does not have.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { dataPath, pause, type RunOptions, type Said, type World } from './world.ts'

export interface Row {
  readonly world: World
  /** Runs the row's own file. */
  readonly run: (options?: RunOptions) => Promise<Said>
}
type Check = (row: Row) => Promise<void>

const zookeeperNote = /^[^\n]*zookeeper[^\n]*\n$/i
const listed = async (world: World): Promise<string[]> =>
  lines((await good(world.shell('kafka-topics --list --bootstrap-server localhost:9092'))).out)
const lines = (text: string): string[] => text.split('\n').filter(line => line !== '')
async function good(said: Promise<Said>): Promise<Said> {
  const { code, out, error } = await said
  assert.equal(code, 0, `it exits with ${code}: ${error || out}`)
  return { code, out, error }
}
const all = (world: World, topic: string): Promise<Said> =>
  good(
    world.shell(
      `kafka-console-consumer --bootstrap-server localhost:9092 --topic ${topic} --from-beginning --timeout-ms 3000`,
    ),
  )

const lists: Check = async ({ run }) => {
  const { out, error } = await good(run())
  assert.doesNotMatch(out, /zookeeper|warn|deprecat/i)
  assert.match(error, zookeeperNote)
}
const creates: Check = async ({ run }) => {
  assert.match((await good(run())).out, /^Created topic my-first-topic\.$/m)
  const again = await run()
  assert.equal(again.code, 1)
  assert.match(again.out + again.error, /Topic 'my-first-topic' already exists\./)
}
const produces: Check = async ({ run, world }) => {
  await good(run({ input: 'first\nsecond\nthird\n' }))
  assert.deepEqual(lines((await all(world, 'my-first-topic')).out), ['first', 'second', 'third'])
}
const partitionNumbers =
  (...numbers: number[]): Check =>
  async ({ run }) =>
    assert.deepEqual(lines((await good(run())).out), numbers.map(String))
const dotted =
  (name: string): Check =>
  async ({ run, world }) => {
    await good(run())
    assert((await listed(world)).includes(name))
  }

export const checks: Readonly<Record<string, Check>> = {
  a01: partitionNumbers(2, 10),
  a02: dotted('com.udacity.lessons.viewed'),
  a04: async ({ run }) => {
    const [, latency] = /^timestamp type 2 latency ms (\d+)$/m.exec((await good(run())).out) ?? []
    assert(latency !== undefined && Number(latency) < 1_000, `latency ${latency}`)
  },
  a03: async ({ run, world }) => {
    // A group that has read three of five.
    await good(world.shell('seq 5 | kafka-console-producer --bootstrap-server localhost:9092 --topic lag-of-notes'))
    await good(
      world.shell(
        'kafka-console-consumer --bootstrap-server localhost:9092 --topic lag-of-notes --from-beginning --group notes --max-messages 3',
      ),
    )
    const lag = lines((await good(run({ args: ['notes', 'lag-of-notes'] }))).out)
    const { out } = await good(
      world.shell('kafka-consumer-groups --bootstrap-server localhost:9092 --describe --group notes'),
    )
    const columns = lines(out)
      .find(line => line.startsWith('notes'))!
      .split(/\s+/)
    assert.deepEqual(lag, [`0 ${columns[5]}`], out)
  },

  a12: lists,
  a13: creates,
  a14: produces,
  a15: async ({ run, world }) => {
    const reading = run({ interruptAt: /fourth/ })
    await pause(3_000)
    await good(
      world.shell('echo fourth | kafka-console-producer --bootstrap-server localhost:9092 --topic my-first-topic'),
    )
    const { out, error } = await reading
    assert.deepEqual(lines(out), ['first', 'second', 'third', 'fourth'])
    assert.match(error, /Processed a total of 4 messages/)
  },

  a16: async ({ run, world }) => {
    await good(run())
    const { out } = await all(world, 'lines-of-a-file')
    assert(out.startsWith('# completed: "use kafka python'), out.slice(0, 80))
    assert.equal(lines(out).length, Number((await world.shell('grep -c . a16.py')).out), 'as many records as lines')
  },

  a17: lists,
  a18: creates,
  a19: async ({ run, world }) => {
    assert.equal((await good(run())).out, 'my-first-topic\n')
    const { out } = await good(world.shell('kafka-topics --list --zookeeper localhost:2181 --topic nowhere'))
    assert.equal(out.trim(), '', "an empty line, as Apache's tool prints")
  },
  a20: produces,
  a21: async ({ run, world }) => {
    await good(run())
    assert(!(await listed(world)).includes('my-first-topic'))
    await good(world.shell('kafka-topics --create --topic my-first-topic --zookeeper localhost:2181'))
    const { out } = await good(
      world.shell('kafka-get-offsets --bootstrap-server localhost:9092 --topic my-first-topic'),
    )
    assert.equal(out, 'my-first-topic:0:0\n')
  },
  a22: async ({ run, world }) => {
    // Between two messages: what is under way at Ctrl-C makes the producer create the topic anew, on any broker.
    const { out } = await run({ interruptAfter: 7.5 })
    assert.match(out, /^No message recieved!/)
    const numbers = [...out.matchAll(/^Key: None, Value: b'Message: (\d+)'$/gm)].map(([, n]) => Number(n))
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => numbers[0]! + i),
      'no gap',
    )
    assert.match(out, /shutting down/)
    assert(!(await listed(world)).includes('my-first-python-topic'))
  },
  a23: async ({ run }) => assert.match((await good(run())).out, /^Created topic kafka-arch\.$/m),
  a24: async ({ run }) => {
    assert.equal(lines((await good(run())).out).length, 1)
    assert.deepEqual(readdirSync(join(dataPath, 'kafka-arch-0')).toSorted(), [
      '00000000000000000000.index',
      '00000000000000000000.log',
      '00000000000000000000.timeindex',
      'leader-epoch-checkpoint',
      'partition.metadata',
    ])
  },
  a25: async ({ run, world }) => {
    await good(run())
    assert.match(
      (await good(world.shell('kafka-topics --describe --topic kafka-arch --bootstrap-server localhost:9092'))).out,
      /PartitionCount: 3/,
    )
    assert.equal(lines((await world.shell(`ls -alh ${dataPath} | grep kafka-arch`)).out).length, 3)
    const fewer = await world.shell('kafka-topics --alter --topic kafka-arch --partitions 2 --zookeeper localhost:2181')
    assert.equal(fewer.code, 1)
    assert.match(fewer.out + fewer.error, /currently has 3 partition\(s\); 2 would not be an increase/)
  },
  a26: partitionNumbers(10),
  a27: partitionNumbers(4),
  a28: async ({ run }) => {
    const { out } = await good(run())
    assert.equal(out.match(/as expected$/gm)?.length, 7)
    assert.doesNotMatch(out, /WRONG/)
  },
  a29: dotted('com.udacity.lesson.viewed'),
  a30: async ({ run, world }) => {
    const { out } = await good(run())
    for (const setting of ['cleanup.policy=delete', 'retention.ms=60000', 'retention.bytes=2097152'])
      assert(out.includes(setting), setting)
    await good(
      world.shell(
        'for i in 1 2 3 4; do seq 5 | kafka-console-producer --bootstrap-server localhost:9092 --topic by-time; sleep 1.2; done',
      ),
    )
    await good(
      world.shell(
        "for i in 1 2 3; do printf 'k:%s\\nl:%s\\n' $i $i | kafka-console-producer --bootstrap-server localhost:9092 --topic compacted --property parse.key=true --property key.separator=:; sleep 1.2; done",
      ),
    )
    await good(
      world.shell(
        "yes $(printf 'x%.0s' $(seq 900)) | head -5000 | kafka-console-producer --bootstrap-server localhost:9092 --topic by-size",
      ),
    )
    await good(
      world.shell('echo something | kafka-console-producer --bootstrap-server localhost:9092 --topic stored-as-zstd'),
    )
    await pause(6_000)
    const earliest = async (topic: string) =>
      Number(
        (
          await good(
            world.shell(`kafka-get-offsets --bootstrap-server localhost:9092 --topic ${topic} --time earliest`),
          )
        ).out.split(':')[2],
      )
    assert((await earliest('by-time')) > 0, 'old records are gone')
    assert((await earliest('by-size')) > 0, 'the oldest segments are gone')
    const compacted = await good(
      world.shell(
        'kafka-console-consumer --bootstrap-server localhost:9092 --topic compacted --from-beginning --timeout-ms 3000 --property print.key=true --property print.offset=true',
      ),
    )
    assert.match(compacted.out, /Offset:4\tk\t3\nOffset:5\tl\t3/)
    assert(lines(compacted.out).length < 6, 'of each key the latest is left, and what the active segment has')
    const dumped = await good(
      world.shell(`kafka-dump-log --files ${dataPath}/stored-as-zstd-0/00000000000000000000.log`),
    )
    assert.match(dumped.out, /compresscodec: zstd/)
  },
  a31: async ({ run, world }) => {
    const { out } = await run({ interruptAfter: 12 })
    assert.match(out, /^Topic sample2 exists: False\ntopic created\n/)
    assert.match(out, /no message received by consumer/)
    assert.doesNotMatch(out, /consumed message/)
    const { out: configs } = await good(
      world.shell(
        'kafka-configs --describe --entity-type topics --entity-name sample2 --bootstrap-server localhost:9092',
      ),
    )
    for (const setting of [
      'cleanup.policy=compact',
      'compression.type=lz4',
      'delete.retention.ms=100',
      'file.delete.delay.ms=100',
    ])
      assert(configs.includes(setting), setting)
  },
  a32: async ({ run, world }) => {
    // The member that a31 left without a word is waited for: both are of group "0".
    const { out } = await run({ interruptAfter: 75 })
    assert.match(out, /topic created/)
    const numbers = [...out.matchAll(/^consumed message None: b'iteration (\d+)'$/gm)].map(([, n]) => Number(n))
    assert(numbers.length > 3, out.slice(-300))
    assert.equal(new Set(numbers).size, numbers.length, 'each once')
    const topic = /topic_name = "(.*?)"/.exec((await world.shell('cat a32.py')).out)![1]!
    assert.match(
      (await good(world.shell(`kafka-topics --describe --topic ${topic} --bootstrap-server localhost:9092`))).out,
      /PartitionCount: 5/,
    )
    assert.match(
      (
        await good(
          world.shell(`kafka-dump-log --files $(ls ${dataPath}/${topic}-*/00000000000000000000.log | tr '\\n' ,)`),
        )
      ).out,
      /compresscodec: lz4/,
    )
  },
  a33: async ({ run }) => {
    const { out } = await good(run())
    assert.equal(lines(out).length, 21)
    for (const line of lines(out)) assert.match(line, /^delivered (\d+|None)$/)
  },
  a34: async ({ run, world }) => {
    const first = await good(run({ args: ['producer-settings'] }))
    assert.match(first.out, /^0 0 b'a value/m)
    assert.match(first.out, /UNKNOWN_TOPIC_OR_PART/)
    const second = await good(run({ args: ['producer-settings'] }))
    assert.doesNotMatch(second.out, /a value/)
    assert(!(await listed(world)).includes('does-not-exist-and-is-not-made'))
  },
  a35: async ({ run }) => {
    for (const _ of ['first', 'second'])
      assert.match((await good(run({ args: ['producer-settings'] }))).out, /^0 0 b'a value/m)
  },
  a36: async ({ run, world }) => {
    await good(
      world.shell(
        'for t in com.udacity.lesson.views com.udacity.lesson.views.lesson1; do echo of-$t | kafka-console-producer --bootstrap-server localhost:9092 --topic $t; done',
      ),
    )
    assert.equal((await good(run())).out, "com.udacity.lesson.views b'of-com.udacity.lesson.views'\n")
  },
  a37: async ({ run, world }) => {
    await good(
      world.shell(
        'for t in com.udacity.lesson.views.lesson2 another.topic; do echo of-$t | kafka-console-producer --bootstrap-server localhost:9092 --topic $t; done',
      ),
    )
    const reading = run()
    await pause(4_000)
    await good(
      world.shell(
        'echo of-com.udacity.lesson.views.lesson3 | kafka-console-producer --bootstrap-server localhost:9092 --topic com.udacity.lesson.views.lesson3',
      ),
    )
    const read = lines((await good(reading)).out)
    assert.deepEqual(
      read.map(line => line.split(' ')[0]!).toSorted((a, b) => (a < b ? -1 : 1)),
      ['', '.lesson1', '.lesson2', '.lesson3'].map(end => `com.udacity.lesson.views${end}`),
    )
  },
  a38: async ({ run, world }) => {
    const reading = run({ interruptAfter: 14 })
    await pause(7_000)
    await good(
      world.shell(
        'echo k:hello | kafka-console-producer --bootstrap-server localhost:9092 --topic my-first-topic --property parse.key=true --property key.separator=:',
      ),
    )
    const { out } = await reading
    assert.match(out, /^no message received by consumer$/m)
    assert.match(out, /^consumed message b'k': b'hello'$/m)
  },
  a39: async ({ run }) => {
    const { out } = await run({ interruptAfter: 60 })
    const events = out.match(/^ClickEvent\(email=/gm)?.length ?? 0
    assert(events > 0 && events <= 10, `${events} events: ${out.slice(-300)}`)
    assert.match(out, /^Failed to unpack message 'email'$/m)
  },
}
