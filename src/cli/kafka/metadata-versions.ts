// The metadata versions of Apache Kafka up to 4.2, their levels, and the levels of the other features that a release of each
// begins with (as kafka-features version-mapping tells them). Facts of the original: a test holds them against its tool.

export const metadataFeature = 'metadata.version'

/** The oldest that Kafka 4.2 can start with first. */
export const metadataVersions: readonly (readonly [name: string, level: number])[] = [
  '3.3-IV3',
  '3.4-IV0',
  '3.5-IV0',
  '3.5-IV1',
  '3.5-IV2',
  '3.6-IV0',
  '3.6-IV1',
  '3.6-IV2',
  '3.7-IV0',
  '3.7-IV1',
  '3.7-IV2',
  '3.7-IV3',
  '3.7-IV4',
  '3.8-IV0',
  '3.9-IV0',
  '4.0-IV0',
  '4.0-IV1',
  '4.0-IV2',
  '4.0-IV3',
  '4.1-IV0',
  '4.1-IV1',
  '4.2-IV0',
  '4.2-IV1',
].map((name, i) => [name, 7 + i] as const)

/** Known to the tool, and of no release yet. */
export const unreleased = ['4.3-IV0', 30] as const

/** From which level of metadata.version on a release has which level of the feature. */
const features: readonly (readonly [name: string, ...from: (readonly [metadataLevel: number, level: number])[]])[] = [
  ['kraft.version', [21, 1]],
  ['transaction.version', [24, 2]],
  ['group.version', [22, 1]],
  ['eligible.leader.replicas.version', [26, 1]],
  ['share.version', [28, 1]],
  ['streams.version', [29, 1]],
]
/** What a level of a feature needs of others. */
export const featureNeeds: Readonly<Record<string, readonly (readonly [feature: string, level: number])[]>> = {
  'eligible.leader.replicas.version=1': [[metadataFeature, 23]],
}
/** The levels that can be asked for. */
export const levelsMax: Readonly<Record<string, number>> = {
  'kraft.version': 1,
  'transaction.version': 2,
  'group.version': 1,
  'eligible.leader.replicas.version': 1,
  'share.version': 1,
  'streams.version': 1,
}

/** '3.9' means the newest of 3.9. */
export function metadataLevelOf(version: string): number | undefined {
  return metadataVersions.findLast(([name]) => name === version || name.startsWith(`${version}-`))?.[1]
}
export const metadataVersionOf = (level: number): string | undefined =>
  metadataVersions.find(([, of]) => of === level)?.[0]

export function levelsOfRelease(version: string): Map<string, number> | undefined {
  const metadataLevel = metadataLevelOf(version)
  if (metadataLevel === undefined) return undefined
  return new Map([
    [metadataFeature, metadataLevel],
    ...features.map(([name, ...from]) => [name, from.findLast(([at]) => metadataLevel >= at)?.[1] ?? 0] as const),
  ])
}
