// What may differ between two runs of the same call, made equal: names, ids, times, ports, logs and traces of Java.

import type { Outcome } from './invocation.ts'
import type { Step } from './scenario.ts'

export interface World {
  /** What the names of a scenario begin with, as long as any other's. */
  readonly prefix: string
  readonly bootstrap: string
  readonly directory: string
}

export function normalised({ exitCode, stdout, stderr }: Outcome, step: Step, world: World): Outcome {
  const text = (output: string) => {
    let lines = common(output, world).split('\n')
    if (step.ownLines) lines = lines.filter(line => line.includes(plainPrefix))
    if (step.unordered) lines.sort()
    return (step.normalise ?? []).reduce((text, change) => change(text), lines.join('\n'))
  }
  return {
    exitCode,
    stdout: text(stdout),
    stderr: step.stderr === 'differs' ? '' : text(withoutJava(stderr, stdout)),
  }
}
const plainPrefix = 'n000-'

function common(output: string, { prefix, bootstrap, directory }: World): string {
  const [host, port] = bootstrap.split(':')
  return output
    .replaceAll('\r\n', '\n')
    .replaceAll(directory, '/directory')
    .replaceAll(prefix, plainPrefix)
    .replaceAll(`${host}:${port}`, 'HOST:PORT')
    .replaceAll(port!, 'PORT')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/(TopicId: )[\w-]{22}/g, '$1ID')
}

/**
 * Without log and traces, which ours do not print; of an exception the message only, where no line before has told it.
 */
function withoutJava(stderr: string, stdout: string): string {
  const lines: string[] = []
  let isLogged = false
  for (const line of stderr.split('\n')) {
    const [exception, message] =
      /^(?:Exception in thread "main" )?(?:[a-z]\w*\.)+[\w$]*(?:Exception|Error)\b(?:: (.*))?/.exec(line) ?? []
    if (/^\[\d{4}-\d\d-\d\d /.test(line)) isLogged = true
    else if (/^\t+(at|\.\.\.) |^Caused by: |^ \([\w.$]+\)$/.test(line)) continue
    else if (exception !== undefined) {
      const isTold = message === undefined || stdout.includes(message) || lines.at(-1)?.endsWith(message) === true
      if (!isLogged && !isTold) lines.push(message)
    } else {
      isLogged = false
      lines.push(line)
    }
  }
  return lines.join('\n').trimEnd()
}

/** Of a table of options only the names and what their values are called: what they do is told in words of our own. */
export function optionsOnly(output: string): string {
  const at = output.search(/^Option( \(\* = required\))? +Description/m)
  if (at < 0) return output
  const width = output.slice(at).indexOf('Description')
  const names = output
    .slice(at)
    .split('\n')
    .slice(2)
    .map(line => line.slice(0, width).trimEnd())
    .map(line => (line.startsWith('  ') ? ` ${line.trim()}` : `\n${line}`))
    .join('')
  return output.slice(0, at) + names.replaceAll(/[^\S\n]+/g, '').replaceAll(/\n+/g, '\n')
}

/** Of a set of options in a message no order is promised. */
export function anyOrder(output: string): string {
  return output
    .replaceAll(
      /(options|scenarios|states are|types are|combination):? "?(\[\[.*\]\]|.*)/g,
      (_, head: string, list: string) =>
        `${head} ${list
          .replaceAll(/^\[\[|\]\]$/g, brackets => brackets[0]!)
          .split(', ')
          .toSorted()
          .join(' ')}`,
    )
    .replaceAll(/(can't be used with option) "\[.*\]"/g, '$1 one of several')
}
