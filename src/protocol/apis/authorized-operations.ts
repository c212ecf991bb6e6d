/** What a field of authorized operations, one bit each, says when they were not asked for: KIP-430. */
export const operationsNotAsked = -(2 ** 31)
