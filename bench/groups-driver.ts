// The Go program in driver/groups/, built once, and one run of it.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { cached } from '../compat/suite/cache.ts'
import { prepare } from '../compat/suite/missing.ts'

const source = join(import.meta.dirname, 'driver')

/** What is not given is as the program has it. */
export interface GroupsLoad {
  readonly mode: 'rebalance' | 'commits' | 'transactions' | 'fill' | 'fetch'
  readonly protocol?: 'eager' | 'cooperative' | 'consumer'
  readonly members?: number
  readonly heartbeatMs?: number
  readonly rounds?: number
  readonly clients?: number
  readonly seconds?: number
  readonly groups?: number
  readonly partitions?: number
}
export interface GroupsResult {
  readonly count: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Mode `fetch`: when the first group was answered, and the last, in ms since 1970. */
  readonly firstAt: number
  readonly lastAt: number
}

export function buildGroupsDriver(): string {
  const inputs = ['groups/main.go', 'go.mod', 'go.sum'].map(name => join(source, name))
  const directory = cached('bench-groups-driver', inputs, into => {
    prepare('go', ['build', '-o', join(into, 'driver'), './groups'], source)
  })
  return join(directory, 'driver')
}
export async function driveGroups(driver: string, bootstrap: string, load: GroupsLoad): Promise<GroupsResult> {
  const { heartbeatMs, ...rest } = load
  const flags = { b: bootstrap, heartbeat: heartbeatMs, ...rest }
  const args = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [`-${flag}`, `${value}`]))
  const { stdout } = await promisify(execFile)(driver, args, { maxBuffer: 2 ** 20 })
  return JSON.parse(stdout) as GroupsResult
}
