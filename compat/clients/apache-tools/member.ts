// kafka-verifiable-consumer: a member of a group that tells all it does in JSON. It commits what it has read at once.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { javaCommand } from '../../kafka/kafka.ts'
import type { JoinOptions, Member } from '../../suite/operations.ts'

const assignors = { eager: 'RangeAssignor', cooperative: 'CooperativeStickyAssignor' }

interface Told {
  readonly name: string
  readonly partitions?: readonly { readonly partition: number }[]
  readonly partition?: number
  readonly offset?: number
}

export async function joinWithVerifiableConsumer(
  bootstrap: string,
  directory: string,
  { group, topic, assignor = 'eager', instanceId, sessionTimeoutMs = 10_000, reset = 'earliest' }: JoinOptions,
): Promise<Member> {
  const settings = join(directory, 'verifiable-consumer.properties')
  writeFileSync(settings, 'heartbeat.interval.ms=300\nfetch.max.wait.ms=200\n')
  const args = ['--bootstrap-server', bootstrap, '--topic', topic, '--group-id', group, '--verbose']
  args.push('--session-timeout', String(sessionTimeoutMs), '--reset-policy', reset, '--command-config', settings)
  args.push('--assignment-strategy', `org.apache.kafka.clients.consumer.${assignors[assignor]}`)
  if (instanceId !== undefined) args.push('--group-instance-id', instanceId)
  const command = javaCommand('org.apache.kafka.tools.VerifiableConsumer', args)
  const child = spawn(command[0], command[1], { stdio: ['ignore', 'pipe', 'ignore'] })
  const read: string[] = []
  let assignment: Set<number> | undefined
  let revocations = 0
  createInterface(child.stdout).on('line', line => {
    if (!line.startsWith('{')) return
    const { name, partitions = [], partition, offset } = JSON.parse(line) as Told
    if (name === 'record_data') read.push(`${partition}:${offset}`)
    if (name === 'partitions_assigned')
      assignment = new Set([...(assignment ?? []), ...partitions.map(one => one.partition)])
    if (name === 'partitions_revoked' && partitions.length > 0) {
      revocations++
      for (const one of partitions) assignment?.delete(one.partition)
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
    failure: () => undefined,
  }
}
