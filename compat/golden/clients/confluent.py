# librdkafka as it is in the wheel of confluent-kafka.
import sys
import time

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, ElectionType, Producer, TopicCollection, TopicPartition
from confluent_kafka.admin import (
    AclBinding, AclBindingFilter, AclOperation, AclPermissionType, AdminClient, AlterConfigOpType, ConfigEntry,
    ConfigResource, NewPartitions, NewTopic, OffsetSpec, ResourcePatternType, ResourceType, ScramMechanism,
    ScramCredentialInfo, UserScramCredentialUpsertion,
)

bootstrap, sasl_bootstrap = sys.argv[1:]
common = {"bootstrap.servers": bootstrap, "client.id": "golden", "log_level": 0}
topic, group = "librdkafka.orders", "librdkafka-group"


def attempt(call):
    try:
        result = call()
        for future in result.values() if isinstance(result, dict) else [result]:
            if hasattr(future, "result"):
                future.result(20)
    except Exception as error:
        print(" ", error)


admin = AdminClient(common)
attempt(lambda: admin.create_topics([NewTopic(topic, 2, 1, config={"retention.ms": "60000"})]))
attempt(lambda: admin.create_topics([NewTopic("bad name", 1, 1)]))
attempt(lambda: admin.create_partitions([NewPartitions(topic, 3)]))
attempt(lambda: admin.list_topics(timeout=10))
attempt(lambda: admin.describe_topics(TopicCollection([topic]), include_authorized_operations=True))
attempt(lambda: admin.describe_cluster(include_authorized_operations=True))
resource = ConfigResource(ResourceType.TOPIC, topic)
attempt(lambda: admin.describe_configs([resource]))
change = ConfigEntry("retention.ms", "70000", incremental_operation=AlterConfigOpType.SET)
attempt(lambda: admin.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[change])]))
attempt(lambda: admin.alter_configs([ConfigResource(ResourceType.TOPIC, topic, set_config={"retention.ms": "80000"})]))

for codec in ["none", "gzip", "snappy", "lz4", "zstd"]:
    producer = Producer({**common, "compression.type": codec, "enable.idempotence": codec == "none", "linger.ms": 0})
    producer.produce(topic, b"one" * 50, b"key", headers={"trace": b"1"})
    producer.flush(10)
producer = Producer({**common, "acks": 0})
producer.produce(topic, b"unacknowledged")
producer.flush(10)

consumer = Consumer({**common, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False,
                     "session.timeout.ms": 10000, "heartbeat.interval.ms": 500, "client.rack": "a"})
consumer.subscribe([topic])
message = consumer.poll(15)
if message:
    attempt(lambda: consumer.commit(message, asynchronous=False))
for _ in range(4):
    consumer.poll(0.5)
attempt(lambda: admin.list_consumer_groups())
attempt(lambda: admin.describe_consumer_groups([group], include_authorized_operations=True))
attempt(lambda: consumer.committed([TopicPartition(topic, 0)], 10))
attempt(lambda: consumer.get_watermark_offsets(TopicPartition(topic, 0), 10))
attempt(lambda: consumer.offsets_for_times([TopicPartition(topic, 0, 1)], 10))

transactional = Producer({**common, "transactional.id": "librdkafka-tx"})
transactional.init_transactions(20)
for commit in [True, False]:
    transactional.begin_transaction()
    transactional.produce(topic, b"transactional", b"tx")
    attempt(lambda: transactional.send_offsets_to_transaction([TopicPartition(topic, 0, 1)], consumer.consumer_group_metadata(), 10))
    attempt(transactional.commit_transaction if commit else transactional.abort_transaction)
consumer.close()

modern = Consumer({**common, "group.id": group + "-848", "group.protocol": "consumer", "auto.offset.reset": "earliest", "isolation.level": "read_committed"})
modern.subscribe(["^librdkafka.*"])
for _ in range(12):
    modern.poll(0.5)
attempt(lambda: admin.describe_consumer_groups([group + "-848"]))
modern.close()

attempt(lambda: admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)]))
attempt(lambda: admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 1)])]))
attempt(lambda: admin.list_offsets({TopicPartition(topic, 0): OffsetSpec.latest()}))
attempt(lambda: admin.delete_records([TopicPartition(topic, 0, 1)]))
attempt(lambda: admin.elect_leaders(ElectionType.PREFERRED, [TopicPartition(topic, 0)]))
acl = (ResourceType.TOPIC, topic, ResourcePatternType.LITERAL, "User:bob", "*", AclOperation.READ, AclPermissionType.ALLOW)
attempt(lambda: admin.create_acls([AclBinding(*acl)]))
attempt(lambda: admin.describe_acls(AclBindingFilter(*acl)))
attempt(lambda: admin.delete_acls([AclBindingFilter(*acl)]))
scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096)
attempt(lambda: admin.alter_user_scram_credentials([UserScramCredentialUpsertion("carol", scram, b"carol-secret", b"salt")]))
attempt(lambda: admin.describe_user_scram_credentials(["carol"]))
attempt(lambda: admin.delete_consumer_groups([group]))
attempt(lambda: admin.delete_topics([topic]))
time.sleep(1)

for mechanism, user, password in [("PLAIN", "alice", "alice-secret"), ("SCRAM-SHA-256", "carol", "carol-secret")]:
    secured = AdminClient({**common, "bootstrap.servers": sasl_bootstrap, "security.protocol": "SASL_PLAINTEXT",
                           "sasl.mechanism": mechanism, "sasl.username": user, "sasl.password": password})
    attempt(lambda: secured.list_topics(timeout=10))
