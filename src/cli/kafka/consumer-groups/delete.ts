// kafka-consumer-groups --delete and --delete-offsets.

import type { Client, TopicPartition } from '../../../client/index.ts'
import { deleteGroups as deleteGroupsApi, errorCode, errorName, offsetDelete } from '../../../protocol/index.ts'
import type { Terminal } from '../../command.ts'
import { accept, exceptionText, javaMessage, refusal } from '../java-exceptions.ts'
import { left, missing, widthOf } from '../java-format.ts'
import { partitionsNamed } from './reset.ts'

export async function deleteGroups(client: Client, groupIds: readonly string[], terminal: Terminal): Promise<void> {
  const failed: [groupId: string, error: unknown][] = []
  for (const groupId of groupIds)
    try {
      await client.admin.requests.coordinator(
        { key: groupId, kind: 'group' },
        deleteGroupsApi,
        { groupsNames: [groupId] },
        ({ results }) => accept(results[0]!.errorCode),
      )
    } catch (error) {
      failed.push([groupId, error])
    }
  const quoted = (ids: readonly string[]) => ids.map(id => `'${id}'`).join(', ')
  const done = groupIds.filter(id => !failed.some(([groupId]) => groupId === id))
  if (failed.length === 0) {
    terminal.out(`Deletion of requested consumer groups (${quoted(done)}) was successful.`)
    return
  }
  terminal.out('\nError: Deletion of some consumer groups failed:')
  for (const [groupId, error] of failed)
    terminal.out(`* Group '${groupId}' could not be deleted due to: ${exceptionText(error)}`)
  if (done.length > 0) terminal.out(`\nThese consumer groups were deleted successfully: ${quoted(done)}`)
}

/** A topic may be 'orders', or 'orders:0,1' for some partitions. */
export async function deleteOffsets(
  client: Client,
  { groupId, topics }: { readonly groupId: string; readonly topics: readonly string[] },
  terminal: Terminal,
): Promise<void> {
  const outcomes = new Map<TopicPartition, unknown>()
  const places = topics.filter(topic => topic.includes(':')).flatMap(partitionsNamed)
  const whole = topics.filter(topic => !topic.includes(':'))
  for (const { name, error, partitions } of whole.length === 0 ? [] : await client.admin.requests.topics(whole))
    if (error === 'NONE') places.push(...partitions.map(({ partition }) => ({ topic: name, partition })))
    else outcomes.set({ topic: name, partition: -1 }, refusal(errorCode(error)))
  const refused = await deleteAll(client, groupId, places, outcomes)
  if (refused === undefined) terminal.out(`Request succeeded for deleting offsets from group ${groupId}.`)
  else terminal.out(`\nError: ${refused}`)
  printOutcomes(outcomes, terminal)
}

/** Tells the outcome of each place; gives what the whole is refused for, if it is. */
async function deleteAll(
  client: Client,
  groupId: string,
  places: readonly TopicPartition[],
  outcomes: Map<TopicPartition, unknown>,
): Promise<string | undefined> {
  try {
    const answer = await client.admin.requests.coordinator(
      { key: groupId, kind: 'group' },
      offsetDelete,
      {
        groupId,
        topics: [...Map.groupBy(places, ({ topic }) => topic)].map(([name, list]) => ({
          name,
          partitions: list.map(({ partition }) => ({ partitionIndex: partition })),
        })),
      },
      ({ errorCode }) => accept(errorCode),
    )
    const told = answer.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, errorCode }) => ({ topic: name, partition: partitionIndex, errorCode })),
    )
    for (const { errorCode, ...place } of told) outcomes.set(place, errorCode === 0 ? undefined : refusal(errorCode))
    const first = told.find(({ errorCode }) => errorCode !== 0)
    if (first === undefined) return undefined
    const isKnown = ['GROUP_SUBSCRIBED_TO_TOPIC', 'TOPIC_AUTHORIZATION_FAILED', 'UNKNOWN_TOPIC_OR_PARTITION']
    return isKnown.includes(errorName(first.errorCode))
      ? 'Encountered some partition-level error, see the follow-up details.'
      : `Encountered some unknown error: ${errorName(first.errorCode)}`
  } catch (error) {
    for (const place of places) outcomes.set(place, error)
    const code = (error as { code?: string }).code ?? ''
    const isKnown = ['INVALID_GROUP_ID', 'GROUP_ID_NOT_FOUND', 'GROUP_AUTHORIZATION_FAILED', 'NON_EMPTY_GROUP']
    return isKnown.includes(code)
      ? javaMessage(code as Parameters<typeof javaMessage>[0])
      : `Encountered some unknown error: ${code}`
  }
}

function printOutcomes(outcomes: ReadonlyMap<TopicPartition, unknown>, terminal: Terminal): void {
  const key = ({ topic, partition }: TopicPartition) => topic + partition
  const sorted = [...outcomes].toSorted(([a], [b]) => (key(a) < key(b) ? -1 : 1))
  const width = widthOf(
    sorted.map(([{ topic }]) => topic),
    15,
  )
  const line = (topic: string, partition: string | number, status: string) =>
    terminal.out(`${left(topic, width)} ${left(partition, 10)} ${left(status, 15)}`)
  terminal.out('')
  line('TOPIC', 'PARTITION', 'STATUS')
  for (const [{ topic, partition }, error] of sorted)
    line(
      topic,
      partition < 0 ? missing : partition,
      error === undefined ? 'Successful' : `Error: ${exceptionText(error)}`,
    )
}
