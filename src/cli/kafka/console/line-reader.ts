// How kafka-console-producer makes records of lines: headers, key and value, divided as the reader's properties say.

import type { OutgoingRecord } from '../../../client/index.ts'
import type { Properties } from '../connection.ts'
import { ToolError } from '../tool.ts'

export type LineReader = (line: string, lineNumber: number) => OutgoingRecord

/** Throws ToolError for properties that contradict each other; so does the reader for a line that lacks a separator. */
export function lineReader(topic: string, properties: Properties): LineReader {
  const isTrue = (name: string) => properties.get(name)?.trim().toLowerCase() === 'true'
  const hasKey = isTrue('parse.key'),
    hasHeaders = isTrue('parse.headers'),
    ignoresErrors = isTrue('ignore.error')
  const separators = {
    'key.separator': properties.get('key.separator') ?? '\t',
    'headers.separator': properties.get('headers.separator') ?? ',',
    'headers.delimiter': properties.get('headers.delimiter') ?? '\t',
    'headers.key.separator': properties.get('headers.key.separator') ?? ':',
  }
  const nullMarker = properties.get('null.marker')
  refuseEqual(separators, nullMarker)

  const orNull = (text: string) => (text === nullMarker ? null : text)
  const cut = (line: string, from: number, separator: string, name: string, lineNumber: number) => {
    const at = line.indexOf(separator, from)
    if (at >= 0) return line.slice(from, at)
    if (ignoresErrors) return undefined
    throw new ToolError(`No ${name} found on line number ${lineNumber}: '${line}'`)
  }
  const header = (pair: string, lineNumber: number): [string, string | null] => {
    const separator = separators['headers.key.separator']
    const at = pair.indexOf(separator)
    if (at < 0 && ignoresErrors) return [pair, null]
    if (at < 0) throw new ToolError(`No header key separator found in pair '${pair}' on line number ${lineNumber}`)
    const name = pair.slice(0, at)
    if (name === nullMarker)
      throw new ToolError(`Header keys should not be equal to the null marker '${nullMarker}' as they can't be null`)
    return [name, orNull(pair.slice(at + separator.length))]
  }
  return (line, lineNumber) => {
    let at = 0
    const headers = hasHeaders
      ? cut(line, 0, separators['headers.delimiter'], 'headers delimiter', lineNumber)
      : undefined
    if (headers !== undefined) at = headers.length + separators['headers.delimiter'].length
    const key = hasKey ? cut(line, at, separators['key.separator'], 'key separator', lineNumber) : undefined
    if (key !== undefined) at += key.length + separators['key.separator'].length
    const pairs = headers === undefined || headers === nullMarker ? [] : headers.split(separators['headers.separator'])
    return {
      topic,
      key: key === undefined ? null : orNull(key),
      value: orNull(line.slice(at)),
      headers: pairs.map(pair => header(pair, lineNumber)),
    }
  }
}

function refuseEqual(separators: { readonly [name: string]: string }, nullMarker: string | undefined): void {
  const pairs = [
    ['headers.delimiter', 'headers.separator'],
    ['headers.delimiter', 'headers.key.separator'],
    ['headers.separator', 'headers.key.separator'],
  ] as const
  for (const [a, b] of pairs) if (separators[a] === separators[b]) throw new ToolError(`${a} and ${b} may not be equal`)
  for (const name of ['key.separator', 'headers.separator', 'headers.delimiter', 'headers.key.separator'])
    if (separators[name] === nullMarker) throw new ToolError(`null.marker and ${name} may not be equal`)
}

/** Lines of text that end in a newline, a carriage return, or both. */
export async function* lines(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let rest = ''
  for await (const chunk of input) {
    rest += decoder.decode(chunk, { stream: true })
    // A carriage return at the end may be half of a line's end.
    const parts = rest.split(/\r\n|\n|\r(?!$)/)
    rest = parts.pop()!
    yield* parts
  }
  rest += decoder.decode()
  if (rest.endsWith('\r')) rest = rest.slice(0, -1)
  else if (rest === '') return
  yield rest
}
