// What `millrace up --from` asks for: which topics of which cluster, and since when; and how it is told.

import { systemClock, UserError } from '../base/index.ts'
import type { CopyOutcome, CopySource } from '../platform/index.ts'
import type { Given, Terminal } from './command.ts'
import { bytesText, plural, Progress } from './output.ts'
import { timeOption } from './time.ts'

export const copyOptions = {
  from: {
    value: 'HOST:PORT',
    about: 'another cluster, any Kafka, that --topics are copied from before this one serves',
  },
  topics: { value: 'A,B', about: 'which: with their partitions, configs and records, at their offsets' },
  since: { value: 'TIME', about: 'copy only what is not older: 1h, 2024-05-01T12:00Z, ms since 1970' },
  'from-config': {
    value: 'FILE',
    about: "properties of a Kafka client, for --from: what --command-config is to Kafka's tools",
  },
} as const

/** Undefined where nothing is to be copied. Throws UserError for options that do not go together. */
export async function copySourceOf(
  given: Given<typeof copyOptions>,
  terminal: Terminal,
): Promise<CopySource | undefined> {
  const { from, topics = '', since } = given
  if (from === undefined) {
    for (const option of ['topics', 'since', 'from-config'] as const)
      if (given[option] !== undefined)
        throw new UserError('USAGE', `--${option} says what to copy, and --from HOST:PORT from where: it is missing`)
    return undefined
  }
  const names = topics
    .split(',')
    .map(name => name.trim())
    .filter(Boolean)
  if (names.length === 0)
    throw new UserError('USAGE', `--from ${from} needs --topics a,b: the topics that are to be copied`)
  const { clientOptions, propertiesFile } = await import('./kafka/connection.ts')
  const properties = await propertiesFile(given['from-config'])
  let progress: Progress | undefined
  return {
    client: clientOptions({ bootstrap: from, clientId: 'millrace-copy', properties }),
    topics: names,
    // '1h' is as clear as '-1h' here: there is nothing to copy of the future.
    ...(since === undefined
      ? {}
      : { since: timeOption(/^\d+(\.\d+)?[a-z]+$/.test(since) ? `-${since}` : since, 'since') }),
    signal: terminal.signal,
    onProgress(done, total) {
      progress ??= new Progress(terminal, { total, unit: 'offsets' })
      if (done < total) progress.show(done, systemClock.monotonic())
      else progress.clear()
    },
  }
}

export function copyLines({ copied, kept }: CopyOutcome, from: string): string[] {
  return [
    ...copied.map(
      ({ topic, partitions, records, sizeBytes }) =>
        `  copied    ${topic} from ${from}: ${plural(records, 'record')} in ${plural(partitions, 'partition')}, ${bytesText(sizeBytes)}`,
    ),
    ...kept.map(topic => `  kept      ${topic}: it was here already`),
  ]
}
