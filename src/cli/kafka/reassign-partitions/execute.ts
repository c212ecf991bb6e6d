// kafka-reassign-partitions --execute: begins a reassignment, and says what to keep for the way back.

import type { Client } from '../../../client/index.ts'
import type { Terminal } from '../../command.ts'
import { ToolError } from '../tool.ts'
import { moveLogDirs } from './log-dirs.ts'
import { byPartition, partitionName, planJson, refuseFaults, type Plan } from './plan.ts'
import { reassign, Refused } from './reassign.ts'
import { brokerIds, logDirsOf, replicasOf } from './replicas.ts'
import { movesOf, throttleLogDirs, throttleMoves } from './throttles.ts'

export interface Execution {
  /** Whether there may be others under way. */
  readonly isAdditional: boolean
  /** Negative: as much as there is. */
  readonly bytesPerSecond: number
  readonly logDirBytesPerSecond: number
  /** How long moves to log directories are tried. */
  readonly timeoutMs: number
  readonly allowReplicationFactorChange: boolean
}

export async function execute(client: Client, plan: Plan, how: Execution, terminal: Terminal): Promise<void> {
  refuseFaults(plan)
  const ongoing = await client.admin.partitions.reassignments()
  if (!how.isAdditional && ongoing.length > 0)
    throw new Refused(
      'Cannot execute because there is an existing partition assignment.  Use --additional to override this and create a new partition assignment in addition to the existing one. The --additional flag can also be used to change the throttle by resubmitting the current reassignment.',
    )
  const alive = new Set(await brokerIds(client))
  const unknown = plan.partitions.flatMap(({ replicas }) => replicas).filter(id => !alive.has(id))
  if (unknown.length > 0) throw new ToolError(`Unknown broker id ${Math.min(...unknown)}`)

  const current = await replicasOf(client, plan.partitions)
  const dirs = await logDirsOf(client, current)
  terminal.out('Current partition replica assignment\n')
  terminal.out(`${planJson(current, replica => dirs(replica).current)}\n`)
  terminal.out('Save this to use as the --reassignment-json-file option during rollback')

  if (how.bytesPerSecond >= 0 || how.logDirBytesPerSecond >= 0)
    terminal.out(
      'Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is removed.',
    )
  if (how.bytesPerSecond >= 0)
    await throttleMoves(client, movesOf(ongoing, plan.partitions, current), how.bytesPerSecond, terminal)
  if (how.logDirBytesPerSecond >= 0) {
    const brokers = new Set(plan.logDirs.map(({ brokerId }) => brokerId))
    await throttleLogDirs(client, brokers, how.logDirBytesPerSecond, terminal)
  }

  const refused = await reassign(client, plan.partitions, how)
  if (refused.length > 0) throw new Refused(`Error reassigning partition(s):\n${refused.join('\n')}`)
  const started = plan.partitions.toSorted(byPartition).map(partitionName)
  terminal.out(`Successfully started partition reassignment${started.length === 1 ? '' : 's'} for ${started.join(',')}`)
  if (plan.logDirs.length > 0) await moveLogDirs(client, plan.logDirs, how, terminal)
}
