// Patterns in JavaScript's syntax as an expression of RE2, for coordinators that match subscriptions (KIP-848). What the two
// languages do not read alike is left to us.

/** What no pattern is meant for. The coordinator matches these like any other. */
const internalTopics = ['__consumer_offsets', '__transaction_state', '__share_group_state', '__cluster_metadata']

/** Groups other than `(?:`, back references and escapes of our own, named classes within classes. */
const unlike = /\(\?(?!:)|\\[1-9]|\\(?![dDwWsSbBnrtfv])[a-zA-Z]|\[:|\[\]|\[\^\]/

/** Matches a whole name where one of the patterns is found in it; undefined where RE2 would not do the same. */
export function expressionOf(patterns: readonly RegExp[]): string | undefined {
  const alike = patterns.every(
    ({ source, flags }) => /^[dgi]*$/.test(flags) && !unlike.test(source.replaceAll('\\\\', '')),
  )
  if (!alike || internalTopics.some(topic => patterns.some(pattern => topic.search(pattern) >= 0))) return undefined
  return patterns.map(({ source, ignoreCase }) => `(?:.*(?${ignoreCase ? 'i' : ''}:${source}).*)`).join('|')
}
