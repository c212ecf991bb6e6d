import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Producing, and reading without a group. */
class RecordMethods {
    private final String bootstrap;
    private final Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
    private KafkaConsumer<byte[], byte[]> tailing;

    RecordMethods(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    void addTo(Map<String, Agent.Method> methods) {
        methods.put("produce", this::produce);
        methods.put("consume", this::consume);
        methods.put("tail", this::tail);
        methods.put("tailNext", p -> tailNext());
    }

    private Object produce(JsonNode p) throws Exception {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("acks", p.path("acks").asText("all"));
        settings.put("enable.idempotence", p.path("idempotent").asBoolean(false));
        settings.put("compression.type", p.path("codec").asText("none"));
        settings.put("max.block.ms", 20_000);
        KafkaProducer<byte[], byte[]> producer;
        synchronized (producers) {
            producer = producers.computeIfAbsent(settings.toString(),
                key -> new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
        }
        List<Future<?>> sent = new ArrayList<>();
        for (JsonNode message : p.get("messages")) {
            List<Header> headers = new ArrayList<>();
            for (JsonNode header : message.get("headers")) {
                headers.add(new RecordHeader(header.get(0).asText(), header.get(1).binaryValue()));
            }
            sent.add(producer.send(new ProducerRecord<>(
                p.get("topic").asText(),
                message.has("partition") ? message.get("partition").asInt() : null,
                message.has("timestampMs") ? message.get("timestampMs").asLong() : null,
                bytes(message.get("key")),
                bytes(message.get("value")),
                headers)));
        }
        producer.flush();
        for (Future<?> one : sent) one.get(20, TimeUnit.SECONDS);
        return null;
    }

    private static byte[] bytes(JsonNode text) throws Exception {
        return text.isNull() ? null : text.binaryValue();
    }

    private KafkaConsumer<byte[], byte[]> reader(Map<String, Object> more) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("enable.auto.commit", false);
        settings.putAll(more);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Object consume(JsonNode p) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("fetch.max.wait.ms", 100);
        settings.put("auto.offset.reset", p.path("reset").asText("none"));
        if (p.path("committed").asBoolean(false)) settings.put("isolation.level", "read_committed");
        if (p.has("maxBytes")) settings.put("max.partition.fetch.bytes", p.get("maxBytes").asInt());
        int count = p.get("count").asInt();
        TopicPartition at = new TopicPartition(p.get("topic").asText(), p.path("partition").asInt(0));
        long deadline = System.nanoTime() + p.path("waitMs").asLong(8_000) * 1_000_000;
        try (var consumer = reader(settings)) {
            consumer.assign(List.of(at));
            JsonNode from = p.get("from");
            if (from.isNumber()) consumer.seek(at, from.asLong());
            else if (from.asText().equals("latest")) consumer.seekToEnd(List.of(at));
            else consumer.seekToBeginning(List.of(at));
            List<Object> read = new ArrayList<>();
            while (read.size() < count && System.nanoTime() < deadline) {
                for (var one : consumer.poll(Duration.ofMillis(100))) if (read.size() < count) read.add(shown(one));
            }
            return read;
        }
    }

    private static Object shown(ConsumerRecord<byte[], byte[]> one) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("key", one.key());
        record.put("value", one.value());
        record.put("headers", Arrays.stream(one.headers().toArray()).map(header -> new Object[] {header.key(), header.value()}).toList());
        record.put("timestampMs", one.timestamp());
        record.put("partition", one.partition());
        record.put("offset", one.offset());
        return record;
    }

    /** Reads from the record before the end: when that is there, the next fetch waits for the tail. */
    private Object tail(JsonNode p) {
        tailing = reader(Map.of("fetch.max.wait.ms", p.get("waitMs").asInt()));
        TopicPartition at = new TopicPartition(p.get("topic").asText(), 0);
        tailing.assign(List.of(at));
        tailing.seek(at, tailing.endOffsets(List.of(at)).get(at) - 1);
        while (tailing.poll(Duration.ofMillis(100)).isEmpty()) continue;
        tailing.poll(Duration.ofMillis(50));
        return null;
    }

    private Object tailNext() {
        while (true) {
            for (var one : tailing.poll(Duration.ofMillis(1_000))) {
                return Map.of("value", new String(one.value()), "receivedMs", System.currentTimeMillis());
            }
        }
    }
}
