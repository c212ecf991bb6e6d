// What the cases of groups look for in members: their partitions, and what they have read.

import assert from 'node:assert/strict'

import { eventually, type CaseContext } from '../suite/case.ts'
import { numbered } from '../suite/messages.ts'
import type { Member } from '../suite/operations.ts'

export async function filled({ topic, control }: CaseContext, partitions: number, count = 2): Promise<string> {
  const name = await topic({ partitions })
  for (let partition = 0; partition < partitions; partition++) {
    await control.produce({ topic: name, messages: numbered(count).map(one => ({ ...one, partition })) })
  }
  return name
}

export async function has(member: Member, partitions: number, waitMsMax?: number): Promise<void> {
  await eventually(`${partitions} partitions for a member`, () => assigned(member).length === partitions, waitMsMax)
}

/** Together the members have all partitions, each one once, and nobody is without. */
export async function shared(members: readonly Member[], partitions: number): Promise<void> {
  const all = Array.from({ length: partitions }, (_, partition) => partition).join()
  await eventually(`${partitions} partitions shared by ${members.length} members`, () => {
    const parts = members.map(assigned)
    return (
      parts
        .flat()
        .toSorted((a, b) => a - b)
        .join() === all && parts.every(part => part.length > 0)
    )
  })
}

export function assigned(member: Member): readonly number[] {
  const failure = member.failure()
  if (failure) throw failure
  return member.assignment() ?? []
}

/** These are read, in any order. */
export async function hasRead(member: Member, expected: readonly string[]): Promise<void> {
  await eventually(`the records ${expected.join(' ')}`, () => {
    const failure = member.failure()
    if (failure) throw failure
    return expected.every(one => member.read().includes(one))
  })
}

/** These and no others. */
export async function hasReadOnly(member: Member, expected: readonly string[]): Promise<void> {
  await hasRead(member, expected)
  assert.deepEqual([...new Set(member.read())].toSorted(), expected)
}
