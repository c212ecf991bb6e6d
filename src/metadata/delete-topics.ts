// Topics are deleted, by name or by id: Kafka's ControllerApis.deleteTopics.

import { type Decision, refusal, type Result } from './decision.ts'
import { type ClusterImage, topicById } from './image.ts'
import type { MetadataRecord } from './records.ts'

export type TopicReference = { readonly name: string } | { readonly topicId: string }
export type DeleteTopicOutcome = {
  /** null: it was asked for by an id that is not known. */
  readonly name: string | null
  /** undefined: it was asked for by a name that is not known. */
  readonly topicId: string | undefined
} & Result

export function deleteTopics(
  image: ClusterImage,
  references: readonly TopicReference[],
): Decision<readonly DeleteTopicOutcome[]> {
  const outcome: DeleteTopicOutcome[] = []
  const seen = new Map<string, number>()
  for (const reference of references) {
    const key = keyOf(reference)
    seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  const doomed = new Map<string, MetadataRecord>()
  for (const reference of references) {
    const name = 'name' in reference ? reference.name : null
    const id = 'topicId' in reference ? reference.topicId : undefined
    const times = seen.get(keyOf(reference))!
    seen.set(keyOf(reference), 0)
    if (times === 0) continue // answered already
    if (times > 1) {
      const what = name === null ? 'id' : 'name'
      outcome.push({ name, topicId: id, ...refusal('INVALID_REQUEST', `Duplicate topic ${what}.`) })
      continue
    }
    const topic = name === null ? topicById(image, id!) : image.topics.get(name)
    if (topic === undefined) {
      outcome.push({
        name,
        topicId: id,
        ...(name === null
          ? refusal('UNKNOWN_TOPIC_ID', 'This server does not host this topic ID.')
          : refusal('UNKNOWN_TOPIC_OR_PARTITION', 'This server does not host this topic-partition.')),
      })
      continue
    }
    if (doomed.has(topic.id)) {
      outcome.push({
        name: topic.name,
        topicId: topic.id,
        ...refusal('INVALID_REQUEST', 'The provided topic name maps to an ID that was already supplied.'),
      })
      continue
    }
    doomed.set(topic.id, { type: 'topicDeleted', topicId: topic.id })
    outcome.push({ name: topic.name, topicId: topic.id, error: 'NONE' })
  }
  return { records: [...doomed.values()], outcome }
}
const keyOf = (reference: TopicReference) =>
  'name' in reference ? `name ${reference.name}` : `id ${reference.topicId}`
