// Options that today's tools no longer have, and what is made of them.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { brokerForZooKeeper, withoutRemoved } from './removed-options.ts'

// oxfmt-ignore
const cases: [args: string, keeps: string, read: string, told: RegExp | undefined][] = [
  ['--list --zookeeper localhost:2181',                     '',            '--list --bootstrap-server broker:9092',                   /--zookeeper is deprecated.*broker:9092/],
  ['--list --zookeeper=zk1:2181,zk2:2181/kafka',            '',            '--list --bootstrap-server broker:9092',                   /--zookeeper is deprecated/],
  ['--topic a --broker-list PLAINTEXT://localhost:9092',    '',            '--topic a --bootstrap-server localhost:9092',             /--broker-list is deprecated/],
  ['--broker-list PLAINTEXT://a:1,SASL_SSL://b:2',          '',            '--bootstrap-server a:1,b:2',                              /--broker-list is deprecated/],
  ['--broker-list 1,2 --bootstrap-server a:1',              'broker-list', '--broker-list 1,2 --bootstrap-server a:1',                undefined],
  ['--zookeeper z:1 --bootstrap-server a:1',                '',            '--bootstrap-server a:1',                                  /--zookeeper is deprecated/],
  ['--new-consumer --bootstrap-server a:1',                 '',            '--bootstrap-server a:1',                                  /--new-consumer is deprecated/],
  ['--bootstrap-server a:1 --topic zookeeper',              '',            '--bootstrap-server a:1 --topic zookeeper',                undefined],
]
for (const [args, keeps, read, told] of cases)
  test(`removed options: '${args}'${keeps && ` of a tool that has --${keeps}`}`, () => {
    const lines: string[] = []
    const got = withoutRemoved(args.split(' '), {
      keeps: keeps.split(' '),
      broker: 'broker:9092',
      tell: line => lines.push(line),
    })
    assert.equal(got.join(' '), read)
    assert.equal(lines.length, told === undefined ? 0 : 1)
    if (told !== undefined) assert.match(lines[0]!, told)
  })

test('removed options: the broker that answers for ZooKeeper is that of the environment, or the usual one', () => {
  assert.equal(brokerForZooKeeper({}), 'localhost:9092')
  assert.equal(brokerForZooKeeper({ MILLRACE_BOOTSTRAP: 'other:1' }), 'other:1')
})
