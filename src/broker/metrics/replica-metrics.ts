// The replicas of a broker and their logs: ReplicaManager, Partition, Log, and how far followers lag.

import { beansOf, type FamilyName, type MBeans, type Meter, type Reading, type Tags } from '../../base/index.ts'
import type { ClusterImage, Metadata } from '../../metadata/index.ts'
import type { Partition } from '../partition.ts'
import type { Partitions } from '../partitions.ts'

const ofReplicas = beansOf('kafka.server', 'ReplicaManager')
// oxfmt-ignore
const counts: readonly (readonly [FamilyName, (partition: Partition) => boolean])[] = [
  [ofReplicas('PartitionCount',            'Replicas that this broker has'),                                    () => true],
  [ofReplicas('LeaderCount',               'Partitions that this broker leads'),                                partition => partition.isLeader],
  [ofReplicas('OfflineReplicaCount',       'Replicas whose log cannot be used'),                                ({ log }) => log.fault !== undefined],
  [ofReplicas('UnderReplicatedPartitions', 'Partitions led here with fewer replicas in sync than there are'),   partition => partition.isLeader && isUnderReplicated(partition)],
  [ofReplicas('UnderMinIsrPartitionCount', 'Partitions led here with fewer replicas in sync than min.insync.replicas'), partition => partition.isLeader && isUnderMinIsr(partition)],
  [ofReplicas('AtMinIsrPartitionCount',    'Partitions led here with as many replicas in sync as min.insync.replicas'),  partition => partition.isLeader && isAtMinIsr(partition)],
]
const producerIdCount = ofReplicas('ProducerIdCount', 'Idempotent producers that the logs remember')
const reassigning = ofReplicas('ReassigningPartitions', 'Partitions led here that are being moved')
const isrShrinks = ofReplicas('IsrShrinksPerSec', 'In-sync sets that lost a replica')
const isrExpands = ofReplicas('IsrExpandsPerSec', 'In-sync sets that a replica came back to')
const failedIsrUpdates = ofReplicas('FailedIsrUpdatesPerSec', 'Changes of in-sync sets that were refused')

const isUnderReplicated = ({ assignment: { isr, replicas } }: Partition) => isr.length < replicas.length
const isUnderMinIsr = ({ assignment: { isr }, minInsyncReplicas }: Partition) => isr.length < minInsyncReplicas
const isAtMinIsr = ({ assignment: { isr }, minInsyncReplicas }: Partition) => isr.length === minInsyncReplicas

const ofPartition = beansOf('kafka.cluster', 'Partition')
// oxfmt-ignore
const ofLedPartitions: readonly (readonly [FamilyName, (partition: Partition) => number])[] = [
  [ofPartition('UnderReplicated',     '1 where fewer replicas are in sync than there are'),                  partition => Number(isUnderReplicated(partition))],
  [ofPartition('UnderMinIsr',         '1 where fewer replicas are in sync than min.insync.replicas'),        partition => Number(isUnderMinIsr(partition))],
  [ofPartition('AtMinIsr',            '1 where as many replicas are in sync as min.insync.replicas'),        partition => Number(isAtMinIsr(partition))],
  [ofPartition('InSyncReplicasCount', 'Replicas in sync'),                                                   ({ assignment }) => assignment.isr.length],
  [ofPartition('ReplicasCount',       'Replicas'),                                                           ({ assignment }) => assignment.replicas.length],
  [ofPartition('LastStableOffsetLag', 'Records that readers of committed ones do not see, since a transaction is open'), ({ log }) => log.highWatermark - log.lastStableOffset],
]
const ofLog = beansOf('kafka.log', 'Log')
// oxfmt-ignore
const ofLogs: readonly (readonly [FamilyName, (partition: Partition) => number])[] = [
  [ofLog('Size',           'Bytes of the log'),                              ({ log }) => log.sizeBytes],
  [ofLog('NumLogSegments', 'Segments of the log'),                           ({ log }) => log.segmentCount],
  [ofLog('LogStartOffset', 'The first offset that can be read'),             ({ log }) => log.logStartOffset],
  [ofLog('LogEndOffset',   'The offset that the next record gets'),          ({ log }) => log.endOffset],
]
const maxLag: FamilyName = {
  domain: 'kafka.server',
  type: 'ReplicaFetcherManager',
  name: 'MaxLag',
  about: 'Records by which the replica that is furthest behind lags',
}
const consumerLag: FamilyName = {
  domain: 'kafka.server',
  type: 'FetcherLagMetrics',
  name: 'ConsumerLag',
  about: 'Records by which a replica here lags behind its leader',
}

interface Replicated {
  readonly nodeId: number
  readonly metadata: Metadata
  readonly partitions: Partitions
}

export class ReplicaMetrics {
  readonly #isrShrinks: Meter
  readonly #isrExpands: Meter
  readonly #failedIsrUpdates: Meter
  /** Made once for each replica: a read of all of them makes no more than it must. */
  readonly #tags = new WeakMap<Partition, Tags>()

  constructor(beans: MBeans) {
    this.#isrShrinks = beans.meter(isrShrinks)
    this.#isrExpands = beans.meter(isrExpands)
    this.#failedIsrUpdates = beans.meter(failedIsrUpdates)
  }
  /** What came of the wish for another in-sync set. */
  isrChanged(before: readonly number[], after: readonly number[], error: string): void {
    if (error !== 'NONE') return this.#failedIsrUpdates.mark()
    if (after.length < before.length) this.#isrShrinks.mark()
    else this.#isrExpands.mark()
  }
  register(beans: MBeans, { partitions, metadata, nodeId }: Replicated): void {
    for (const [family, holds] of counts)
      beans.gauge(family, {}, () => partitions.all().reduce((sum, partition) => sum + Number(holds(partition)), 0))
    beans.gauge(reassigning, {}, () => reassigningCount(metadata.image, nodeId))
    beans.gauge(producerIdCount, {}, () =>
      partitions.all().reduce((sum, { log }) => sum + log.activeProducers().length, 0),
    )
    const followed = () => partitions.all().filter(({ isLeader }) => !isLeader)
    beans.gauge(maxLag, { clientId: 'Replica' }, () =>
      followed().reduce((most, { replicationLag }) => Math.max(most, replicationLag), 0),
    )
    const each = (of: () => Iterable<Partition>, valueOf: (partition: Partition) => number) =>
      function* (this: void): Iterable<Reading> {
        for (const partition of of()) yield { tags: tagsOf(partition), value: valueOf(partition) }
      }
    const tagsOf = (partition: Partition): Tags => this.#tagsOf(partition)
    const led = () => partitions.all().filter(({ isLeader }) => isLeader)
    const all = () => partitions.all()
    for (const [family, valueOf] of ofLedPartitions) beans.gauges(family, each(led, valueOf))
    for (const [family, valueOf] of ofLogs) beans.gauges(family, each(all, valueOf))
    beans.gauges(consumerLag, function* () {
      for (const partition of followed()) {
        const { topic, index, assignment } = partition
        const clientId = `ReplicaFetcherThread-0-${assignment.leader}`
        yield { tags: { clientId, topic, partition: String(index) }, value: partition.replicationLag }
      }
    })
  }
  #tagsOf(partition: Partition): Tags {
    let tags = this.#tags.get(partition)
    if (tags === undefined)
      this.#tags.set(partition, (tags = { topic: partition.topic, partition: String(partition.index) }))
    return tags
  }
}
function reassigningCount({ topics }: ClusterImage, nodeId: number): number {
  let count = 0
  for (const { partitions } of topics.values())
    for (const { leader, addingReplicas, removingReplicas } of partitions)
      if (leader === nodeId && addingReplicas.length + removingReplicas.length > 0) count++
  return count
}
