// What published dashboards ask Prometheus for, panel by panel, with their variables as they stand; and what a broker without
// a JVM, outside of Kubernetes, does not have, with the reason.

export interface Panel {
  readonly title: string
  readonly query: string
  /** Why the query finds nothing here. */
  readonly absent?: string
}
export interface Dashboard {
  readonly name: string
  readonly panels: readonly Panel[]
}

/** What Kubernetes's labels are in the scrape of the check; Grafana's variables are chosen accordingly. */
export const targetLabels = {
  namespace: 'kafka',
  strimzi_io_cluster: 'my-cluster',
  strimzi_io_name: 'my-cluster-kafka',
  kubernetes_pod_name: 'my-cluster-kafka-0',
  pod: 'my-cluster-kafka-0',
  container: 'kafka',
} as const
const variables: Readonly<Record<string, string>> = {
  $kubernetes_namespace: 'kafka',
  $strimzi_cluster_name: 'my-cluster',
  $kafka_broker: 'kafka-0',
  $kafka_topic: '.+',
  $kafka_partition: '.+',
  $consumergroup: '.+',
  $topic: '.+',
}
/** The query as Grafana sends it. */
export function asked(query: string, instance: string): string {
  const names = Object.keys(variables).toSorted((a, b) => b.length - a.length)
  return names.reduce((text, name) => text.replaceAll(name, variables[name]!), query.replaceAll('$instance', instance))
}

const jvm = 'there is no JVM; nodejs_* tell of memory and garbage collection'
const kubernetes = 'comes from Kubernetes, not from the broker'

// oxfmt-ignore
const kafkaExporterOverview: readonly Panel[] = [
  { title: 'Message in per second',         query: 'sum(rate(kafka_topic_partition_current_offset{instance="$instance", topic=~"$topic"}[1m])) by (topic)' },
  { title: 'Lag by  Consumer Group',        query: 'sum(kafka_consumergroup_lag{instance="$instance",topic=~"$topic"}) by (consumergroup, topic)' },
  { title: 'Message in per minute',         query: `sum(delta(kafka_topic_partition_current_offset{instance=~'$instance', topic=~"$topic"}[5m])/5) by (topic)` },
  { title: 'Message consume per minute',    query: `sum(delta(kafka_consumergroup_current_offset{instance=~'$instance',topic=~"$topic"}[5m])/5) by (consumergroup, topic)` },
  { title: 'Partitions per Topic',          query: 'sum by(topic) (kafka_topic_partitions{instance="$instance",topic=~"$topic"})' },
  { title: 'the variable topic',            query: `kafka_topic_partition_current_offset{instance='$instance',topic!='__consumer_offsets',topic!='--kafka'}` },
]

const cluster = 'namespace="$kubernetes_namespace",strimzi_io_cluster="$strimzi_cluster_name"'
const brokers = `${cluster},kubernetes_pod_name=~"$strimzi_cluster_name-$kafka_broker"`
const process = 'namespace="$kubernetes_namespace",kubernetes_pod_name=~"$strimzi_cluster_name-$kafka_broker"'
const ofTopics = `namespace="$kubernetes_namespace",strimzi_io_cluster="$strimzi_cluster_name",topic=~"$kafka_topic",topic!="",kubernetes_pod_name=~"$strimzi_cluster_name-$kafka_broker"`
const perTopic = (name: string) => `sum(irate(kafka_server_brokertopicmetrics_${name}_total{${ofTopics}}[5m]))`
// oxfmt-ignore
const strimziKafka: readonly Panel[] = [
  { title: 'Brokers Online',                query: `count(kafka_server_replicamanager_leadercount{${cluster}})` },
  { title: 'Active Controllers',            query: `sum(kafka_controller_kafkacontroller_activecontrollercount{${cluster}})` },
  { title: 'Unclean Leader Election Rate',  query: `sum(irate(kafka_controller_controllerstats_uncleanleaderelections_total{${cluster}}[5m]))` },
  { title: 'Online Replicas',               query: `sum(kafka_server_replicamanager_partitioncount{${cluster}})` },
  { title: 'Under Replicated Partitions',   query: `sum(kafka_server_replicamanager_underreplicatedpartitions{${cluster}})` },
  { title: 'Partitions at minimum ISR',     query: `sum(kafka_cluster_partition_atminisr{${cluster}})` },
  { title: 'Partitions under minimum ISR',  query: `sum(kafka_cluster_partition_underminisr{${cluster}})` },
  { title: 'Offline Partitions Count',      query: `sum(kafka_controller_kafkacontroller_offlinepartitionscount{${cluster}})` },
  { title: 'Memory Usage',                  query: 'sum(container_memory_usage_bytes{namespace="$kubernetes_namespace",pod=~"$strimzi_cluster_name-$kafka_broker",container="kafka"}) by (pod)', absent: kubernetes },
  { title: 'CPU Usage',                     query: 'sum(rate(container_cpu_usage_seconds_total{namespace="$kubernetes_namespace",pod=~"$strimzi_cluster_name-$kafka_broker",container="kafka"}[5m])) by (pod)', absent: kubernetes },
  { title: 'Available Disk Space',          query: 'sum(kubelet_volume_stats_available_bytes{namespace="$kubernetes_namespace",persistentvolumeclaim=~"data(-[0-9]+)?-$strimzi_cluster_name-$kafka_broker"}) by (persistentvolumeclaim)', absent: `${kubernetes}; millrace_log_directory_usable_bytes tells it` },
  { title: 'Open File Descriptors',         query: `sum(process_open_fds{${process},container="kafka"}) by (kubernetes_pod_name)` },
  { title: 'JVM Memory Used',               query: `sum(jvm_memory_used_bytes{${process},strimzi_io_name="$strimzi_cluster_name-kafka"}) by (kubernetes_pod_name)`, absent: jvm },
  { title: 'JVM GC Time',                   query: `sum(rate(jvm_gc_collection_seconds_sum{${process},strimzi_io_name="$strimzi_cluster_name-kafka"}[5m])) by (kubernetes_pod_name)`, absent: jvm },
  { title: 'JVM GC Count',                  query: `sum(rate(jvm_gc_collection_seconds_count{${process},strimzi_io_name="$strimzi_cluster_name-kafka"}[5m])) by (kubernetes_pod_name)`, absent: jvm },
  { title: 'JVM Thread Count',              query: `sum(jvm_threads_current{${process},strimzi_io_name="$strimzi_cluster_name-kafka"}) by (kubernetes_pod_name)`, absent: jvm },
  { title: 'Incoming Byte Rate',            query: perTopic('bytesin') },
  { title: 'Outgoing Byte Rate',            query: perTopic('bytesout') },
  { title: 'Incoming Messages Rate',        query: perTopic('messagesin') },
  { title: 'Produce Request Rate',          query: perTopic('totalproducerequests') },
  { title: 'Produce Request Rate, failed',  query: perTopic('failedproducerequests') },
  { title: 'Fetch Request Rate',            query: perTopic('totalfetchrequests') },
  { title: 'Fetch Request Rate, failed',    query: perTopic('failedfetchrequests') },
  { title: 'Network Processor Avg Idle Percent', query: `sum(kafka_network_socketserver_networkprocessoravgidle_percent{${brokers}}*100) by (kubernetes_pod_name)` },
  { title: 'Request Handler Avg Idle Percent',   query: `sum(kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent{${brokers}}*100) by (kubernetes_pod_name)` },
  { title: 'Disk Writes',                   query: `sum(irate(kafka_server_kafkaserver_linux_disk_write_bytes{${brokers}}[5m])) by (kubernetes_pod_name)` },
  { title: 'Disk Reads',                    query: `sum(irate(kafka_server_kafkaserver_linux_disk_read_bytes{${brokers}}[5m])) by (kubernetes_pod_name)` },
  { title: 'Connection Count per Listener', query: `sum(kafka_server_socket_server_metrics_connection_count{${brokers}}) by (kubernetes_pod_name, listener)` },
  { title: 'Log Size',                      query: `kafka_log_log_size{${brokers},topic=~"$kafka_topic",partition=~"$kafka_partition"}` },
  { title: 'the variable kafka_topic',      query: `kafka_cluster_partition_replicascount{${brokers}}` },
]

const topics = 'topic=~"$topic", namespace=~"$kubernetes_namespace"'
const groups = `consumergroup=~"$consumergroup",${topics}`
// oxfmt-ignore
const strimziKafkaExporter: readonly Panel[] = [
  { title: 'Topics',                        query: `count(kafka_topic_partitions{${topics}})` },
  { title: 'Partitions',                    query: `sum(kafka_topic_partitions{${topics}})` },
  { title: 'Replicas',                      query: `sum(kafka_topic_partition_replicas{${topics}})` },
  { title: 'In Sync Replicas',              query: `sum(kafka_topic_partition_in_sync_replica{${topics}})` },
  { title: 'Under Replicated Partitions',   query: `sum(kafka_topic_partition_under_replicated_partition{${topics}})` },
  { title: 'Partitions at minimum ISR',     query: `sum(kafka_cluster_partition_atminisr{${topics}})` },
  { title: 'Partitions under minimum ISR',  query: `sum(kafka_cluster_partition_underminisr{${topics}})` },
  { title: 'Partitions not on preferred node', query: `sum(kafka_topic_partition_leader_is_preferred{${topics}} < bool 1)` },
  { title: 'Messages in per second',        query: `sum(rate(kafka_topic_partition_current_offset{${topics}}[5m])) by (topic)` },
  { title: 'Messages consumed per second',  query: `sum(delta(kafka_consumergroup_current_offset{${groups}}[5m])/300) by (consumergroup, topic)` },
  { title: 'Lag by  Consumer Group',        query: `sum(kafka_consumergroup_lag{${groups}}) by (consumergroup, topic)` },
  { title: 'Consumer Group Offsets',        query: `sum(kafka_consumergroup_current_offset{${groups}}) by (consumergroup,partition,topic)` },
  { title: 'Consumer Group Lag',            query: `sum(kafka_consumergroup_lag{${groups}}) by (consumergroup,partition,topic)` },
  { title: 'Number of Partitions',          query: `sum(kafka_topic_partitions{${topics}}) by (topic)` },
  { title: 'Latest Offsets',                query: `sum(kafka_topic_partition_current_offset{${topics}}) by (partition,topic)` },
  { title: 'Oldest Offsets',                query: `sum(kafka_topic_partition_oldest_offset{${topics}}) by (partition,topic)` },
  { title: 'the variable kubernetes_namespace', query: 'kafka_broker_info' },
]

export const dashboards: readonly Dashboard[] = [
  { name: "Kafka Exporter Overview, Grafana's 7589", panels: kafkaExporterOverview },
  { name: 'Strimzi Kafka, on the JMX exporter', panels: strimziKafka },
  { name: 'Strimzi Kafka Exporter', panels: strimziKafkaExporter },
]
