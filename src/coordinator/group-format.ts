// The records of groups in the batches of __consumer_offsets.

import { BatchBuilder, batchIsControl, RecordIndex } from '../protocol/index.ts'
import type { ForeignRecord, RecordFormat } from './record-format.ts'
import { decodeRecord, encodeRecord, type GroupRecord } from './records.ts'

/** The log refuses what is too large for a batch of its topic; here is no other limit. */
const batchSizeMax = 0x7fff_ffff

export class GroupFormat implements RecordFormat<GroupRecord> {
  readonly subject = 'groups'
  readonly #batch = new BatchBuilder({ sizeMax: batchSizeMax })
  readonly #index = new RecordIndex()

  encode(records: readonly GroupRecord[], timestamp: number): Buffer {
    try {
      for (const record of records) this.#batch.append({ timestamp, ...encodeRecord(record) })
    } catch (error) {
      this.#batch.reset()
      throw error
    }
    return this.#batch.finish()
  }
  decode(bytes: Buffer, at: number): readonly (GroupRecord | ForeignRecord)[] {
    if (batchIsControl(bytes, at)) return []
    const index = this.#index.read(bytes, at)
    const { keyStart, keyEnd, valueStart, valueEnd } = index
    const records: (GroupRecord | ForeignRecord)[] = []
    for (let i = 0; i < index.count; i++)
      if (keyStart[i] !== -1)
        records.push(decodeRecord(index.bytes, keyStart[i]!, keyEnd[i]!, valueStart[i]!, valueEnd[i]!))
    return records
  }
}
