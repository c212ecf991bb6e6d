// kafka-features: what a cluster's brokers can do, the levels that it is at, and their change, in the words of FeatureCommand.

import { packageVersion } from '../../base/index.ts'
import type { Client } from '../../client/index.ts'
import { apiVersions, updateFeatures } from '../../protocol/index.ts'
import type { Terminal } from '../command.ts'
import { connectionArguments, connectionOf, connectionOneOf } from './argument-connection.ts'
import { argumentTool } from './argument-tool.ts'
import { accept } from './java-exceptions.ts'
import {
  featureNeeds,
  levelsMax,
  levelsOfRelease,
  metadataFeature,
  metadataLevelOf,
  metadataVersionOf,
  metadataVersions,
  unreleased,
} from './metadata-versions.ts'
import type { GivenArguments } from './options/argparse.ts'
import { ToolError } from './tool.ts'

const feature = { value: 'FEATURE', many: true, about: 'A feature and its level, as metadata.version=5.' } as const
const dryRun = { 'dry-run': { about: 'Only ask whether it could be done.' } } as const
const unsafe = { unsafe: { about: 'Also where that destroys metadata.' } } as const
const levels = {
  metadata: { value: 'METADATA', about: 'DEPRECATED -- The metadata.version, as 3.3-IV3.' },
  'release-version': { value: 'RELEASE_VERSION', about: 'The release whose levels all features get, as 3.9-IV0.' },
  feature,
} as const

export default argumentTool({
  parser: {
    name: 'kafka-features',
    about: 'This tool manages feature flags in Kafka.',
    arguments: {
      'command-config': { value: 'COMMAND_CONFIG', about: 'A file of properties of the admin client.' },
      ...connectionArguments(),
    },
    oneOf: connectionOneOf,
    commands: {
      describe: {
        about: 'Describes the current active feature flags.',
        arguments: { 'node-id': { value: 'NODE_ID', type: 'Integer', about: 'As this broker knows them.' } },
      },
      upgrade: { about: 'Upgrade one or more feature flags.', arguments: { ...levels, ...dryRun } },
      downgrade: { about: 'Downgrade one or more feature flags.', arguments: { ...levels, ...unsafe, ...dryRun } },
      disable: {
        about: 'Disable one or more feature flags. This is the same as downgrading the version to zero.',
        arguments: { feature, ...unsafe, ...dryRun },
      },
      'version-mapping': {
        about: 'Tell the levels of the features in a release.',
        arguments: { 'release-version': { value: 'RELEASE_VERSION', about: 'The release; the newest without it.' } },
      },
      'feature-dependencies': {
        about: 'Tell what the level of a feature needs.',
        arguments: { feature: { ...feature, required: true } },
      },
    },
  },
  async run({ given, terminal }) {
    const config = given.text('command-config')
    await connectionOf(given, { config, firstCall: 'describeFeatures', terminal }, async client => {
      if (given.command === 'describe') await describe(client, given.number('node-id'), terminal)
      else if (given.command === 'version-mapping') mapVersion(given.text('release-version'), terminal)
      else if (given.command === 'feature-dependencies')
        for (const text of given.list('feature')!) dependencies(text, terminal)
      else await change(client, given, terminal)
    })
  },
})

async function describe(client: Client, nodeId: number | undefined, terminal: Terminal): Promise<void> {
  const { requests } = client.admin
  const draft = { clientSoftwareName: 'millrace', clientSoftwareVersion: packageVersion() }
  const answer = await (nodeId === undefined
    ? requests.any(apiVersions, draft)
    : requests.broker(nodeId, apiVersions, draft))
  accept(answer.errorCode)
  const epoch = answer.finalizedFeaturesEpoch < 0 ? '-' : String(answer.finalizedFeaturesEpoch)
  for (const { name, minVersion, maxVersion } of answer.supportedFeatures.toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const finalized = answer.finalizedFeatures.find(other => other.name === name)?.maxVersionLevel ?? 0
    const shown = (level: number) =>
      name === metadataFeature ? (metadataVersionOf(level) ?? `UNKNOWN [${level}]`) : String(level)
    terminal.out(
      `Feature: ${name}\tSupportedMinVersion: ${shown(minVersion)}\tSupportedMaxVersion: ${shown(maxVersion)}\tFinalizedVersionLevel: ${shown(finalized)}\tEpoch: ${epoch}`,
    )
  }
}

type Operation = 'upgrade' | 'downgrade' | 'disable'

async function change(client: Client, given: GivenArguments, terminal: Terminal): Promise<void> {
  const operation = given.command as Operation
  const wanted = operation === 'disable' ? disabled(given) : changed(given, operation, terminal)
  if (wanted.size === 0) throw new ToolError(`You must specify at least one feature to ${operation}`)
  const isDry = given.has('dry-run')
  const upgradeType = operation === 'upgrade' ? 1 : given.has('unsafe') ? 3 : 2
  const answer = await client.admin.requests.controller(updateFeatures, {
    timeoutMs: 30_000,
    featureUpdates: [...wanted].map(([feature, maxVersionLevel]) => ({ feature, maxVersionLevel, upgradeType })),
    validateOnly: isDry,
  })
  let failures = 0
  for (const [name, level] of [...wanted].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const own = answer.results.find(({ feature }) => feature === name)
    const refused = answer.errorCode !== 0 ? answer : own !== undefined && own.errorCode !== 0 ? own : undefined
    if (refused === undefined) {
      const done = operation === 'disable' ? 'disabled.' : `${operation}d to ${level}.`
      terminal.out(`${name}${isDry ? ' can be ' : ' was '}${done}`)
      continue
    }
    failures++
    const what = operation === 'disable' ? `disable ${name}` : `${operation} ${name} to ${level}`
    terminal.out(`${isDry ? 'Can not ' : 'Could not '}${what}. ${messageOf(refused)}`)
  }
  if (failures > 0) throw new ToolError(`${failures} out of ${wanted.size} operation(s) failed.`)
}
function messageOf({ errorCode, errorMessage }: { errorCode: number; errorMessage: string | null }): string {
  try {
    accept(errorCode, errorMessage)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

function disabled(given: GivenArguments): Map<string, number> {
  const wanted = new Map<string, number>()
  for (const name of given.list('feature') ?? []) add(wanted, name, 0)
  return wanted
}
function changed(given: GivenArguments, operation: Operation, terminal: Terminal): Map<string, number> {
  const release = given.text('release-version'),
    metadata = given.text('metadata')
  if (release !== undefined) {
    if (metadata !== undefined || given.has('feature'))
      throw new ToolError('Can not specify `release-version` with other feature flags.')
    const known = levelsOfRelease(release)
    if (known === undefined) throw unknownMetadata(release)
    // Nothing is upgraded to 0.
    return new Map([...known].filter(([, level]) => operation !== 'upgrade' || level > 0))
  }
  const wanted = new Map<string, number>()
  if (metadata !== undefined) {
    terminal.out(' `metadata` flag is deprecated and may be removed in a future release.')
    const level = metadataLevelOf(metadata)
    if (level === undefined) throw unknownMetadata(metadata)
    wanted.set(metadataFeature, level)
  }
  for (const text of given.list('feature') ?? []) add(wanted, ...nameAndLevel(text))
  return wanted
}
function add(wanted: Map<string, number>, name: string, level: number): void {
  if (wanted.has(name)) throw new ToolError(`Feature ${name} was specified more than once.`)
  wanted.set(name, level)
}
function nameAndLevel(text: string): [name: string, level: number] {
  const at = text.indexOf('=')
  if (at < 0) throw new ToolError(`Can't parse feature=level string ${text}: equals sign not found.`)
  const level = text.slice(at + 1).trim()
  if (!/^[+-]?\d{1,5}$/.test(level) || Math.abs(Number(level)) > 32_767)
    throw new ToolError(`Can't parse feature=level string ${text}: unable to parse ${level} as a short.`)
  return [text.slice(0, at).trim(), Number(level)]
}
const unknownMetadata = (version: string) =>
  new ToolError(
    `Unknown metadata.version '${version}'. Supported metadata.version are: ${[...metadataVersions, unreleased].map(([name]) => name).join(', ')}`,
  )

function mapVersion(release: string | undefined, terminal: Terminal): void {
  const name = release ?? metadataVersions.at(-1)![0]
  const levels = levelsOfRelease(name)
  if (levels === undefined) throw unknownMetadata(name)
  for (const [feature, level] of levels)
    terminal.out(feature === metadataFeature ? `${feature}=${level} (${name})` : `${feature}=${level}`)
}

function dependencies(text: string, terminal: Terminal): void {
  const [name, level] = nameAndLevel(text)
  if (name === metadataFeature) {
    const version = metadataVersionOf(level)
    if (version === undefined) throw new ToolError(`Unknown metadata.version ${level}`)
    terminal.out(`${name}=${level} (${version}) has no dependencies.`)
    return
  }
  const newest = Object.hasOwn(levelsMax, name) ? levelsMax[name]! : undefined
  if (newest === undefined) throw new ToolError(`Unknown feature: ${name}`)
  if (level < 0 || level > newest) throw new ToolError(`No feature:${name} with feature level ${level}`)
  const needs = featureNeeds[`${name}=${level}`] ?? []
  if (needs.length === 0) return terminal.out(`${name}=${level} has no dependencies.`)
  terminal.out(`${name}=${level} requires:`)
  for (const [other, of] of needs)
    terminal.out(`    ${other}=${of}${other === metadataFeature ? ` (${metadataVersionOf(of)})` : ''}`)
}
