// DescribeConfigs: all configs of resources, with their values and where these come from.
import { api, array, bool, int16, int32, int8, string } from '../schema.ts'

export const describeConfigs = api(
  32,
  'DescribeConfigs',
  { versions: '1-4', flexible: '4+' },
  {
    request: {
      resources: array({
        /** 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
        resourceType: int8,
        resourceName: string,
        /** Null for all. */
        configurationKeys: array(string).nullable(),
      }),
      includeSynonyms: bool.default(false),
      includeDocumentation: bool.in('3+'),
    },
    response: {
      throttleTimeMs: int32.default(0),
      results: array({
        errorCode: int16,
        errorMessage: string.nullable(),
        resourceType: int8,
        resourceName: string,
        configs: array({
          name: string,
          /** Null for a sensitive one. */
          value: string.nullable(),
          readOnly: bool,
          /** 1 topic, 2 broker, 3 all brokers, 4 static, 5 default, 6 broker logger, 7 client metrics, 8 group. */
          configSource: int8.default(-1).ignorable(),
          isSensitive: bool,
          /** All that would apply, the one in force first. */
          synonyms: array({ name: string, value: string.nullable(), source: int8 }).ignorable(),
          /** 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password. */
          configType: int8.in('3+').ignorable(),
          documentation: string.in('3+').nullable().ignorable(),
        }),
      }),
    },
  },
)
