// The table of options as joptsimple prints it: two columns of a page 80 wide, wrapped and padded with blanks.

import { takesValue, type OptionDeclaration, type OptionTable } from './joptsimple.ts'

const pageWidth = 80
const gap = 2

export function helpOf(table: OptionTable): string {
  const isStarred = Object.values(table).some(({ required }) => required)
  const rows: [option: string, about: string][] = [
    [isStarred ? 'Option (* = required)' : 'Option', 'Description'],
    [isStarred ? '---------------------' : '------', '-----------'],
    ...Object.keys(table)
      .toSorted()
      .map((name): [string, string] => [optionColumn(name, table[name]!), aboutColumn(table[name]!)]),
  ]
  const widest = (column: 0 | 1) => Math.max(...rows.map(row => row[column].length))
  const left = Math.min((pageWidth - gap) / 2, widest(0))
  const right = Math.min(pageWidth - left - gap, widest(1))
  const lines = rows.flatMap(([option, about]) => {
    const [options, abouts] = [wrapped(option, left), wrapped(about, right)]
    const height = Math.max(options.length, abouts.length)
    return Array.from(
      { length: height },
      (_, i) => `${(options[i] ?? '').padEnd(left + gap)}${(abouts[i] ?? '').padEnd(right)}\n`,
    )
  })
  return lines.join('')
}

function optionColumn(name: string, declared: OptionDeclaration): string {
  const names = [name, ...(declared.alias === undefined ? [] : [declared.alias])].toSorted().map(one => `--${one}`)
  const head = `${declared.required ? '* ' : ''}${names.join(', ')}`
  if (!takesValue(declared)) return head
  const kind = declared.oneOf?.join('|') ?? declared.type ?? 'String'
  const about = `${kind}${declared.value === undefined ? '' : `: ${declared.value}`}`
  return `${head} ${declared.optionalValue ? `[${about}]` : `<${about}>`}`
}

function aboutColumn({ about, default: value }: OptionDeclaration): string {
  return value === undefined ? about : `${about} (default: ${value})`
}

/** Lines no longer than `width`, broken after blanks and hyphens; those that continue are indented by two. */
function wrapped(text: string, width: number): string[] {
  return text
    .trim()
    .split('\n')
    .flatMap(line => {
      const pieces: string[] = []
      let piece = ''
      for (const word of line.match(/[^\s-]*(?:-+|\s+|$)\s*/g) ?? []) {
        if (piece.length + word.length > width) {
          pieces.push(piece.trimEnd())
          piece = `  ${word}`
        } else piece += word
      }
      return piece === '' ? pieces : [...pieces, piece]
    })
}
