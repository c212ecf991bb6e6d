import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { compressSync } from 'snappy'

import { SeededRandom, seedFromEnvironment } from '../../base/index.ts'
import { codecs, compress, decompress, decompressBriefly, type Codec } from './codec.ts'
import { CompressionError } from './compression-error.ts'

const seed = seedFromEnvironment()
/** ROUNDS=… mutates for longer. */
const rounds = Number(process.env['ROUNDS'] ?? 1_500)
console.log(`compression: SEED=${seed}`)
/** What the golden frames hold: made by the command lines of lz4 1.9 and zstd 1.5, and gzip. */
const text = Buffer.from('the mill turns, '.repeat(5000)).subarray(0, 70001)
const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url))

/** Snappy in the framing of Java's library, blocks of 32 KiB. */
function xerial(...streams: Buffer[][]): Buffer {
  return Buffer.concat(
    streams.flatMap(blocks => [
      Buffer.from('82534e415050590000000001 00000001'.replace(' ', ''), 'hex'),
      ...blocks.flatMap(block => [Buffer.from([0, 0, block.length >> 8, block.length & 255]), block]),
    ]),
  )
}
const half = [text.subarray(0, 32768), text.subarray(32768)].map(part => compressSync(part))

// oxfmt-ignore
const foreign = [
  // codec    bytes                            what is peculiar
  ['lz4',    golden('linked-blocks.lz4'),      'blocks that refer to the one before'],
  ['lz4',    golden('block-checksums.lz4'),    'block checksums, content size'],
  ['lz4',    golden('content-checksum.lz4'),   'blocks of 4 MiB, a checksum at the end'],
  ['zstd',   golden('no-content-size.zst'),    'no content size'],
  ['zstd',   golden('streamed.zst'),           'streamed, as Java does'],
  ['gzip',   golden('plain.gz'),               ''],
  ['snappy', compressSync(text),               'raw, as librdkafka writes'],
  ['snappy', xerial(half),                     'two blocks in xerial framing'],
  ['snappy', xerial([half[0]!], [half[1]!]),   'a stream flushed and begun again'],
] as const
for (const [codec, bytes, peculiar] of foreign)
  test(`what others compressed is read: ${codec}, ${peculiar}`, () => {
    for (const read of [decompress, decompress, decompressBriefly])
      assert(read(codec, bytes, text.length).equals(text), read.name)
    assert.throws(() => decompressBriefly(codec, bytes, text.length - 1), { code: 'TOO_LARGE' })
    assert.throws(() => decompress(codec, bytes, text.length - 1), { name: 'CompressionError', code: 'TOO_LARGE' })
  })

for (const codec of codecs)
  test(`what was compressed comes back, ${codec} (seed ${seed})`, () => {
    const random = new SeededRandom(seed)
    for (const size of [0, 1, 15, 1000, 32768, 32769, 70000, 300000, 5_000_000]) {
      const bytes = random.chance(0.5) ? random.bytes(size) : Buffer.alloc(size, 'some text of some length')
      for (const read of [decompress, decompressBriefly])
        assert(read(codec, compress(codec, bytes), size).equals(bytes), `${size} bytes by ${read.name}`)
    }
  })

test('lz4 is written as Java and librdkafka read it: independent blocks, no checksum but of the header', () => {
  assert.equal(
    compress('lz4', Buffer.from('abc')).toString('hex'),
    '04224d18604082030000806162630000 0000'.replace(' ', ''),
  )
})
test('snappy is written in the framing that Java reads', () => {
  assert.equal(
    compress('snappy', Buffer.from('abc')).subarray(0, 20).toString('hex'),
    '82534e4150505900000000010000000100000005',
  )
})
test('a level is obeyed where the codec has levels', () => {
  const random = new SeededRandom(1)
  const events = Array.from({ length: 2000 }, (_, id) => ({
    id,
    delay: random.below(90),
    origin: random.pick(['ABQ', 'SFO']),
  }))
  const bytes = Buffer.from(JSON.stringify(events))
  for (const codec of ['gzip', 'zstd'] as const) {
    const [fast, best] = [compress(codec, bytes, 1), compress(codec, bytes, codec === 'gzip' ? 9 : 19)]
    assert(best.length < fast.length)
    assert(decompress(codec, best, bytes.length).equals(bytes))
  }
})

// oxfmt-ignore
const corrupt: [Codec, string, string][] = [
  // codec   bytes                                                          what is wrong
  ['snappy', '',                                                            'nothing'],
  ['snappy', 'ffffffff0f00',                                                'claims 4 GiB'],
  ['snappy', 'ffffffffff01',                                                'a size of more than 32 bits'],
  ['snappy', '82534e41505059000000000100000001 000000ff 00',                'a block that is not there'],
  ['snappy', '82534e41505059000000000100000001 ffffffff 00',                'a block of a negative size'],
  ['snappy', '82534e41505059000000000100000001 0000',                       'half of a size'],
  ['lz4',    '',                                                            'nothing'],
  ['lz4',    '04224d18604082',                                              'no end mark'],
  ['lz4',    '04224d18604000 03000080616263 00000000',                      'the wrong header checksum'],
  ['lz4',    '04224d18604082 ffffff7f616263 00000000',                      'a block that is not there'],
  ['lz4',    '04224d18604082 03000000616263 00000000',                      'a block that is no lz4'],
  ['lz4',    '03214c18604082 03000080616263 00000000',                      'another magic'],
  ['gzip',   '1f8b0800',                                                    'ends early'],
  ['gzip',   '00',                                                          'no gzip'],
  ['zstd',   '28b52ffd',                                                    'ends early'],
  ['zstd',   '00',                                                          'no zstd'],
]
for (const [codec, bytes, wrong] of corrupt)
  test(`what is no ${codec} is refused: ${wrong}`, () => {
    for (const read of [decompress, decompressBriefly])
      assert.throws(() => read(codec, Buffer.from(bytes.replaceAll(' ', ''), 'hex'), 1e6), {
        name: 'CompressionError',
        code: 'CORRUPT',
      })
  })

test(`mutated bytes give something within the bound or a CompressionError (seed ${seed})`, () => {
  const random = new SeededRandom(seed)
  for (let round = 0; round < rounds; round++) {
    const codec = random.pick(codecs.slice(1))
    const bytes = compress(
      codec,
      Buffer.concat([Buffer.alloc(random.below(2000), 'abc'), random.bytes(random.below(200))]),
    )
    for (let change = 1 + random.below(3); change > 0; change--) bytes[random.below(bytes.length)] = random.below(256)
    const read = random.chance(0.5) ? decompress : decompressBriefly
    try {
      assert(read(codec, bytes.subarray(0, random.below(bytes.length + 1)), 5000).length <= 5000)
    } catch (error) {
      assert(error instanceof CompressionError, `SEED=${seed}, round ${round}, ${codec}: ${String(error)}`)
    }
  }
})
