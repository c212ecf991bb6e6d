import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { SeededRandom } from '../base/index.ts'
import { BrokerConfig, memoryMetadataLog, Metadata } from '../metadata/index.ts'
import { addFirstUsers } from './first-users.ts'

const random = new SeededRandom(1)
const open = () => Metadata.open({ log: memoryMetadataLog(), random, config: BrokerConfig.of({}) })
const add = (metadata: Metadata, ...given: string[]) => addFirstUsers(metadata, given, random)

suite('users that a cluster begins with', () => {
  test('have what their passwords come to, and keep it at later starts', async () => {
    const metadata = await open()
    await add(
      metadata,
      'SCRAM-SHA-256=[name=alice,password=secret]',
      'SCRAM-SHA-512=[iterations=8192,name="bob",password="x"]',
    )
    const { scramCredentials } = metadata.image
    assert.equal(scramCredentials.get('alice')!.get('SCRAM-SHA-256')!.iterations, 4096)
    assert.equal(scramCredentials.get('bob')!.get('SCRAM-SHA-512')!.iterations, 8192)
    await add(metadata, 'SCRAM-SHA-256=[name=alice,password=other]')
    assert.equal(metadata.image.scramCredentials, scramCredentials)
  })
  // oxfmt-ignore
  const refused: [text: string, message: RegExp][] = [
    ['alice=planted',                                              /no mechanism/],
    ['PLAIN=[name=alice,password=planted]',                        /no mechanism/],
    ['SCRAM-SHA-256=[password=planted]',                           /name, password/],
    ['SCRAM-SHA-256=[name=alice]',                                 /name, password/],
    ['SCRAM-SHA-256=[name=alice,password=planted,iterations=x]',   /iterations/],
    ['SCRAM-SHA-256=[name=alice,password=planted,iterations=100]', /Too few iterations/],
  ]
  for (const [text, message] of refused)
    test(`'${text}' is refused, and no password told`, async () => {
      const metadata = await open()
      await assert.rejects(
        add(metadata, text),
        (error: Error) => message.test(error.message) && !error.message.includes('planted'),
      )
    })
})
