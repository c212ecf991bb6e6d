// What memory is for: whoever holds some of it tells how much, and how much it may be.

import { beansOf, type MBeans } from './mbeans.ts'

const ofMemory = beansOf('millrace', 'memory')
const used = ofMemory('used-bytes', 'Bytes in use of each budget of memory')
const limit = ofMemory('limit-bytes', 'Bytes that each budget of memory may have in use')

export interface MemoryBudget {
  readonly usedBytes: () => number
  readonly limitBytes: () => number
}
export function tellMemory(beans: MBeans, budget: string, { usedBytes, limitBytes }: MemoryBudget): void {
  beans.attribute(used, { budget }, usedBytes)
  beans.attribute(limit, { budget }, limitBytes)
}
