// The features of the cluster (KIP-584), each a promise that clients act on: what is listed here works.

export interface Feature {
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
  /** The level that the cluster is at. */
  readonly level: number
}
/** 2: every end of a transaction bumps the epoch, and partitions join by being written to (KIP-890). */
export const transactionVersion = { name: 'transaction.version', minVersion: 0, maxVersion: 2, level: 2 } as const

/** 1: groups of the consumer protocol (KIP-848). */
export const groupVersion = { name: 'group.version', minVersion: 0, maxVersion: 1, level: 1 } as const

export const features: readonly Feature[] = [groupVersion, transactionVersion]
