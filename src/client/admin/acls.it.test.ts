// On a broker of our own with Kafka's standard authorizer, where everybody is a super user.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { startBroker } from '../../testing/index.ts'
import { createClient, type AclEntry } from '../index.ts'

const entry: AclEntry = {
  resourceType: 'topic',
  resourceName: 'orders',
  patternType: 'literal',
  principal: 'User:alice',
  host: '*',
  operation: 'read',
  permission: 'allow',
}
test('access control entries are made, found by what they apply to, and deleted', async () => {
  await using broker = await startBroker({
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    },
  })
  await using client = createClient({ bootstrap: broker.bootstrap })
  const { acls } = client.admin
  const prefix: AclEntry = { ...entry, resourceName: 'ord', patternType: 'prefixed', permission: 'deny' }
  const cluster: AclEntry = {
    ...entry,
    resourceType: 'cluster',
    resourceName: 'kafka-cluster',
    operation: 'alterConfigs',
  }
  await acls.create([entry, prefix, cluster, entry])
  const named = (found: readonly AclEntry[]) => found.map(({ resourceName }) => resourceName).toSorted()
  assert.deepEqual(named(await acls.describe()), ['kafka-cluster', 'ord', 'orders'])
  assert.deepEqual(await acls.describe({ resourceType: 'cluster' }), [cluster])
  assert.deepEqual(named(await acls.describe({ resourceName: 'orders', patternType: 'match' })), ['ord', 'orders'])
  assert.deepEqual(await acls.describe({ permission: 'deny' }), [prefix])
  await assert.rejects(acls.create([{ ...cluster, resourceName: 'mine' }]), { code: 'INVALID_REQUEST' })
  assert.deepEqual(named(await acls.delete([{ resourceType: 'topic' }])), ['ord', 'orders'])
  assert.deepEqual(await acls.describe(), [cluster])
})
test('without an authorizer there are none', async () => {
  await using broker = await startBroker()
  await using client = createClient({ bootstrap: broker.bootstrap })
  await assert.rejects(client.admin.acls.describe(), { code: 'SECURITY_DISABLED' })
  await assert.rejects(client.admin.acls.create([entry]), { code: 'SECURITY_DISABLED' })
})
