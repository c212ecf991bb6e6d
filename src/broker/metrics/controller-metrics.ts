// The cluster as the metadata has it, told by the broker that acts as its controller: the first that is alive. Elections are
// counted by it, too, as the images follow each other.

import { beansOf, type FamilyName, type MBeans, type Meter } from '../../base/index.ts'
import { aliveBrokers, type ClusterImage, type Metadata, type PartitionImage } from '../../metadata/index.ts'

const ofController = beansOf('kafka.controller', 'KafkaController')
const activeControllerCount = ofController('ActiveControllerCount', '1 where this broker acts as the controller')
// oxfmt-ignore
const gauges: readonly (readonly [FamilyName, (image: ClusterImage) => number])[] = [
  [ofController('GlobalTopicCount',               'Topics of the cluster'),                              ({ topics }) => topics.size],
  [ofController('GlobalPartitionCount',           'Partitions of the cluster'),                          image => countOf(image, () => true)],
  [ofController('OfflinePartitionsCount',         'Partitions that nobody leads'),                       image => countOf(image, ({ leader }) => leader < 0)],
  [ofController('PreferredReplicaImbalanceCount', 'Partitions that another than their first replica leads'), image => countOf(image, ({ leader, replicas }) => leader !== replicas[0])],
  [ofController('ActiveBrokerCount',              'Brokers that answer'),                                image => aliveBrokers(image).length],
  [ofController('FencedBrokerCount',              'Brokers that are registered, and do not answer'),     image => image.brokers.size - aliveBrokers(image).length],
  [ofController('LastAppliedRecordOffset',        'Records of the metadata log that are applied'),       ({ offset }) => offset],
]
const ofElections = beansOf('kafka.controller', 'ControllerStats')
const elections = ofElections(
  'LeaderElectionRateAndTimeMs',
  'Elections of leaders; each is one record of the metadata log',
)
const uncleanElections = ofElections(
  'UncleanLeaderElectionsPerSec',
  'Elections of leaders that were not in sync: records may be lost',
)
const ofRaft = (name: string, about: string): FamilyName => ({
  domain: 'kafka.server',
  type: 'raft-metrics',
  name,
  about: `${about}, as DescribeQuorum tells it`,
})
const currentLeader = ofRaft('current-leader', 'Who keeps the metadata log')
const currentState = ofRaft('current-state-info', '1 with what this broker is to the metadata log: leader or observer')
const lastApplied: FamilyName = {
  domain: 'kafka.server',
  type: 'broker-metadata-metrics',
  name: 'last-applied-record-offset',
  about: 'Records of the metadata log that are applied',
}
const currentEpoch = ofRaft('current-epoch', 'The epoch of who keeps the metadata log')
const highWatermark = ofRaft('high-watermark', 'The end of the metadata log')
const logEndOffset = ofRaft('log-end-offset', 'The end of the metadata log')

export function registerControllerMetrics(
  beans: MBeans,
  { metadata, nodeId }: { readonly metadata: Metadata; readonly nodeId: number },
): () => void {
  const controllerOf = (image: ClusterImage) => aliveBrokers(image)[0]
  const isController = (image = metadata.image) => controllerOf(image)?.id === nodeId
  beans.gauge(activeControllerCount, {}, () => Number(isController()))
  for (const [family, valueOf] of gauges)
    beans.gauges(family, () => (isController() ? [{ tags: {}, value: valueOf(metadata.image) }] : []))
  beans.attribute(currentLeader, {}, () => controllerOf(metadata.image)?.id ?? -1)
  beans.attributes(currentState, () => [{ tags: { state: isController() ? 'leader' : 'observer' }, value: 1 }])
  beans.attribute(lastApplied, {}, () => metadata.image.offset)
  beans.attribute(currentEpoch, {}, () => controllerOf(metadata.image)?.epoch ?? -1)
  beans.attribute(highWatermark, {}, () => metadata.image.offset)
  beans.attribute(logEndOffset, {}, () => metadata.image.offset)

  const all = beans.meter(elections),
    unclean = beans.meter(uncleanElections)
  return metadata.subscribe((image, previous) => {
    if (isController(image)) countElections(image, previous, all, unclean)
  })
}
function countOf({ topics }: ClusterImage, holds: (partition: PartitionImage) => boolean): number {
  let count = 0
  for (const { partitions } of topics.values()) for (const partition of partitions) if (holds(partition)) count++
  return count
}
/** The first leader of a new partition was not elected. */
function countElections(image: ClusterImage, previous: ClusterImage, all: Meter, unclean: Meter): void {
  if (image.topics === previous.topics) return
  for (const topic of image.topics.values()) {
    const before = previous.topics.get(topic.name)
    if (before === topic || before?.id !== topic.id) continue
    for (const [index, { leader, leaderEpoch }] of topic.partitions.entries()) {
      const old = before.partitions[index]
      if (old === undefined || leader < 0 || leader === old.leader || leaderEpoch === old.leaderEpoch) continue
      all.mark()
      if (!old.isr.includes(leader)) unclean.mark()
    }
  }
}
