"""confluent-kafka: a recent librdkafka with an admin client."""

import os
import sys
import time

import confluent_kafka
from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
)

from agent import record, serve, tell, unpack
from confluent_copier import Copier
from confluent_security import secured

BOOTSTRAP = {"bootstrap.servers": sys.argv[1], "client.id": "interop-confluent", "log_level": 2}
OFFSET_BEGINNING, OFFSET_END = confluent_kafka.OFFSET_BEGINNING, confluent_kafka.OFFSET_END
admin = AdminClient(BOOTSTRAP)
producers = {}


def one(futures):
    """The result of the only future, of a list or a dictionary of them."""
    (future,) = futures.values() if isinstance(futures, dict) else futures
    return future.result(timeout=20)


# --- admin


def create_topic(topic, partitions=1, replicationFactor=1, configs=None):
    one(admin.create_topics([NewTopic(topic, partitions, replicationFactor, config=configs or {})]))


def delete_topic(topic):
    one(admin.delete_topics([topic]))


def list_topics():
    return list(admin.list_topics(timeout=10).topics)


def describe_topic(topic):
    described = one(admin.describe_topics(confluent_kafka.TopicCollection([topic])))
    return {
        "partitions": [
            {"id": p.id, "leader": p.leader.id, "isr": [node.id for node in p.isr]} for p in described.partitions
        ]
    }


def create_partitions(topic, count):
    one(admin.create_partitions([NewPartitions(topic, count)]))


def configs(kind, name):
    entries = one(admin.describe_configs([ConfigResource(kind, name)]))
    return {name: entry.value for name, entry in entries.items()}


def alter_topic_configs(topic, set=None, remove=()):
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in (set or {}).items()
    ]
    entries += [ConfigEntry(name, None, incremental_operation=AlterConfigOpType.DELETE) for name in remove]
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=entries)
    one(admin.incremental_alter_configs([resource]))


def describe_cluster():
    cluster = admin.describe_cluster().result(timeout=20)
    return {
        "clusterId": cluster.cluster_id,
        "controller": cluster.controller.id,
        "brokers": [{"id": node.id, "host": node.host, "port": node.port} for node in cluster.nodes],
    }


def delete_records(topic, partition, offset):
    at = TopicPartition(topic, partition, OFFSET_END if offset == -1 else offset)
    one(admin.delete_records([at]))


def offset_of(topic, partition, spec):
    return one(admin.list_offsets({TopicPartition(topic, partition): spec})).offset


def end_offsets(topic, partition):
    return {
        "earliest": offset_of(topic, partition, OffsetSpec.earliest()),
        "latest": offset_of(topic, partition, OffsetSpec.latest()),
    }


# --- groups from outside


def list_groups():
    return [group.group_id for group in admin.list_consumer_groups().result(timeout=20).valid]


def describe_group(group):
    described = one(admin.describe_consumer_groups([group]))
    return {"state": described.state.name, "members": len(described.members)}


def delete_group(group):
    one(admin.delete_consumer_groups([group]))


def group_offsets(group, topic):
    fetched = one(admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)]))
    return [
        {"partition": at.partition, "offset": at.offset, "metadata": at.metadata}
        for at in fetched.topic_partitions
        if at.topic == topic
    ]


def commit_offset(group, topic, partition, offset, metadata=None):
    at = TopicPartition(topic, partition, offset, metadata) if metadata else TopicPartition(topic, partition, offset)
    consumer = Consumer({**BOOTSTRAP, "group.id": group})
    consumer.commit(offsets=[at], asynchronous=False)
    consumer.close()


# --- records


def produce(topic, messages, acks="all", idempotent=False, codec="none"):
    settings = {"acks": acks, "enable.idempotence": idempotent, "compression.type": codec, "linger.ms": 5}
    key = repr(settings)
    producer = producers.get(key) or producers.setdefault(key, Producer({**BOOTSTRAP, **settings}))
    errors = []
    for message in messages:
        placed = {"partition": message["partition"]} if "partition" in message else {}
        timed = {"timestamp": message["timestampMs"]} if "timestampMs" in message else {}
        producer.produce(
            topic,
            unpack(message["value"]),
            unpack(message["key"]),
            headers=[(name, unpack(content)) for name, content in message["headers"]],
            on_delivery=lambda error, _: errors.append(error) if error else None,
            **placed,
            **timed,
        )
    left = producer.flush(20)
    if errors:
        raise KafkaException(errors[0])
    if left:
        raise TimeoutError(f"{left} records were not delivered")


transactional = {}


def transact(id, topic, messages, end, producer=None, timeoutMs=30000, offset=None):
    name = producer or id
    if name not in transactional:
        settings = {"transactional.id": id, "transaction.timeout.ms": timeoutMs, "linger.ms": 5}
        transactional[name] = Producer({**BOOTSTRAP, **settings})
        transactional[name].init_transactions(20)
    using = transactional[name]
    using.begin_transaction()
    for message in messages:
        placed = {"partition": message["partition"]} if "partition" in message else {}
        using.produce(topic, unpack(message["value"]), unpack(message["key"]), **placed)
    using.flush(20)
    if offset:
        consumer = Consumer({**BOOTSTRAP, "group.id": offset["group"]})
        position = TopicPartition(topic, offset["partition"], offset["offset"])
        using.send_offsets_to_transaction([position], consumer.consumer_group_metadata(), 20)
        consumer.close()
    if end != "later":
        end_transaction(name, end)


def end_transaction(producer, end):
    using = transactional[producer]
    using.commit_transaction(20) if end == "commit" else using.abort_transaction(20)


def reader(**settings):
    group = f"confluent-reader-{os.getpid()}-{time.monotonic_ns()}"
    return Consumer({**BOOTSTRAP, "group.id": group, "enable.auto.commit": False, **settings})


STARTS = {"earliest": OFFSET_BEGINNING, "latest": OFFSET_END}


def consume(topic, count, partition=0, waitMs=8000, maxBytes=None, reset="error", committed=False, **start):
    isolation = "read_committed" if committed else "read_uncommitted"
    settings = {"fetch.wait.max.ms": 100, "auto.offset.reset": reset, "isolation.level": isolation}
    if maxBytes:
        settings["max.partition.fetch.bytes"] = maxBytes
    consumer = reader(**settings)
    consumer.list_topics(topic, timeout=10)  # Knowing the leader, it looks for the start at once, not after 500 ms.
    consumer.assign([TopicPartition(topic, partition, STARTS.get(start["from"], start["from"]))])
    read, deadline = [], time.monotonic() + waitMs / 1000
    while len(read) < count and time.monotonic() < deadline:
        for message in consumer.consume(min(500, count - len(read)), timeout=0.05):
            if message.error():
                raise KafkaException(message.error())
            read.append(shown(message))
    consumer.close()
    return read


def shown(message):
    return record(
        key=message.key(),
        value=message.value(),
        headers=message.headers(),
        timestamp=message.timestamp()[1],
        partition=message.partition(),
        offset=message.offset(),
    )


tailing = None


def tail(topic, waitMs):
    global tailing
    tailing = reader(**{"fetch.wait.max.ms": waitMs})
    _, end = tailing.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)
    tailing.assign([TopicPartition(topic, 0, end - 1)])
    while tailing.poll(0.1) is None:  # The record before the tail: now the next fetch waits for the tail.
        pass


def tail_next():
    message = tailing.poll(15)
    return {"value": message.value().decode(), "receivedMs": time.time() * 1000}


# --- a member of a group

member = None
assigned = set()


def join(
    group,
    topic,
    assignor="eager",
    instanceId=None,
    sessionTimeoutMs=10000,
    reset="earliest",
    protocol="classic",
    pattern=False,
):
    global member
    cooperative = assignor == "cooperative"
    settings = {
        "group.id": group,
        "enable.auto.commit": False,
        "session.timeout.ms": sessionTimeoutMs,
        "heartbeat.interval.ms": 300,
        "fetch.wait.max.ms": 200,
        "auto.offset.reset": reset,
        "partition.assignment.strategy": "cooperative-sticky" if cooperative else "range",
    }
    if protocol == "consumer":
        settings["group.protocol"] = "consumer"
        for decided_by_the_broker in ("session.timeout.ms", "heartbeat.interval.ms", "partition.assignment.strategy"):
            del settings[decided_by_the_broker]
    if instanceId:
        settings["group.instance.id"] = instanceId
    member = Consumer({**BOOTSTRAP, **settings})

    def on_assign(_, partitions):
        assigned.update(at.partition for at in partitions)
        tell("assigned", partitions=list(assigned))

    def on_revoke(_, partitions):
        assigned.difference_update(at.partition for at in partitions)
        if partitions:
            tell("revoked", partitions=list(assigned))

    member.subscribe([f"^{topic}$" if pattern else topic], on_assign=on_assign, on_revoke=on_revoke)


positions = {}


def poll_member():
    if member is None:
        return False
    message = member.poll(0.05)
    if message is not None and message.error():
        tell("failed", message=str(message.error()), code=message.error().code())
    elif message is not None:
        positions[message.partition()] = (message.topic(), message.offset() + 1)
        tell("record", partition=message.partition(), offset=message.offset())
    return True


def commit(metadata):
    offsets = [TopicPartition(topic, partition, offset, metadata) for partition, (topic, offset) in positions.items()]
    member.commit(offsets=offsets, asynchronous=False)


def leave():
    global member
    leaving, member = member, None
    leaving.close()


copier = None


def copy(**params):
    global copier
    copier = Copier(BOOTSTRAP, **params)


def end_copy():
    global copier
    ending, copier = copier, None
    ending.close()


def copy_or_poll():
    if copier is not None:
        return copier.step()
    return poll_member()


def code_of(error):
    if not isinstance(error, KafkaException):
        return None
    code = error.args[0].code()
    # librdkafka refuses some things itself, from what the metadata said.
    local = {KafkaError._UNKNOWN_PARTITION: 3, KafkaError._UNKNOWN_TOPIC: 3, KafkaError._NOENT: 3}
    return local.get(code, code)


serve(
    f"{confluent_kafka.__version__}, librdkafka {confluent_kafka.libversion()[0]}",
    {
        "createTopic": create_topic,
        "deleteTopic": delete_topic,
        "listTopics": list_topics,
        "describeTopic": describe_topic,
        "createPartitions": create_partitions,
        "topicConfigs": lambda topic: configs(ConfigResource.Type.TOPIC, topic),
        "brokerConfigs": lambda broker: configs(ConfigResource.Type.BROKER, str(broker)),
        "alterTopicConfigs": alter_topic_configs,
        "describeCluster": describe_cluster,
        "deleteRecords": delete_records,
        "offsetForTime": lambda topic, partition, timestampMs: offset_of(
            topic, partition, OffsetSpec.for_timestamp(timestampMs)
        ),
        "endOffsets": end_offsets,
        "maxTimestampOffset": lambda topic, partition: offset_of(topic, partition, OffsetSpec.max_timestamp()),
        "listGroups": list_groups,
        "describeGroup": describe_group,
        "deleteGroup": delete_group,
        "groupOffsets": group_offsets,
        "commitOffset": commit_offset,
        "produce": produce,
        "transact": transact,
        "endTransaction": end_transaction,
        "consume": consume,
        "tail": tail,
        "tailNext": tail_next,
        "secured": secured,
        "join": join,
        "commit": commit,
        "leave": leave,
        "copy": copy,
        "endCopy": end_copy,
    },
    code_of,
    idle=copy_or_poll,
)
