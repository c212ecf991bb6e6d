// Configs in environment variables, by the convention of the apache/kafka image: KAFKA_LOG_RETENTION_MS is log.retention.ms,
// where one underscore is a dot, two are an underscore and three a dash.

/** Variables of the image and of Kafka's scripts that are no configs. */
const notConfigs: ReadonlySet<string> = new Set([
  'KAFKA_VERSION',
  'KAFKA_HEAP_OPTS',
  'KAFKA_LOG4J_OPTS',
  'KAFKA_OPTS',
  'KAFKA_JMX_OPTS',
  'KAFKA_JMX_PORT',
  'KAFKA_JMX_HOSTNAME',
  'KAFKA_JVM_PERFORMANCE_OPTS',
  'KAFKA_GC_LOG_OPTS',
  'KAFKA_LOG4J_ROOT_LOGLEVEL',
  'KAFKA_LOG4J_LOGGERS',
  'KAFKA_TOOLS_LOG4J_LOGLEVEL',
])

export function configFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Map<string, string> {
  return new Map(
    Object.entries(environment).flatMap(([variable, value]): [string, string][] =>
      variable.startsWith('KAFKA_') && !notConfigs.has(variable) && value !== undefined
        ? [[configName(variable), value]]
        : [],
    ),
  )
}
function configName(variable: string): string {
  return variable.slice('KAFKA_'.length).toLowerCase().replaceAll('_', '.').replaceAll('...', '-').replaceAll('..', '_')
}
