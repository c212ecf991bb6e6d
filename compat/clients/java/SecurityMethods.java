import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** TLS and SASL: a producer and a consumer of their own. */
class SecurityMethods {
    private static final int WAIT_MS = 15_000;

    void addTo(Map<String, Agent.Method> methods) {
        methods.put("secured", this::secured);
    }

    private Object secured(JsonNode p) throws Exception {
        Properties settings = settingsOf(p);
        String topic = p.get("topic").asText();
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, p.get("value").asText())).get(WAIT_MS, TimeUnit.MILLISECONDS);
        }
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.seekToBeginning(consumer.assignment());
            long until = System.currentTimeMillis() + WAIT_MS;
            while (System.currentTimeMillis() < until) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) return record.value();
            }
        }
        throw new IllegalStateException("nothing was read");
    }

    private static Properties settingsOf(JsonNode p) throws Exception {
        JsonNode tls = p.get("tls");
        JsonNode sasl = p.get("sasl");
        Properties settings = new Properties();
        settings.put("bootstrap.servers", p.get("bootstrap").asText());
        settings.put("max.block.ms", WAIT_MS);
        settings.put("security.protocol", (sasl == null ? "" : "SASL_") + (tls == null ? "PLAINTEXT" : "SSL"));
        if (tls != null) {
            settings.put("ssl.truststore.type", "PEM");
            settings.put("ssl.truststore.location", tls.get("authority").asText());
            if (tls.has("certificate")) {
                settings.put("ssl.keystore.type", "PEM");
                settings.put("ssl.keystore.certificate.chain", Files.readString(Path.of(tls.get("certificate").asText())));
                settings.put("ssl.keystore.key", Files.readString(Path.of(tls.get("key").asText())));
            }
        }
        if (sasl != null) {
            settings.put("sasl.mechanism", sasl.get("mechanism").asText());
            settings.put("sasl.jaas.config", jaasOf(sasl));
        }
        return settings;
    }

    private static String jaasOf(JsonNode sasl) {
        String user = sasl.get("username").asText();
        String login = " required username=\"" + user + "\" password=\"" + sasl.get("password").asText() + "\";";
        return "org.apache.kafka.common.security." + switch (sasl.get("mechanism").asText()) {
            case "PLAIN" -> "plain.PlainLoginModule" + login;
            case "OAUTHBEARER" -> "oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"" + user + "\";";
            default -> "scram.ScramLoginModule" + login;
        };
    }
}
