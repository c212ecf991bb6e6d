// FindCoordinator: the broker that coordinates a group or a transactional id, which is the leader of the partition of an
// internal topic. The first to ask makes that topic.

import { partitionFor } from '../../coordinator/index.ts'
import { errorCode, errorMessage, findCoordinator, type ErrorName } from '../../protocol/index.ts'
import { asksItself, partition } from '../authorization/authorization.ts'
import { endpoints, type BrokerContext } from '../context.ts'
import { handler } from '../handler.ts'

/** By the type of the key. Those of share groups are not kept here. */
const topicsOfState = ['__consumer_offsets', '__transaction_state'] as const
const resourceTypes = ['GROUP', 'TRANSACTIONAL_ID'] as const

interface Coordinator {
  readonly key: string
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly errorCode: number
  readonly errorMessage: string | null
}
const nobody = (key: string, error: ErrorName): Coordinator => {
  const none = { key, nodeId: -1, host: '', port: -1 }
  return { ...none, errorCode: errorCode(error), errorMessage: errorMessage(error) }
}

export const findCoordinatorHandler = handler(
  findCoordinator,
  {
    versions: '0-6',
    authorization: asksItself('DESCRIBE GROUP', 'DESCRIBE TRANSACTIONAL_ID'),
    differs: [
      'The internal topics of coordinators are created in the answer to the first FindCoordinator, with as many replicas as there are brokers where there are fewer than configured. Kafka answers COORDINATOR_NOT_AVAILABLE first, and refuses to create them with fewer brokers than replicas.',
    ],
  },
  async ({ body, version, request, context, access }) => {
    const { listener } = request.connection
    const keys = version >= 4 ? body.coordinatorKeys : [body.key]
    const type = resourceTypes[body.keyType]
    const [allowed, refused] = partition(keys, key => type === undefined || access.allows('DESCRIBE', type, key))
    const coordinators = [
      ...(allowed.length > 0 ? await coordinatorsOf(context, { keyType: body.keyType, keys: allowed, listener }) : []),
      ...refused.map(key => nobody(key, `${type!}_AUTHORIZATION_FAILED`)),
    ]
    if (version >= 4) return { coordinators }
    const { key: _, ...only } = coordinators[0]!
    return only
  },
)

async function coordinatorsOf(
  context: BrokerContext,
  {
    keyType,
    keys,
    listener,
  }: { readonly keyType: number; readonly keys: readonly string[]; readonly listener: string },
): Promise<Coordinator[]> {
  const name = topicsOfState[keyType]
  if (name === undefined) return keys.map(key => nobody(key, 'INVALID_REQUEST'))
  const error = await context.topicCreation.ensureInternal(name)
  if (error !== 'NONE') context.logger.warn('the topic of a coordinator could not be created', { topic: name, error })
  const { image } = context.metadata
  const partitions = image.topics.get(name)?.partitions ?? [],
    brokers = endpoints(image, listener)
  return keys.map(key => {
    const leader = partitions[partitionFor(key, partitions.length)]?.leader
    const broker = brokers.find(({ nodeId }) => nodeId === leader)
    if (broker === undefined) return nobody(key, 'COORDINATOR_NOT_AVAILABLE')
    const { nodeId, host, port } = broker
    return { key, nodeId, host, port, errorCode: 0, errorMessage: null }
  })
}
