// Partitions that move to other brokers, as kafkajs's admin has them moved and watches them.

import { alterPartitionReassignments, listPartitionReassignments } from '../../protocol/index.ts'
import { check, errorOfCode } from '../error-of.ts'
import { KafkaJSAlterPartitionReassignmentsError } from '../errors.ts'
import type { Admin, PartitionReassignment } from '../types/admin.ts'
import { asking, checkTopics, invalid, throwAll, timeoutMsDefault, type AdminOutside } from './requests.ts'

export function reassignmentMethods(
  outside: AdminOutside,
): Pick<Admin, 'alterPartitionReassignments' | 'listPartitionReassignments'> {
  return {
    async alterPartitionReassignments({ topics, timeout }) {
      checkTopics(topics, 'topics')
      for (const reassignment of topics) checkReassignment(reassignment)
      await asking(outside, async cluster => {
        const answer = await cluster.askController(alterPartitionReassignments, {
          timeoutMs: timeout ?? timeoutMsDefault,
          topics: topics.map(({ topic, partitionAssignment }) => ({
            name: topic,
            partitions: partitionAssignment.map(({ partition, replicas }) => ({ partitionIndex: partition, replicas })),
          })),
        })
        check(answer.errorCode)
        const errors = answer.responses.flatMap(({ name, partitions }) =>
          partitions.flatMap(({ partitionIndex, errorCode }) => {
            const error = errorOfCode(errorCode)
            return error === undefined ? [] : [new KafkaJSAlterPartitionReassignmentsError(error, name, partitionIndex)]
          }),
        )
        throwAll('Errors altering partition reassignments', errors)
      })
    },
    async listPartitionReassignments({ topics, timeout }) {
      if (topics !== undefined && topics !== null) {
        checkTopics(topics, 'topics')
        for (const { topic, partitions } of topics) {
          if (!partitions || !Array.isArray(partitions))
            throw invalid(`Invalid partition array: ${partitions} for topic: ${topic}`)
          if (!partitions.every(isIndex))
            throw invalid(
              `Invalid partition array: ${partitions} for topic: ${topic}. The partition indices have to be a valid number greater than 0.`,
            )
        }
      }
      const answer = await asking(outside, async cluster => {
        const answer = await cluster.askController(listPartitionReassignments, {
          timeoutMs: timeout ?? timeoutMsDefault,
          topics: topics?.map(({ topic, partitions }) => ({ name: topic, partitionIndexes: partitions })) ?? null,
        })
        check(answer.errorCode)
        return answer
      })
      return {
        topics: answer.topics.map(({ name, partitions }) => ({
          topic: name,
          partitions: partitions.map(({ partitionIndex, replicas, addingReplicas, removingReplicas }) => ({
            partitionIndex,
            replicas: [...replicas],
            addingReplicas: [...addingReplicas],
            removingReplicas: [...removingReplicas],
          })),
        })),
      }
    },
  }
}

const isIndex = (given: unknown) => typeof given === 'number' && given >= 0
function checkReassignment({ topic, partitionAssignment }: PartitionReassignment): void {
  if (!partitionAssignment || !Array.isArray(partitionAssignment))
    throw invalid(`Invalid partitions array: ${partitionAssignment} for topic: ${topic}`)
  for (const { partition, replicas } of partitionAssignment) {
    if (!isIndex(partition)) throw invalid(`Invalid partitions index: ${partition} for topic: ${topic}`)
    if (!replicas || !Array.isArray(replicas))
      throw invalid(`Invalid replica assignment: ${replicas} for topic: ${topic} on partition: ${partition}`)
    if (!replicas.every(isIndex))
      throw invalid(
        `Invalid replica assignment: ${replicas} for topic: ${topic} on partition: ${partition}. Replicas must be a non negative number`,
      )
  }
}
