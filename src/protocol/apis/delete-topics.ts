// DeleteTopics.
import { api, array, int16, int32, string, uuid } from '../schema.ts'

export const deleteTopics = api(
  20,
  'DeleteTopics',
  { versions: '1-6', flexible: '4+' },
  {
    request: {
      topics: array({
        /** Null where the id is given. */
        name: string.nullable().default(null),
        topicId: uuid,
      }).in('6+'),
      topicNames: array(string).in('0-5').ignorable(),
      timeoutMs: int32,
    },
    response: {
      throttleTimeMs: int32.default(0).ignorable(),
      responses: array({
        /** Null where only the id was given, and is not known or not to be seen. */
        name: string.nullable('6+').mapKey(),
        topicId: uuid.in('6+').ignorable(),
        errorCode: int16,
        errorMessage: string.in('5+').nullable().default(null).ignorable(),
      }),
    },
  },
)
