// Prints the records of Kafka's internal topics, a line each: topic, key and value in hex, or null.
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

public class InternalTopics {
  public static void main(String[] args) {
    var settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("auto.offset.reset", "earliest");
    try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (String topic : List.of("__consumer_offsets", "__transaction_state")) {
        var partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        while (consumer.position(partition) < end)
          for (var record : consumer.poll(Duration.ofSeconds(1)))
            System.out.println(topic + " " + hex(record.key()) + " " + hex(record.value()));
      }
    }
    System.exit(0);
  }
  static String hex(byte[] bytes) {
    return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
  }
}
