# kafka-python, in pure Python: a protocol implementation of its own.
import sys
import time

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.structs import OffsetAndMetadata

bootstrap, sasl_bootstrap = sys.argv[1:]
topic, group = "kafka-python.orders", "kafka-python-group"


def attempt(call):
    try:
        return call()
    except Exception as error:
        print(" ", repr(error)[:200])


admin = KafkaAdminClient(bootstrap_servers=bootstrap, client_id="golden")
attempt(lambda: admin.create_topics([NewTopic(topic, 2, 1)]))
attempt(lambda: admin.create_partitions({topic: NewPartitions(3)}))
attempt(lambda: admin.list_topics())
attempt(lambda: admin.describe_topics([topic]))
attempt(lambda: admin.describe_cluster())
attempt(lambda: admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs={"retention.ms": None})]))
attempt(lambda: admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs={"retention.ms": "70000"})]))
attempt(lambda: admin.describe_log_dirs())

for options in [{}, {"compression_type": "gzip"}, {"acks": 0}, {"acks": 1}, {"transactional_id": "kafka-python-tx"}]:
    producer = KafkaProducer(bootstrap_servers=bootstrap, client_id="golden", **options)
    if "transactional_id" in options:
        producer.init_transactions()
        producer.begin_transaction()
    producer.send(topic, b"one" * 50, b"key", headers=[("trace", b"1")])
    producer.flush(10)
    if "transactional_id" in options:
        attempt(lambda: producer.send_offsets_to_transaction({TopicPartition(topic, 0): OffsetAndMetadata(1, "", -1)}, group))
        attempt(producer.commit_transaction)
    producer.close(5)

consumer = KafkaConsumer(topic, bootstrap_servers=bootstrap, client_id="golden", group_id=group, auto_offset_reset="earliest",
                         enable_auto_commit=False, session_timeout_ms=10000, heartbeat_interval_ms=500)
for _ in range(6):
    attempt(lambda: consumer.poll(timeout_ms=1000))
attempt(consumer.commit)
attempt(lambda: consumer.committed(TopicPartition(topic, 0)))
attempt(lambda: consumer.end_offsets([TopicPartition(topic, 0)]))
attempt(lambda: consumer.offsets_for_times({TopicPartition(topic, 0): 1}))
attempt(lambda: admin.describe_groups([group]) if hasattr(admin, "describe_groups") else admin.describe_consumer_groups([group]))
attempt(lambda: admin.list_groups() if hasattr(admin, "list_groups") else admin.list_consumer_groups())
consumer.close()
time.sleep(1)
attempt(lambda: admin.list_group_offsets([group]) if hasattr(admin, "list_group_offsets") else admin.list_consumer_group_offsets(group))
attempt(lambda: admin.delete_records({TopicPartition(topic, 0): 1}))
attempt(lambda: admin.delete_groups([group]) if hasattr(admin, "delete_groups") else admin.delete_consumer_groups([group]))
attempt(lambda: admin.delete_topics([topic]))
admin.close()

attempt(lambda: KafkaAdminClient(bootstrap_servers=sasl_bootstrap, client_id="golden", security_protocol="SASL_PLAINTEXT",
                                 sasl_mechanism="PLAIN", sasl_plain_username="alice", sasl_plain_password="alice-secret").close())
