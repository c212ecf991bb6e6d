import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** Topics, configs, the cluster, and groups from outside. */
class AdminMethods {
    private final String bootstrap;
    private Admin admin;

    AdminMethods(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    /** Made when it is first needed: the agent of a group's member has no use for it. */
    private synchronized Admin admin() {
        if (admin == null) {
            Properties settings = new Properties();
            settings.put("bootstrap.servers", bootstrap);
            settings.put("client.id", "interop-java");
            admin = Admin.create(settings);
        }
        return admin;
    }

    void addTo(Map<String, Agent.Method> methods) {
        methods.put("createTopic", this::createTopic);
        methods.put("deleteTopic", p -> admin().deleteTopics(List.of(topic(p))).all().get());
        methods.put("listTopics", p -> admin().listTopics().names().get());
        methods.put("describeTopic", this::describeTopic);
        methods.put("createPartitions", p -> {
            NewPartitions wanted = NewPartitions.increaseTo(p.get("count").asInt());
            return admin().createPartitions(Map.of(topic(p), wanted)).all().get();
        });
        methods.put("topicConfigs", p -> configs(topicResource(p)));
        methods.put("brokerConfigs", p -> configs(new ConfigResource(ConfigResource.Type.BROKER, p.get("broker").asText())));
        methods.put("alterTopicConfigs", this::alterTopicConfigs);
        methods.put("describeCluster", p -> describeCluster());
        methods.put("deleteRecords", p -> {
            RecordsToDelete before = RecordsToDelete.beforeOffset(p.get("offset").asLong());
            return admin().deleteRecords(Map.of(partition(p), before)).all().get();
        });
        methods.put("offsetForTime", p -> offset(p, OffsetSpec.forTimestamp(p.get("timestampMs").asLong())));
        methods.put("maxTimestampOffset", p -> offset(p, OffsetSpec.maxTimestamp()));
        methods.put("endOffsets", p ->
            Map.of("earliest", offset(p, OffsetSpec.earliest()), "latest", offset(p, OffsetSpec.latest())));
        methods.put("logDirSize", this::logDirSize);
        methods.put("listGroups", p -> admin().listGroups().all().get().stream().map(GroupListing::groupId).toList());
        methods.put("describeGroup", this::describeGroup);
        methods.put("deleteGroup", p -> admin().deleteConsumerGroups(List.of(group(p))).all().get());
        methods.put("groupOffsets", this::groupOffsets);
        methods.put("commitOffset", p -> {
            String metadata = p.has("metadata") ? p.get("metadata").asText() : "";
            OffsetAndMetadata offset = new OffsetAndMetadata(p.get("offset").asLong(), Optional.empty(), metadata);
            return admin().alterConsumerGroupOffsets(group(p), Map.of(partition(p), offset)).all().get();
        });
        methods.put("deleteGroupOffsets", p -> {
            Set<TopicPartition> partitions = Set.of(new TopicPartition(topic(p), 0));
            return admin().deleteConsumerGroupOffsets(group(p), partitions).all().get();
        });
    }

    private Object createTopic(JsonNode p) throws Exception {
        int partitions = p.path("partitions").asInt(1);
        NewTopic topic = new NewTopic(topic(p), partitions, (short) p.path("replicationFactor").asInt(1));
        Map<String, String> configs = new HashMap<>();
        p.path("configs").properties().forEach(entry -> configs.put(entry.getKey(), entry.getValue().asText()));
        return admin().createTopics(List.of(topic.configs(configs))).all().get();
    }

    private Object describeTopic(JsonNode p) throws Exception {
        TopicDescription described = admin().describeTopics(List.of(topic(p))).allTopicNames().get().get(topic(p));
        List<Object> partitions = new ArrayList<>();
        described.partitions().forEach(one -> partitions.add(
            Map.of("id", one.partition(), "leader", one.leader().id(), "isr", one.isr().stream().map(Node::id).toList())));
        return Map.of("partitions", partitions);
    }

    private Object configs(ConfigResource resource) throws Exception {
        Config config = admin().describeConfigs(List.of(resource)).all().get().get(resource);
        Map<String, String> values = new HashMap<>();
        for (ConfigEntry entry : config.entries()) values.put(entry.name(), entry.value());
        return values;
    }

    private Object alterTopicConfigs(JsonNode p) throws Exception {
        Collection<AlterConfigOp> changes = new ArrayList<>();
        p.path("set").properties().forEach(entry -> changes.add(
            new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue().asText()), AlterConfigOp.OpType.SET)));
        p.path("remove").forEach(name -> changes.add(
            new AlterConfigOp(new ConfigEntry(name.asText(), null), AlterConfigOp.OpType.DELETE)));
        return admin().incrementalAlterConfigs(Map.of(topicResource(p), changes)).all().get();
    }

    private Object describeCluster() throws Exception {
        var cluster = admin().describeCluster();
        List<Object> brokers = new ArrayList<>();
        for (Node node : cluster.nodes().get()) {
            brokers.add(Map.of("id", node.id(), "host", node.host(), "port", node.port()));
        }
        return Map.of("clusterId", cluster.clusterId().get(), "controller", cluster.controller().get().id(), "brokers", brokers);
    }

    private long offset(JsonNode p, OffsetSpec spec) throws Exception {
        return admin().listOffsets(Map.of(partition(p), spec)).all().get().get(partition(p)).offset();
    }

    private Object logDirSize(JsonNode p) throws Exception {
        List<Integer> brokers = admin().describeCluster().nodes().get().stream().map(Node::id).toList();
        long size = 0;
        for (var directories : admin().describeLogDirs(brokers).allDescriptions().get().values()) {
            for (var directory : directories.values()) {
                for (var replica : directory.replicaInfos().entrySet()) {
                    if (replica.getKey().topic().equals(topic(p))) size += replica.getValue().size();
                }
            }
        }
        return size;
    }

    private Object describeGroup(JsonNode p) throws Exception {
        ConsumerGroupDescription described = admin().describeConsumerGroups(List.of(group(p))).all().get().get(group(p));
        return Map.of("state", described.groupState().toString(), "members", described.members().size());
    }

    private Object groupOffsets(JsonNode p) throws Exception {
        List<Object> offsets = new ArrayList<>();
        admin().listConsumerGroupOffsets(group(p)).partitionsToOffsetAndMetadata().get().forEach((at, committed) -> {
            if (!at.topic().equals(topic(p))) return;
            offsets.add(Map.of("partition", at.partition(), "offset", committed.offset(), "metadata", committed.metadata()));
        });
        return offsets;
    }

    private static String topic(JsonNode p) {
        return p.get("topic").asText();
    }

    private static String group(JsonNode p) {
        return p.get("group").asText();
    }

    private static TopicPartition partition(JsonNode p) {
        return new TopicPartition(topic(p), p.get("partition").asInt());
    }

    private static ConfigResource topicResource(JsonNode p) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic(p));
    }
}
