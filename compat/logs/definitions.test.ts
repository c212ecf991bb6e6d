// What Apache Kafka's servers write in their own logs, declared as the definitions in their jars have it. Skipped where there
// is no Java or no Kafka.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, describe, it } from 'node:test'

import { ourShape, parseDefinition, theirShape, type KafkaDefinition } from '../../src/protocol/definitions.ts'
import { clusterMetadataRecords, remoteLogMetadataRecords } from '../../src/protocol/index.ts'
import { Versions } from '../../src/protocol/schema.ts'
import { coordinatorRecords, recordsOfServers } from '../../src/protocol/testing.ts'
import { installKafka } from '../kafka/kafka.ts'
import { whyNoKafka } from './dump.ts'

const skip = whyNoKafka()

describe('records of servers', { skip }, () => {
  const definitions = skip ? new Map<string, KafkaDefinition>() : definitionsInJars()
  const definition = (name: string): KafkaDefinition => definitions.get(name) ?? assert.fail(`no definition of ${name}`)
  const ofCoordinators = Object.values(coordinatorRecords).flatMap(({ key, value }) => [key, value])

  for (const message of [...recordsOfServers, ...ofCoordinators])
    it(`${message.name} is declared as this Kafka defines it`, () => {
      const theirs = definition(message.name),
        { from, to } = Versions.parse(theirs.validVersions)
      assert.deepEqual([message.versions.from, message.versions.to], [from, to])
      for (let version = from; version <= to; version++)
        assert.deepEqual(ourShape(message, version), theirShape(theirs, version))
    })
  it('each has the number that tells it apart', () => {
    for (const { id, message } of [
      ...Object.values(clusterMetadataRecords),
      ...Object.values(remoteLogMetadataRecords),
    ])
      assert.equal(definition(message.name).apiKey, id, message.name)
  })
  it('none of those of controllers and of tiered storage is left out', () => {
    const declared = new Set(recordsOfServers.map(({ name }) => name))
    const records = [...definitions.values()].filter(({ type }) => type === 'metadata').map(({ name }) => name)
    assert.deepEqual(
      records.filter(name => !declared.has(name)),
      [],
    )
    assert.ok(records.length >= 30, `${records.length} records`)
  })
})

/** By name. */
function definitionsInJars(): Map<string, KafkaDefinition> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-definitions-'))
  after(() => rmSync(directory, { recursive: true }))
  for (const jar of globSync(join(installKafka(), 'kafka-*coordinator-*.jar')).concat(
    globSync(join(installKafka(), 'kafka-{metadata,storage}-[0-9]*.jar')),
  )) {
    const { status, stderr, error } = spawnSync('jar', ['-xf', jar], { cwd: directory, encoding: 'utf8' })
    if (error || status !== 0) throw new Error(`jar -xf ${basename(jar)}: ${error?.message ?? stderr}`)
  }
  const all = globSync(join(directory, '**/*.json')).map(file => parseDefinition(readFileSync(file, 'utf8')))
  return new Map(all.map(definition => [definition.name, definition]))
}
