import assert from 'node:assert/strict'
import { test } from 'node:test'

import { createDelegationToken, describeQuorum, electLeaders, errorName, type AnyApi } from '../../protocol/index.ts'
import { TestCluster } from '../testing.ts'

const authorizer = { 'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer' }
const everything = { electionType: 0, topicPartitions: null }
const nonsense = { electionType: 0, topicPartitions: [{ topic: 'none', partitions: [3] }] }
const token = { renewers: [], maxLifetimeMs: -1 }
// oxfmt-ignore
const cases: readonly (readonly [api: AnyApi, version: number, body: object, properties: Record<string, string>, expected: string])[] = [
  [describeQuorum,        0, { topics: [] }, {},         'NONE'],
  [describeQuorum,        1, { topics: [] }, {},         'NONE'],
  [describeQuorum,        0, { topics: [] }, authorizer, 'CLUSTER_AUTHORIZATION_FAILED'],
  [electLeaders,          0, everything,     {},         'NONE'],
  [electLeaders,          0, nonsense,       authorizer, 'NONE'],
  [createDelegationToken, 1, token,          {},         'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED'],
  [createDelegationToken, 2, token,          {},         'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED'],
]
for (const [api, version, body, properties, expected] of cases)
  test(`${api.name} of version ${version} is answered without what later versions added: ${expected}`, async () => {
    await using cluster = await TestCluster.start({ properties })
    const connection = await cluster.connect()
    const answer = await connection.request(api, body as never, { version })
    assert.equal(errorName((answer as { errorCode: number }).errorCode), expected)
  })
