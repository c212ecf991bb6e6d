import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

import { brokerDocumentation, topicDocumentation } from './documentation.ts'
import { topicSynonyms } from './tables.ts'

/** Keys that code names where it reads a config. */
function keysRead(): Set<string> {
  const root = new URL('../../', import.meta.url)
  const keys = new Set<string>()
  // Commands and clients have configs of their own.
  for (const file of globSync('{broker,coordinator,metadata,platform,storage}/**/*.ts', { cwd: root }))
    if (!/\.(test|bench)\.ts$|testing/.test(file))
      for (const [, key] of readFileSync(new URL(file, root), 'utf8').matchAll(
        /\.(?:number|boolean|string|list|optionalNumber|text)\(\s*'([a-z]+(?:\.[a-z]+)*)'/g,
      ))
        keys.add(key!)
  return keys
}
/** Read under another name, or by a name that is computed. */
const readOtherwise = new Set([
  'broker.id',
  'log.dir',
  'log.dirs',
  'sasl.jaas.config',
  'sasl.server.callback.handler.class',
])
/** Read, and does nothing until there is what it is for. */
const noEffect: ReadonlySet<string> = new Set([
  'remote.storage.enable', // refused
])

test('every config that the code reads is documented, and every documented one is read', () => {
  const read = keysRead()
  const behindTopics = new Set(
    Object.values(topicSynonyms).flatMap(synonyms => synonyms?.map(({ name }) => name) ?? []),
  )
  const documented = [...Object.keys(brokerDocumentation), ...Object.keys(topicDocumentation)]
  const isRead = (key: string) => read.has(key) || readOtherwise.has(key) || (behindTopics as Set<string>).has(key)
  assert.deepEqual(
    documented.filter(key => !isRead(key)),
    [],
    'documented, and not read',
  )
  assert.deepEqual(
    [...read].filter(key => !documented.includes(key) && !noEffect.has(key)),
    [],
    'read, and not documented',
  )
})
