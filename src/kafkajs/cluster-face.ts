// The cluster as kafkajs shows it to partition assigners.

import { offsetsAt, type Cluster as ClientCluster } from '../client/index.ts'
import { errorCode } from '../protocol/index.ts'
import { KafkaJSTopicMetadataNotLoaded } from './errors.ts'
import { partitionMetadata } from './metadata.ts'
import { earliestOffset, latestOffset } from './offsets.ts'
import type { Broker, Cluster } from './types/cluster.ts'
import type { PartitionMetadata } from './types/common.ts'

export function clusterFace(cluster: ClientCluster, autoCreate: boolean): Cluster {
  const { view } = cluster
  const targets = new Set<string>()
  const refresh = async () => void (await cluster.retrying(() => cluster.refresh([...targets])))
  const broker = async (nodeId: number): Promise<Broker> => {
    if (!view.brokers.has(nodeId)) await cluster.refresh([])
    const { host, port } = view.brokers.get(nodeId) ?? { host: '', port: -1 }
    return { nodeId, host, port }
  }
  const addTargets = async (topics: string[]) => {
    for (const topic of topics) {
      targets.add(topic)
      await cluster.topic(topic, { autoCreate })
    }
  }
  const findTopicPartitionMetadata = (topic: string): PartitionMetadata[] => {
    const info = view.topics.get(topic)
    if (info === undefined && !targets.has(topic))
      throw new KafkaJSTopicMetadataNotLoaded('Topic metadata not loaded', { topic })
    return info === undefined ? [] : partitionMetadata(info)
  }
  return {
    getNodeIds: () => [...view.brokers.keys()],
    async metadata() {
      const topics = await cluster.retrying(() => cluster.refresh(null))
      return {
        brokers: [...view.brokers.values()].map(({ rack, ...place }) => ({
          ...place,
          ...(rack === null ? {} : { rack }),
        })),
        topicMetadata: topics.map(topic => ({
          topicErrorCode: errorCode(topic.error),
          topic: topic.name,
          partitionMetadata: partitionMetadata(topic),
        })),
      }
    },
    isConnected: () => view.brokers.size > 0,
    connect: refresh,
    disconnect: () => cluster.close(),
    refreshMetadata: refresh,
    refreshMetadataIfNecessary: () => addTargets([...targets]),
    addTargetTopic: topic => addTargets([topic]),
    addMultipleTargetTopics: addTargets,
    findTopicPartitionMetadata,
    findLeaderForPartitions(topic, partitions) {
      const wanted = findTopicPartitionMetadata(topic).filter(({ partitionId }) => partitions.includes(partitionId))
      return Object.fromEntries(
        [...Map.groupBy(wanted, ({ leader }) => leader)].map(([leader, list]) => [
          String(leader),
          list.map(({ partitionId }) => partitionId),
        ]),
      )
    },
    findBroker: ({ nodeId }) => broker(Number(nodeId)),
    async findControllerBroker() {
      await cluster.refresh([])
      return broker(view.controllerId)
    },
    findGroupCoordinator: async ({ groupId }) => broker(await cluster.coordinator(groupId)),
    async findGroupCoordinatorMetadata({ groupId }) {
      const { nodeId, host, port } = await broker(await cluster.coordinator(groupId))
      return { errorCode: 0, coordinator: { nodeId, host, port } }
    },
    defaultOffset: ({ fromBeginning }) => (fromBeginning ? earliestOffset : latestOffset),
    fetchTopicsOffset: topics =>
      Promise.all(
        topics.map(async ({ topic, partitions, fromBeginning, fromTimestamp }) => {
          const places = partitions.map(({ partition }) => ({ topic, partition }))
          const at = fromTimestamp ?? (fromBeginning ? 'earliest' : 'latest')
          const found = await offsetsAt(cluster, places, at, 'read_uncommitted')
          return { topic, partitions: found.map(({ partition, offset }) => ({ partition, offset: String(offset) })) }
        }),
      ),
  }
}
