// Quotas of clients (KIP-546): what users, client ids and addresses may use.

import { alterClientQuotas, describeClientQuotas } from '../../protocol/index.ts'
import type { Cluster } from '../cluster.ts'
import { check } from '../errors.ts'

/** A name of each type, null for the default of that type: `{ user: 'alice', 'client-id': null }`. */
export type QuotaEntity = Readonly<Partial<Record<'user' | 'client-id' | 'ip', string | null>>>
/** By key: producer_byte_rate, consumer_byte_rate, request_percentage, controller_mutation_rate, connection_creation_rate. */
export type QuotaValues = Readonly<Record<string, number>>
export interface EntityQuotas {
  readonly entity: QuotaEntity
  readonly values: QuotaValues
}
export interface QuotaChange {
  readonly entity: QuotaEntity
  /** null removes. */
  readonly values: Readonly<Record<string, number | null>>
}
export interface QuotaFilter {
  /** By type the name, null for the default, or that there is any. Without types: all. */
  readonly entity?: Readonly<Partial<Record<'user' | 'client-id' | 'ip', string | null | { readonly any: true }>>>
  /** Leaves out entities that have further types. */
  readonly strict?: boolean
}

const [exact, byDefault, any] = [0, 1, 2]

export class QuotaAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  async describe({ entity = {}, strict = false }: QuotaFilter = {}): Promise<EntityQuotas[]> {
    const components = Object.entries(entity).map(([entityType, match]) =>
      typeof match === 'string'
        ? { entityType, matchType: exact!, match }
        : { entityType, matchType: match === null ? byDefault! : any!, match: null },
    )
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askAny(describeClientQuotas, { components, strict }),
    )
    check(answer.errorCode, { context: 'describe quotas', message: answer.errorMessage })
    return (answer.entries ?? []).map(({ entity, values }) => ({
      entity: Object.fromEntries(entity.map(({ entityType, entityName }) => [entityType, entityName])),
      values: Object.fromEntries(values.map(({ key, value }) => [key, value])),
    }))
  }

  /** Throws INVALID_REQUEST for a key or an entity that makes no sense, with the reason; the others are set. */
  async alter(changes: readonly QuotaChange[], { validateOnly = false } = {}): Promise<void> {
    const entries = changes.map(({ entity, values }) => ({
      entity: Object.entries(entity).map(([entityType, entityName]) => ({ entityType, entityName })),
      ops: Object.entries(values).map(([key, value]) => ({ key, value: value ?? 0, remove: value === null })),
    }))
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askController(alterClientQuotas, { entries, validateOnly }),
    )
    for (const { errorCode, errorMessage, entity } of answer.entries) {
      const named = entity.map(({ entityType, entityName }) => `${entityType} ${entityName ?? '(default)'}`).join(', ')
      check(errorCode, { context: `quotas of ${named}`, message: errorMessage })
    }
  }
}
