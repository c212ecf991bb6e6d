// Offsets in lines of values divided by commas, as --export writes and --from-file reads them: the group stands before
// topic, partition and offset only where there are several groups.

import { ToolError } from '../tool.ts'
import type { NewOffset } from './print.ts'

export function writeOffsets(offsets: readonly NewOffset[], { withGroup }: { readonly withGroup: boolean }): string {
  return offsets
    .map(({ groupId, topic, partition, offset }) => {
      const cells = [...(withGroup ? [quoted(groupId)] : []), quoted(topic), partition, offset]
      return `${cells.join(',')}\n`
    })
    .join('')
}

/** Kafka's writer puts what is long, or has a character before '-', in quotation marks. */
function quoted(text: string): string {
  const isPlain = text.length <= 24 && !/[\0-,]/.test(text)
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`
}

/** Lines without a group belong to `groupId`. Throws ToolError for what is no line of offsets. */
export function readOffsets(text: string, groupId: string | undefined): NewOffset[] {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  return lines.map(line => {
    const cells = cellsOf(line.trim())
    const [group, topic, partition, offset] = cells.length === 3 && groupId !== undefined ? [groupId, ...cells] : cells
    const isWhole = cells.length <= 4 && [partition, offset].every(cell => /^-?\d+$/.test(cell ?? ''))
    if (topic === undefined || !isWhole)
      throw new ToolError(`'${line.trim()}' is not ${groupId === undefined ? 'group,' : ''}topic,partition,offset`)
    return { groupId: group!, topic, partition: Number(partition), offset: Number(offset) }
  })
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, inQuotes, plain]) => inQuotes?.replaceAll('""', '"') ?? plain!.trim(),
  )
}
