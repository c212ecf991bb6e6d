"""What a user of confluent-kafka may do as access control entries come and go: a line for each operation."""

import sys
import time

from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    ElectionType,
    KafkaException,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

bootstrap, wait_ms = sys.argv[1], int(sys.argv[2])
act = ""


def settings(user, **more):
    return {
        "bootstrap.servers": bootstrap,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "PLAIN",
        "sasl.username": user,
        "sasl.password": f"{user}-secret",
        "log_level": 0,
        **more,
    }


root = AdminClient(settings("admin"))
admin = AdminClient(settings("alice"))
any_entry = AclBindingFilter(
    ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY
)


def wait(futures):
    """The result of one, whether the library gives it alone or by name."""
    if not isinstance(futures, dict):
        return futures.result(15)
    return [future.result(15) for future in futures.values()][0]


def step(name, work):
    try:
        outcome = work()
    except KafkaException as error:
        outcome = error.args[0].name() if error.args and hasattr(error.args[0], "name") else str(error)
    except Exception as error:  # what the library makes of it counts, whatever it is
        outcome = type(error).__name__
    print(f"{act} | {name} | {outcome}", flush=True)


def entry(resource, name, operation, pattern=ResourcePatternType.LITERAL, permission=AclPermissionType.ALLOW):
    return AclBinding(resource, name, pattern, "User:alice", "*", operation, permission)


def begin(name, *entries):
    global act
    act = name
    wait(root.delete_acls([any_entry]))
    if entries:
        wait(root.create_acls(list(entries)))
        time.sleep(wait_ms / 1000)


def outcome_of(errors, otherwise):
    return "nothing" if not errors else otherwise if errors[0] is None else errors[0].name()


def produce(topic, **more):
    errors = []
    producer = Producer(settings("alice", **{"message.timeout.ms": 10000, **more}))
    producer.produce(topic, b"x", partition=0, on_delivery=lambda error, _: errors.append(error))
    producer.flush(15)
    return outcome_of(errors, "delivered")


def transact(topic, transactional_id):
    producer = Producer(settings("alice", **{"transactional.id": transactional_id}))
    producer.init_transactions(10)
    producer.begin_transaction()
    errors = []
    producer.produce(topic, b"x", partition=0, on_delivery=lambda error, _: errors.append(error))
    producer.flush(15)
    if outcome_of(errors, "sent") != "sent":
        return outcome_of(errors, "sent")
    producer.commit_transaction(10)
    return "committed"


def read(topic, group, subscribe):
    consumer = Consumer(settings("alice", **{"group.id": group, "enable.auto.commit": False, "auto.offset.reset": "earliest"}))
    try:
        if subscribe:
            consumer.subscribe([topic])
        else:
            consumer.assign([TopicPartition(topic, 0, 0)])
        for _ in range(60):
            message = consumer.poll(0.25)
            if message is not None:
                # Of the group and of the topic either may be refused first.
                return "a record" if message.error() is None else message.error().name().replace("TOPIC_", "").replace("GROUP_", "")
        return "nothing"
    finally:
        consumer.close()


def commit(topic, group):
    consumer = Consumer(settings("alice", **{"group.id": group, "enable.auto.commit": False}))
    try:
        (committed,) = consumer.commit(offsets=[TopicPartition(topic, 0, 1)], asynchronous=False)
        return committed.error.name() if committed.error else "committed"
    finally:
        consumer.close()


def data(topic, group):
    step(f"produce to {topic}", lambda: produce(topic))
    step(f"produce once to {topic}", lambda: produce(topic, **{"enable.idempotence": True}))
    step(f"read {topic}", lambda: read(topic, group, False))
    step(f"read {topic} in {group}", lambda: read(topic, group, True))
    step(f"commit for {group}", lambda: commit(topic, group))


def elected(topic):
    results = wait(admin.elect_leaders(ElectionType.PREFERRED, [TopicPartition(topic, 0)]))
    return [error.args[0].name() if error else "elected" for error in results.values()]


def operations(topic, group, transactional_id):
    made = "py-" + act.replace(" ", "-").replace(",", "")
    of_topic = lambda: ConfigResource(ConfigResource.Type.TOPIC, topic)
    data(topic, group)
    step("transaction", lambda: transact(topic, transactional_id))
    step("list topics", lambda: sorted(admin.list_topics(timeout=10).topics))
    step("metadata of topic", lambda: str(admin.list_topics(topic, timeout=10).topics[topic].error))
    step("describe topic", lambda: sorted(
        operation.name for operation in wait(admin.describe_topics(TopicCollection([topic]), include_authorized_operations=True)).authorized_operations
    ))
    step("describe cluster", lambda: sorted(
        operation.name for operation in wait(admin.describe_cluster(include_authorized_operations=True)).authorized_operations or []
    ))
    step("create topic", lambda: wait(admin.create_topics([NewTopic(made, 1, 1)])))
    step("delete topic", lambda: wait(admin.delete_topics([made])))
    step("create partitions", lambda: wait(admin.create_partitions([NewPartitions(topic, 9)], validate_only=True)))
    step("describe configs", lambda: len(wait(admin.describe_configs([of_topic()]))) > 20)
    step("alter configs", lambda: wait(admin.incremental_alter_configs([
        ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[
            ConfigEntry("retention.ms", "100000000", ConfigSource.DYNAMIC_TOPIC_CONFIG, incremental_operation=AlterConfigOpType.SET)
        ])
    ])))
    step("elect leaders", lambda: elected(topic))
    step("list offsets", lambda: wait(admin.list_offsets({TopicPartition(topic, 0): OffsetSpec.earliest()})).offset)
    step("delete records", lambda: wait(admin.delete_records([TopicPartition(topic, 0, 0)])).low_watermark)
    step("list groups", lambda: sorted({"py-readers", "py-others"} & {each.group_id for each in wait(admin.list_consumer_groups()).valid}))
    step("describe group", lambda: sorted(
        operation.name for operation in wait(admin.describe_consumer_groups([group], include_authorized_operations=True)).authorized_operations
    ))
    step("offsets of group", lambda: len(wait(admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])).topic_partitions))
    step("alter offsets of group", lambda: [
        str(each.error) for each in wait(admin.alter_consumer_group_offsets([
            ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 1)])
        ])).topic_partitions
    ])
    step("delete group", lambda: wait(admin.delete_consumer_groups(["py-none-" + act])))
    # To describe them is left out: where that is refused, librdkafka 2.16 frees what it has not, and dies.
    step("alter scram credentials", lambda: wait(admin.alter_user_scram_credentials([
        UserScramCredentialUpsertion("py-user", ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), b"py-user-secret")
    ])))
    step("describe acls", lambda: len(wait(admin.describe_acls(any_entry))))
    step("create acl", lambda: wait(admin.create_acls([entry(ResourceType.GROUP, "py-unused", AclOperation.READ)])))
    step("delete acls", lambda: len(wait(admin.delete_acls([
        AclBindingFilter(ResourceType.GROUP, "py-unused", ResourcePatternType.LITERAL, None, None, AclOperation.ANY, AclPermissionType.ANY)
    ]))))
    # A refused look at SCRAM users ends the process, whichever broker refuses it.


for topic in ("py-orders", "py-other"):
    wait(root.create_topics([NewTopic(topic, 1, 1)]))
filler = Producer(settings("admin"))
for topic in ("py-orders", "py-other"):
    filler.produce(topic, b"x", partition=0)
filler.flush(15)
for group in ("py-readers", "py-others"):
    # The first commit of a cluster finds no coordinator for a while.
    for _ in range(100):
        committed = wait(root.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, [TopicPartition("py-orders", 0, 0)])]))
        if committed.topic_partitions[0].error is None:
            break
        time.sleep(0.1)

begin("nothing is allowed")
operations("py-orders", "py-readers", "py-copier")
begin(
    "a reader",
    entry(ResourceType.TOPIC, "py-orders", AclOperation.READ),
    entry(ResourceType.GROUP, "py-r", AclOperation.READ, ResourcePatternType.PREFIXED),
)
operations("py-orders", "py-readers", "py-copier")
begin(
    "a writer",
    entry(ResourceType.TOPIC, "py-orders", AclOperation.WRITE),
    entry(ResourceType.TRANSACTIONAL_ID, "py-copier", AclOperation.WRITE),
)
operations("py-orders", "py-readers", "py-copier")
begin(
    "everything but one topic",
    entry(ResourceType.TOPIC, "*", AclOperation.ALL),
    entry(ResourceType.GROUP, "*", AclOperation.ALL),
    entry(ResourceType.BROKER, "kafka-cluster", AclOperation.ALL),  # librdkafka's name of the cluster
    entry(ResourceType.TOPIC, "py-other", AclOperation.ALL, permission=AclPermissionType.DENY),
)
data("py-other", "py-readers")
operations("py-orders", "py-readers", "py-copier")
