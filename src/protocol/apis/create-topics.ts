// CreateTopics.
import { api, array, bool, int16, int32, int8, string, uuid } from '../schema.ts'

export const createTopics = api(
  19,
  'CreateTopics',
  { versions: '2-7', flexible: '5+' },
  {
    request: {
      topics: array({
        name: string.mapKey(),
        /** −1 where assignments are given; from version 4 on, without them, the broker's default. */
        numPartitions: int32,
        /** −1 likewise. */
        replicationFactor: int16,
        /** Empty lets the controller choose. */
        assignments: array({ partitionIndex: int32.mapKey(), brokerIds: array(int32) }),
        configs: array({ name: string.mapKey(), value: string.nullable() }),
      }),
      timeoutMs: int32.default(60000),
      /** Answers what would happen. */
      validateOnly: bool.default(false),
    },
    response: {
      throttleTimeMs: int32.default(0).ignorable(),
      topics: array({
        name: string.mapKey(),
        topicId: uuid.in('7+').ignorable(),
        errorCode: int16,
        errorMessage: string.nullable().ignorable(),
        /** Set where the requester may not see the configs: then they, and both counts, are not given. */
        topicConfigErrorCode: int16.tag(0, '5+').ignorable(),
        numPartitions: int32.in('5+').default(-1).ignorable(),
        replicationFactor: int16.in('5+').default(-1).ignorable(),
        configs: array({
          name: string,
          value: string.nullable(),
          readOnly: bool,
          /** 1 topic, 2 broker, 3 all brokers, 4 static, 5 default. */
          configSource: int8.default(-1).ignorable(),
          isSensitive: bool,
        })
          .in('5+')
          .nullable()
          .ignorable(),
      }),
    },
  },
)
