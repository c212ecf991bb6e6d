// A table as Kafka's newer tools print it: each cell as wide as its column, and a tab behind it.

export function tableLines(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const all = [head, ...rows].map(row => row.map(String))
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]!.length)))
  return all.map(row => row.map((cell, column) => `${cell.padEnd(widths[column]!)}\t`).join(''))
}
