// The text of a .properties file, as Java's Properties.load reads it.

/** Gives keys and values in order of appearance; of a repeated key the last value. */
export function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>()
  for (const line of logicalLines(text)) {
    // The key ends at the first separator that no backslash stands before.
    const [, key = '', value = ''] = /^((?:\\.|[^\\=:\s])*)(?:\s*[=:]\s*|\s+|$)(.*)$/s.exec(line)!
    properties.set(unescape(key), unescape(value))
  }
  return properties
}

/** Without comments and blank lines, and with continued lines joined. */
function* logicalLines(text: string): Generator<string> {
  let pending: string | undefined
  for (const physical of text.split(/\r\n|[\r\n]/)) {
    const line = physical.replace(/^[ \t\f]+/, '')
    if (pending === undefined && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue
    const whole: string = (pending ?? '') + line
    const continued = /(?:^|[^\\])(?:\\\\)*\\$/.test(whole)
    pending = continued ? whole.slice(0, -1) : undefined
    if (!continued) yield whole
  }
  if (pending !== undefined) yield pending
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }
function unescape(text: string): string {
  return text.replaceAll(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, escaped: string) =>
    escaped.length === 5 ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16)) : (escapes[escaped] ?? escaped),
  )
}
