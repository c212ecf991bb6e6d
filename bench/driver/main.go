// The load of our benchmarks, on franz-go: neither ours nor Apache's, so it favours no broker. Prints one JSON line.
//
//	driver -b HOST:PORT -t TOPIC -mode first|produce|paced|consume|latency|connections|requests|configure|delete
//	       [-n records] [-size bytes] [-batch bytes] [-codec name] [-acks all|1|0] [-partitions n] [-config name=value,...]
//	       [-keys n] [-linger ms] [-rate records/s] [-clients n]
package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"log"
	"math/rand"
	"net"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

var (
	brokers    = flag.String("b", "localhost:9092", "a broker's address")
	topic      = flag.String("t", "bench", "the topic")
	mode       = flag.String("mode", "produce", "first: until one record is acknowledged; produce; paced: produce at a rate; consume; latency: from producer to consumer, at a rate; connections: clients that wait for each acknowledgement; requests: the same without a client, on bare connections (Linux); configure: -config of the topic; delete")
	records    = flag.Int("n", 100_000, "how many records")
	size       = flag.Int("size", 1000, "bytes of a record's value")
	batch      = flag.Int("batch", 131072, "bytes of a batch, at most")
	codec      = flag.String("codec", "none", "none, gzip, snappy, lz4 or zstd")
	acks       = flag.String("acks", "all", "all (idempotent), 1 or 0")
	partitions = flag.Int("partitions", 0, "creates the topic first, with so many partitions")
	configs    = flag.String("config", "", "of the topic: name=value,...")
	keys       = flag.Int("keys", 0, "produce: how many different keys; 0: records have none")
	linger     = flag.Int("linger", 5, "how long a batch waits for more records, in ms; latency and connections: 0")
	rate       = flag.Int("rate", 1000, "latency, paced: records a second")
	clients    = flag.Int("clients", 1, "connections, requests: how many, each with a connection of its own")
)

var codecs = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

type result struct {
	Records int     `json:"records"`
	Seconds float64 `json:"seconds"`
	MBs     float64 `json:"mbPerSecond"`
	P50Ms   float64 `json:"p50Ms"`
	P99Ms   float64 `json:"p99Ms"`
	P999Ms  float64 `json:"p999Ms"`
	// Of the driver itself, in the connections and requests modes.
	CPUSeconds float64 `json:"driverCpuSeconds"`
}

var modes = map[string]func(context.Context) result{
	"produce": produce, "paced": paced, "consume": consume, "latency": latency, "connections": connections,
	"configure": configure, "delete": remove,
}

func main() {
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if *mode == "first" {
		first(ctx)
		return
	}
	if *partitions > 0 {
		create(ctx)
	}
	run := modes[*mode]
	if run == nil {
		log.Fatalf("no mode %q", *mode)
	}
	if err := json.NewEncoder(os.Stdout).Encode(run(ctx)); err != nil {
		log.Fatal(err)
	}
}

// Tries until a record is acknowledged, as often as a client can, and prints the moment.
func first(ctx context.Context) {
	for ctx.Err() == nil {
		// A client that was refused waits longer before it tries again than a broker takes to start.
		if probe, err := net.DialTimeout("tcp", *brokers, time.Second); err != nil {
			time.Sleep(time.Millisecond)
			continue
		} else {
			probe.Close()
		}
		attempt, cancel := context.WithTimeout(ctx, time.Second)
		client := open(kgo.AllowAutoTopicCreation(),
			kgo.RetryBackoffFn(func(int) time.Duration { return 5 * time.Millisecond }))
		err := client.ProduceSync(attempt, &kgo.Record{Value: []byte("first")}).FirstErr()
		client.Close()
		cancel()
		if err == nil {
			json.NewEncoder(os.Stdout).Encode(map[string]int64{"at": time.Now().UnixMilli()})
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	log.Fatal("no record was acknowledged")
}

func create(ctx context.Context) {
	client := open()
	defer client.Close()
	soon := "1000" // so that one case does not fill the disk of the next
	wanted := map[string]*string{"file.delete.delay.ms": &soon}
	for name, value := range configured() {
		wanted[name] = &value
	}
	if _, err := kadm.NewClient(client).CreateTopic(ctx, int32(*partitions), 1, wanted, *topic); err != nil {
		log.Fatal(err)
	}
	// Apache Kafka's brokers learn of a topic after it was created: its leaders are asked.
	for ctx.Err() == nil {
		offsets, err := kadm.NewClient(client).ListEndOffsets(ctx, *topic)
		if err == nil && offsets.Error() == nil && len(offsets[*topic]) == *partitions {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	log.Fatal("the partitions have no leaders")
}

func configured() map[string]string {
	values := map[string]string{}
	if *configs == "" {
		return values
	}
	for _, setting := range strings.Split(*configs, ",") {
		name, value, _ := strings.Cut(setting, "=")
		values[name] = value
	}
	return values
}

func configure(ctx context.Context) result {
	client := open()
	defer client.Close()
	var changes []kadm.AlterConfig
	for name, value := range configured() {
		changes = append(changes, kadm.AlterConfig{Op: kadm.SetConfig, Name: name, Value: &value})
	}
	answers, err := kadm.NewClient(client).AlterTopicConfigs(ctx, changes, *topic)
	if err == nil && len(answers) > 0 {
		err = answers[0].Err
	}
	if err != nil {
		log.Fatal(err)
	}
	return result{}
}

func open(more ...kgo.Opt) *kgo.Client {
	options := append([]kgo.Opt{kgo.SeedBrokers(*brokers), kgo.DefaultProduceTopic(*topic),
		kgo.ProducerBatchMaxBytes(int32(*batch)), kgo.ProducerLinger(time.Duration(*linger) * time.Millisecond),
		kgo.ProducerBatchCompression(codecs[*codec]), kgo.MaxBufferedRecords(50_000), kgo.UnknownTopicRetries(100),
		kgo.FetchMaxBytes(50 << 20), kgo.FetchMaxPartitionBytes(1 << 20)}, more...)
	switch *acks {
	case "1":
		options = append(options, kgo.RequiredAcks(kgo.LeaderAck()), kgo.DisableIdempotentWrite())
	case "0":
		options = append(options, kgo.RequiredAcks(kgo.NoAck()), kgo.DisableIdempotentWrite())
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func produce(ctx context.Context) result {
	client := open()
	defer client.Close()
	text := textLike(*size + 1<<16)
	var latencies []float64
	var lock sync.Mutex
	var waiting sync.WaitGroup
	begin := time.Now()
	for i := range *records {
		from := (i * 7919) & 0xffff
		waiting.Add(1)
		sent := time.Now()
		client.Produce(ctx, &kgo.Record{Key: keyOf(i), Value: text[from : from+*size]}, func(_ *kgo.Record, err error) {
			if err != nil {
				log.Fatal(err)
			}
			if i%17 == 0 {
				lock.Lock()
				latencies = append(latencies, float64(time.Since(sent).Microseconds())/1000)
				lock.Unlock()
			}
			waiting.Done()
		})
	}
	waiting.Wait()
	return told(*records, *records**size, time.Since(begin), latencies)
}

// Text-like, so that codecs have work.
func textLike(size int) []byte {
	text := make([]byte, size)
	for i := range text {
		text[i] = "etaoin shrdlu{}:,\"0123456789"[rand.Intn(28)]
	}
	return text
}

func keyOf(i int) []byte {
	if *keys == 0 {
		return nil
	}
	return strconv.AppendInt(nil, int64(i%*keys), 10)
}

// How long acknowledgements take when the broker has little to do for this producer.
func paced(ctx context.Context) result {
	client := open()
	defer client.Close()
	text := textLike(*size + 1<<16)
	var lock sync.Mutex
	var waiting sync.WaitGroup
	latencies := make([]float64, 0, *records)
	send := func(i int, keep bool) {
		from := (i * 7919) & 0xffff
		waiting.Add(1)
		sent := time.Now()
		client.Produce(ctx, &kgo.Record{Value: text[from : from+*size]}, func(_ *kgo.Record, err error) {
			if err != nil {
				log.Fatal(err)
			}
			if keep {
				lock.Lock()
				latencies = append(latencies, float64(time.Since(sent).Microseconds())/1000)
				lock.Unlock()
			}
			waiting.Done()
		})
	}
	for i := range min(*rate, 200) {
		send(i, false)
	}
	waiting.Wait()
	begin := time.Now()
	for i := range *records {
		pause(begin, i)
		send(i, true)
	}
	waiting.Wait()
	return told(*records, *records**size, time.Since(begin), latencies)
}

// Until it is the turn of record i.
func pause(begin time.Time, i int) {
	if wait := time.Until(begin.Add(time.Duration(i) * time.Second / time.Duration(*rate))); wait > 0 {
		time.Sleep(wait)
	}
}

func consume(ctx context.Context) result {
	client := open(kgo.ConsumeTopics(*topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	defer client.Close()
	count, bytes := 0, 0
	begin := time.Now()
	for count < *records {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			log.Fatal(err)
		}
		fetches.EachRecord(func(record *kgo.Record) { count++; bytes += len(record.Value) })
	}
	return told(count, bytes, time.Since(begin), nil)
}

// Each record carries when it was sent; the consumer is in the same process, and sees the same clock.
func latency(ctx context.Context) result {
	client := open(kgo.ProducerLinger(0), kgo.ConsumeTopics(*topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(500*time.Millisecond))
	defer client.Close()
	send := func() {
		value := make([]byte, max(*size, 8))
		binary.BigEndian.PutUint64(value, uint64(time.Now().UnixNano()))
		client.Produce(ctx, &kgo.Record{Value: value}, func(_ *kgo.Record, err error) {
			if err != nil {
				log.Fatal(err)
			}
		})
	}
	var latencies []float64
	receive := func(count int, keep bool) {
		for got := 0; got < count; {
			fetches := client.PollFetches(ctx)
			now := time.Now().UnixNano()
			if err := fetches.Err(); err != nil {
				log.Fatal(err)
			}
			fetches.EachRecord(func(record *kgo.Record) {
				got++
				if keep {
					latencies = append(latencies, float64(now-int64(binary.BigEndian.Uint64(record.Value)))/1e6)
				}
			})
		}
	}
	warm := min(*rate, 200)
	for range warm {
		send()
	}
	receive(warm, false)
	begin := time.Now()
	go func() {
		for i := range *records {
			pause(begin, i)
			send()
		}
	}()
	receive(*records, true)
	took := time.Since(begin)
	// The last may have been read before it was acknowledged.
	if err := client.Flush(ctx); err != nil {
		log.Fatal(err)
	}
	return told(*records, *records**size, took, latencies)
}

// All are connected before the clock starts.
func connections(ctx context.Context) result {
	all := make([]*kgo.Client, *clients)
	value := make([]byte, *size)
	write := func(client *kgo.Client) {
		if err := client.ProduceSync(ctx, &kgo.Record{Value: value}).FirstErr(); err != nil {
			log.Fatal(err)
		}
	}
	var ready sync.WaitGroup
	for i := range all {
		all[i] = open(kgo.ProducerLinger(0))
		defer all[i].Close()
		ready.Go(func() { write(all[i]) })
		if i%50 == 49 {
			ready.Wait()
		}
	}
	ready.Wait()
	each := max(*records / *clients, 1)
	latencies := make([][]float64, *clients)
	var running sync.WaitGroup
	before := cpuSeconds()
	begin := time.Now()
	for i, client := range all {
		running.Go(func() {
			for range each {
				sent := time.Now()
				write(client)
				latencies[i] = append(latencies[i], float64(time.Since(sent).Microseconds())/1000)
			}
		})
	}
	running.Wait()
	took := time.Since(begin)
	answer := told(each**clients, each**clients**size, took, slices.Concat(latencies...))
	answer.CPUSeconds = cpuSeconds() - before
	return answer
}

// Of this process, so far.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func remove(ctx context.Context) result {
	client := open()
	defer client.Close()
	if _, err := kadm.NewClient(client).DeleteTopics(ctx, *topic); err != nil {
		log.Fatal(err)
	}
	return result{}
}

func told(count, bytes int, took time.Duration, latencies []float64) result {
	sort.Float64s(latencies)
	at := func(part float64) float64 {
		if len(latencies) == 0 {
			return 0
		}
		return latencies[int(float64(len(latencies)-1)*part)]
	}
	return result{count, took.Seconds(), float64(bytes) / took.Seconds() / 1e6, at(.5), at(.99), at(.999), 0}
}
