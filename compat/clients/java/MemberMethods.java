import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A consumer in a group, used by one thread as it demands: that thread polls, and does between polls what it is told. */
class MemberMethods implements ConsumerRebalanceListener {
    private final String bootstrap;
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private KafkaConsumer<byte[], byte[]> member;
    private volatile boolean left;

    MemberMethods(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    void addTo(Map<String, Agent.Method> methods) {
        methods.put("join", this::join);
        methods.put("commit", p -> ordered(() -> commit(p.get("metadata").asText())));
        methods.put("leave", p -> ordered(() -> {
            left = true;
            member.close();
        }));
    }

    private Object join(JsonNode p) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("group.id", p.get("group").asText());
        if (p.has("instanceId")) settings.put("group.instance.id", p.get("instanceId").asText());
        settings.put("enable.auto.commit", false);
        settings.put("session.timeout.ms", p.path("sessionTimeoutMs").asInt(10_000));
        settings.put("heartbeat.interval.ms", 300);
        settings.put("fetch.max.wait.ms", 200);
        settings.put("auto.offset.reset", p.path("reset").asText("earliest"));
        boolean cooperative = p.path("assignor").asText().equals("cooperative");
        Class<?> assignor = cooperative ? CooperativeStickyAssignor.class : RangeAssignor.class;
        settings.put("partition.assignment.strategy", assignor.getName());
        if (p.path("protocol").asText().equals("consumer")) {
            settings.put("group.protocol", "consumer");
            // The broker decides on these.
            List.of("session.timeout.ms", "heartbeat.interval.ms", "partition.assignment.strategy").forEach(settings::remove);
        }
        member = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        String topic = p.get("topic").asText();
        if (p.path("pattern").asBoolean()) member.subscribe(new SubscriptionPattern(topic), this);
        else member.subscribe(List.of(topic), this);
        new Thread(this::poll).start();
        return null;
    }

    private void poll() {
        try {
            while (!left) {
                for (var one : member.poll(Duration.ofMillis(50))) {
                    Agent.tell("record", Map.of("partition", one.partition(), "offset", one.offset()));
                }
                for (Runnable order = orders.poll(); order != null; order = orders.poll()) order.run();
            }
        } catch (RuntimeException error) {
            Agent.tell("failed", Agent.describe(error));
        }
    }

    private Object ordered(Runnable order) throws Exception {
        CompletableFuture<Object> done = new CompletableFuture<>();
        orders.add(() -> {
            try {
                order.run();
                done.complete(null);
            } catch (RuntimeException error) {
                done.completeExceptionally(error);
            }
        });
        return done.get();
    }

    private void commit(String metadata) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition at : member.assignment()) offsets.put(at, new OffsetAndMetadata(member.position(at), metadata));
        member.commitSync(offsets);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
        tellAssignment("assigned", List.of());
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> lost) {
        if (!lost.isEmpty()) tellAssignment("revoked", lost);
    }

    private void tellAssignment(String event, Collection<TopicPartition> without) {
        var partitions = member.assignment().stream().filter(at -> !without.contains(at)).map(TopicPartition::partition);
        Agent.tell(event, Map.of("partitions", partitions.toList()));
    }
}
