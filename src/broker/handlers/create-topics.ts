// CreateTopics: each topic is created or refused by itself, and can be used when the answer comes.

import { configSources, isRefusal, refusal, type CreateTopicOutcome } from '../../metadata/index.ts'
import { createTopics, errorCode, type ResponseOf } from '../../protocol/index.ts'
import { asksItself, partition } from '../authorization/authorization.ts'
import { warnAboutConfigs } from '../config-warnings.ts'
import { handler } from '../handler.ts'
import { quotaExceeded, withThrottle } from '../quotas/throttled.ts'

type TopicAnswer = ResponseOf<typeof createTopics>['topics'][number]

export const createTopicsHandler = handler(
  createTopics,
  { versions: '2-7', authorization: asksItself('CREATE CLUSTER', 'CREATE TOPIC', 'DESCRIBE_CONFIGS TOPIC') },
  async ({ body, version, request, context, access }) => {
    const createsAny = access.allows('CREATE', 'CLUSTER', undefined, { quietly: true })
    const [allowed, refused] = partition(
      body.topics,
      ({ name }) => createsAny || access.allows('CREATE', 'TOPIC', name),
    )
    const budget = context.throttling.mutations(request, { strict: version >= 6 })
    const countOf = ({ numPartitions, assignments }: (typeof body.topics)[number]) =>
      assignments.length || (numPartitions < 0 ? context.config.number('num.partitions') : numPartitions)
    const [within, beyond] = partition(allowed, topic => budget.take(countOf(topic)))
    for (const { configs } of within)
      warnAboutConfigs(
        context,
        'TOPIC',
        configs.map(({ name }) => name),
      )
    const outcomes = await context.metadata.createTopics(within, { validateOnly: body.validateOnly })
    const unauthorized = refused.map(({ name }) => ({
      name,
      ...refusal('TOPIC_AUTHORIZATION_FAILED', 'Authorization failed.'),
    }))
    const overBudget = beyond.map(({ name }) => ({ name, ...quotaExceeded }))
    const showsConfigs = (name: string) => access.allows('DESCRIBE_CONFIGS', 'TOPIC', name, { quietly: true })
    const topics = [...outcomes, ...unauthorized, ...overBudget].map(outcome => answer(outcome, showsConfigs))
    return withThrottle(request, { topics }, budget.throttleMs())
  },
)

function answer(outcome: CreateTopicOutcome, showsConfigs: (name: string) => boolean): TopicAnswer {
  const { name } = outcome
  if (isRefusal(outcome))
    return { name, errorCode: errorCode(outcome.error), errorMessage: outcome.message, configs: [] }
  const { topicId, numPartitions, replicationFactor, configs } = outcome
  if (!showsConfigs(name))
    return {
      name,
      topicId,
      errorCode: errorCode('NONE'),
      errorMessage: null,
      topicConfigErrorCode: errorCode('TOPIC_AUTHORIZATION_FAILED'),
      configs: null,
    }
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
