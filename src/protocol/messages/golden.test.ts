// Records that an Apache Kafka wrote to its internal topics, as compat/golden recorded them: read to the last byte, and
// written again as the same bytes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { hex } from '../testing.ts'
import { consumerOffsetsRecords } from './consumer-offsets.ts'
import { readRecord, writeRecord, type RecordDraftOf, type RecordTypes } from './coordinator-record.ts'
import { transactionStateRecords } from './transaction-state.ts'

const types: Record<string, RecordTypes> = {
  __consumer_offsets: consumerOffsetsRecords,
  __transaction_state: transactionStateRecords,
}
const file = readFileSync(join(import.meta.dirname, '../golden/internal-topics.records'), 'utf8')
const recorded = [...file.matchAll(/^(__\w+) (\w+) (\w+)$/gm)].map(([, topic, key, value]) => ({
  types: types[topic!]!,
  key: hex(key!),
  value: value === 'null' ? null : hex(value!),
}))

test(`${recorded.length} records of Apache Kafka are read, and written as they were`, () => {
  for (const { types, key, value } of recorded) {
    const record = readRecord(types, key, value)
    assert(record, key.toString('hex'))
    assert.deepEqual(writeRecord(types, { ...record, ...(value && { version: value.readInt16BE(0) }) } as Draft), {
      key,
      value,
    })
  }
})
type Draft = RecordDraftOf<RecordTypes>

test('Kafka writes the versions that are the usual ones here', () => {
  for (const { types, key, value } of recorded) {
    const type = Object.values(types).find(({ id }) => id === key.readInt16BE(0))
    if (value !== null) assert.equal(value.readInt16BE(0), type?.version, key.toString('hex'))
  }
})
test('every type of record that Kafka 4.2 writes was recorded', () => {
  const ids = (name: string) =>
    recorded.filter(({ types: own }) => own === types[name]).map(({ key }) => key.readInt16BE(0))
  // 0 and 4 are those of older brokers.
  assert.deepEqual(
    [...new Set(ids('__consumer_offsets'))].toSorted((a, b) => a - b),
    [1, 2, 3, 5, 6, 7, 8, 16],
  )
  assert.deepEqual([...new Set(ids('__transaction_state'))], [0])
})
