// COMPATIBILITY.md, printed from what the handlers declare: which versions of which API are served, and what differs.

import { apis, type Versions } from '../protocol/index.ts'
import type { HandlerTable } from './handler-table.ts'

export function compatibilityPage(handlers: HandlerTable): string {
  const served = handlers.all()
  const unserved = [...apis.values()].filter(({ key }) => handlers.get(key) === undefined)
  const rows = served.map(({ api, versions, advertised }) => [
    String(api.key),
    api.name,
    show(versions),
    show(advertised) === show(versions) ? '' : show(advertised),
    show(api.stable),
  ])
  const differing = served.filter(({ differs }) => differs.length > 0)
  return [
    '# Compatibility with Apache Kafka',
    '',
    'Printed from the declarations of the handlers by `npm run compatibility`. A version that is not listed is not served, and',
    'not advertised.',
    '',
    '## What is served',
    '',
    ...table(['key', 'API', 'versions', 'advertised as', 'Apache Kafka 4.2'], rows),
    '',
    '## What differs',
    '',
    ...differing.flatMap(({ api, differs }) => differs.map(sentence => `- **${api.name}**: ${sentence}`)),
    '',
    '## What is not served',
    '',
    unserved.length === 0
      ? 'Of the APIs that the protocol module declares, none.'
      : `${unserved
          .toSorted((one, other) => one.key - other.key)
          .map(({ key, name }) => `${name} (${key})`)
          .join(', ')}.`,
    '',
  ].join('\n')
}
const show = ({ from, to }: Versions) => (from === to ? `${from}` : `${from}-${to}`)

/** Padded as the formatter pads it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map(row => row[i]!.length)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  return [line(head), `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)]
}
