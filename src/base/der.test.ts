import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { derTags, integerOf, objectIdOf, readDer, within, writeDer, writeObjectId } from './der.ts'

suite('DER', () => {
  test('what is written is read', () => {
    const long = Buffer.alloc(70_000, 1)
    const bytes = writeDer(derTags.sequence, [
      writeObjectId('1.2.840.113549.1.12.10.1.3'),
      writeDer(derTags.integer, Buffer.from([3])),
      writeDer(derTags.octetString, long),
    ])
    const [value] = readDer(bytes)
    const [id, version, octets] = within(value, derTags.sequence)
    assert.equal(objectIdOf(id!), '1.2.840.113549.1.12.10.1.3')
    assert.equal(integerOf(version!), 3)
    assert.deepEqual(octets!.content, long)
    assert.deepEqual(value!.bytes, bytes)
  })
  // oxfmt-ignore
  const objectIds: [hex: string, dotted: string][] = [
    ['0603550403',                   '2.5.4.3'],
    ['06092a864886f70d010901',       '1.2.840.113549.1.9.1'],
    ['060a0992268993f22c640101',     '0.9.2342.19200300.100.1.1'],
    ['0602883703'.slice(0, 8),       '2.999'],
  ]
  for (const [hex, dotted] of objectIds)
    test(`the object id ${hex} is ${dotted}`, () => {
      const bytes = Buffer.from(hex, 'hex')
      assert.equal(objectIdOf(readDer(bytes)[0]!), dotted)
    })
  // oxfmt-ignore
  const wrong: [what: string, hex: string][] = [
    ['a length beyond the end',  '300501'],
    ['no length',                '30'],
    ['no end (BER)',             '3080'],
    ['a length of five bytes',   '30850000000001'],
    ['a tag of several bytes',   '1f8101'],
  ]
  for (const [what, hex] of wrong)
    test(`${what} is refused`, () => assert.throws(() => readDer(Buffer.from(hex, 'hex')), RangeError))
  test('another tag than is expected is refused', () =>
    assert.throws(() => within(readDer(Buffer.from('020101', 'hex'))[0], derTags.sequence), RangeError))
})
