// Brokers come, fall silent, and leave.

import { apply } from './apply.ts'
import { type Decision, refusal, type Result } from './decision.ts'
import type { ClusterImage } from './image.ts'
import { type AllowsUnclean, withBroker, withoutBrokers } from './leadership.ts'
import type { Endpoint, MetadataRecord } from './records.ts'

export interface BrokerRegistration {
  readonly id: number
  readonly endpoints: readonly Endpoint[]
  readonly rack?: string | null
}

/** The broker answers from now on. Gives the epoch of this life. */
export function registerBroker(
  image: ClusterImage,
  { id, endpoints, rack = null }: BrokerRegistration,
  allowsUnclean: AllowsUnclean,
): Decision<{ readonly brokerEpoch: number }> {
  // An earlier life that was never seen to end has ended: its leaderships get a new epoch, so that readers notice what
  // the crash may have taken back.
  const ended = fenceBrokers(image, [id], allowsUnclean).records
  const rest = apply(image, ended)
  const brokerEpoch = rest.offset
  const registered: MetadataRecord = { type: 'brokerRegistered', brokerId: id, brokerEpoch, rack, endpoints }
  const led = withBroker(apply(rest, [registered]), id, allowsUnclean)
  return { records: [...ended, registered, ...led], outcome: { brokerEpoch } }
}

/** These brokers do not answer. Those that fail together are named together: see withoutBrokers. */
export function fenceBrokers(
  image: ClusterImage,
  ids: Iterable<number>,
  allowsUnclean: AllowsUnclean,
): Decision<undefined> {
  const gone = new Set([...ids].filter(id => image.brokers.get(id)?.fenced === false))
  const fenced = [...gone].map((brokerId): MetadataRecord => ({ type: 'brokerFenced', brokerId }))
  return {
    records: gone.size > 0 ? [...fenced, ...withoutBrokers(image, gone, allowsUnclean)] : [],
    outcome: undefined,
  }
}

/** The broker will not come back: its registration goes. Replicas that it has stay assigned to it, as in Kafka. */
export function unregisterBroker(image: ClusterImage, id: number, allowsUnclean: AllowsUnclean): Decision<Result> {
  if (!image.brokers.has(id))
    return {
      records: [],
      outcome: refusal('BROKER_ID_NOT_REGISTERED', `Broker ID ${id} is not currently registered`),
    }
  const { records } = fenceBrokers(image, [id], allowsUnclean)
  return { records: [...records, { type: 'brokerUnregistered', brokerId: id }], outcome: { error: 'NONE' } }
}
