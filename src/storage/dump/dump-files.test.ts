import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { buildBatch, controlBatch } from '../../protocol/index.ts'
import { append, batchOf, openLog, whileTurning, type TestLog } from '../testing.ts'
import { dumpFiles, type DumpOptions } from './dump-files.ts'
import { filesToDump } from './find-files.ts'
import { bytesMaxDefault } from './log-dump.ts'
import { decoderNamed, plainDecoder } from './record-decoders.ts'

// What Apache Kafka prints of such files is compared in compat/logs; here is what it comes to without a JVM.

const start = '/data/t-0/00000000000000000000'

async function written(): Promise<TestLog> {
  const test = await openLog({ indexIntervalBytes: 0 })
  append(test.log, batchOf(['a', 'b']))
  const producer = { producerId: 7, producerEpoch: 1, baseSequence: 0, transactional: true }
  append(test.log, buildBatch([{ timestamp: 2_000, key: 'k', value: null, headers: [['h', 'v']] }], producer))
  const marker = { producerId: 7, producerEpoch: 1, coordinatorEpoch: 3, timestamp: 3_000 }
  append(test.log, controlBatch({ type: 'abort', ...marker }), { origin: 'coordinator' })
  await whileTurning(test.directory.close(), test.clock)
  return test
}
function dumped({ files }: TestLog, paths: readonly string[], more: Partial<DumpOptions> = {}): string[] {
  const options: DumpOptions = {
    files,
    isDeep: false,
    printsData: false,
    skipsRecordMetadata: false,
    sanityOnly: false,
    verifiesOnly: false,
    bytesMax: bytesMaxDefault,
    messageSizeMax: 1000,
    decode: plainDecoder('StringDecoder', 'StringDecoder'),
  }
  return [...dumpFiles(paths, { ...options, ...more })].map(({ text, isComplaint }) =>
    isComplaint ? `! ${text}` : text,
  )
}
const withoutBatches = (lines: readonly string[]): string[] => lines.filter(line => !line.startsWith('baseOffset'))

describe('a dump', () => {
  it('tells of batches, records and markers', async () => {
    const test = await written()
    const lines = dumped(test, [`${start}.log`], { isDeep: true, printsData: true })
    assert.deepEqual(withoutBatches(lines), [
      `Dumping ${start}.log`,
      'Log starting offset: 0',
      '| offset: 0 CreateTime: 1700000000000 keySize: -1 valueSize: 1 sequence: -1 headerKeys: [] payload: a',
      '| offset: 1 CreateTime: 1700000000000 keySize: -1 valueSize: 1 sequence: -1 headerKeys: [] payload: b',
      '| offset: 2 CreateTime: 2000 keySize: 1 valueSize: -1 sequence: 0 headerKeys: [h] key: k',
      '| offset: 3 CreateTime: 3000 keySize: 4 valueSize: 6 sequence: -1 headerKeys: [] endTxnMarker: ABORT coordinatorEpoch: 3',
    ])
    assert.match(
      lines[5]!,
      /^baseOffset: 2 lastOffset: 2 count: 1 baseSequence: 0 lastSequence: 0 producerId: 7 producerEpoch: 1 partitionLeaderEpoch: 0 isTransactional: true isControl: false deleteHorizonMs: OptionalLong.empty position: \d+ CreateTime: 2000 size: \d+ magic: 2 compresscodec: none crc: \d+ isvalid: true$/,
    )
  })
  it('tells of indexes, snapshots and aborted transactions', async () => {
    const test = await written()
    const lines = dumped(test, filesToDump(test.files, '/data'))
    for (const line of [
      'offset: 2 position: 77',
      'timestamp: 1700000000000 offset: 1',
      'version: 0 producerId: 7 firstOffset: 2 lastOffset: 3 lastStableOffset: 4',
      'producerId: 7 producerEpoch: 1 coordinatorEpoch: 3 currentTxnFirstOffset: OptionalLong.empty lastTimestamp: 3000 firstSequence: 0 lastSequence: 0 lastOffset: 2 offsetDelta: 0 timestamp: 3000',
    ])
      assert.ok(lines.includes(line), `${line}, not in\n${lines.join('\n')}`)
    assert.deepEqual(
      lines.filter(line => line.startsWith('!')),
      [],
    )
  })
  it('complains of what is wrong, and goes on', async () => {
    const test = await written()
    const change = (path: string, at: number): void => {
      const file = test.files.open(path, 'r+'),
        byte = Buffer.alloc(1)
      file.read(byte, 0, 1, at)
      byte[0]! ^= 1
      file.write(byte, 0, 1, at)
      file.close()
    }
    change(`${start}.index`, 3)
    change(`${start}.log`, 70)
    const paths = [`${start}.index`, '/data/t-0/no.log', '/data/nothing', `${start}.log`]
    const lines = dumped(test, paths, { isDeep: true })
    assert.deepEqual(
      lines.filter(line => line.startsWith('! ')),
      [
        '! no.log is not named after an offset',
        '! Ignoring unknown file /data/nothing',
        `! Mismatches in :${start}.index`,
        '!   Index offset: 3, log offset: 2',
      ],
    )
    assert.equal(lines.filter(line => line.endsWith('isvalid: false')).length, 1)
  })
  it('finds the files of a log, of all logs of a directory, or takes the one that it is given', async () => {
    const test = await written()
    const all = ['.index', '.log', '.timeindex', '.txnindex'].map(suffix => start + suffix)
    assert.deepEqual(filesToDump(test.files, '/data'), [...all, '/data/t-0/00000000000000000004.snapshot'])
    assert.deepEqual(filesToDump(test.files, '/data/t-0'), filesToDump(test.files, '/data'))
    assert.deepEqual(filesToDump(test.files, `${start}.log`), [`${start}.log`])
  })
})

describe('decoders of records', () => {
  it('are called as their classes are in Kafka', () => {
    assert.equal(decoderNamed('org.apache.kafka.tools.api.LongDecoder'), 'LongDecoder')
    assert.equal(decoderNamed('StringDecoder'), 'StringDecoder')
    assert.equal(decoderNamed('com.example.OwnDecoder'), undefined)
  })
  it('say which record they cannot take', () => {
    const decode = plainDecoder('IntegerDecoder', 'LongDecoder')
    assert.deepEqual(decode(Buffer.from('0000000f', 'hex'), Buffer.from('ffffffffffffffff', 'hex'), 1), {
      key: '15',
      payload: '-1',
    })
    assert.deepEqual(decode(null, Buffer.from('x'), 9), {
      fault: 'the record at offset 9 is shorter than its decoder needs',
    })
  })
})
