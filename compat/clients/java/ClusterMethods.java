import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;

/** Where partitions lie, what clients may use, and who keeps the metadata. */
class ClusterMethods {
    private final String bootstrap;
    private Admin admin;

    ClusterMethods(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    private synchronized Admin admin() {
        if (admin == null) {
            Properties settings = new Properties();
            settings.put("bootstrap.servers", bootstrap);
            settings.put("client.id", "interop-java-cluster");
            admin = Admin.create(settings);
        }
        return admin;
    }

    void addTo(Map<String, Agent.Method> methods) {
        methods.put("reassign", this::reassign);
        methods.put("reassignments", this::reassignments);
        methods.put("alterQuota", this::alterQuota);
        methods.put("quotas", this::quotas);
        methods.put("quorum", p -> quorum());
    }

    private Object reassign(JsonNode p) throws Exception {
        TopicPartition partition = new TopicPartition(p.get("topic").asText(), p.get("partition").asInt());
        List<Integer> replicas = new ArrayList<>();
        p.get("replicas").forEach(id -> replicas.add(id.asInt()));
        Optional<NewPartitionReassignment> wanted =
            p.get("replicas").isNull() ? Optional.empty() : Optional.of(new NewPartitionReassignment(replicas));
        return admin().alterPartitionReassignments(Map.of(partition, wanted)).all().get();
    }

    private Object reassignments(JsonNode p) throws Exception {
        Set<TopicPartition> partitions = Set.of(new TopicPartition(p.get("topic").asText(), 0));
        List<Object> listed = new ArrayList<>();
        admin().listPartitionReassignments(partitions).reassignments().get().forEach((partition, moving) -> listed.add(
            Map.of("partition", partition.partition(), "adding", moving.addingReplicas(), "removing", moving.removingReplicas())));
        return listed;
    }

    private Object alterQuota(JsonNode p) throws Exception {
        ClientQuotaEntity entity = new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, p.get("user").asText()));
        Double value = p.get("value").isNull() ? null : p.get("value").asDouble();
        var change = new ClientQuotaAlteration(entity, List.of(new ClientQuotaAlteration.Op(p.get("key").asText(), value)));
        return admin().alterClientQuotas(List.of(change)).all().get();
    }

    private Object quotas(JsonNode p) throws Exception {
        var user = ClientQuotaFilterComponent.ofEntity(ClientQuotaEntity.USER, p.get("user").asText());
        Map<String, Double> values = new HashMap<>();
        admin().describeClientQuotas(ClientQuotaFilter.containsOnly(List.of(user))).entities().get().values().forEach(values::putAll);
        return values;
    }

    private Object quorum() throws Exception {
        QuorumInfo quorum = admin().describeMetadataQuorum().quorumInfo().get();
        List<Integer> voters = quorum.voters().stream().map(QuorumInfo.ReplicaState::replicaId).toList();
        return Map.of("leader", quorum.leaderId(), "voters", voters, "highWatermark", quorum.highWatermark());
    }
}
