import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.acl.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What a user may do as access control entries come and go: the same operations in each act, a line for each with what became
 * of it. The arguments are the address of the broker and how long entries take to be known.
 */
public class AclScenario {
    private final String bootstrap;
    private final Admin root;
    private final Admin admin;
    private String act = "";

    AclScenario(String bootstrap) {
        this.bootstrap = bootstrap;
        root = Admin.create(settings("admin"));
        admin = Admin.create(settings("alice"));
    }

    public static void main(String[] arguments) throws Exception {
        AclScenario scenario = new AclScenario(arguments[0]);
        scenario.play(Integer.parseInt(arguments[1]));
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private Properties settings(String user) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("security.protocol", "SASL_PLAINTEXT");
        settings.put("sasl.mechanism", "PLAIN");
        settings.put("sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
            + user + "\" password=\"" + user + "-secret\";");
        settings.put("default.api.timeout.ms", "15000");
        settings.put("request.timeout.ms", "10000");
        return settings;
    }

    private void play(int waitMs) throws Exception {
        root.createTopics(List.of(topic("orders"), topic("other"), topic("pre-one"))).all().get();
        try (KafkaProducer<byte[], byte[]> producer = producer("admin", Map.of())) {
            for (String name : List.of("orders", "other", "pre-one"))
                producer.send(new ProducerRecord<>(name, 0, null, new byte[10])).get();
        }
        TopicPartition partition = new TopicPartition("orders", 0);
        for (String group : List.of("readers", "others"))
            root.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(0))).all().get();

        begin("nothing is allowed");
        operations("orders", "readers", "copier");

        begin("a reader", waitMs,
            entry(ResourceType.TOPIC, "orders", AclOperation.READ), entry(ResourceType.GROUP, "readers", AclOperation.READ));
        operations("orders", "readers", "copier");
        data("other", "others");

        begin("a writer of a prefix", waitMs, prefix(ResourceType.TOPIC, "pre-", AclOperation.WRITE),
            prefix(ResourceType.TRANSACTIONAL_ID, "cop", AclOperation.WRITE));
        data("pre-one", "readers");
        data("orders", "readers");
        transactions("copier");

        begin("all of the topics, one denied", waitMs, entry(ResourceType.TOPIC, "*", AclOperation.ALL),
            entry(ResourceType.GROUP, "*", AclOperation.ALL), deny(ResourceType.TOPIC, "other", AclOperation.READ));
        operations("orders", "readers", "copier");
        data("other", "readers");

        begin("who may describe", waitMs, entry(ResourceType.TOPIC, "orders", AclOperation.DESCRIBE),
            entry(ResourceType.CLUSTER, "kafka-cluster", AclOperation.DESCRIBE),
            entry(ResourceType.TOPIC, "orders", AclOperation.DESCRIBE_CONFIGS));
        operations("orders", "readers", "copier");

        begin("who may alter the cluster", waitMs, entry(ResourceType.CLUSTER, "kafka-cluster", AclOperation.ALTER),
            entry(ResourceType.CLUSTER, "kafka-cluster", AclOperation.ALTER_CONFIGS),
            entry(ResourceType.CLUSTER, "kafka-cluster", AclOperation.CREATE));
        operations("orders", "readers", "copier");

        begin("another host", waitMs, new AclBinding(new ResourcePattern(ResourceType.TOPIC, "orders", PatternType.LITERAL),
            new AccessControlEntry("User:alice", "10.1.2.3", AclOperation.ALL, AclPermissionType.ALLOW)));
        data("orders", "readers");

        begin("everybody", waitMs, new AclBinding(new ResourcePattern(ResourceType.TOPIC, "orders", PatternType.LITERAL),
            new AccessControlEntry("User:*", "*", AclOperation.READ, AclPermissionType.ALLOW)),
            entry(ResourceType.CLUSTER, "kafka-cluster", AclOperation.IDEMPOTENT_WRITE));
        data("orders", "readers");

        act = "entries themselves";
        entries();
    }

    /** Another act, with these entries and no others. */
    private void begin(String name, int waitMs, AclBinding... entries) throws Exception {
        begin(name);
        root.createAcls(List.of(entries)).all().get();
        Thread.sleep(waitMs);
    }

    private void begin(String name) throws Exception {
        act = name;
        root.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
    }

    private void operations(String topic, String group, String transactionalId) {
        String made = "made-" + act.replace(' ', '-');
        data(topic, group);
        transactions(transactionalId);
        TopicPartition partition = new TopicPartition(topic, 0);
        ConfigResource ofTopic = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        ConfigResource ofBroker = new ConfigResource(ConfigResource.Type.BROKER, "");
        ConfigResource ofGroup = new ConfigResource(ConfigResource.Type.GROUP, group);
        step("describe topic", () -> topicOperations(admin.describeTopics(List.of(topic),
            new DescribeTopicsOptions().includeAuthorizedOperations(true)).allTopicNames().get().get(topic)));
        step("describe topic by id", () -> {
            var id = root.describeTopics(List.of(topic)).allTopicNames().get().get(topic).topicId();
            return admin.describeTopics(TopicCollection.ofTopicIds(List.of(id))).allTopicIds().get().size();
        });
        step("describe a topic that is not there", () -> admin.describeTopics(List.of("nowhere")).allTopicNames().get());
        step("list topics", () -> new TreeSet<>(admin.listTopics().names().get()));
        step("create topic", () -> admin.createTopics(List.of(topic(made))).config(made).get() != null);
        step("validate topic", () -> admin.createTopics(List.of(topic(made + "-v")),
            new CreateTopicsOptions().validateOnly(true)).all().get());
        step("create partitions", () -> admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(9)),
            new CreatePartitionsOptions().validateOnly(true)).all().get());
        step("delete topic", () -> admin.deleteTopics(List.of(made)).all().get());
        step("delete topic by id", () -> {
            var id = root.describeTopics(List.of("other")).allTopicNames().get().get("other").topicId();
            // Only asked where it is refused: the topic is wanted later.
            return act.startsWith("all of") ? "not tried" : admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get();
        });
        step("delete records", () -> admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(0))).all().get());
        step("list offsets", () -> admin.listOffsets(Map.of(partition, OffsetSpec.earliest())).all().get().size());
        step("describe producers", () -> admin.describeProducers(List.of(partition)).all().get().size());
        step("describe configs of topic", () -> admin.describeConfigs(List.of(ofTopic)).all().get().size());
        step("describe configs of broker", () -> admin.describeConfigs(List.of(ofBroker)).all().get().size());
        step("describe configs of group", () -> admin.describeConfigs(List.of(ofGroup)).all().get().size());
        step("alter configs of topic", () -> alter(ofTopic, "retention.ms", "100000000"));
        step("alter configs of broker", () -> alter(ofBroker, "log.retention.ms", "100000000"));
        step("alter configs of group", () -> alter(ofGroup, "consumer.session.timeout.ms", "45000"));
        step("list config resources", () -> admin.listConfigResources(Set.of(ConfigResource.Type.TOPIC), new ListConfigResourcesOptions()).all().get().size() > 0);
        step("describe cluster", () -> new TreeSet<>(admin.describeCluster(
            new DescribeClusterOptions().includeAuthorizedOperations(true)).authorizedOperations().get()));
        step("describe log dirs", () -> admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1).size());
        step("alter replica log dirs", () -> admin.alterReplicaLogDirs(
            Map.of(new TopicPartitionReplica(topic, 0, 1), "/nowhere")).all().get());
        step("elect leaders", () -> admin.electLeaders(ElectionType.PREFERRED, Set.of(partition)).all().get());
        step("reassign", () -> admin.alterPartitionReassignments(
            Map.of(partition, Optional.of(new NewPartitionReassignment(List.of(1))))).all().get());
        step("list reassignments", () -> admin.listPartitionReassignments().reassignments().get());
        step("describe acls", () -> admin.describeAcls(AclBindingFilter.ANY).values().get().size());
        step("create acl", () -> admin.createAcls(List.of(entry(ResourceType.GROUP, "unused", AclOperation.READ))).all().get());
        step("delete acls", () -> admin.deleteAcls(List.of(new AclBindingFilter(
            new ResourcePatternFilter(ResourceType.GROUP, "unused", PatternType.LITERAL), AccessControlEntryFilter.ANY))).all().get().size());
        step("describe quotas", () -> admin.describeClientQuotas(ClientQuotaFilter.all()).entities().get().size());
        step("alter quotas", () -> admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
            new ClientQuotaEntity(Map.of("user", "nobody")),
            List.of(new ClientQuotaAlteration.Op("producer_byte_rate", null))))).all().get());
        step("describe scram users", () -> admin.describeUserScramCredentials().all().get().size());
        step("alter scram users", () -> admin.alterUserScramCredentials(
            List.of(new UserScramCredentialDeletion("nobody", ScramMechanism.SCRAM_SHA_256))).all().get());
        step("describe features", () -> admin.describeFeatures().featureMetadata().get().finalizedFeatures().containsKey("group.version"));
        step("update features", () -> admin.updateFeatures(Map.of("group.version",
            new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.UPGRADE)), new UpdateFeaturesOptions().validateOnly(true)).all().get());
        step("describe quorum", () -> admin.describeMetadataQuorum().quorumInfo().get().voters().size());
        step("unregister broker", () -> admin.unregisterBroker(99).all().get());
        step("list groups", () -> admin.listGroups().all().get().stream().map(GroupListing::groupId)
            .filter(id -> id.equals("readers") || id.equals("others")).collect(Collectors.toCollection(TreeSet::new)));
        step("describe group", () -> new TreeSet<>(admin.describeClassicGroups(List.of(group),
            new DescribeClassicGroupsOptions().includeAuthorizedOperations(true)).all().get().get(group).authorizedOperations()));
        step("offsets of group", () -> admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().size());
        step("alter offsets of group", () -> admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(0))).all().get());
        step("delete offsets of group", () -> admin.deleteConsumerGroupOffsets("others", Set.of(new TopicPartition("pre-one", 0))).all().get());
        step("delete group", () -> admin.deleteConsumerGroups(List.of("others-" + act)).all().get());
        step("list transactions", () -> admin.listTransactions().all().get().stream()
            .map(TransactionListing::transactionalId).collect(Collectors.toCollection(TreeSet::new)));
        step("describe transaction", () -> admin.describeTransactions(List.of(transactionalId)).all().get().size());
        step("fence producers", () -> admin.fenceProducers(List.of(transactionalId)).all().get());
        step("delegation tokens", () -> admin.describeDelegationToken().delegationTokens().get().size());
    }

    private void data(String topic, String group) {
        TopicPartition partition = new TopicPartition(topic, 0);
        step("produce to " + topic, () -> {
            try (KafkaProducer<byte[], byte[]> producer = producer("alice", Map.of("enable.idempotence", "false"))) {
                return producer.send(new ProducerRecord<>(topic, 0, null, new byte[10])).get().partition();
            }
        });
        step("produce once to " + topic, () -> {
            try (KafkaProducer<byte[], byte[]> producer = producer("alice", Map.of())) {
                return producer.send(new ProducerRecord<>(topic, 0, null, new byte[10])).get().partition();
            }
        });
        step("read " + topic, () -> {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer(Map.of())) {
                consumer.assign(List.of(partition));
                consumer.seek(partition, 0);
                return polled(consumer);
            }
        });
        for (String protocol : List.of("classic", "consumer"))
            step("read " + topic + " in " + group + ", " + protocol, () -> {
                // A group is of one protocol at a time.
                Map<String, String> settings = Map.of("group.id", group, "group.protocol", protocol, "auto.offset.reset", "earliest");
                try (KafkaConsumer<byte[], byte[]> consumer = consumer(settings)) {
                    consumer.subscribe(List.of(topic));
                    Object read = polled(consumer);
                    consumer.commitSync(Map.of(partition, new OffsetAndMetadata(0)));
                    return read;
                } catch (AuthorizationException refused) {
                    // With the newer protocol two requests are under way, and either may be refused first.
                    throw protocol.equals("consumer") ? new AuthorizationException("topic or group") : refused;
                }
            });
        step("committed of " + group, () -> {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer(Map.of("group.id", group))) {
                return consumer.committed(Set.of(partition)).get(partition) != null;
            }
        });
    }

    private static Object polled(KafkaConsumer<byte[], byte[]> consumer) {
        for (int i = 0; i < 40; i++) if (!consumer.poll(Duration.ofMillis(250)).isEmpty()) return "records";
        return "nothing";
    }

    private void transactions(String transactionalId) {
        for (String topic : List.of("pre-one", "orders"))
            step("transaction on " + topic, () -> {
                try (KafkaProducer<byte[], byte[]> producer = producer("alice", Map.of("transactional.id", transactionalId))) {
                    producer.initTransactions();
                    producer.beginTransaction();
                    producer.send(new ProducerRecord<>(topic, 0, null, new byte[10])).get();
                    producer.commitTransaction();
                    return "committed";
                }
            });
        step("offsets in a transaction", () -> {
            try (KafkaProducer<byte[], byte[]> producer = producer("alice", Map.of("transactional.id", transactionalId))) {
                producer.initTransactions();
                producer.beginTransaction();
                @SuppressWarnings("removal")
                ConsumerGroupMetadata group = new ConsumerGroupMetadata("readers");
                producer.sendOffsetsToTransaction(Map.of(new TopicPartition("orders", 0), new OffsetAndMetadata(0)), group);
                producer.commitTransaction();
                return "committed";
            }
        });
    }

    /** How entries are made, found and deleted, and which are refused. */
    private void entries() throws Exception {
        root.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
        for (ResourceType type : ResourceType.values())
            for (PatternType pattern : PatternType.values()) {
                String name = type == ResourceType.CLUSTER ? "kafka-cluster" : "thing";
                step("create " + type + " " + pattern, () -> root.createAcls(List.of(new AclBinding(
                    new ResourcePattern(type, name, pattern),
                    new AccessControlEntry("User:a", "*", AclOperation.READ, AclPermissionType.ALLOW)))).all().get());
            }
        step("another cluster", () -> root.createAcls(List.of(entry(ResourceType.CLUSTER, "mine", AclOperation.READ))).all().get());
        step("of no name", () -> root.createAcls(List.of(entry(ResourceType.TOPIC, "", AclOperation.READ))).all().get());
        for (PatternType pattern : PatternType.values())
            step("find things by " + pattern, () -> root.describeAcls(new AclBindingFilter(
                new ResourcePatternFilter(ResourceType.ANY, "thing-more", pattern), AccessControlEntryFilter.ANY)).values().get()
                .stream().map(found -> found.pattern().toString()).sorted().toList());
        step("delete prefixed", () -> deleted(PatternType.PREFIXED));
        step("delete them again", () -> deleted(PatternType.PREFIXED));
        step("delete the rest", () -> deleted(PatternType.ANY));
    }

    private int deleted(PatternType pattern) throws Exception {
        return root.deleteAcls(List.of(new AclBindingFilter(
            new ResourcePatternFilter(ResourceType.ANY, null, pattern), AccessControlEntryFilter.ANY))).all().get().size();
    }

    private void step(String name, Callable<Object> work) {
        String outcome;
        try {
            outcome = String.valueOf(work.call());
        } catch (Throwable thrown) {
            Throwable cause = thrown;
            while (cause.getCause() != null && (cause instanceof ExecutionException
                || cause.getClass().getName().equals("org.apache.kafka.common.KafkaException"))) cause = cause.getCause();
            outcome = cause.getClass().getSimpleName();
        }
        System.out.println(act + " | " + name + " | " + outcome);
    }

    private static Object topicOperations(TopicDescription described) {
        return described.authorizedOperations().stream().map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private Object alter(ConfigResource resource, String key, String value) throws Exception {
        Collection<AlterConfigOp> set = List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
        admin.incrementalAlterConfigs(Map.of(resource, set), new AlterConfigsOptions().validateOnly(true)).all().get();
        return null;
    }

    private static NewTopic topic(String name) {
        return new NewTopic(name, 1, (short) 1);
    }

    private static AclBinding entry(ResourceType type, String name, AclOperation operation) {
        return binding(type, name, PatternType.LITERAL, operation, AclPermissionType.ALLOW);
    }

    private static AclBinding prefix(ResourceType type, String name, AclOperation operation) {
        return binding(type, name, PatternType.PREFIXED, operation, AclPermissionType.ALLOW);
    }

    private static AclBinding deny(ResourceType type, String name, AclOperation operation) {
        return binding(type, name, PatternType.LITERAL, operation, AclPermissionType.DENY);
    }

    private static AclBinding binding(ResourceType type, String name, PatternType pattern, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(new ResourcePattern(type, name, pattern), new AccessControlEntry("User:alice", "*", operation, permission));
    }

    private KafkaProducer<byte[], byte[]> producer(String user, Map<String, String> more) {
        Properties settings = settings(user);
        settings.remove("default.api.timeout.ms");
        settings.put("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        settings.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        settings.put("max.block.ms", "10000");
        settings.putAll(more);
        return new KafkaProducer<>(settings);
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, String> more) {
        Properties settings = settings("alice");
        settings.put("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        settings.put("value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        settings.put("enable.auto.commit", "false");
        settings.putAll(more);
        return new KafkaConsumer<>(settings);
    }
}
