// A list of topics as Kafka's tools take it: a regular expression in which a comma means "or".

import { ToolError } from './tool.ts'

/** Throws ToolError for what is no regular expression. */
export function topicFilter(text: string): (topic: string) => boolean {
  const source = text
    .trim()
    .replaceAll(',', '|')
    .replaceAll(' ', '')
    .replace(/^["']+/, '')
    .replace(/["']+$/, '')
  try {
    // The person at the terminal wrote it, for a process that is theirs.
    const expression = new RegExp(`^(?:${source})$`)
    return topic => expression.test(topic)
  } catch {
    throw new ToolError(`${source} is an invalid regex.`)
  }
}
