// What a person needs to see why two outcomes are not equal.

import type { Result } from './run.ts'

const linesMax = 40

/** Nothing where they are equal. */
export function difference(
  name: string,
  { expected, result }: { readonly expected: Result; readonly result: Result },
): string[] {
  const parts = (['exitCode', 'stdout', 'stderr'] as const).filter(
    part => expected.normalised[part] !== result.normalised[part],
  )
  if (parts.length === 0) return []
  return [
    `  ${name}:`,
    ...parts.flatMap(part => [
      `    ${part}, expected`,
      ...quoted(expected.normalised[part]),
      `    ${part}, found`,
      ...quoted(result.normalised[part]),
    ]),
    ...(parts.includes('exitCode') && !parts.includes('stderr') ? quoted(result.raw.stderr) : []),
  ]
}

function quoted(value: string | number): string[] {
  const lines = String(value).split('\n')
  const shown = lines.slice(0, linesMax).map(line => `      | ${line.replaceAll('\t', '⇥')}`)
  return lines.length > linesMax ? [...shown, `      | … ${lines.length - linesMax} more`] : shown
}
