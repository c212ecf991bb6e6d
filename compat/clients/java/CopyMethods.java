import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A member of a group that copies a topic, in transactions that hold the offsets too. */
class CopyMethods {
    private final String bootstrap;
    private String from;
    private String to;
    private String end;
    private int last;
    private int holdMs;
    private volatile boolean stopping;
    private Thread thread;
    private KafkaConsumer<String, String> consumer;
    private KafkaProducer<String, String> producer;

    CopyMethods(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    void addTo(Map<String, Agent.Method> methods) {
        methods.put("copy", this::copy);
        methods.put("endCopy", p -> {
            stopping = true;
            thread.join();
            return null;
        });
    }

    private Object copy(JsonNode p) {
        from = p.get("from").asText();
        to = p.get("to").asText();
        end = p.path("end").asText();
        last = p.path("last").asInt();
        holdMs = p.path("holdMs").asInt();
        Properties reading = new Properties();
        reading.put("bootstrap.servers", bootstrap);
        reading.put("group.id", p.get("group").asText());
        reading.put("enable.auto.commit", false);
        reading.put("isolation.level", "read_committed");
        reading.put("auto.offset.reset", "earliest");
        reading.put("max.poll.records", 200);
        reading.put("fetch.max.wait.ms", 200);
        if (p.path("protocol").asText().equals("consumer")) {
            reading.put("group.protocol", "consumer");
        } else {
            reading.put("session.timeout.ms", 6_000);
            reading.put("heartbeat.interval.ms", 300);
            reading.put("partition.assignment.strategy", RangeAssignor.class.getName());
        }
        Properties writing = new Properties();
        writing.put("bootstrap.servers", bootstrap);
        writing.put("transactional.id", p.get("id").asText());
        writing.put("transaction.timeout.ms", 10_000);
        consumer = new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer());
        producer = new KafkaProducer<>(writing, new StringSerializer(), new StringSerializer());
        thread = new Thread(this::run);
        thread.setDaemon(true);
        thread.start();
        return null;
    }

    private void run() {
        try {
            untilDone(producer::initTransactions);
            consumer.subscribe(List.of(from));
            while (!stopping) copySome();
            consumer.close();
        } catch (Throwable error) {
            Agent.tell("failed", Map.of("message", error.toString()));
        }
    }

    private void copySome() throws InterruptedException {
        var records = consumer.poll(Duration.ofMillis(200));
        if (records.isEmpty()) return;
        try {
            producer.beginTransaction();
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            for (var record : records) {
                // A record is `id:hops`. Its copy has one hop more, and goes where records end when that was the last.
                String[] parts = record.value().split(":");
                int hops = Integer.parseInt(parts[1]) + 1;
                String topic = hops == last ? end : to;
                producer.send(new ProducerRecord<>(topic, record.partition(), record.key(), parts[0] + ":" + hops));
                offsets.put(new TopicPartition(from, record.partition()), new OffsetAndMetadata(record.offset() + 1));
            }
            Thread.sleep(holdMs);
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        } catch (KafkaException error) {
            giveUp(error);
            return;
        }
        try {
            untilDone(producer::commitTransaction);
        } catch (KafkaException error) {
            giveUp(error);
            return;
        }
        Agent.tell("copied", Map.of("count", records.count()));
    }

    /** The transaction is aborted, and what it had read is read again. A producer that was fenced cannot: it ends here. */
    private void giveUp(KafkaException reason) {
        System.err.println("aborting: " + reason);
        untilDone(producer::abortTransaction);
        var committed = consumer.committed(consumer.assignment());
        committed.forEach((partition, offset) -> {
            if (offset == null) consumer.seekToBeginning(List.of(partition));
            else consumer.seek(partition, offset.offset());
        });
    }

    /** An outcome that is not known within the time is asked for again. */
    private static void untilDone(Runnable step) {
        while (true) {
            try {
                step.run();
                return;
            } catch (TimeoutException notKnown) {
                System.err.println("again: " + notKnown);
            }
        }
    }
}
