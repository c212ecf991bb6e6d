// Reassignments begun or called off, with what the cluster says of each partition.

import type { Client, PartitionReassignment } from '../../../client/index.ts'
import { alterPartitionReassignments, errorCode } from '../../../protocol/index.ts'
import { accept, refusal } from '../java-exceptions.ts'
import { ToolError } from '../tool.ts'
import { byPartition, partitionName } from './plan.ts'

/** Ends the tool with this message, as it is. */
export class Refused extends ToolError {}

/** Gives a line for each partition that was refused. */
export async function reassign(
  client: Client,
  reassignments: readonly PartitionReassignment[],
  { allowReplicationFactorChange = true }: { readonly allowReplicationFactorChange?: boolean } = {},
): Promise<string[]> {
  const topics = [...Map.groupBy(reassignments, ({ topic }) => topic)].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition, replicas }) => ({ partitionIndex: partition, replicas })),
  }))
  const answer = await client.admin.requests.controller(alterPartitionReassignments, version => {
    const draft = { timeoutMs: 30_000, topics }
    // Version 0 would change the number without a word.
    if (version === 0 && !allowReplicationFactorChange) throw refusal(errorCode('UNSUPPORTED_VERSION'))
    return version === 0 ? draft : { ...draft, allowReplicationFactorChange }
  })
  accept(answer.errorCode, answer.errorMessage)
  return answer.responses
    .flatMap(({ name, partitions }) =>
      partitions.flatMap(({ partitionIndex, errorCode: code, errorMessage }) =>
        code === 0 ? [] : [{ topic: name, partition: partitionIndex, message: refusal(code, errorMessage).message }],
      ),
    )
    .toSorted(byPartition)
    .map(refused => `${partitionName(refused)}: ${refused.message}`)
}
