import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { memoryFiles, SeededRandom, silentLogger, systemClock, type Files, type Sockets } from '../base/index.ts'
import { ClientConnection, memorySockets } from '../connection/index.ts'
import { metadata } from '../protocol/index.ts'
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
const brokersAt = async ({ sockets }: World, port: number) => {
  const connection = await ClientConnection.connect({
    sockets,
    clock: systemClock,
    clientId: 'test',
    host: '127.0.0.1',
    port,
  })
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
  test('the cluster keeps its id and its topics over restarts', async () => {
    const world = newWorld()
    let platform = await start(world)
    const { clusterId } = await brokersAt(world, 9092)
    await platform.stop()
    platform = await start(world)
    assert.equal((await brokersAt(world, 9092)).clusterId, clusterId)
    await platform.stop()
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
