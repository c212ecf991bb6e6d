// DescribeClientQuotas and AlterClientQuotas (KIP-546): what users, client ids and addresses may use.

import { findClientQuotas, isRefusal, refusal, type Refusal } from '../../metadata/index.ts'
import {
  alterClientQuotas,
  describeClientQuotas,
  errorCode,
  errorMessage,
  type RequestOf,
  type ResponseOf,
} from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const describeClientQuotasHandler = handler(
  describeClientQuotas,
  {
    versions: '0-1',
    authorization: needsCluster('DESCRIBE_CONFIGS', (_, error) => ({
      errorCode: errorCode(error),
      errorMessage: errorMessage(error),
      entries: null,
    })),
  },
  ({ body, context }) => {
    const { strict } = body
    const components = componentsOf(body.components)
    const found = isRefusal(components) ? components : findClientQuotas(context.metadata.image, { components, strict })
    if (isRefusal(found)) return { errorCode: errorCode(found.error), errorMessage: found.message, entries: null }
    const entries = found.map(({ entity, values }) => ({
      entity: inOrder(Object.entries(entity).map(([entityType, entityName]) => ({ entityType, entityName }))),
      values: [...values]
        .map(([key, value]) => ({ key, value }))
        .sort((one, other) => valueOrder.indexOf(one.key) - valueOrder.indexOf(other.key)),
    }))
    return { errorCode: errorCode('NONE'), errorMessage: null, entries }
  },
)

type Component = RequestOf<typeof describeClientQuotas>['components'][number]
type Components = Parameters<typeof findClientQuotas>[1]['components']
const [exact, byDefault, specified] = [0, 1, 2]
const matchNames = ['MATCH_TYPE_EXACT', 'MATCH_TYPE_DEFAULT', 'MATCH_TYPE_SPECIFIED'] as const

function componentsOf(components: readonly Component[]): Components | Refusal {
  const parsed: Components[number][] = []
  for (const { entityType: type, matchType, match: name } of components) {
    const invalid = (fault: string) => refusal('INVALID_REQUEST', fault)
    if (matchType === exact && name === null)
      return invalid('Request specified MATCH_TYPE_EXACT, but set match string to null.')
    if (matchType !== exact && name !== null && matchNames[matchType] !== undefined)
      return invalid(`Request specified ${matchNames[matchType]}, but also specified a match string.`)
    if (matchType === exact || matchType === byDefault) parsed.push({ type, match: { name } })
    else if (matchType === specified) parsed.push({ type, match: 'any' })
    else return invalid(`Unknown match type ${matchType}`)
  }
  return parsed
}

type Entries = ResponseOf<typeof alterClientQuotas>['entries']
export const alterClientQuotasHandler = handler(
  alterClientQuotas,
  {
    versions: '0-1',
    authorization: needsCluster('ALTER_CONFIGS', ({ body }, error) => ({
      entries: body.entries.map(({ entity }) => ({
        errorCode: errorCode(error),
        errorMessage: errorMessage(error),
        entity,
      })),
    })),
    differs: [
      'request_percentage counts the time that the broker is busy with a request, of its one thread.',
      'The host name of an ip entity is checked for its form; it is not looked up.',
    ],
  },
  async ({ body, context }) => {
    const alterations = body.entries.map(({ entity, ops }) => ({
      entity: entity.map(({ entityType: type, entityName: name }) => ({ type, name })),
      ops: ops.map(({ key, value, remove }) => ({ key, value: remove ? undefined : value })),
    }))
    const outcome = await context.metadata.alterClientQuotas(alterations, { validateOnly: body.validateOnly })
    const entries: Entries = outcome.map(({ entity, result }) => ({
      errorCode: errorCode(result.error),
      errorMessage: isRefusal(result) ? result.message : null,
      entity: inOrder(entity.map(({ type, name }) => ({ entityType: type, entityName: name }))),
    }))
    return { entries }
  },
)

// Kafka tells the parts of an entity, and its quotas, in the order of its hash maps, whatever order the request had; it is
// the same every time, and clients' tests compare it.
const valueOrder = ['consumer_byte_rate', 'controller_mutation_rate', 'request_percentage', 'producer_byte_rate']
const inOrder = <Part extends { readonly entityType: string }>(parts: readonly Part[]) =>
  parts.toSorted((one, other) => (one.entityType < other.entityType ? -1 : 1))
