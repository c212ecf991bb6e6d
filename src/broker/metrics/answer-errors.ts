// The error codes in an answer: its own, and those of its topics, partitions, groups and members.

import { fetch, produce, type AnyApi, type ResponseOf } from '../../protocol/index.ts'

export function eachErrorCode(api: AnyApi, answer: object, each: (code: number) => void): void {
  if (api === produce) return ofProduce(answer as ResponseOf<typeof produce>, each)
  if (api === fetch) return ofFetch(answer as ResponseOf<typeof fetch>, each)
  walk(answer as Node, each)
}
/** The two that matter for speed. */
function ofProduce({ responses }: ResponseOf<typeof produce>, each: (code: number) => void): void {
  for (const { partitionResponses } of responses) for (const { errorCode } of partitionResponses) each(errorCode)
}
function ofFetch({ errorCode, responses }: ResponseOf<typeof fetch>, each: (code: number) => void): void {
  each(errorCode ?? 0)
  for (const { partitions } of responses) for (const { errorCode } of partitions) each(errorCode)
}

type Node = { readonly errorCode?: number } & Readonly<Record<string, unknown>>
function walk(node: Node, each: (code: number) => void): void {
  if (typeof node.errorCode === 'number') each(node.errorCode)
  for (const name in node) {
    const list = node[name]
    if (Array.isArray(list) && typeof list[0] === 'object') for (const item of list as Node[]) walk(item, each)
  }
}
