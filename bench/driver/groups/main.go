// The load of the benchmark of coordinators, on franz-go: neither ours nor Apache's, so it favours no broker. Prints one JSON line.
//
//	groups -b HOST:PORT -mode rebalance|commits|transactions|fill|fetch [-protocol eager|cooperative|consumer]
//	       [-members n] [-heartbeat ms] [-rounds n] [-clients n] [-seconds s] [-groups n] [-partitions n]
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

var (
	brokers    = flag.String("b", "localhost:9092", "a broker's address")
	mode       = flag.String("mode", "commits", "rebalance: one more member joins, and leaves; commits; transactions; fill: -rounds commits of each of -partitions offsets in -groups groups; fetch: until the offsets of all these groups are answered")
	protocol   = flag.String("protocol", "cooperative", "rebalance: eager, cooperative or consumer (KIP-848)")
	members    = flag.Int("members", 50, "rebalance: how many are there before")
	heartbeat  = flag.Int("heartbeat", 100, "rebalance: ms between heartbeats of members of the classic protocol")
	rounds     = flag.Int("rounds", 10, "rebalance, fill: how often")
	clients    = flag.Int("clients", 20, "commits, transactions: how many, each with a connection of its own")
	seconds    = flag.Int("seconds", 10, "commits, transactions: for how long")
	groupCount = flag.Int("groups", 100, "fill, fetch: how many")
	partitions = flag.Int("partitions", 1000, "fill: offsets of a group")
)

type result struct {
	Count   int     `json:"count"`
	Seconds float64 `json:"seconds"`
	P50Ms   float64 `json:"p50Ms"`
	P99Ms   float64 `json:"p99Ms"`
	MaxMs   float64 `json:"maxMs"`
	// fetch: when the first group was answered, and the last, in ms since 1970.
	FirstAt int64 `json:"firstAt"`
	LastAt  int64 `json:"lastAt"`
}

func main() {
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	run := map[string]func(context.Context) result{
		"rebalance": rebalance, "commits": commits, "transactions": transactions, "fill": fill, "fetch": fetch,
	}[*mode]
	if run == nil {
		log.Fatalf("no mode %q", *mode)
	}
	untilThere(ctx)
	if err := json.NewEncoder(os.Stdout).Encode(run(ctx)); err != nil {
		log.Fatal(err)
	}
}

func open(more ...kgo.Opt) *kgo.Client {
	client, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(*brokers), kgo.ProducerLinger(0)}, more...)...)
	check(err)
	return client
}
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func create(ctx context.Context, topic string, count int) {
	client := open()
	defer client.Close()
	admin := kadm.NewClient(client)
	if _, err := admin.CreateTopic(ctx, int32(count), 1, nil, topic); err != nil {
		log.Fatal(err)
	}
	// Apache Kafka's brokers learn of a topic after it was created: its leaders are asked.
	for ctx.Err() == nil {
		offsets, err := admin.ListEndOffsets(ctx, topic)
		if err == nil && offsets.Error() == nil && len(offsets[topic]) == count {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	log.Fatal("the partitions have no leaders")
}

// What the members of a group have, as they are told.
type sharing struct {
	mu     sync.Mutex
	counts map[int]int
	change chan struct{}
}

func (s *sharing) add(member, count int) {
	s.mu.Lock()
	s.counts[member] += count
	s.mu.Unlock()
	select {
	case s.change <- struct{}{}:
	default:
	}
}

// All of them are shared, evenly, by so many members.
func (s *sharing) isEven(among, all int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum, with := 0, 0
	for _, count := range s.counts {
		if count > (all+among-1)/among {
			return false
		}
		sum += count
		if count > 0 {
			with++
		}
	}
	return sum == all && with == among
}
func (s *sharing) wait(ctx context.Context, among, all int) {
	for !s.isEven(among, all) {
		select {
		case <-s.change:
		case <-ctx.Done():
			log.Fatalf("not shared by %d: %v", among, s.counts)
		}
	}
}

func (s *sharing) join(group, topic string, member int) *kgo.Client {
	count := func(by map[string][]int32) int { return len(by[topic]) }
	lost := func(_ context.Context, _ *kgo.Client, gone map[string][]int32) { s.add(member, -count(gone)) }
	options := []kgo.Opt{
		kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit(),
		kgo.HeartbeatInterval(time.Duration(*heartbeat) * time.Millisecond), kgo.FetchMaxWait(5 * time.Second),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, added map[string][]int32) { s.add(member, count(added)) }),
		kgo.OnPartitionsRevoked(lost), kgo.OnPartitionsLost(lost),
	}
	switch *protocol {
	case "eager":
		options = append(options, kgo.Balancers(kgo.RangeBalancer()))
	case "cooperative":
		options = append(options, kgo.Balancers(kgo.CooperativeStickyBalancer()))
	case "consumer":
		options = append(options, kgo.ServerSideBalancer())
	}
	return open(options...)
}

// From the moment when one more client starts to the one when each has its part.
func rebalance(ctx context.Context) result {
	topic := fmt.Sprintf("rebalance-%s-%d", *protocol, time.Now().UnixNano())
	all := 2 * (*members + 1)
	create(ctx, topic, all)
	shared := &sharing{counts: map[int]int{}, change: make(chan struct{}, 1)}
	group := topic
	for member := range *members {
		defer shared.join(group, topic, member).Close()
	}
	shared.wait(ctx, *members, all)
	var times []float64
	begin := time.Now()
	for round := range *rounds {
		from := time.Now()
		one := shared.join(group, topic, *members+round)
		shared.wait(ctx, *members+1, all)
		times = append(times, ms(from))
		one.Close()
		shared.wait(ctx, *members, all)
	}
	return told(begin, times)
}
func ms(from time.Time) float64 { return float64(time.Since(from).Microseconds()) / 1000 }

// Each client does one thing after the other; they have begun before the clock starts.
func repeat(prepare func(client int) (do func())) result {
	times := make([][]float64, *clients)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	var begin time.Time
	ready.Add(*clients)
	for i := range *clients {
		done.Go(func() {
			do := prepare(i)
			for range 20 {
				do()
			}
			ready.Done()
			<-start
			for time.Since(begin) < time.Duration(*seconds)*time.Second {
				from := time.Now()
				do()
				times[i] = append(times[i], ms(from))
			}
		})
	}
	ready.Wait()
	begin = time.Now()
	close(start)
	done.Wait()
	return told(begin, slices.Concat(times...))
}

func commits(ctx context.Context) result {
	topic := fmt.Sprintf("commits-%d", time.Now().UnixNano())
	create(ctx, topic, 1)
	return repeat(func(i int) func() {
		admin := kadm.NewClient(open())
		group := fmt.Sprintf("%s-%d", topic, i)
		offset := int64(0)
		return func() {
			offset++
			offsets := kadm.Offsets{}
			offsets.AddOffset(topic, 0, offset, -1)
			commitPatiently(ctx, admin, group, offsets)
		}
	})
}

// A transaction of one record, from its begin to the answer of its end.
func transactions(ctx context.Context) result {
	topic := fmt.Sprintf("transactions-%d", time.Now().UnixNano())
	create(ctx, topic, *clients)
	return repeat(func(i int) func() {
		client := open(kgo.TransactionalID(fmt.Sprintf("%s-%d", topic, i)), kgo.RecordPartitioner(kgo.ManualPartitioner()))
		value := make([]byte, 100)
		return func() {
			check(client.BeginTransaction())
			check(client.ProduceSync(ctx, &kgo.Record{Topic: topic, Partition: int32(i), Value: value}).FirstErr())
			check(client.EndTransaction(ctx, kgo.TryCommit))
		}
	})
}

// A broker that has just started may have to make the topic first.
func commitPatiently(ctx context.Context, admin *kadm.Client, group string, offsets kadm.Offsets) {
	for {
		committed, err := admin.CommitOffsets(ctx, group, offsets)
		if err == nil {
			err = committed.Error()
		}
		if err == nil {
			return
		}
		if !kerr.IsRetriable(err) || ctx.Err() != nil {
			log.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func groupName(i int) string { return fmt.Sprintf("filled-%d", i) }

func fill(ctx context.Context) result {
	create(ctx, "filled", *partitions)
	client := open()
	defer client.Close()
	admin := kadm.NewClient(client)
	var times []float64
	begin := time.Now()
	for round := range *rounds {
		for i := range *groupCount {
			offsets := kadm.Offsets{}
			for partition := range *partitions {
				offsets.AddOffset("filled", int32(partition), int64(round), -1)
			}
			from := time.Now()
			commitPatiently(ctx, admin, groupName(i), offsets)
			times = append(times, ms(from))
		}
	}
	return told(begin, times)
}

// Tries to connect all the while, so that it is there when the broker is.
func untilThere(ctx context.Context) {
	for ctx.Err() == nil {
		if probe, err := net.DialTimeout("tcp", *brokers, time.Second); err == nil {
			probe.Close()
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func fetch(ctx context.Context) result {
	client := open(kgo.RetryBackoffFn(func(int) time.Duration { return 5 * time.Millisecond }))
	defer client.Close()
	admin := kadm.NewClient(client)
	var answered result
	for i := 0; i < *groupCount; {
		offsets, err := admin.FetchOffsets(ctx, groupName(i))
		if err != nil || offsets.Error() != nil || len(offsets["filled"]) != *partitions {
			if ctx.Err() != nil {
				log.Fatalf("group %d has %d offsets: %v", i, len(offsets["filled"]), err)
			}
			time.Sleep(2 * time.Millisecond)
			continue
		}
		answered.LastAt = time.Now().UnixMilli()
		if answered.FirstAt == 0 {
			answered.FirstAt = answered.LastAt
		}
		i++
	}
	return answered
}

func told(begin time.Time, times []float64) result {
	seconds := time.Since(begin).Seconds()
	slices.Sort(times)
	at := func(part float64) float64 { return times[int(float64(len(times)-1)*part)] }
	return result{Count: len(times), Seconds: seconds, P50Ms: at(.5), P99Ms: at(.99), MaxMs: at(1)}
}
