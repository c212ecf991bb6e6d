import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Produces or consumes as fast as it is let for a time, and prints how many bytes it was. Arguments: bootstrap, produce or
 * consume, the topic, seconds.
 */
public class QuotaLoad {
    public static void main(String[] arguments) throws Exception {
        String mode = arguments[1], topic = arguments[2];
        long until = System.nanoTime() + Long.parseLong(arguments[3]) * 1_000_000_000L;
        Properties settings = new Properties();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("security.protocol", "SASL_PLAINTEXT");
        settings.put("sasl.mechanism", "PLAIN");
        settings.put("sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"alice\" password=\"alice-secret\";");
        settings.put("client.id", "java-" + mode);
        System.out.println(mode.equals("produce") ? produce(settings, topic, until) : consume(settings, topic, until));
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static long produce(Properties settings, String topic, long until) {
        settings.put("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        settings.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        settings.put("buffer.memory", "1000000");
        settings.put("max.block.ms", "60000");
        AtomicLong bytes = new AtomicLong();
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings);
        while (System.nanoTime() < until)
            producer.send(new ProducerRecord<>(topic, 0, null, new byte[1000]), (metadata, error) -> {
                if (error == null && System.nanoTime() < until) bytes.addAndGet(1000);
            });
        return bytes.get();
    }

    private static long consume(Properties settings, String topic, long until) {
        settings.put("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        settings.put("value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        settings.put("max.partition.fetch.bytes", "200000");
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings);
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long bytes = 0;
        while (System.nanoTime() < until)
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100)))
                bytes += record.serializedValueSize();
        return bytes;
    }
}
