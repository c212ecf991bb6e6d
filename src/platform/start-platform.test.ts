import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { memoryFiles, SeededRandom, silentLogger, systemClock, type Files, type Sockets } from '../base/index.ts'
import { ClientConnection, memorySockets } from '../connection/index.ts'
import { buildBatch, fetch, findCoordinator, metadata, produce } from '../protocol/index.ts'
import { startPlatform, type Platform, type PlatformOptions } from './index.ts'

interface World {
  readonly sockets: Sockets
  readonly files: Files
}
const newWorld = (): World => ({ sockets: memorySockets({ clock: systemClock }), files: memoryFiles() })
const start = (
  world: World,
  properties: Readonly<Record<string, string>> = {},
  options: Partial<PlatformOptions> = {},
): Promise<Platform> =>
  startPlatform({
    dataPath: '/data',
    properties: new Map(Object.entries(properties)),
    logger: silentLogger,
    random: new SeededRandom(1),
    ...world,
    ...options,
  })
const connect = ({ sockets }: World, port: number): Promise<ClientConnection> =>
  ClientConnection.connect({ sockets, clock: systemClock, clientId: 'test', host: '127.0.0.1', port })
const brokersAt = async (world: World, port: number) => {
  const connection = await connect(world, port)
  const { brokers, clusterId } = await connection.request(metadata, { topics: [] })
  await connection.close()
  return { clusterId, brokers: brokers.map(({ nodeId, host, port }) => `${nodeId} ${host}:${port}`) }
}
const refusal = async (properties: Readonly<Record<string, string>>) => {
  const error = await start(newWorld(), properties).then(
    () => assert.fail('it started'),
    (error: Error & { code?: string }) => error,
  )
  return `${error.code}: ${error.message}`
}

suite('startPlatform', () => {
  test('listens on 127.0.0.1:9092 where nothing else is said', async () => {
    const world = newWorld()
    const platform = await start(world)
    assert.equal(platform.bootstrap, '127.0.0.1:9092')
    assert.deepEqual(platform.endpoints, [{ name: 'Kafka', address: '127.0.0.1:9092' }])
    assert.deepEqual((await brokersAt(world, 9092)).brokers, ['1 127.0.0.1:9092'])
    await platform.stop()
  })
  test('with more brokers, each has the port after the one before and an id of its own', async () => {
    const world = newWorld()
    const platform = await start(world, {}, { brokers: 3, port: 9192 })
    assert.equal(platform.bootstrap, '127.0.0.1:9192,127.0.0.1:9193,127.0.0.1:9194')
    assert.deepEqual((await brokersAt(world, 9193)).brokers, [
      '1 127.0.0.1:9192',
      '2 127.0.0.1:9193',
      '3 127.0.0.1:9194',
    ])
    await platform.stop()
  })
  test('3.1 Metadata: each listener tells its own advertised addresses', async () => {
    const world = newWorld()
    const platform = await start(world, {
      listeners: 'PLAINTEXT://:9092,OUTSIDE://127.0.0.1:9093,CONTROLLER://:9094',
      'advertised.listeners': 'PLAINTEXT://broker.internal:9092,OUTSIDE://kafka.example.com:19093',
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,OUTSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'controller.listener.names': 'CONTROLLER',
      'inter.broker.listener.name': 'PLAINTEXT',
      'node.id': '5',
    })
    assert.deepEqual((await brokersAt(world, 9092)).brokers, ['5 broker.internal:9092'])
    assert.deepEqual((await brokersAt(world, 9093)).brokers, ['5 kafka.example.com:19093'])
    await platform.stop()
  })
  test('3.1 FindCoordinator, Produce, Fetch: each listener tells its own advertised addresses', async () => {
    const world = newWorld()
    const properties = {
      listeners: 'PLAINTEXT://:9092,OUTSIDE://127.0.0.1:9192',
      'advertised.listeners': 'PLAINTEXT://broker.internal:9092,OUTSIDE://kafka.example.com:19092',
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,OUTSIDE:PLAINTEXT',
      'offsets.topic.num.partitions': '1',
      'num.partitions': '2',
    }
    const platform = await start(world, properties, { brokers: 2 })
    const hosts = { 9092: 'broker.internal', 9192: 'kafka.example.com' } as const
    for (const [port, host] of Object.entries(hosts)) {
      const client = await connect(world, Number(port))
      const { coordinators } = await client.request(findCoordinator, { keyType: 0, coordinatorKeys: ['g'] })
      assert.equal(coordinators[0]!.host, host)
      const { topics } = await client.request(metadata, { topics: [{ name: 'orders' }] })
      const { topicId, partitions } = topics[0]!
      const elsewhere = partitions.find(({ leaderId }) => leaderId === 2)!.partitionIndex
      const produced = await client.request(produce, {
        acks: 1,
        timeoutMs: 0,
        topicData: [
          { topicId, partitionData: [{ index: elsewhere, records: buildBatch([{ timestamp: 0, value: 'a' }]) }] },
        ],
      })
      const asked = { partition: elsewhere, fetchOffset: 0, partitionMaxBytes: 1 }
      const fetched = await client.request(fetch, {
        maxWaitMs: 0,
        minBytes: 0,
        maxBytes: 1,
        topics: [{ topicId, partitions: [asked] }],
      })
      for (const { nodeEndpoints } of [produced, fetched])
        assert.deepEqual(
          nodeEndpoints.map(({ nodeId, host }) => [nodeId, host]),
          [[2, host]],
        )
      await client.close()
    }
    await platform.stop()
  })
  test('the cluster keeps its id and its topics over restarts', async () => {
    const world = newWorld()
    let platform = await start(world)
    const { clusterId } = await brokersAt(world, 9092)
    await platform.stop()
    platform = await start(world)
    assert.equal((await brokersAt(world, 9092)).clusterId, clusterId)
    await platform.stop()
  })
  test('one broker has its logs in the data directory, several in folders; the first finds its own again', async () => {
    const logsIn = ({ files }: World) =>
      ['/data', '/data/brokers/1', '/data/brokers/2'].filter(path => files.exists(`${path}/meta.properties`))
    const alone = newWorld()
    await (await start(alone)).stop()
    assert.deepEqual(logsIn(alone), ['/data'])
    await (await start(alone, {}, { brokers: 2 })).stop()
    assert.deepEqual(logsIn(alone), ['/data', '/data/brokers/2'])
    const together = newWorld()
    await (await start(together, {}, { brokers: 2 })).stop()
    await (await start(together)).stop()
    assert.deepEqual(logsIn(together), ['/data/brokers/1', '/data/brokers/2'])
  })
  test('what is unknown or useless in the configuration is a warning', async () => {
    const platform = await start(newWorld(), { 'num.partitons': '3' })
    assert.match(platform.warnings.join('\n'), /num\.partitons.*num\.partitions/)
    await platform.stop()
  })

  // oxfmt-ignore
  const refused: [what: string, properties: Record<string, string>, expected: RegExp][] = [
    ['a listener that is none',          { listeners: 'localhost:9092' },                    /CONFIG.*localhost:9092.*NAME:\/\/host:port/],
    ['encryption',                       { listeners: 'SSL://127.0.0.1:9093' },              /CONFIG.*SSL/],
    ['a controller alone',               { listeners: 'CONTROLLER://:9093', 'controller.listener.names': 'CONTROLLER' }, /CONFIG.*listeners/],
    ['a value of the wrong type',        { 'num.partitions': 'many' },                       /CONFIG.*num\.partitions/],
    ['a flush setting that is no truth', { 'log.flush.on.ack': 'sometimes' },                /CONFIG.*log\.flush\.on\.ack/],
  ]
  for (const [what, properties, expected] of refused)
    test(`refuses ${what}, and says so`, async () => assert.match(await refusal(properties), expected))

  test('a port that is taken is named, and nothing is left locked', async () => {
    const world = newWorld()
    const first = await start(world)
    const second = start({ ...world, files: memoryFiles() })
    await assert.rejects(second, { code: 'PORT_TAKEN', message: /127\.0\.0\.1:9092/ })
    await first.stop()
    const third = await start(world)
    await third.stop()
  })
})
