// kafka-acls on a broker with Kafka's standard authorizer, where everybody is a super user.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'

import { startBroker, type TestBroker } from '../../testing/index.ts'
import tool from './acls.ts'
import { callTool } from './testing.ts'

let broker: TestBroker
before(async () => {
  broker = await startBroker({
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    },
  })
})
after(() => broker.stop())
const call = (args: string, input?: string) =>
  callTool(tool, ['--bootstrap-server', broker.bootstrap, ...args.split(' ')], input)

let topics = 0
let topic = ''
beforeEach(() => void (topic = `orders-${topics++}`))
const entry = (operation: string) => `\t(principal=User:alice, host=*, operation=${operation}, permissionType=ALLOW)\n`

test('what a consumer needs is added, listed, and there already the next time', async () => {
  const resource = (type: string, name: string) =>
    `ResourcePattern(resourceType=${type}, name=${name}, patternType=LITERAL)`
  const consumer = `--add --consumer --topic ${topic} --group readers --allow-principal User:alice`
  const added = await call(consumer)
  assert.deepEqual(
    [added.code, added.out],
    [
      0,
      `Adding ACLs for resource \`${resource('TOPIC', topic)}\`: \n ${entry('READ')}${entry('DESCRIBE')}\n` +
        `Adding ACLs for resource \`${resource('GROUP', 'readers')}\`: \n ${entry('READ')}\n`,
    ],
  )
  const { out } = await call(`--list --topic ${topic}`)
  assert.equal(
    out,
    `Current ACLs for resource \`${resource('TOPIC', topic)}\`:\n${entry('READ')}${entry('DESCRIBE')}\n`,
  )
  assert.match((await call(consumer)).out, /^(Acl .* already exists\.\n){3}$/)
})

for (const [input, isGone] of [
  ['y\n', true],
  ['Y', true],
  ['n\n', false],
  ['yes\n', false],
  ['', false],
] as const)
  test(`entries that are to be removed ${isGone ? 'go' : 'stay'} when the answer is ${JSON.stringify(input)}`, async () => {
    await call(`--add --topic ${topic} --allow-principal User:alice --operation Read`)
    const { code, out } = await call(`--remove --topic ${topic}`, input)
    assert.equal(code, 0)
    assert.match(out, /^Are you sure you want to delete all ACLs for resource filter `.*`\? \(y\/n\)\n$/)
    assert.equal((await call(`--list --topic ${topic}`)).out === '', isGone)
  })

test('a principal without its type is refused', async () => {
  const { code, out } = await call('--list --principal alice')
  assert.deepEqual(
    [code, out],
    [1, 'Error while executing ACL command: expected a string in format principalType:principalName but got alice\n'],
  )
})
