// Apache Kafka's own clients: nearly every call of Admin, the producers and consumers. Goes on where something is refused.
import java.time.Duration;
import java.util.*;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.acl.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.*;
import org.apache.kafka.common.resource.*;
import org.apache.kafka.common.serialization.*;

public class Exercise {
  static final String topic = "java.orders", group = "java-group";
  static String bootstrap;

  static void attempt(Callable<?> call) {
    try {
      Object result = call.call();
      if (result instanceof KafkaFuture<?> future) future.get(20, TimeUnit.SECONDS);
    } catch (Throwable error) {
      System.out.println("  " + (error.getCause() == null ? error : error.getCause()));
    }
  }
  static Properties with(String... pairs) {
    Properties p = new Properties();
    p.put("bootstrap.servers", bootstrap);
    p.put("client.id", "golden");
    for (int i = 0; i < pairs.length; i += 2) p.put(pairs[i], pairs[i + 1]);
    return p;
  }
  static KafkaProducer<String, String> producer(String... pairs) {
    return new KafkaProducer<>(with(pairs), new StringSerializer(), new StringSerializer());
  }
  static KafkaConsumer<String, String> consumer(String... pairs) {
    return new KafkaConsumer<>(with(pairs), new StringDeserializer(), new StringDeserializer());
  }

  public static void main(String[] args) throws Exception {
    bootstrap = args[0];
    TopicPartition zero = new TopicPartition(topic, 0);
    try (Admin admin = Admin.create(with())) {
      topics(admin, zero);
      producers();
      consumers(admin, zero);
      cluster(admin, zero);
      groups(admin, zero);
      attempt(() -> admin.deleteTopics(List.of(topic)).all());
    }
    tokens(args[1]);
    System.exit(0);
  }

  static void topics(Admin admin, TopicPartition zero) {
    attempt(() -> admin.createTopics(List.of(
        new NewTopic(topic, 2, (short) 1).configs(Map.of("retention.ms", "60000")),
        new NewTopic("java.assigned", Map.of(0, List.of(1))), new NewTopic("bad name", 1, (short) 1))).all());
    attempt(() -> admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all());
    attempt(() -> admin.listTopics().names());
    attempt(() -> admin.describeTopics(List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true)).allTopicNames());
    attempt(() -> admin.describeTopics(TopicCollection.ofTopicIds(List.of(Uuid.randomUuid()))).allTopicIds());
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    attempt(() -> admin.describeConfigs(List.of(resource), new DescribeConfigsOptions().includeSynonyms(true)).all());
    attempt(() -> admin.incrementalAlterConfigs(Map.of(resource, List.of(
        new AlterConfigOp(new ConfigEntry("retention.ms", "70000"), AlterConfigOp.OpType.SET),
        new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.APPEND)))).all());
    attempt(() -> admin.listConfigResources().all());
    attempt(() -> admin.deleteTopics(List.of("java.assigned", "absent")).all());
  }

  static void producers() {
    for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
      try (var producer = producer("compression.type", codec)) {
        var record = new ProducerRecord<>(topic, 0, "key", "one".repeat(50));
        record.headers().add("trace", new byte[] {1});
        attempt(() -> producer.send(record).get());
      }
    }
    try (var producer = producer("acks", "0", "enable.idempotence", "false")) {
      attempt(() -> producer.send(new ProducerRecord<>(topic, "unacknowledged")).get());
    }
    try (var producer = producer("transactional.id", "java-tx")) {
      attempt(() -> { producer.initTransactions(); return null; });
      for (boolean commit : List.of(true, false)) attempt(() -> {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, 0, "tx", "transactional"));
        producer.sendOffsetsToTransaction(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)), new ConsumerGroupMetadata(group + "-tx"));
        if (commit) producer.commitTransaction(); else producer.abortTransaction();
        return null;
      });
    }
  }

  static void consumers(Admin admin, TopicPartition zero) {
    String[][] kinds = {
      {"group.id", group, "partition.assignment.strategy", CooperativeStickyAssignor.class.getName(), "session.timeout.ms", "10000", "heartbeat.interval.ms", "500", "client.rack", "a"},
      {"group.id", group + "-static", "group.instance.id", "instance", "isolation.level", "read_committed"},
      {"group.id", group + "-848", "group.protocol", "consumer"}};
    for (String[] kind : kinds) {
      String id = kind[1];
      List<String> settings = new ArrayList<>(List.of(kind));
      settings.addAll(List.of("auto.offset.reset", "earliest", "enable.auto.commit", "false"));
      try (var consumer = consumer(settings.toArray(new String[0]))) {
        if (id.endsWith("848")) consumer.subscribe(new SubscriptionPattern("java.*")); else consumer.subscribe(List.of(topic));
        for (int i = 0; i < 8; i++) attempt(() -> consumer.poll(Duration.ofMillis(500)));
        attempt(() -> { consumer.commitSync(); return null; });
        attempt(() -> consumer.committed(Set.of(zero)));
        attempt(() -> consumer.offsetsForTimes(Map.of(zero, 1L)));
        attempt(() -> consumer.endOffsets(Set.of(zero)));
        attempt(() -> admin.describeConsumerGroups(List.of(id), new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true)).all());
        attempt(() -> admin.describeClassicGroups(List.of(id)).all());
      }
    }
    // A position with an epoch is checked against the leader's before it is fetched from.
    try (var consumer = consumer()) {
      consumer.assign(List.of(zero));
      consumer.seek(zero, new OffsetAndMetadata(1, Optional.of(0), ""));
      attempt(() -> consumer.poll(Duration.ofSeconds(1)));
    }
  }

  static void cluster(Admin admin, TopicPartition zero) {
    attempt(() -> admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true)).nodes());
    attempt(() -> admin.describeLogDirs(List.of(1)).allDescriptions());
    attempt(() -> admin.alterReplicaLogDirs(Map.of(new TopicPartitionReplica(topic, 0, 1), "/nowhere")).all());
    attempt(() -> admin.describeFeatures().featureMetadata());
    attempt(() -> admin.updateFeatures(Map.of("group.version", new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.UPGRADE)), new UpdateFeaturesOptions().validateOnly(true)).all());
    attempt(() -> admin.describeMetadataQuorum().quorumInfo());
    attempt(() -> admin.unregisterBroker(99).all());
    attempt(() -> admin.electLeaders(ElectionType.PREFERRED, Set.of(zero)).all());
    attempt(() -> admin.alterPartitionReassignments(Map.of(zero, Optional.of(new NewPartitionReassignment(List.of(1))))).all());
    attempt(() -> admin.listPartitionReassignments().reassignments());
    for (var spec : List.of(OffsetSpec.latest(), OffsetSpec.earliest(), OffsetSpec.maxTimestamp(), OffsetSpec.forTimestamp(1), OffsetSpec.earliestLocal(), OffsetSpec.latestTiered(), OffsetSpec.earliestPendingUpload()))
      attempt(() -> admin.listOffsets(Map.of(zero, spec)).all());
    attempt(() -> admin.deleteRecords(Map.of(zero, RecordsToDelete.beforeOffset(1))).all());
    attempt(() -> admin.describeProducers(List.of(zero)).all());
    attempt(() -> admin.listTransactions().all());
    attempt(() -> admin.describeTransactions(List.of("java-tx", "absent")).all());
    attempt(() -> admin.fenceProducers(List.of("java-tx")).all());
    attempt(() -> admin.abortTransaction(new AbortTransactionSpec(zero, 1, (short) 0, 0)).all());
    var entity = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, "limited"));
    attempt(() -> admin.alterClientQuotas(List.of(new ClientQuotaAlteration(entity, List.of(new ClientQuotaAlteration.Op("consumer_byte_rate", 1e6))))).all());
    attempt(() -> admin.describeClientQuotas(ClientQuotaFilter.all()).entities());
    attempt(() -> admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("dave", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "dave-secret"), new UserScramCredentialDeletion("absent", ScramMechanism.SCRAM_SHA_512))).all());
    attempt(() -> admin.describeUserScramCredentials().all());
    var pattern = new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
    var acl = new AclBinding(pattern, new AccessControlEntry("User:bob", "*", AclOperation.READ, AclPermissionType.ALLOW));
    attempt(() -> admin.createAcls(List.of(acl)).all());
    attempt(() -> admin.describeAcls(AclBindingFilter.ANY).values());
    attempt(() -> admin.deleteAcls(List.of(acl.toFilter())).all());
  }

  static void groups(Admin admin, TopicPartition zero) {
    attempt(() -> admin.listGroups().all());
    attempt(() -> admin.listConsumerGroupOffsets(group).all());
    attempt(() -> admin.listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec(), "absent", new ListConsumerGroupOffsetsSpec())).all());
    attempt(() -> admin.alterConsumerGroupOffsets(group, Map.of(zero, new OffsetAndMetadata(2, "note"))).all());
    attempt(() -> admin.deleteConsumerGroupOffsets(group, Set.of(zero)).all());
    attempt(() -> admin.removeMembersFromConsumerGroup(group + "-static", new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("instance")))).all());
    attempt(() -> admin.deleteConsumerGroups(List.of(group, "absent")).all());
  }

  static void tokens(String saslBootstrap) {
    var login = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"alice\" password=\"alice-secret\";";
    var settings = with("bootstrap.servers", saslBootstrap, "security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN", "sasl.jaas.config", login);
    try (Admin admin = Admin.create(settings)) {
      attempt(() -> {
        byte[] hmac = admin.createDelegationToken().delegationToken().get().hmac();
        attempt(() -> admin.describeDelegationToken().delegationTokens());
        attempt(() -> admin.renewDelegationToken(hmac).expiryTimestamp());
        return admin.expireDelegationToken(hmac).expiryTimestamp();
      });
    }
  }
}
