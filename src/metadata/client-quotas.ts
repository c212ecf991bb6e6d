// Quotas of clients (KIP-546): what users, client ids, both together, and addresses may use. Kafka's
// ClientQuotaControlManager decides the changes, its ClientQuotasImage what a filter finds.

import { type Decision, type Refusal, refusal, type Result } from './decision.ts'
import type { ClusterImage } from './image.ts'
import type { MetadataRecord } from './records.ts'

export const quotaEntityTypes = ['user', 'client-id', 'ip'] as const
export type QuotaEntityType = (typeof quotaEntityTypes)[number]
/** Names by type; null is the default of that type. */
export type QuotaEntity = Readonly<Partial<Record<QuotaEntityType, string | null>>>
/** Bytes a second, percents of a thread, changes of partitions a second, connections a second. */
export type QuotaKey = keyof typeof clientQuotaKeys | keyof typeof ipQuotaKeys
export interface ClientQuotas {
  readonly entity: QuotaEntity
  readonly values: ReadonlyMap<string, number>
}

interface QuotaDefinition {
  readonly type: 'INT' | 'LONG' | 'DOUBLE'
}
const clientQuotaKeys = {
  producer_byte_rate: { type: 'LONG' },
  consumer_byte_rate: { type: 'LONG' },
  request_percentage: { type: 'DOUBLE' },
  controller_mutation_rate: { type: 'DOUBLE' },
} as const satisfies Record<string, QuotaDefinition>
const ipQuotaKeys = { connection_creation_rate: { type: 'INT' } } as const satisfies Record<string, QuotaDefinition>
const maxima = { INT: 2 ** 31 - 1, LONG: 2 ** 63, DOUBLE: Infinity } as const

/** The one text of an entity, whatever the order of its parts. */
export function quotaEntityKey(entity: QuotaEntity): string {
  return JSON.stringify(quotaEntityTypes.flatMap(type => (type in entity ? [[type, entity[type]]] : [])))
}

/** As a request names it: the types may be any, and come in any order. */
export type QuotaEntityParts = readonly { readonly type: string; readonly name: string | null }[]
export interface QuotaAlteration {
  readonly entity: QuotaEntityParts
  /** undefined removes. */
  readonly ops: readonly { readonly key: string; readonly value: number | undefined }[]
}
export interface QuotaAlterationOutcome {
  readonly entity: QuotaEntityParts
  readonly result: Result
}

/** Each entity by itself; one that a request names twice is refused from the second time on, and told once. */
export function alterClientQuotas(
  image: ClusterImage,
  alterations: readonly QuotaAlteration[],
  { validateOnly = false }: { readonly validateOnly?: boolean } = {},
): Decision<readonly QuotaAlterationOutcome[]> {
  const records: MetadataRecord[] = []
  const outcome = new Map<string, QuotaAlterationOutcome>()
  for (const { entity, ops } of alterations) {
    const key = JSON.stringify(entity.toSorted((one, other) => (one.type < other.type ? -1 : 1)))
    const altered = outcome.has(key)
      ? invalid(`Ignoring duplicate entity ${shown(entity)}`)
      : alterEntity(image, entity, ops)
    const isRefused = 'error' in altered
    if (!isRefused) records.push(...altered.records)
    outcome.set(key, { entity, result: isRefused ? altered : { error: 'NONE' } })
  }
  return { records: validateOnly ? [] : records, outcome: [...outcome.values()] }
}

function alterEntity(
  image: ClusterImage,
  parts: QuotaEntityParts,
  ops: QuotaAlteration['ops'],
): { readonly records: readonly MetadataRecord[] } | Refusal {
  const keys = ops.map(({ key }) => key)
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  if (twice !== undefined)
    return invalid(`Duplicate quota key ${twice} not updating quota for this entity ${shown(parts)}`)
  const entityFault = faultOfEntity(parts)
  if (entityFault !== undefined) return invalid(entityFault)
  const entity = Object.fromEntries(parts.map(({ type, name }) => [type, name])) as QuotaEntity // its types were checked
  const definitions: Readonly<Record<string, QuotaDefinition>> = 'ip' in entity ? ipQuotaKeys : clientQuotaKeys
  const current = image.clientQuotas.get(quotaEntityKey(entity))?.values
  const records: MetadataRecord[] = []
  for (const { key, value } of ops) {
    const fault = value === undefined ? undefined : faultOfValue(definitions[key], key, value)
    if (fault !== undefined) return invalid(fault)
    if (current?.get(key) !== value) records.push({ type: 'clientQuotaChanged', entity, key, value: value ?? null })
  }
  return { records }
}
const invalid = (message: string) => refusal('INVALID_REQUEST', message)
const shown = (entity: QuotaEntityParts) =>
  `ClientQuotaEntity(entries={${entity.map(({ type, name }) => `${type}=${name}`).join(', ')}})`

function faultOfEntity(parts: QuotaEntityParts): string | undefined {
  if (parts.length === 0) return 'Invalid empty client quota entity'
  for (const { type, name } of parts) {
    if (!isEntityType(type)) return `Unhandled client quota entity type: ${type}`
    if (name === '') return `Empty ${type} not supported`
  }
  const ip = parts.find(({ type }) => type === 'ip')
  if (ip === undefined) return undefined
  if (parts.length > 1)
    return 'Invalid quota entity combination, IP entity should not be combined with User or ClientId'
  return ip.name === null || isAddress(ip.name) ? undefined : `${ip.name} is not a valid IP or resolvable host.`
}
const isEntityType = (type: string): type is QuotaEntityType => quotaEntityTypes.some(known => known === type)
/** An address of either family, or what could be a host's name. */
const isAddress = (text: string) =>
  /^[\da-f:]*:[\da-f:]*(\d+\.\d+\.\d+\.\d+)?$/i.test(text) ||
  /^(?=.{1,253}$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i.test(text)

function faultOfValue(definition: QuotaDefinition | undefined, key: string, value: number): string | undefined {
  if (definition === undefined) return `Invalid configuration key ${key}`
  const { type } = definition
  if (value <= 0) return `Quota ${key} must be greater than 0`
  if (value > maxima[type]) return `Proposed value for ${key} is too large for ${type === 'INT' ? 'an' : 'a'} ${type}.`
  return type !== 'DOUBLE' && Math.abs(value % 1) > 1e-6 ? `${key} cannot be a fractional value.` : undefined
}

export interface QuotaFilter {
  readonly components: readonly {
    readonly type: string
    /** 'any': that it has one of this type, be it a name or the default. */
    readonly match: { readonly name: string | null } | 'any'
  }[]
  /** Leaves out what has further parts. */
  readonly strict: boolean
}
/** The entities that a filter finds, with their quotas. */
export function findClientQuotas(image: ClusterImage, { components, strict }: QuotaFilter): ClientQuotas[] | Refusal {
  const types = components.map(({ type }) => type)
  for (const [index, type] of types.entries()) {
    if (type === '') return invalid('Invalid empty entity type.')
    if (types.indexOf(type) < index) return invalid(`Entity type ${type} cannot appear more than once in the filter.`)
    if (!isEntityType(type)) return refusal('UNSUPPORTED_VERSION', `Unsupported entity type ${type}`)
  }
  if (types.includes('ip') && types.length > 1)
    return invalid(
      'Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.',
    )
  return [...image.clientQuotas.values()].filter(
    ({ entity }) =>
      (!strict || Object.keys(entity).length === components.length) &&
      components.every(({ type, match }) => {
        const name = entity[type as QuotaEntityType]
        return name !== undefined && (match === 'any' || match.name === name)
      }),
  )
}
