// The tables of kafka-consumer-groups, as wide as Apache's.

import type { TopicPartition } from '../../../client/index.ts'
import type { Terminal } from '../../command.ts'
import { missing, row, widthOf } from '../java-format.ts'
import { byPlace, type Committed, type DescribedGroup, type DescribedMember, type ListedGroup } from './groups.ts'

export function printGroups(
  groups: readonly ListedGroup[],
  shown: { readonly type: boolean; readonly state: boolean },
  terminal: Terminal,
): void {
  const widths = [
    widthOf(
      groups.map(({ groupId }) => groupId),
      15,
    ) + 10,
    20,
    20,
  ]
  const cells = (group: string, type: string, state: string) => [
    group,
    ...(shown.type ? [type] : []),
    ...(shown.state ? [state] : []),
  ]
  terminal.out(row(cells('GROUP', 'TYPE', 'STATE'), widths))
  for (const { groupId, type, state } of groups) terminal.out(row(cells(groupId, type, state), widths))
}

/** Says on the way what there is to say of the group's state. Gives whether it has rows to print. */
function hasRows({ groupId, state }: DescribedGroup, rowCount: number, terminal: Terminal): boolean {
  if (state === 'Dead') terminal.out(`\nError: Consumer group '${groupId}' does not exist.`)
  else if (state === 'Empty') terminal.error(`\nConsumer group '${groupId}' has no active members.`)
  else if (state !== 'Stable') terminal.error(`\nWarning: Consumer group '${groupId}' is rebalancing.`)
  return state !== 'Dead' && rowCount > 0
}

/** `ends` holds the end offsets under `topic-partition`. */
export function printOffsets(
  {
    group,
    committed,
    ends,
  }: {
    readonly group: DescribedGroup
    readonly committed: readonly Committed[]
    readonly ends: ReadonlyMap<string, number>
  },
  isVerbose: boolean,
  terminal: Terminal,
): void {
  const { groupId, members } = group
  const offsets = new Map(committed.map(one => [placeOf(one), one]))
  const cells = (place: TopicPartition, who: readonly [string, string, string]) => {
    const own = offsets.get(placeOf(place))
    const end = ends.get(placeOf(place))
    const epoch = own === undefined || own.leaderEpoch < 0 ? missing : own.leaderEpoch
    return [
      groupId,
      place.topic,
      place.partition,
      ...(isVerbose ? [epoch] : []),
      own?.offset ?? missing,
      end ?? missing,
      own === undefined || end === undefined ? missing : end - own.offset,
      ...who,
    ].map(String)
  }
  // The member with most partitions comes first; what nobody has, last.
  const assigned = members.toSorted((a, b) => b.assignment.length - a.assignment.length)
  const rows = assigned.flatMap(({ assignment, memberId, host, clientId }) =>
    assignment.toSorted(byPlace).map(place => cells(place, [memberId, host, clientId])),
  )
  const taken = new Set(members.flatMap(({ assignment }) => assignment.map(placeOf)))
  for (const place of committed) if (!taken.has(placeOf(place))) rows.push(cells(place, [missing, missing, missing]))
  if (!hasRows(group, rows.length, terminal)) return
  const epochHead = isVerbose ? ['LEADER-EPOCH'] : []
  const head = ['GROUP', 'TOPIC', 'PARTITION', ...epochHead, 'CURRENT-OFFSET', 'LOG-END-OFFSET', 'LAG']
  const numbers = head.length - 3
  const column = (at: number) =>
    widthOf(
      rows.map(cells => cells[at]!),
      15,
    )
  const widths = [
    column(0),
    column(1),
    10,
    ...Array<number>(numbers).fill(15),
    column(head.length),
    column(head.length + 1),
  ]
  terminal.out('')
  for (const cells of [[...head, 'CONSUMER-ID', 'HOST', 'CLIENT-ID'], ...rows]) terminal.out(row(cells, widths))
}
const placeOf = ({ topic, partition }: TopicPartition) => `${topic}-${partition}`

export function printMembers(group: DescribedGroup, isVerbose: boolean, terminal: Terminal): void {
  const { groupId, members } = group
  // Of a group without members the head is printed all the same.
  hasRows(group, members.length, terminal)
  const hasInstances = members.some(({ groupInstanceId }) => groupInstanceId !== '')
  const isMigrating = [true, false].every(kind => members.some(({ isUpgraded }) => isUpgraded === kind))
  const of = (cell: (member: DescribedMember) => string, least: number) => widthOf(members.map(cell), least)
  const widths = [
    members.length === 0 ? 15 : Math.max(15, groupId.length),
    of(({ memberId }) => memberId, 15),
    ...(hasInstances ? [of(({ groupInstanceId }) => groupInstanceId, 17)] : []),
    of(({ host }) => host, 15),
    of(({ clientId }) => clientId, 15),
    15,
  ]
  const verboseWidths = [
    15,
    of(({ assignment }) => assignmentText(assignment), 20),
    15,
    of(({ targetAssignment }) => assignmentText(targetAssignment), 20),
  ]
  const line = (cells: readonly (string | number)[], more: readonly (string | number)[]) =>
    terminal.out(`${row(cells, widths)} ${isVerbose ? row(isMigrating ? more : more.slice(0, 4), verboseWidths) : ''}`)
  terminal.out('')
  line(
    ['GROUP', 'CONSUMER-ID', ...(hasInstances ? ['GROUP-INSTANCE-ID'] : []), 'HOST', 'CLIENT-ID', '#PARTITIONS'],
    ['CURRENT-EPOCH', 'CURRENT-ASSIGNMENT', 'TARGET-EPOCH', 'TARGET-ASSIGNMENT', 'UPGRADED'],
  )
  for (const { memberId, groupInstanceId, host, clientId, assignment, targetAssignment, epoch, isUpgraded } of members)
    line(
      [groupId, memberId, ...(hasInstances ? [groupInstanceId] : []), host, clientId, assignment.length],
      [
        epoch ?? missing,
        assignmentText(assignment),
        group.targetAssignmentEpoch ?? missing,
        assignmentText(targetAssignment),
        String(isUpgraded ?? missing),
      ],
    )
}

/** 'orders:0,1;payments:2' */
function assignmentText(places: readonly TopicPartition[]): string {
  if (places.length === 0) return missing
  return [...Map.groupBy(places, ({ topic }) => topic)]
    .map(
      ([topic, list]) =>
        `${topic}:${list
          .map(({ partition }) => partition)
          .toSorted((a, b) => a - b)
          .join(',')}`,
    )
    .toSorted()
    .join(';')
}

export function printState(group: DescribedGroup, isVerbose: boolean, terminal: Terminal): void {
  if (!hasRows(group, 1, terminal)) return
  const { groupId, coordinator, assignor, state, members, groupEpoch, targetAssignmentEpoch } = group
  const address = `${coordinator.address}  (${coordinator.id})`
  const widths = [Math.max(15, groupId.length), Math.max(25, address.length), 20, 20, ...(isVerbose ? [15, 25] : [])]
  const epochs = (a: string | number, b: string | number) => (isVerbose ? [a, b] : [])
  terminal.out('')
  const head = ['GROUP', 'COORDINATOR (ID)', 'ASSIGNMENT-STRATEGY', 'STATE']
  terminal.out(row([...head, ...epochs('GROUP-EPOCH', 'TARGET-ASSIGNMENT-EPOCH'), '#MEMBERS'], widths))
  const cells = [groupId, address, assignor === '' ? missing : assignor, state]
  const epochCells = epochs(groupEpoch ?? missing, targetAssignmentEpoch ?? missing)
  terminal.out(row([...cells, ...epochCells, members.length], widths))
}

export interface NewOffset extends TopicPartition {
  readonly groupId: string
  readonly offset: number
}
/** `groupIds` are those that were looked at, with or without offsets. */
export function printReset(groupIds: readonly string[], offsets: readonly NewOffset[], terminal: Terminal): void {
  const widths = [
    widthOf(groupIds, 15),
    widthOf(
      offsets.map(({ topic }) => topic),
      15,
    ),
    10,
  ]
  if (groupIds.length > 0) {
    terminal.out('')
    terminal.out(row(['GROUP', 'TOPIC', 'PARTITION', 'NEW-OFFSET'], widths))
  } else terminal.out('')
  for (const { groupId, topic, partition, offset } of offsets)
    terminal.out(row([groupId, topic, partition, offset], widths))
}
