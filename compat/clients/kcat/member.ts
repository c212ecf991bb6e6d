// `kcat -G`: a member of a group that tells its rebalances on standard error. It commits by itself: often, and when it leaves.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

import { Refused, type JoinOptions, type Member } from '../../suite/operations.ts'

const strategies = { eager: 'range', cooperative: 'cooperative-sticky' }

export async function joinWithKcat(
  bootstrap: string,
  { group, topic, assignor = 'eager', instanceId, sessionTimeoutMs = 10_000, reset = 'earliest' }: JoinOptions,
): Promise<Member> {
  const settings = [
    `session.timeout.ms=${sessionTimeoutMs}`,
    'heartbeat.interval.ms=300',
    'fetch.wait.max.ms=200',
    'auto.commit.interval.ms=200',
    `auto.offset.reset=${reset}`,
    `partition.assignment.strategy=${strategies[assignor]}`,
    ...(instanceId === undefined ? [] : [`group.instance.id=${instanceId}`]),
  ].flatMap(setting => ['-X', setting])
  const args = ['-b', bootstrap, '-u', '-f', '%p:%o\\n', ...settings, '-G', group, topic]
  const child = spawn('kcat', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const read: string[] = []
  let assignment: Set<number> | undefined
  let revocations = 0
  let failure: Error | undefined
  createInterface(child.stdout).on('line', line => read.push(line))
  createInterface(child.stderr).on('line', line => {
    if (line.startsWith('% ERROR')) failure = new Refused(line)
    const [, what, list = ''] = /rebalanced.*?\b(assigned|assignment|revoked|revoke)\b(.*)$/.exec(line) ?? []
    if (what === undefined) return
    assignment ??= new Set()
    const partitions = [...list.matchAll(/\[(\d+)\]/g)].map(([, partition]) => Number(partition))
    const added = what.startsWith('assign')
    if (!added) revocations++
    for (const partition of partitions) {
      if (added) assignment.add(partition)
      else assignment.delete(partition)
    }
  })
  return {
    assignment: () => assignment && [...assignment].toSorted((a, b) => a - b),
    revocations: () => revocations,
    read: () => read,
    commit: async () => {},
    async leave() {
      child.kill('SIGTERM')
      await once(child, 'close')
    },
    kill: () => void child.kill('SIGKILL'),
    failure: () => failure,
  }
}
