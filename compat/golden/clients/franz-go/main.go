// Calls what franz-go has, and goes on where something is refused.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
)

const topic, group = "franz-go.orders", "franz-go-group"

func attempt[T any](result T, err error) T {
	if err != nil {
		fmt.Println(" ", err)
	}
	return result
}

func client(bootstrap string, options ...kgo.Opt) *kgo.Client {
	common := []kgo.Opt{kgo.SeedBrokers(bootstrap), kgo.ClientID("golden"), kgo.AllowAutoTopicCreation()}
	c, err := kgo.NewClient(append(common, options...)...)
	if err != nil {
		panic(err)
	}
	return c
}

func main() {
	bootstrap, sasl := os.Args[1], os.Args[2]
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c := client(bootstrap)
	admin := kadm.NewClient(c)
	attempt(admin.CreateTopics(ctx, 2, 1, map[string]*string{"retention.ms": kadm.StringPtr("60000")}, topic))
	attempt(admin.CreatePartitions(ctx, 1, topic))
	attempt(admin.Metadata(ctx, topic))
	attempt(admin.DescribeTopicConfigs(ctx, topic))
	attempt(admin.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Name: "retention.ms", Value: kadm.StringPtr("70000")}}, topic))
	attempt(admin.AlterTopicConfigsState(ctx, []kadm.AlterConfig{{Name: "retention.ms", Value: kadm.StringPtr("80000")}}, topic))

	record := &kgo.Record{Topic: topic, Key: []byte("key"), Value: make([]byte, 200), Headers: []kgo.RecordHeader{{Key: "trace", Value: []byte("1")}}}
	for _, codec := range []kgo.CompressionCodec{kgo.NoCompression(), kgo.GzipCompression(), kgo.SnappyCompression(), kgo.Lz4Compression(), kgo.ZstdCompression()} {
		producer := client(bootstrap, kgo.ProducerBatchCompression(codec))
		attempt(0, producer.ProduceSync(ctx, record).FirstErr())
		producer.Close()
	}
	unacknowledged := client(bootstrap, kgo.RequiredAcks(kgo.NoAck()), kgo.DisableIdempotentWrite())
	attempt(0, unacknowledged.ProduceSync(ctx, record).FirstErr())
	unacknowledged.Close()

	for _, options := range [][]kgo.Opt{{kgo.Rack("a")}, {kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.InstanceID("instance")}} {
		consumer := client(bootstrap, append(options, kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic), kgo.HeartbeatInterval(500*time.Millisecond), kgo.DisableAutoCommit())...)
		poll(ctx, consumer)
		attempt(0, consumer.CommitUncommittedOffsets(ctx))
		time.Sleep(1200 * time.Millisecond)
		attempt(admin.DescribeGroups(ctx, group))
		consumer.Close()
	}
	session, err := kgo.NewGroupTransactSession(kgo.SeedBrokers(bootstrap), kgo.ClientID("golden"), kgo.TransactionalID("franz-go-tx"),
		kgo.ConsumerGroup(group+"-tx"), kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.RequireStableFetchOffsets())
	if err == nil {
		for _, end := range []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort} {
			poll(ctx, session)
			attempt(0, session.Begin())
			attempt(0, session.ProduceSync(ctx, &kgo.Record{Topic: "franz-go.out", Value: []byte("transactional")}).FirstErr())
			attempt(session.End(ctx, end))
		}
		session.Close()
	}
	attempt(admin.ListGroups(ctx))
	attempt(admin.FetchOffsets(ctx, group))
	attempt(admin.ListEndOffsets(ctx, topic))
	attempt(admin.ListMaxTimestampOffsets(ctx, topic))
	attempt(admin.ListOffsetsAfterMilli(ctx, 1, topic))
	attempt(admin.DescribeAllLogDirs(ctx, nil))
	attempt(admin.DescribeTransactions(ctx, "franz-go-tx"))
	attempt(admin.ListTransactions(ctx, nil, nil))
	partition := kadm.TopicsSet{}
	partition.Add(topic, 0)
	attempt(admin.DescribeProducers(ctx, partition))
	attempt(admin.ListPartitionReassignments(ctx, partition))
	attempt(admin.ElectLeaders(ctx, kadm.ElectPreferredReplica, partition))
	attempt(admin.DeleteRecords(ctx, kadm.Offsets{topic: {0: {Topic: topic, Partition: 0, At: 1, LeaderEpoch: -1}}}))
	attempt(admin.DeleteOffsets(ctx, group, partition))
	attempt(admin.LeaveGroup(ctx, kadm.LeaveGroup(group).InstanceIDs("instance")))
	attempt(admin.DescribeUserSCRAMs(ctx))
	attempt(admin.DeleteGroups(ctx, group))
	attempt(admin.DeleteTopics(ctx, topic, "franz-go.out"))
	c.Close()

	secured := client(sasl, kgo.SASL(plain.Auth{User: "alice", Pass: "alice-secret"}.AsMechanism()))
	attempt(kadm.NewClient(secured).ListTopics(ctx))
	secured.Close()
}

type poller interface {
	PollFetches(context.Context) kgo.Fetches
}

// Waits for records, though not for long: there may be none.
func poll(ctx context.Context, from poller) {
	limited, stop := context.WithTimeout(ctx, 3*time.Second)
	defer stop()
	from.PollFetches(limited)
}
