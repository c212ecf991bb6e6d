import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { memoryFiles, UserError } from '../base/index.ts'
import { offsetCheckpointText, readOffsetCheckpoint } from './checkpoint-file.ts'
import { deletedDirectoryName, offsetName, offsetOf, parseLogName } from './file-names.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { agreeOnMetaProperties, metaPropertiesText, readMetaProperties } from './meta-properties.ts'
import { partitionMetadataText, readTopicId } from './partition-metadata.ts'

const files = memoryFiles()
files.makeDirectory('/c')
let count = 0
function fileOf(text: string): string {
  const path = `/c/${count++}`
  files.replaceFile(path, text)
  return path
}

describe('names of files', () => {
  it('hold offsets of 20 digits', () => {
    assert.equal(offsetName(42), '00000000000000000042')
    assert.equal(offsetOf('00000000000000000042.log', '.log'), 42)
    for (const other of ['42.log', '00000000000000000042.logs', '00000000000000000042.log.deleted', 'x.log'])
      assert.equal(offsetOf(other, '.log'), undefined, other)
  })
  const names: [name: string, topic: string | undefined, partition?: number][] = [
    ['topic-0', 'topic', 0],
    ['a-b.c_d-17', 'a-b.c_d', 17],
    ['topic-1-2', 'topic-1', 2],
    ['topic-00', undefined],
    ['topic', undefined],
    ['-1', undefined],
    ['topic-1.0123456789abcdef-delete', undefined],
  ]
  for (const [name, topic, partition] of names)
    it(`the directory ${name} is ${topic === undefined ? 'no log' : `partition ${partition} of ${topic}`}`, () => {
      assert.deepEqual(parseLogName(name), topic === undefined ? undefined : { topic, partition })
    })
  it('stay within what file systems allow, for the longest topic names too', () => {
    const name = deletedDirectoryName(`${'t'.repeat(249)}-12`, '0123456789abcdef0123456789abcdef')
    assert.equal(name.length, 255)
    assert.match(name, /^t+\.[0-9a-f]{32}-delete$/)
  })
})

describe('offset checkpoints', () => {
  it('are text as Kafka writes it, and are read again', () => {
    const lines = [
      { topic: 'a-b', partition: 0, offset: 12 },
      { topic: 'c', partition: 3, offset: 0 },
    ]
    const text = offsetCheckpointText(lines)
    assert.equal(text, '0\n2\na-b 0 12\nc 3 0\n')
    assert.deepEqual(
      [...readOffsetCheckpoint(files, fileOf(text))],
      [
        ['a-b-0', 12],
        ['c-3', 0],
      ],
    )
  })
  for (const text of ['', '0', '1\n0\n', '0\n2\na 0 1\n', '0\nx\n', '\0\0\0\0'])
    it(`count as missing where they are ${JSON.stringify(text)}`, () => {
      assert.deepEqual([...readOffsetCheckpoint(files, fileOf(text))], [])
    })
})

describe('leader epochs', () => {
  const path = '/c/leader-epochs'
  const epochs = (...starts: [epoch: number, startOffset: number][]) => {
    const made = new LeaderEpochs({ files, path: `/c/${count++}` })
    for (const [epoch, startOffset] of starts) made.assign(epoch, startOffset)
    return made
  }
  it('are text as Kafka writes it, and are read again', () => {
    const made = new LeaderEpochs({ files, path })
    made.assign(3, 0)
    made.assign(5, 20)
    made.write()
    assert.equal(files.readFile(path).toString(), '0\n2\n3 0\n5 20\n')
    assert.deepEqual(new LeaderEpochs({ files, path }).starts, made.starts)
  })
  it('only increase, and one that wrote nothing is forgotten', () => {
    const made = epochs([3, 0], [3, 10], [2, 10], [4, 10], [6, 10])
    assert.deepEqual(made.starts, [
      { epoch: 3, startOffset: 0 },
      { epoch: 6, startOffset: 10 },
    ])
  })
  // oxfmt-ignore
  const ends: [epoch: number, expected: [epoch: number, endOffset: number] | undefined][] = [
    [0, [0, 5]], [2, [2, 20]], [3, [2, 20]], [4, [4, 30]], [7, [7, 50]], [8, undefined], [-1, undefined],
  ]
  for (const [epoch, expected] of ends)
    it(`epoch ${epoch} ended ${expected ? `in ${expected[0]} at ${expected[1]}` : 'unknown'}, of 2, 4 and 7`, () => {
      const found = epochs([2, 5], [4, 20], [7, 30]).endOf(epoch, 50)
      assert.deepEqual(found && [found.epoch, found.endOffset], expected)
    })
  it('know the epoch of an offset', () => {
    const made = epochs([2, 5], [4, 20])
    assert.deepEqual(
      [4, 5, 19, 20, 99].map(offset => made.epochAt(offset)),
      [-1, 2, 2, 4, 4],
    )
  })
  it('are cut at both ends with the log', () => {
    const made = epochs([1, 0], [2, 10], [3, 20])
    made.truncateFromEnd(20)
    assert.equal(made.latest, 2)
    made.truncateFromStart(15)
    assert.deepEqual(made.starts, [{ epoch: 2, startOffset: 15 }])
    made.clear()
    assert.equal(made.latest, -1)
  })
})

describe('partition.metadata', () => {
  it('names the topic id in URL-safe base64', () => {
    const text = partitionMetadataText('0123456789abcdef0123456789abcdef')
    assert.equal(text, 'version: 0\ntopic_id: ASNFZ4mrze8BI0VniavN7w')
    assert.equal(readTopicId(files, fileOf(text)), '0123456789abcdef0123456789abcdef')
  })
  for (const text of ['', 'version: 0\ntopic_id: AS', 'version: 1\ntopic_id: ASNFZ4mrze8BI0VniavN7w'])
    it(`counts as missing where it is ${JSON.stringify(text)}`, () => {
      assert.equal(readTopicId(files, fileOf(text)), undefined)
    })
})

describe('meta.properties', () => {
  const mine = { clusterId: 'cluster', nodeId: 3, directoryId: '0123456789abcdef0123456789abcdef' }
  it('is read as it was written', () => {
    assert.deepEqual(readMetaProperties(files, fileOf(metaPropertiesText(mine))), mine)
  })
  it('is read as Kafka writes it', () => {
    const text =
      '#\n#Wed Jan 01 00:00:00 UTC 2025\nnode.id=3\ndirectory.id=ASNFZ4mrze8BI0VniavN7w\nversion=1\ncluster.id=cluster\n'
    assert.deepEqual(readMetaProperties(files, fileOf(text)), mine)
  })
  it('is refused in a version that is not known, which says more than is understood', () => {
    const path = fileOf('version=2\ncluster.id=c\nnode.id=1\n')
    assert.throws(
      () => readMetaProperties(files, path),
      error => error instanceof UserError && error.code === 'WRONG_VERSION' && /version 2/.test(error.message),
    )
  })
  for (const text of ['', '\0\0\0\0', '#half\nver'])
    it(`is completed where it is ${JSON.stringify(text)}`, () => {
      assert.deepEqual(readMetaProperties(files, fileOf(text)), {})
    })
  it('completes what is missing, and keeps the directory id', () => {
    assert.deepEqual(agreeOnMetaProperties(undefined, mine, '/d'), mine)
    assert.equal(agreeOnMetaProperties({ directoryId: 'f'.repeat(32) }, mine, '/d').directoryId, 'f'.repeat(32))
  })
  it('refuses the directory of another node or cluster, and says what to do', () => {
    const is = (code: string) => (error: unknown) => error instanceof UserError && error.code === code
    assert.throws(() => agreeOnMetaProperties({ nodeId: 4 }, mine, '/d'), is('WRONG_NODE'))
    assert.throws(() => agreeOnMetaProperties({ nodeId: 3, clusterId: 'x' }, mine, '/d'), is('WRONG_CLUSTER'))
  })
})
