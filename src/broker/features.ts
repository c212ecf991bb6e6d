// The features of the cluster (KIP-584), each a promise that clients act on: what is listed here works at each level.

import type { SupportedFeature } from '../metadata/index.ts'

/** 2: every end of a transaction bumps the epoch, and partitions join by being written to (KIP-890). */
export const transactionVersion = { name: 'transaction.version', minVersion: 0, maxVersion: 2, level: 2 } as const

/** 1: groups of the consumer protocol (KIP-848). */
export const groupVersion = { name: 'group.version', minVersion: 0, maxVersion: 1, level: 1 } as const

export const features: readonly SupportedFeature[] = [groupVersion, transactionVersion]
