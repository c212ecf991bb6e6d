// CreateTopics: each topic is created or refused by itself, and can be used when the answer comes.

import { configSources, isRefusal, type CreateTopicOutcome } from '../../metadata/index.ts'
import { createTopics, errorCode, type ResponseOf } from '../../protocol/index.ts'
import { warnAboutConfigs } from '../config-warnings.ts'
import { handler } from '../handler.ts'

type TopicAnswer = ResponseOf<typeof createTopics>['topics'][number]

export const createTopicsHandler = handler(createTopics, { versions: '2-7' }, async ({ body, context }) => {
  for (const { configs } of body.topics)
    warnAboutConfigs(
      context,
      'TOPIC',
      configs.map(({ name }) => name),
    )
  const outcomes = await context.metadata.createTopics(body.topics, { validateOnly: body.validateOnly })
  return { topics: outcomes.map(answer) }
})

function answer(outcome: CreateTopicOutcome): TopicAnswer {
  const { name } = outcome
  if (isRefusal(outcome))
    return { name, errorCode: errorCode(outcome.error), errorMessage: outcome.message, configs: [] }
  const { topicId, numPartitions, replicationFactor, configs } = outcome
  return {
    name,
    topicId,
    errorCode: errorCode('NONE'),
    errorMessage: null,
    numPartitions,
    replicationFactor,
    configs: configs.map(({ name, value, readOnly, source, sensitive }) => ({
      name,
      value,
      readOnly,
      configSource: configSources[source],
      isSensitive: sensitive,
    })),
  }
}
