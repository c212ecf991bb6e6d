import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import type { Logger } from '../../base/index.ts'
import { silentLogger } from '../../base/index.ts'
import type { ClientConnection } from '../../connection/index.ts'
import {
  alterConfigs,
  describeCluster,
  describeConfigs,
  errorName,
  incrementalAlterConfigs,
  listConfigResources,
  type RequestDraftOf,
} from '../../protocol/index.ts'
import { TestCluster, topic } from '../testing.ts'

const [TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP] = [2, 4, 8, 16, 32] as const
const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3] as const

suite('3.2 configs', () => {
  let cluster: TestCluster
  let connection: ClientConnection
  const warnings: string[] = []
  before(async () => {
    const logger: Logger = { ...silentLogger, warn: event => void warnings.push(event) }
    cluster = await TestCluster.start({ brokers: 2, logger, properties: { 'log.retention.ms': '1000' } })
    connection = await cluster.connect()
    await cluster.createTopic(topic)
  })
  after(() => cluster.stop())

  type Described = RequestDraftOf<typeof describeConfigs>
  const describe = async (
    resourceType: number,
    resourceName: string,
    options: Partial<Described> & { readonly keys?: readonly string[]; readonly version?: number } = {},
  ) => {
    const { keys = null, version = 4, ...rest } = options
    const request = {
      resources: [{ resourceType, resourceName, configurationKeys: keys }],
      includeSynonyms: false,
      includeDocumentation: false,
      ...rest,
    }
    const { results } = await connection.request(describeConfigs, request, { versionMax: version })
    const [result] = results
    return { ...result!, error: errorName(result!.errorCode), names: result!.configs.map(({ name }) => name) }
  }
  const alter = async (
    resourceType: number,
    resourceName: string,
    ...configs: readonly (readonly [name: string, configOperation: number, value: string | null])[]
  ) => {
    const alterations = configs.map(([name, configOperation, value]) => ({ name, configOperation, value }))
    const resources = [{ resourceType, resourceName, configs: alterations }]
    const { responses } = await connection.request(incrementalAlterConfigs, { resources, validateOnly: false })
    return errorName(responses[0]!.errorCode)
  }
  const valueOf = async (name: string) => (await describe(TOPIC, topic, { keys: [name] })).configs[0]!.value

  test('3.2 DescribeConfigs: all configs of a topic and of a broker, with value, source, type, read-only and sensitive', async () => {
    const ofTopic = await describe(TOPIC, topic)
    assert.equal(ofTopic.configs.length, 33)
    assert.deepEqual(
      ofTopic.configs.find(({ name }) => name === 'retention.ms'),
      {
        name: 'retention.ms',
        value: '1000',
        readOnly: false,
        configSource: 4,
        isSensitive: false,
        synonyms: [],
        configType: 5,
        documentation: null,
      },
    )
    const ofBroker = await describe(BROKER, '1')
    assert.ok(ofBroker.configs.length > 300)
    for (const name of ['auto.create.topics.enable', 'delete.topic.enable', 'default.replication.factor'])
      assert.ok(ofBroker.names.includes(name))
  })
  test('3.2 DescribeConfigs: filtered by names', async () => {
    const keys = ['cleanup.policy', 'retention.ms', 'no.such']
    assert.deepEqual((await describe(TOPIC, topic, { keys })).names, ['cleanup.policy', 'retention.ms'])
  })
  test('3.2 DescribeConfigs: synonyms where they are asked for, the strongest first', async () => {
    const { configs } = await describe(TOPIC, topic, { keys: ['retention.ms'], includeSynonyms: true })
    assert.deepEqual(configs[0]!.synonyms, [
      { name: 'log.retention.ms', value: '1000', source: 4 },
      { name: 'log.retention.hours', value: '168', source: 5 },
    ])
  })
  test('3.2 DescribeConfigs: where a broker listens is told as if its file had said so', async () => {
    const { configs } = await describe(BROKER, '1', { keys: ['listeners', 'advertised.listeners'] })
    assert.deepEqual(
      configs.map(({ name, value, configSource }) => [name, value, configSource]),
      ['advertised.listeners', 'listeners'].map(name => [name, 'PLAINTEXT://127.0.0.1:9092', 4]),
    )
  })
  test('3.2 DescribeConfigs: documentation where it is asked for, of configs that have an effect', async () => {
    const { configs } = await describe(BROKER, '1', {
      includeDocumentation: true,
      keys: ['num.partitions', 'num.io.threads'],
    })
    assert.deepEqual(
      configs.map(({ documentation }) => documentation !== null),
      [false, true],
    )
  })
  test('3.2 DescribeConfigs: the default of all brokers, groups and client metrics have configs too', async () => {
    assert.deepEqual((await describe(BROKER, '')).names, [])
    assert.ok((await describe(GROUP, 'any')).names.includes('consumer.session.timeout.ms'))
    assert.deepEqual((await describe(CLIENT_METRICS, 'any')).names, ['interval.ms', 'match', 'metrics'])
    assert.deepEqual((await describe(BROKER_LOGGER, '1')).error, 'NONE')
  })
  for (const [type, name, error] of [
    [TOPIC, 'nope', 'UNKNOWN_TOPIC_OR_PARTITION'],
    [TOPIC, 'a b', 'INVALID_TOPIC_EXCEPTION'],
    [BROKER, '2', 'INVALID_REQUEST'],
    [BROKER, 'x', 'INVALID_REQUEST'],
    [BROKER_LOGGER, '', 'INVALID_REQUEST'],
    [GROUP, '', 'INVALID_REQUEST'],
    [CLIENT_METRICS, '', 'INVALID_REQUEST'],
    [77, 'x', 'INVALID_REQUEST'],
  ] as const)
    test(`3.2 DescribeConfigs: resource ${type} '${name}' is ${error}`, async () =>
      assert.equal((await describe(type, name)).error, error))
  test('3.2 DescribeConfigs: every version is answered', async () => {
    for (let version = 1; version <= 4; version++)
      assert.equal((await describe(TOPIC, topic, { version })).error, 'NONE')
  })

  test('3.2 IncrementalAlterConfigs: SET, DELETE, APPEND and SUBTRACT', async () => {
    assert.equal(await alter(TOPIC, topic, ['retention.ms', SET, '7'], ['cleanup.policy', APPEND, 'compact']), 'NONE')
    assert.deepEqual([await valueOf('retention.ms'), await valueOf('cleanup.policy')], ['7', 'delete,compact'])
    assert.equal(
      await alter(TOPIC, topic, ['retention.ms', DELETE, null], ['cleanup.policy', SUBTRACT, 'delete']),
      'NONE',
    )
    assert.deepEqual([await valueOf('retention.ms'), await valueOf('cleanup.policy')], ['1000', 'compact'])
  })
  for (const [what, config, error] of [
    ['APPEND to what is no list', ['retention.ms', APPEND, '1'], 'INVALID_CONFIG'],
    ['SUBTRACT from what is no list', ['retention.ms', SUBTRACT, '1'], 'INVALID_CONFIG'],
    ['an unknown key', ['no.such', SET, '1'], 'INVALID_CONFIG'],
    ['a null value', ['retention.ms', SET, null], 'INVALID_REQUEST'],
    ['an unknown operation', ['retention.ms', 9, '1'], 'INVALID_REQUEST'],
  ] as const)
    test(`3.2 IncrementalAlterConfigs: ${what} is ${error}`, async () =>
      assert.equal(await alter(TOPIC, topic, config), error))
  test('3.2 IncrementalAlterConfigs: a key twice is INVALID_REQUEST', async () => {
    assert.equal(await alter(TOPIC, topic, ['retention.ms', SET, '1'], ['retention.ms', SET, '2']), 'INVALID_REQUEST')
  })
  test('IncrementalAlterConfigs: loggers and unknown kinds of resources are INVALID_REQUEST, others beside them are changed', async () => {
    const configs = [{ name: 'interval.ms', configOperation: SET, value: '1000' }]
    const resources = [BROKER_LOGGER, CLIENT_METRICS, 77].map(resourceType => ({
      resourceType,
      resourceName: '1',
      configs,
    }))
    const { responses } = await connection.request(incrementalAlterConfigs, { resources, validateOnly: false })
    assert.deepEqual(
      responses.map(({ resourceType, errorCode }) => [resourceType, errorName(errorCode)]),
      [
        [BROKER_LOGGER, 'INVALID_REQUEST'],
        [CLIENT_METRICS, 'NONE'],
        [77, 'INVALID_REQUEST'],
      ],
    )
  })
  test('a config that is known and has no effect is taken, with a warning in the log', async () => {
    warnings.length = 0
    assert.equal(await alter(BROKER, '', ['num.io.threads', SET, '4']), 'NONE')
    assert.deepEqual(warnings, ["'num.io.threads' is known, and has no effect in Millrace"])
  })
  test('what is set for all brokers shows in the topics, and where it comes from', async () => {
    await alter(BROKER, '', ['log.retention.ms', SET, '2000'])
    const { configs } = await describe(TOPIC, topic, { keys: ['retention.ms'] })
    assert.deepEqual([configs[0]!.value, configs[0]!.configSource], ['2000', 3])
    assert.deepEqual(
      (await describe(BROKER, '')).configs.find(({ name }) => name === 'log.retention.ms')!.value,
      '2000',
    )
    await alter(BROKER, '', ['log.retention.ms', DELETE, null])
  })

  test('3.2 AlterConfigs: replaces all configs of a resource, or with validate_only none', async () => {
    await alter(TOPIC, topic, ['segment.ms', SET, '9'])
    const resources = [{ resourceType: TOPIC, resourceName: topic, configs: [{ name: 'retention.ms', value: '8' }] }]
    for (const [validateOnly, expected] of [
      [true, ['9', '1000']],
      [false, ['604800000', '8']],
    ] as const) {
      const { responses } = await connection.request(alterConfigs, { resources, validateOnly })
      assert.equal(errorName(responses[0]!.errorCode), 'NONE')
      assert.deepEqual([await valueOf('segment.ms'), await valueOf('retention.ms')], expected)
    }
  })

  test('ListConfigResources names what has configs; in version 0 client metrics only', async () => {
    await alter(CLIENT_METRICS, 'metrics', ['interval.ms', SET, '1000'])
    await alter(GROUP, 'group', ['consumer.session.timeout.ms', SET, '50000'])
    const list = async (resourceTypes: readonly number[], versionMax = 1) => {
      const { errorCode, configResources } = await connection.request(
        listConfigResources,
        { resourceTypes },
        { versionMax },
      )
      return errorCode === 0
        ? configResources.map(each => `${each.resourceType} ${each.resourceName}`)
        : errorName(errorCode)
    }
    assert.deepEqual(await list([GROUP, BROKER]), ['32 group', '4 1', '4 2'])
    assert.ok((await list([])).includes(`2 ${topic}`))
    assert.ok((await list([], 0)).includes('16 metrics'))
    assert.equal(await list([77]), 'UNSUPPORTED_VERSION')
  })

  test('DescribeCluster: the brokers at the addresses of the listener that was asked, and what may be done', async () => {
    const answer = await connection.request(describeCluster, {
      includeClusterAuthorizedOperations: true,
      endpointType: 1,
      includeFencedBrokers: false,
    })
    assert.deepEqual(
      answer.brokers.map(({ brokerId, port, isFenced }) => [brokerId, port, isFenced]),
      [
        [1, 9092, false],
        [2, 9093, false],
      ],
    )
    assert.equal(answer.clusterId, cluster.metadata.image.clusterId)
    assert.ok(answer.clusterAuthorizedOperations > 0)
  })
  for (const [endpointType, version, error] of [
    [2, 2, 'MISMATCHED_ENDPOINT_TYPE'],
    [9, 2, 'UNSUPPORTED_ENDPOINT_TYPE'],
  ] as const)
    test(`DescribeCluster: endpoint type ${endpointType} is ${error}`, async () => {
      const request = { includeClusterAuthorizedOperations: false, endpointType, includeFencedBrokers: false }
      const { errorCode } = await connection.request(describeCluster, request, { versionMax: version })
      assert.equal(errorName(errorCode), error)
    })
})
