// Subscriptions by regular expression, matched here and in linear time, by the syntax of RE2: foreign expressions cannot
// hold up the broker. What one matches is written down, so that a restart does not begin with another answer.

import { RE2JS } from 're2js'

import type { Draft } from './draft.ts'
import { isSameSet } from './member.ts'

/** Undefined for a valid one, else what is wrong with it. */
export function faultOfExpression(expression: string): string | undefined {
  try {
    RE2JS.compile(expression)
    return undefined
  } catch (error) {
    return `SubscribedTopicRegex \`${expression}\` is not a valid regular expression: ${(error as Error).message}.`
  }
}
export function topicsMatching(expression: string, topics: Iterable<string>): string[] {
  try {
    const compiled = RE2JS.compile(expression)
    return [...topics].filter(topic => compiled.matches(topic)).sort()
  } catch {
    return [] // it was valid to whoever wrote it into the log
  }
}

/** Matches those that are new, or all where topics have come or gone since; says whether any matches others than before. */
export function resolveExpressions(
  draft: Draft,
  { haveTopicsChanged }: { readonly haveTopicsChanged: boolean },
): boolean {
  const { topics, now } = draft.step,
    groupId = draft.group.id
  dropExpressions(draft)
  let hasChanged = false
  for (const regularExpression of draft.group.subscribedExpressions) {
    const before = draft.group.expressions.get(regularExpression)
    if (before !== undefined && !haveTopicsChanged) continue
    const matched = topicsMatching(regularExpression, topics.names())
    const isSame = isSameSet(new Set(before?.topics), new Set(matched))
    if (before !== undefined && isSame) continue
    const value = { topics: matched, version: topics.version, timestamp: now }
    draft.write({ is: 'consumerGroupRegularExpression', groupId, regularExpression, value })
    hasChanged ||= !isSame
  }
  return hasChanged
}
/** Of those that nobody subscribes to any more nothing is kept. */
export function dropExpressions(draft: Draft): void {
  const groupId = draft.group.id,
    wanted = draft.group.subscribedExpressions
  for (const regularExpression of draft.group.expressions.keys())
    if (!wanted.has(regularExpression))
      draft.write({ is: 'consumerGroupRegularExpression', groupId, regularExpression, value: null })
}
