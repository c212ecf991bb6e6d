import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Does something as fast as it is let, and prints how much it was a second, once a warm-up is over, and for how many
 * milliseconds at most the broker has asked it to wait. Arguments: bootstrap; produce, consume (bytes), requests or mutate
 * (topics); the client id; the topic; the seconds of the warm-up, and those that count; the quota. Bytes are those of the
 * connections: quotas count what goes over the wire. In the warm-up no more than the quota of them is moved: who begins with
 * a burst goes on in bursts, each time that the one before falls out of the broker's window.
 */
public class QuotaLoad {
    private static final long second = 1_000_000_000L;
    private static final AtomicLong amount = new AtomicLong();
    private static volatile long from = Long.MAX_VALUE, until = Long.MAX_VALUE;
    private static long begun, paced;
    private static double quota;

    public static void main(String[] arguments) throws Exception {
        String mode = arguments[1], topic = arguments[3];
        long warmUp = Long.parseLong(arguments[4]), counting = Long.parseLong(arguments[5]);
        Properties settings = new Properties();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("security.protocol", "SASL_PLAINTEXT");
        settings.put("sasl.mechanism", "PLAIN");
        settings.put("sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"alice\" password=\"alice-secret\";");
        settings.put("client.id", arguments[2]);
        settings.put("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        settings.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        settings.put("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        settings.put("value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        quota = Double.parseDouble(arguments[6]);
        Runnable begin = () -> {
            begun = System.nanoTime();
            from = begun + warmUp * second;
            until = from + counting * second;
        };
        double throttledMs = switch (mode) {
            case "produce" -> produce(settings, topic, begin);
            case "consume" -> consume(settings, topic, begin);
            case "requests" -> requests(settings, topic, begin);
            default -> mutate(settings, arguments[2], begin);
        };
        System.out.println(amount.get() / (double) counting + " " + throttledMs);
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
    private static boolean goesOn() {
        return System.nanoTime() < until;
    }
    private static void count(long more) {
        long now = System.nanoTime();
        if (now >= from && now < until) amount.addAndGet(more);
    }

    /** Waits in the warm-up, so that no more than the quota is moved. */
    private static void pace(long bytes) throws InterruptedException {
        paced += bytes;
        long now = System.nanoTime();
        if (now < from) Thread.sleep(Math.max(0, (long) (paced / quota * 1000) - (now - begun) / 1_000_000));
    }
    private static double totalBefore = -1;
    /** Of what is told in total since the beginning. */
    private static void countTotal(double total) {
        long now = System.nanoTime();
        if (now < from) return;
        if (totalBefore < 0) totalBefore = total;
        else amount.set((long) (total - totalBefore));
    }

    private static double produce(Properties settings, String topic, Runnable begin) throws Exception {
        settings.put("buffer.memory", "1000000");
        settings.put("max.block.ms", "60000");
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings);
        producer.send(new ProducerRecord<>(topic, 0, null, new byte[1000])).get();
        begin.run();
        while (goesOn()) {
            producer.send(new ProducerRecord<>(topic, 0, null, new byte[1000]));
            pace(1000);
            countTotal(metric(producer.metrics(), "outgoing-byte-total"));
        }
        return metric(producer.metrics(), "produce-throttle-time-max");
    }
    private static double consume(Properties settings, String topic, Runnable begin) throws Exception {
        settings.put("max.partition.fetch.bytes", "200000");
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings);
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        consumer.position(partition);
        begin.run();
        while (goesOn()) {
            pace(consumer.poll(Duration.ofMillis(100)).count() * 1000L);
            countTotal(metric(consumer.metrics(), "incoming-byte-total"));
        }
        return metric(consumer.metrics(), "fetch-throttle-time-max");
    }
    /** A record each. */
    private static double requests(Properties settings, String topic, Runnable begin) throws Exception {
        settings.put("batch.size", "0");
        settings.put("linger.ms", "0");
        settings.put("buffer.memory", "100000");
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings);
        ProducerRecord<byte[], byte[]> small = new ProducerRecord<>(topic, 0, null, new byte[1]);
        producer.send(small).get();
        begin.run();
        while (goesOn())
            producer.send(small, (metadata, error) -> {
                if (error == null) count(1);
            });
        return metric(producer.metrics(), "produce-throttle-time-max");
    }
    /** Topics of one partition, one after the other; the client itself waits where it is told to. */
    private static double mutate(Properties settings, String prefix, Runnable begin) throws Exception {
        try (Admin admin = Admin.create(settings)) {
            admin.describeCluster().nodes().get();
            begin.run();
            for (int i = 0; goesOn(); i++)
                try {
                    admin.createTopics(List.of(new NewTopic(prefix + "-" + from + "-" + i, 1, (short) 1))).all().get();
                    count(1);
                } catch (ExecutionException refused) {
                    if (!(refused.getCause() instanceof org.apache.kafka.common.errors.ThrottlingQuotaExceededException))
                        throw refused;
                }
        }
        return 0;
    }
    private static double metric(Map<org.apache.kafka.common.MetricName, ? extends org.apache.kafka.common.Metric> metrics, String name) {
        return metrics.entrySet().stream()
            .filter(entry -> entry.getKey().name().equals(name))
            .mapToDouble(entry -> ((Number) entry.getValue().metricValue()).doubleValue())
            .filter(value -> !Double.isNaN(value)).max().orElse(0);
    }
}
