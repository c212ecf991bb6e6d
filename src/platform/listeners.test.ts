import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { BrokerConfig } from '../metadata/index.ts'
import { displacedWarnings, exposureWarnings, listenersOf, type ListenerOptions } from './listeners.ts'

const shown = (properties: Record<string, string>, brokers = 1, options: ListenerOptions = {}) =>
  listenersOf(BrokerConfig.of(properties), options, brokers).map(listeners =>
    listeners.map(({ name, securityProtocol, host, port, advertised }) =>
      [
        name,
        securityProtocol,
        `${host}:${port}`,
        ...(advertised ? [`${advertised.host}:${advertised.port}`] : []),
      ].join(' '),
    ),
  )

suite('listeners', () => {
  // oxfmt-ignore
  const cases: [what: string, properties: Record<string, string>, brokers: number, listeners: string[][]][] = [
    ['nothing is said', {}, 1, [['PLAINTEXT PLAINTEXT 127.0.0.1:9092']]],
    ['several brokers, nothing is said', {}, 2, [['PLAINTEXT PLAINTEXT 127.0.0.1:9092'], ['PLAINTEXT PLAINTEXT 127.0.0.1:9093']]],
    ['all protocols, by their own names', { listeners: 'PLAINTEXT://:1,SSL://h:2,SASL_PLAINTEXT://[::1]:3,sasl_ssl://:4' }, 1,
      [['PLAINTEXT PLAINTEXT :1', 'SSL SSL h:2', 'SASL_PLAINTEXT SASL_PLAINTEXT ::1:3', 'SASL_SSL SASL_SSL :4']]],
    ['names of their own', { listeners: 'IN://:1,OUT://:2', 'listener.security.protocol.map': 'IN:PLAINTEXT, OUT:SASL_SSL', 'advertised.listeners': 'OUT://example.com:443' }, 1,
      [['IN PLAINTEXT :1', 'OUT SASL_SSL :2 example.com:443']]],
    ['three brokers on ports that follow each other', { listeners: 'PLAINTEXT://:9092,SSL://:9093,SASL_SSL://:9094', 'advertised.listeners': 'SSL://h:9093' }, 3, [
      ['PLAINTEXT PLAINTEXT :9092', 'SSL SSL :9093 h:9093', 'SASL_SSL SASL_SSL :9094'],
      ['PLAINTEXT PLAINTEXT :9095', 'SSL SSL :9096 h:9096', 'SASL_SSL SASL_SSL :9097'],
      ['PLAINTEXT PLAINTEXT :9098', 'SSL SSL :9099 h:9099', 'SASL_SSL SASL_SSL :9100']]],
    ['two brokers on ports that lie apart', { listeners: 'PLAINTEXT://:9092,SSL://:9192' }, 2,
      [['PLAINTEXT PLAINTEXT :9092', 'SSL SSL :9192'], ['PLAINTEXT PLAINTEXT :9093', 'SSL SSL :9193']]],
    ['two brokers by hand', { listeners: 'PLAINTEXT://:1;PLAINTEXT://:7', 'advertised.listeners': 'PLAINTEXT://a:1;PLAINTEXT://b:7' }, 2,
      [['PLAINTEXT PLAINTEXT :1 a:1'], ['PLAINTEXT PLAINTEXT :7 b:7']]],
    ['free ports', { listeners: 'PLAINTEXT://:0,SSL://:0' }, 2,
      [['PLAINTEXT PLAINTEXT :0', 'SSL SSL :0'], ['PLAINTEXT PLAINTEXT :0', 'SSL SSL :0']]],
  ]
  for (const [what, properties, brokers, listeners] of cases)
    test(`where ${what}: ${listeners.flat().join(', ')}`, () => assert.deepEqual(shown(properties, brokers), listeners))
  test('the command line is stronger', () =>
    assert.deepEqual(shown({ listeners: 'SSL://:1' }, 1, { port: 5 }), [['PLAINTEXT PLAINTEXT 127.0.0.1:5']]))
  test('listeners that the command line displaces are warned of', () => {
    const config = BrokerConfig.of({ listeners: 'SSL://:1' })
    assert.match(displacedWarnings(config, { port: 5 }).join(), /listeners=SSL:\/\/:1 is not used/)
    assert.deepEqual([displacedWarnings(config, {}), displacedWarnings(BrokerConfig.of({}), { port: 5 })], [[], []])
  })

  // oxfmt-ignore
  const refused: [what: string, properties: Record<string, string>, brokers: number, message: RegExp][] = [
    ['a name twice',                         { listeners: 'SSL://:1,SSL://:2' },                 1, /different name/],
    ['a name of no protocol',                { listeners: 'MINE://:1' },                         1, /gives the listener MINE no security protocol/],
    ['a protocol that there is none of',     { listeners: 'A://:1', 'listener.security.protocol.map': 'A:QUIC' }, 1, /listener A no security protocol/],
    ['a port beyond the last',               { listeners: 'SSL://:65536' },                      1, /no listener/],
    ['listeners of two brokers for three',   { listeners: 'SSL://:1;SSL://:2' },                 3, /those of 2 brokers, and there are 3/],
  ]
  for (const [what, properties, brokers, message] of refused)
    test(`${what} is refused`, () => assert.throws(() => shown(properties, brokers), { code: 'CONFIG', message }))

  // oxfmt-ignore
  const exposed: [listener: string, properties: Record<string, string>, warns: boolean][] = [
    ['PLAINTEXT://127.0.0.1:1',   {},                                                          false],
    ['PLAINTEXT://localhost:1',   {},                                                          false],
    ['PLAINTEXT://[::1]:1',       {},                                                          false],
    ['PLAINTEXT://:1',            {},                                                          true],
    ['PLAINTEXT://0.0.0.0:1',     {},                                                          true],
    ['SSL://0.0.0.0:1',           {},                                                          true],
    ['SSL://0.0.0.0:1',           { 'ssl.client.auth': 'requested' },                          true],
    ['SSL://0.0.0.0:1',           { 'ssl.client.auth': 'required' },                           false],
    ['SSL://0.0.0.0:1',           { 'listener.name.ssl.ssl.client.auth': 'required' },         false],
    ['SASL_PLAINTEXT://:1',       {},                                                          false],
    ['SASL_SSL://:1',             {},                                                          false],
  ]
  for (const [listener, properties, warns] of exposed)
    test(`${listener} ${JSON.stringify(properties)} ${warns ? 'is warned of' : 'is no cause for a warning'}`, () => {
      const config = BrokerConfig.of({ listeners: listener, ...properties })
      assert.equal(exposureWarnings(listenersOf(config, {}, 1).flat(), config).length, warns ? 1 : 0)
    })
})
