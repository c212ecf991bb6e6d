// What kafka-acls is to add or to remove: access control entries, by the resources or filters that its options name.

import type { AclEntry, AclEntryFilter } from '../../../client/index.ts'
import { ToolError, type Usage } from '../tool.ts'
import type { Given } from './options.ts'
import { upper } from './text.ts'

type ResourceType = AclEntry['resourceType']
type Operation = AclEntry['operation']
/** Without a pattern type: any. */
export interface ResourceFilter {
  readonly resourceType: ResourceType
  readonly resourceName: string
  readonly patternType: NonNullable<AclEntryFilter['patternType']> | undefined
}
/** Who may or may not do what, of whichever resource. */
export type Access = Pick<AclEntry, 'principal' | 'host' | 'operation' | 'permission'>
export interface Wanted {
  readonly filter: ResourceFilter
  /** None: whatever there is. */
  readonly access: readonly Access[]
}

const patternTypes = { ANY: undefined, MATCH: 'match', LITERAL: 'literal', PREFIXED: 'prefixed' } as const
const cluster: ResourceFilter = { resourceType: 'cluster', resourceName: 'kafka-cluster', patternType: 'literal' }

/** What may be done with a resource of this type: Kafka's AclEntry.supportedOperations. */
// oxfmt-ignore
const supported: { readonly [T in ResourceType]: readonly Operation[] } = {
  topic:           ['read', 'write', 'create', 'describe', 'delete', 'alter', 'describeConfigs', 'alterConfigs'],
  group:           ['read', 'describe', 'delete', 'describeConfigs', 'alterConfigs'],
  cluster:         ['create', 'clusterAction', 'describeConfigs', 'alterConfigs', 'idempotentWrite', 'alter', 'describe'],
  transactionalId: ['describe', 'write', 'twoPhaseCommit'],
  delegationToken: ['describe'],
  user:            ['createTokens', 'describeTokens'],
}
const operations = new Set<Operation>(['all', ...Object.values(supported).flat()])

/** The resources that are named; several names of a kind are several filters. */
export function resourceFilters(given: Given): ResourceFilter[] {
  const patternType = patternTypes[given.value('resource-pattern-type')!]
  const of = (resourceType: ResourceType, names: readonly string[]) =>
    [...new Set(names)].map(resourceName => ({ resourceType, resourceName, patternType }))
  const trimmed = (name: 'topic' | 'group' | 'delegation-token' | 'user-principal') =>
    given.values(name).map(text => text.trim())
  const isOfCluster = patternType === 'literal' && (given.has('cluster') || given.has('idempotent'))
  return [
    ...of('topic', trimmed('topic')),
    ...(isOfCluster ? [cluster] : []),
    ...of('group', trimmed('group')),
    ...of('transactionalId', given.values('transactional-id')),
    ...of('delegationToken', trimmed('delegation-token')),
    ...of('user', trimmed('user-principal')),
  ]
}

/** Ends the tool with its options where no resource is named, or where an operation is none of its resource's. */
export function wanted(given: Given, usage: Usage): Wanted[] {
  const parties = partiesOf(given)
  const filters = resourceFilters(given)
  if (filters.length === 0)
    usage.fail(
      'You must provide at least one resource: --topic <topic> or --cluster or --group <group> or --delegation-token <Delegation Token ID>',
    )
  if (given.has('idempotent') && !filters.includes(cluster)) filters.push(cluster)
  const isRole = given.has('producer') || given.has('consumer')
  return filters.flatMap(filter => {
    const needed = isRole ? neededBy(given, filter) : given.values('operation').map(operationNamed)
    if (isRole && needed.length === 0) return []
    if (parties.length > 0) refuseUnsupported(filter, needed, usage)
    const known = [...new Set(needed)].filter(operation => operation !== undefined)
    return [{ filter, access: parties.flatMap(party => known.map(operation => ({ ...party, operation }))) }]
  })
}

/** What a producer, a consumer, or one that is both does with a resource. */
function neededBy(given: Given, { resourceType }: ResourceFilter): Operation[] {
  const [produces, consumes] = [given.has('producer'), given.has('consumer')]
  const needs: { readonly [T in ResourceType]?: readonly [producer: Operation[], consumer: Operation[]] } = {
    topic: [
      ['write', 'describe', 'create'],
      ['read', 'describe'],
    ],
    group: [[], ['read']],
    transactionalId: [['write', 'describe'], []],
    cluster: [given.has('idempotent') ? ['idempotentWrite'] : [], []],
  }
  const [producer, consumer] = needs[resourceType] ?? [[], []]
  return [...(produces ? producer : []), ...(consumes ? consumer : [])]
}

function refuseUnsupported(
  { resourceType }: ResourceFilter,
  needed: readonly (Operation | undefined)[],
  usage: Usage,
): void {
  const valid: readonly Operation[] = [...supported[resourceType], 'all']
  if (needed.some(operation => operation === undefined || !valid.includes(operation)))
    usage.fail(`ResourceType ${upper(resourceType)} only supports operations [${valid.map(upper).join(', ')}]`)
}

/** Who may, and who may not, from where. */
function partiesOf(given: Given): Omit<Access, 'operation'>[] {
  const of = (permission: AclEntry['permission']) => {
    const principals = new Set(given.values(`${permission}-principal`).map(principalNamed))
    const names = given.values(`${permission}-host`).map(text => text.trim())
    const hosts = new Set(names.length === 0 ? ['*'] : names)
    return [...principals].flatMap(principal => [...hosts].map(host => ({ principal, host, permission })))
  }
  return [...of('allow'), ...of('deny')]
}

/** 'User:alice'. Throws ToolError for what is not of this form. */
export function principalNamed(text: string): string {
  const principal = text.trim()
  if (!principal.includes(':'))
    throw new ToolError(`expected a string in format principalType:principalName but got ${principal}`)
  return principal
}
/** In any case of letters; undefined for one that Kafka does not know. */
function operationNamed(text: string): Operation | undefined {
  const name = text.trim().toLowerCase()
  return [...operations].find(operation => operation.toLowerCase() === name)
}
