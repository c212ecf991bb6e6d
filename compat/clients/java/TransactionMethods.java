import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Producers of transactions, by the names that the suite gives them. */
class TransactionMethods {
    private final String bootstrap;
    private final Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();

    TransactionMethods(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    void addTo(Map<String, Agent.Method> methods) {
        methods.put("transact", this::transact);
        methods.put("endTransaction", p -> {
            end(producers.get(p.get("producer").asText()), p.get("end").asText());
            return null;
        });
    }

    private Object transact(JsonNode p) throws Exception {
        String topic = p.get("topic").asText();
        var producer = producer(p);
        producer.beginTransaction();
        for (JsonNode message : p.get("messages")) {
            Integer partition = message.has("partition") ? message.get("partition").asInt() : null;
            byte[] key = message.get("key").isNull() ? null : message.get("key").binaryValue();
            producer.send(new ProducerRecord<>(topic, partition, key, message.get("value").binaryValue()));
        }
        if (p.has("offset")) {
            JsonNode of = p.get("offset");
            TopicPartition at = new TopicPartition(topic, of.get("partition").asInt());
            var offsets = Map.of(at, new OffsetAndMetadata(of.get("offset").asLong()));
            producer.sendOffsetsToTransaction(offsets, new ConsumerGroupMetadata(of.get("group").asText()));
        }
        producer.flush();
        if (!p.get("end").asText().equals("later")) end(producer, p.get("end").asText());
        return null;
    }

    private synchronized KafkaProducer<byte[], byte[]> producer(JsonNode p) {
        String id = p.get("id").asText();
        return producers.computeIfAbsent(p.path("producer").asText(id), name -> {
            Properties settings = new Properties();
            settings.put("bootstrap.servers", bootstrap);
            settings.put("transactional.id", id);
            settings.put("transaction.timeout.ms", p.path("timeoutMs").asInt(30_000));
            settings.put("max.block.ms", 20_000);
            var made = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
            made.initTransactions();
            return made;
        });
    }

    private static void end(KafkaProducer<byte[], byte[]> producer, String end) {
        if (end.equals("commit")) producer.commitTransaction();
        else producer.abortTransaction();
    }
}
