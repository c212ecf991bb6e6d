// kafka-reassign-partitions --cancel: partitions go back to the brokers that they were on.

import type { Client } from '../../../client/index.ts'
import type { Terminal } from '../../command.ts'
import { logDirMoves, moveLogDirs } from './log-dirs.ts'
import { byPartition, partitionName, type Plan } from './plan.ts'
import { reassign, Refused } from './reassign.ts'
import { clearThrottles } from './throttles.ts'

export async function cancel(
  client: Client,
  { partitions, logDirs }: Plan,
  { keepsThrottles, timeoutMs }: { readonly keepsThrottles: boolean; readonly timeoutMs: number },
  terminal: Terminal,
): Promise<void> {
  const ongoing = await client.admin.partitions.reassignments(partitions)
  const several = ongoing.length === 1 ? '' : 's'
  if (ongoing.length === 0) terminal.out('None of the specified partition reassignments are active.')
  else {
    const refused = await reassign(
      client,
      ongoing.map(({ topic, partition }) => ({ topic, partition, replicas: null })),
    )
    if (refused.length > 0)
      throw new Refused(
        `Error cancelling partition reassignment${refused.length === 1 ? '' : 's'} for:\n${refused.join('\n')}`,
      )
    const names = ongoing.toSorted(byPartition).map(partitionName)
    terminal.out(`Successfully cancelled partition reassignment${several} for: ${names.join(',')}`)
  }
  const moving = (await logDirMoves(client, logDirs)).flatMap(move =>
    move.future === undefined || move.current === undefined ? [] : [{ ...move, logDir: move.current }],
  )
  // The original goes on in the same line.
  if (moving.length === 0) terminal.write('None of the specified partition moves are active.')
  else await moveLogDirs(client, moving, { timeoutMs }, terminal)
  if (!keepsThrottles) await clearThrottles(client, partitions, terminal)
}
