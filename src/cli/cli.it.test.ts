// The command line as a person meets it: processes, their output and exit codes.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'

import { startBroker, type TestBroker } from '../testing/index.ts'
import { withClient } from './cluster.ts'

const cli = new URL('main.ts', import.meta.url).pathname
let broker: TestBroker
before(async () => void (broker = await startBroker()))
after(() => broker.stop())

interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly error: string
}
async function millrace(args: readonly string[], input = ''): Promise<Outcome> {
  const env = { ...process.env, MILLRACE_BOOTSTRAP: broker.bootstrap }
  const child = spawn(process.execPath, [cli, ...args], { env })
  child.stdin.end(input)
  const [[code], out, error] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
  return { code: code as number | null, out, error }
}
const good = async (args: string, input?: string) => {
  const { code, out, error } = await millrace(args.split(' '), input)
  assert.deepEqual({ code, error }, { code: 0, error: '' }, args)
  return out
}

test('topics are created, listed, described, set, grown and deleted', async () => {
  assert.equal(
    await good('topics create shop.orders -p 2 -c retention.ms=1000'),
    'created shop.orders with 2 partitions\n',
  )
  assert.match(await good('topics'), /^shop\.orders +2 +1$/m)
  assert.match(await good('topics describe shop.orders'), /retention\.ms=1000/)
  await good('topics set shop.orders -c retention.ms=')
  assert.doesNotMatch(await good('topics describe shop.orders'), /retention\.ms/)
  assert.equal(await good('topics grow shop.orders -p 3'), 'shop.orders has 3 partitions\n')
  const described = JSON.parse(await good('topics describe shop.orders --format json')) as [{ partitions: object[] }]
  assert.equal(described[0].partitions.length, 3)
  assert.equal(await good('topics delete shop.orders'), 'deleted shop.orders\n')
})

test('lines become records, and records lines; keys, headers and times too', async () => {
  await good('topics create lines -p 1')
  await good('produce lines --separator : -H source=test -z zstd', 'k1:first\nk2:sec:ond\n')
  assert.equal(await good('consume lines --from start --exit'), 'first\nsec:ond\n')
  assert.equal(await good('consume lines --from 1 --key = --exit'), 'k2=sec:ond\n')
  assert.equal(await good('consume lines --from=-1 --exit'), 'sec:ond\n')
  assert.equal(await good('consume lines --from 2000-01-01T00:00Z --count 1'), 'first\n')
  const record = JSON.parse(await good('consume lines --from start --count 1 --format json')) as Record<string, unknown>
  assert.deepEqual(record['headers'], [['source', 'test']])
  assert.equal(record['key'], 'k1')
})

test('a group goes on where it was, and tells its lag', async () => {
  await good('topics create numbers -p 1')
  await good('produce numbers', '1\n2\n3\n4\n')
  assert.equal(await good('consume numbers -g readers --from start --count 3'), '1\n2\n3\n')
  assert.equal(await good('consume numbers -g readers --count 1'), '4\n')
  const [group] = JSON.parse(await good('groups describe readers --format json')) as [{ partitions: { lag: number }[] }]
  assert.equal(group.partitions[0]!.lag, 0)
  assert.equal(await good('groups delete readers'), 'deleted readers\n')
  assert.doesNotMatch(await good('groups'), /readers/)
})

test('configs are set, shown with who set them, and unset', async () => {
  await good('topics create tuned -p 1')
  assert.equal(await good('configs set topic tuned retention.ms=1000'), 'topic tuned: retention.ms=1000\n')
  assert.match(await good('configs describe topic tuned'), /^retention\.ms +1000 +topic +yes$/m)
  assert.match(await good('configs'), /^tuned +retention\.ms +1000$/m)
  await good('configs unset topic tuned retention.ms')
  assert.doesNotMatch(await good('configs'), /tuned/)
  assert.match(await good('configs describe topic tuned --all'), /^retention\.ms +604800000 +default +yes$/m)
})

test('a group is moved, and offsets and records are told and given up', async () => {
  await good('topics create moved -p 1')
  await good('produce moved', 'a\nb\nc\nd\n')
  await good('consume moved -g movers --from start --count 4')
  assert.match(await good('groups seek movers --to start --dry-run'), /^moved +0 +4 +0$/m)
  assert.equal(await good('groups seek movers --to=-3'), 'TOPIC  PARTITION  FROM  TO\nmoved          0     4   1\n')
  assert.equal(await good('consume moved -g movers --count 1'), 'b\n')
  assert.match(await good('delete-records moved --before 2'), /^moved +0 +2$/m)
  assert.match(await good('offsets moved'), /^moved +0 +2 +4 +2$/m)
  assert.deepEqual(JSON.parse(await good('offsets moved --format json')), [
    { topic: 'moved', partition: 0, start: 2, end: 4, records: 2 },
  ])
})

test('records are printed by a format, and go back in as JSON', async () => {
  await good('topics create printed -p 1')
  await good('topics create copied -p 1')
  await good('produce printed --separator : -H source=test', 'k1:first\nk2:second\n')
  const { out } = await millrace([
    'consume',
    'printed',
    '--from',
    'start',
    '-e',
    '-f',
    String.raw`%t[%p]@%o %k=%s (%h)\n`,
  ])
  assert.equal(out, 'printed[0]@0 k1=first (source=test)\nprinted[0]@1 k2=second (source=test)\n')
  const lines = await good('consume printed --from start --exit --format json')
  await good('produce copied --input json', lines)
  const copies = await good('consume copied --from start --exit --format json')
  assert.equal(copies, lines.replaceAll('"printed"', '"copied"'), 'times, keys and headers too')
})

test('the cluster, its disks and its transactions are shown', async () => {
  const cluster = JSON.parse(await good('cluster --format json')) as { brokers: object[]; offline: number }
  assert.deepEqual([cluster.brokers.length, cluster.offline], [1, 0])
  assert.match(await good('cluster apis 1'), /^ +0 +Produce +\d+-\d+ +\d+$/m)
  assert.match(await good('log-dirs'), /broker 1/)
  assert.equal(await good('transactions'), 'ID  STATE  PRODUCER  COORDINATOR\n')
})

test('the speed of a cluster is measured', async () => {
  await good('topics create measured -p 2')
  const sent = JSON.parse(await good('perf produce measured -n 2000 --format json')) as Record<string, number>
  assert.deepEqual([sent['records'], sent['bytes']], [2_000, 200_000])
  const read = JSON.parse(await good('perf consume measured -n 2000 --format json')) as Record<string, number>
  assert.deepEqual([read['records'], read['bytes']], [2_000, 200_000])
  assert.match(await good('perf latency measured -n 50 -r 1000'), /^50 records in .*\n +MEAN +P50/)
})

// oxfmt-ignore
const explained = [
  ['retention.ms',  /config of a topic, long[^]*default: 604800000/],
  ['27',            /REBALANCE_IN_PROGRESS +error 27/],
  ['Fetch',         /API 1, versions/],
  ['tombstone',     /config of a topic|delete\.retention\.ms/],
] as const
for (const [asked, answer] of explained)
  test(`${asked} is explained`, async () => assert.match(await good(`docs ${asked}`), answer))

for (const shell of ['bash', 'zsh', 'fish'])
  test(`${shell} gets its completions`, async () => {
    const script = await good(`completion ${shell}`)
    for (const word of ['delete-records', 'describe', 'bootstrap']) assert.match(script, new RegExp(word))
  })

// oxfmt-ignore
const mistakes = [
  ['docs no-such-thing',                 /nothing is called or tells of 'no-such-thing'/],
  ['nonsense',                           /'nonsense' is no command/],
  ['topics nonsense',                    /'nonsense' is no action/],
  ['topics create',                      /'topics create' needs a TOPIC/],
  ['topics create in/valid',             /INVALID_TOPIC_EXCEPTION/],
  ['topics delete absent',               /UNKNOWN_TOPIC_OR_PARTITION/],
  ['consume absent',                     /'absent'.*UNKNOWN_TOPIC_OR_PARTITION/],
  ['consume lines -p 7',                 /no partition 7/],
  ['produce lines -z rar',               /--compression is one of/],
  ['groups describe absent',             /there is no group 'absent'/],
  ['up --override nonsense',             /--override takes KEY=VALUE/],
  ['up --memory --override log.segment.bytes=x --port 0', /log\.segment\.bytes/],
] as const
for (const [args, message] of mistakes) {
  test(`millrace ${args}: says what is wrong, without a stack, and exits with 1`, async () => {
    const { code, out, error } = await millrace(args.split(' '))
    assert.deepEqual({ code, out }, { code: 1, out: '' })
    assert.match(error, message)
    assert.doesNotMatch(error, /\n {4}at /)
  })
}

test('a port or a directory that is taken is named, and the exit code is 1', async () => {
  const data = mkdtempSync(join(tmpdir(), 'millrace-cli-'))
  const first = spawn(process.execPath, [cli, 'up', '--port', '0', '--data', data, '--format', 'json'])
  try {
    const [line] = (await once(first.stdout, 'data')) as [Buffer]
    const ready = JSON.parse(line.toString().split('\n')[0]!) as {
      event: string
      pid: number
      bootstrap: string
      startMs: number
    }
    assert.equal(ready.event, 'ready')
    assert.equal(ready.pid, first.pid)
    assert(ready.startMs > 0)
    const port = ready.bootstrap.split(':')[1]!
    const taken = await millrace(['up', '--memory', '--port', port])
    assert.equal(taken.code, 1)
    assert(taken.error.includes(port), taken.error)
    const locked = await millrace(['up', '--port', '0', '--data', data])
    assert.equal(locked.code, 1)
    assert(locked.error.includes(data) && locked.error.includes(String(first.pid)), locked.error)
    first.kill('SIGTERM')
    const [code] = (await once(first, 'exit')) as [number]
    assert.equal(code, 0)
  } finally {
    first.kill('SIGKILL')
    rmSync(data, { recursive: true, force: true })
  }
})

test('a command whose broker is not there says where it looked, and does not wait as an application would', async () => {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const bootstrap = `127.0.0.1:${(free.address() as AddressInfo).port}`
  free.close()
  const refused = withClient({ bootstrap }, client => client.admin.topics.list(), 0)
  await assert.rejects(refused, new RegExp(`no broker answers at ${bootstrap}: connect ECONNREFUSED`))
})

test('Ctrl-C ends a command at once that is not told to end in order', async () => {
  const deaf = createServer().listen(0, '127.0.0.1')
  await once(deaf, 'listening')
  const { port } = deaf.address() as AddressInfo
  const child = spawn(process.execPath, [cli, 'topics', '--bootstrap', `127.0.0.1:${port}`])
  // By now it listens for signals: it has come as far as to connect.
  const [connection] = (await once(deaf, 'connection')) as [Socket]
  child.kill('SIGINT')
  assert.deepEqual(await once(child, 'exit'), [130, null])
  deaf.close()
  connection.destroy()
})
