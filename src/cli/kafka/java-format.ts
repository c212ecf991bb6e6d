// Columns as Java's printf makes them: `%-15s`, each as wide as its widest cell, and at least as wide as it begins.

/** '-' stands for what is not there. */
export const missing = '-'

export const left = (value: string | number, width: number): string => String(value).padEnd(width)

/** The width of a column: its cells, but not less than `least`. */
export function widthOf(cells: Iterable<string>, least: number): number {
  let width = least
  for (const cell of cells) width = Math.max(width, cell.length)
  return width
}

/** Cells beside each other with a blank between; the last one as it is. */
export function row(cells: readonly (string | number)[], widths: readonly number[]): string {
  return cells.map((cell, i) => (i < widths.length ? left(cell, widths[i]!) : String(cell))).join(' ')
}
