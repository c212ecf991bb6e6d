// Replicas that move to another log directory of their broker (KIP-113): begun, and how far they are.

import { systemClock } from '../../../base/index.ts'
import type { Client } from '../../../client/index.ts'
import { alterReplicaLogDirs, errorName } from '../../../protocol/index.ts'
import type { Terminal } from '../../command.ts'
import { refusal } from '../java-exceptions.ts'
import { ToolError } from '../tool.ts'
import { byReplica, partitionName, replicaName, type LogDirPlan } from './plan.ts'
import { Refused } from './reassign.ts'
import { logDirsOn } from './replicas.ts'

export interface LogDirMove extends LogDirPlan {
  /** Where the replica lies; undefined where no log directory that works has it. */
  readonly current: string | undefined
  /** Where it is on its way to. */
  readonly future: string | undefined
}

export async function logDirMoves(client: Client, plans: readonly LogDirPlan[]): Promise<LogDirMove[]> {
  const dirs = await logDirsOn(
    client,
    plans.map(({ brokerId }) => brokerId),
  )
  return plans.map(plan => ({ ...plan, current: dirs(plan).current, future: dirs(plan).future })).toSorted(byReplica)
}

/** What --verify says of a move. */
export function moveTold(move: LogDirMove): string {
  const { brokerId, current, future, logDir } = move
  const place = `Partition ${partitionName(move)}`
  if (current === undefined)
    return `${place} is not found in any live log dir on broker ${brokerId}. There is likely an offline log directory on the broker.`
  if (future === logDir) return `Reassignment of replica ${replicaName(move)} is still in progress.`
  if (future !== undefined)
    return `${place} on broker ${brokerId} is being moved to log dir ${future} instead of ${logDir}.`
  if (current === logDir) return `Reassignment of replica ${replicaName(move)} completed successfully.`
  return `${place} on broker ${brokerId} is not being moved from log dir ${current} to ${logDir}.`
}

const pauseMs = 100

/** A replica that is still on its way to the broker cannot be told where to lie: it is told again until it can. */
export async function moveLogDirs(
  client: Client,
  plans: readonly LogDirPlan[],
  { timeoutMs }: { readonly timeoutMs: number },
  terminal: Terminal,
): Promise<void> {
  const deadlineMs = systemClock.monotonic() + timeoutMs
  let pending = plans.toSorted(byReplica)
  for (;;) {
    const begun = await beginMoves(client, pending)
    for (const plan of pending)
      if (begun.has(plan))
        terminal.out(
          `Successfully started moving log directory to ${plan.logDir} for replica ${partitionName(plan)} with broker ${plan.brokerId} `,
        )
    pending = pending.filter(plan => !begun.has(plan))
    if (pending.length === 0) return
    if (systemClock.monotonic() >= deadlineMs)
      throw new Refused(
        `Timed out before log directory move${pending.length === 1 ? '' : 's'} could be started for: ${pending.map(replicaName).join(',')}`,
      )
    await systemClock.sleep(pauseMs)
  }
}

/** Gives those that were told. */
async function beginMoves(client: Client, plans: readonly LogDirPlan[]): Promise<Set<LogDirPlan>> {
  const begun = new Set<LogDirPlan>()
  for (const [brokerId, ofBroker] of Map.groupBy(plans, plan => plan.brokerId)) {
    const dirs = [...Map.groupBy(ofBroker, plan => plan.logDir)].map(([path, inDir]) => ({
      path,
      topics: [...Map.groupBy(inDir, plan => plan.topic)].map(([name, ofTopic]) => ({
        name,
        partitions: ofTopic.map(({ partition }) => partition),
      })),
    }))
    const answer = await client.admin.requests.broker(brokerId, alterReplicaLogDirs, { dirs })
    for (const { topicName, partitions } of answer.results)
      for (const { partitionIndex, errorCode } of partitions) {
        const plan = ofBroker.find(({ topic, partition }) => topic === topicName && partition === partitionIndex)!
        const error = errorName(errorCode)
        if (error === 'NONE') begun.add(plan)
        else if (error !== 'REPLICA_NOT_AVAILABLE')
          throw new ToolError(`Failed to alter dir for ${replicaName(plan)}`, { cause: refusal(errorCode) })
      }
  }
  return begun
}
