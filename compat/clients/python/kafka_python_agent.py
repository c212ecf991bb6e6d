"""kafka-python: the protocol written in Python."""

import os
import re
import sys
import time

import kafka
from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import AlterConfigOp, ConfigResource, ConfigResourceType, OffsetSpec
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import KafkaError, NoError
from kafka.structs import OffsetAndMetadata

from agent import record, serve, tell, unpack
from kafka_python_security import secured

BOOTSTRAP = {"bootstrap_servers": sys.argv[1], "client_id": "interop-kafka-python"}
admin = KafkaAdminClient(**BOOTSTRAP)
producers = {}


def checked(results):
    """Some results are not raised by the library: they are the classes of errors, or the names of those."""
    for result in results.values():
        error = getattr(kafka.errors, result, NoError) if isinstance(result, str) else result
        if error is not NoError:
            raise error()


# --- admin


def create_topic(topic, partitions=1, replicationFactor=1, configs=None):
    wanted = {"num_partitions": partitions, "replication_factor": replicationFactor, "configs": configs or {}}
    admin.create_topics({topic: wanted})


def describe_topic(topic):
    (described,) = admin.describe_topics([topic])
    return {
        "partitions": [
            {"id": p["partition_index"], "leader": p["leader_id"], "isr": list(p["isr_nodes"])}
            for p in described["partitions"]
        ]
    }


def configs(kind, name):
    described = admin.describe_configs([ConfigResource(kind, name)], config_filter="all")
    entries = described[kind.name.lower()][name]
    return {name: entry["value"] for name, entry in entries.items()}


def alter_topic_configs(topic, set=None, remove=()):
    changes = {name: (AlterConfigOp.SET, value) for name, value in (set or {}).items()}
    changes.update({name: (AlterConfigOp.DELETE, None) for name in remove})
    said = admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, changes)])["topic"][topic]
    if said != "OK":  # The text of an error: "[Error 40] InvalidConfigurationError: ...".
        raise kafka.errors.for_code(int(re.match(r"\[Error (\d+)\]", said)[1]))(said)


def describe_cluster():
    cluster = admin.describe_cluster()
    return {
        "clusterId": cluster["cluster_id"],
        "controller": cluster["controller_id"],
        "brokers": [
            {"id": node.get("node_id", node.get("broker_id")), "host": node["host"], "port": node["port"]}
            for node in cluster["brokers"]
        ],
    }


def reassign(topic, partition, replicas):
    altered = admin.alter_partition_reassignments({TopicPartition(topic, partition): replicas})
    for error in altered.values():
        if error is not None:
            raise error()


def reassignments(topic):
    listed = admin.list_partition_reassignments([TopicPartition(topic, 0)])
    return [
        {"partition": at.partition, "adding": moving["adding_replicas"], "removing": moving["removing_replicas"]}
        for at, moving in listed.items()
    ]


def quorum():
    (partition,) = admin.describe_metadata_quorum()["topics"][0]["partitions"]
    return {
        "leader": partition["leader_id"],
        "voters": [voter["replica_id"] for voter in partition["current_voters"]],
        "highWatermark": partition["high_watermark"],
    }


def offset_of(topic, partition, spec):
    at = TopicPartition(topic, partition)
    return admin.list_partition_offsets({at: spec})[at].offset


def end_offsets(topic, partition):
    return {
        "earliest": offset_of(topic, partition, OffsetSpec.EARLIEST),
        "latest": offset_of(topic, partition, OffsetSpec.LATEST),
    }


def log_dir_size(topic):
    directories = [directory for broker in admin.describe_log_dirs([topic]) for directory in broker["log_dirs"]]
    topics = [one for directory in directories for one in directory["topics"] if one["name"] == topic]
    return sum(partition["partition_size"] for one in topics for partition in one["partitions"])


# --- groups from outside


def describe_group(group):
    described = admin.describe_groups([group])[group]
    return {"state": described["group_state"], "members": len(described["members"])}


def group_offsets(group, topic):
    offsets = admin.list_group_offsets({group: None})[group]
    return [
        {"partition": at.partition, "offset": committed.offset, "metadata": committed.metadata}
        for at, committed in offsets.items()
        if at.topic == topic
    ]


def commit_offset(group, topic, partition, offset, metadata=""):
    at = TopicPartition(topic, partition)
    checked(admin.alter_group_offsets(group, {at: OffsetAndMetadata(offset, metadata, -1)}))


# --- records


def produce(topic, messages, acks="all", idempotent=False, codec="none"):
    settings = {
        "acks": acks if acks == "all" else int(acks),
        "enable_idempotence": idempotent,
        "compression_type": None if codec == "none" else codec,
        "linger_ms": 5,
    }
    key = repr(settings)
    producer = producers.get(key) or producers.setdefault(key, KafkaProducer(**BOOTSTRAP, **settings))
    sent = [
        producer.send(
            topic,
            value=unpack(message["value"]),
            key=unpack(message["key"]),
            headers=[(name, unpack(content)) for name, content in message["headers"]],
            partition=message.get("partition"),
            timestamp_ms=message.get("timestampMs"),
        )
        for message in messages
    ]
    producer.flush(20)
    for future in sent:
        future.get(timeout=20)


transactional = {}


def transact(id, topic, messages, end, producer=None, timeoutMs=30000, offset=None):
    name = producer or id
    if name not in transactional:
        transactional[name] = KafkaProducer(**BOOTSTRAP, transactional_id=id, transaction_timeout_ms=timeoutMs)
        transactional[name].init_transactions()
    using = transactional[name]
    using.begin_transaction()
    sent = [
        using.send(
            topic,
            value=unpack(message["value"]),
            key=unpack(message["key"]),
            partition=message.get("partition"),
        )
        for message in messages
    ]
    using.flush(20)
    for future in sent:
        future.get(timeout=20)
    if offset:
        position = OffsetAndMetadata(offset["offset"], "", -1)
        using.send_offsets_to_transaction({TopicPartition(topic, offset["partition"]): position}, offset["group"])
    if end != "later":
        end_transaction(name, end)


def end_transaction(producer, end):
    using = transactional[producer]
    using.commit_transaction() if end == "commit" else using.abort_transaction()


def reader(**settings):
    return KafkaConsumer(**BOOTSTRAP, enable_auto_commit=False, **settings)


def consume(topic, count, partition=0, waitMs=8000, maxBytes=None, reset="none", committed=False, **start):
    isolation = "read_committed" if committed else "read_uncommitted"
    settings = {"fetch_max_wait_ms": 100, "auto_offset_reset": reset, "isolation_level": isolation}
    if maxBytes:
        settings["max_partition_fetch_bytes"] = maxBytes
    consumer = reader(**settings)
    at = TopicPartition(topic, partition)
    consumer.assign([at])
    if start["from"] == "earliest":
        consumer.seek_to_beginning(at)
    elif start["from"] == "latest":
        consumer.seek_to_end(at)
    else:
        consumer.seek(at, start["from"])
    read, deadline = [], time.monotonic() + waitMs / 1000
    while len(read) < count and time.monotonic() < deadline:
        for batch in consumer.poll(timeout_ms=50).values():
            read += [shown(message) for message in batch]
    consumer.close()
    return read[:count]


def shown(message):
    return record(
        key=message.key,
        value=message.value,
        headers=message.headers,
        timestamp=message.timestamp,
        partition=message.partition,
        offset=message.offset,
    )


tailing = None


def tail(topic, waitMs):
    global tailing
    tailing = reader(fetch_max_wait_ms=waitMs)
    at = TopicPartition(topic, 0)
    tailing.assign([at])
    tailing.seek(at, tailing.end_offsets([at])[at] - 1)
    while not tailing.poll(timeout_ms=100):  # The record before the tail: now the next fetch waits for the tail.
        pass
    tailing.poll(timeout_ms=100)


def tail_next():
    while True:
        for batch in tailing.poll(timeout_ms=1000).values():
            return {"value": batch[0].value.decode(), "receivedMs": time.time() * 1000}


# --- a member of a group

member = None
assigned = set()


class Listener(ConsumerRebalanceListener):
    def on_partitions_assigned(self, partitions):
        assigned.update(at.partition for at in partitions)
        tell("assigned", partitions=list(assigned))

    def on_partitions_revoked(self, partitions):
        assigned.difference_update(at.partition for at in partitions)
        if partitions:
            tell("revoked", partitions=list(assigned))


def join(group, topic, assignor="eager", instanceId=None, sessionTimeoutMs=10000, reset="earliest"):
    global member
    cooperative = assignor == "cooperative"
    member = KafkaConsumer(
        **BOOTSTRAP,
        group_id=group,
        group_instance_id=instanceId,
        enable_auto_commit=False,
        session_timeout_ms=sessionTimeoutMs,
        heartbeat_interval_ms=300,
        fetch_max_wait_ms=200,
        auto_offset_reset=reset,
        partition_assignment_strategy=[CooperativeStickyAssignor if cooperative else RangePartitionAssignor],
    )
    member.subscribe([topic], listener=Listener())


def poll_member():
    if member is None:
        return False
    try:
        # A poll that ends between JoinGroup and SyncGroup loses the answer to the latter: it had better not be short.
        for batch in member.poll(timeout_ms=500).values():
            for message in batch:
                tell("record", partition=message.partition, offset=message.offset)
    except KafkaError as error:
        tell("failed", message=str(error), code=code_of(error))
        return False
    return True


def commit(metadata):
    member.commit({at: OffsetAndMetadata(member.position(at), metadata, -1) for at in member.assignment()})


def leave():
    global member
    leaving, member = member, None
    leaving.close(autocommit=False)


def code_of(error):
    code = getattr(error, "errno", None)
    return code if isinstance(code, int) else None


serve(
    kafka.__version__,
    {
        "createTopic": create_topic,
        "deleteTopic": lambda topic: admin.delete_topics([topic]) and None,
        "listTopics": lambda: list(admin.list_topics()),
        "describeTopic": describe_topic,
        "createPartitions": lambda topic, count: admin.create_partitions({topic: count}) and None,
        "topicConfigs": lambda topic: configs(ConfigResourceType.TOPIC, topic),
        "brokerConfigs": lambda broker: configs(ConfigResourceType.BROKER, str(broker)),
        "alterTopicConfigs": alter_topic_configs,
        "describeCluster": describe_cluster,
        "reassign": reassign,
        "reassignments": reassignments,
        "quorum": quorum,
        "deleteRecords": lambda topic, partition, offset: admin.delete_records(
            {TopicPartition(topic, partition): offset}
        )
        and None,
        "offsetForTime": lambda topic, partition, timestampMs: offset_of(topic, partition, timestampMs),
        "endOffsets": end_offsets,
        "maxTimestampOffset": lambda topic, partition: offset_of(topic, partition, OffsetSpec.MAX_TIMESTAMP),
        "logDirSize": log_dir_size,
        "listGroups": lambda: [group["group_id"] for group in admin.list_groups()],
        "describeGroup": describe_group,
        "deleteGroup": lambda group: checked(admin.delete_groups([group])),
        "groupOffsets": group_offsets,
        "commitOffset": commit_offset,
        "deleteGroupOffsets": lambda group, topic: checked(
            admin.delete_group_offsets(group, [TopicPartition(topic, 0)])
        ),
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
    },
    code_of,
    idle=poll_member,
)
