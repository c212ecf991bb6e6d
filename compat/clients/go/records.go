package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// A byte slice is base64 in JSON, and nil is null: just what the suite writes.
type message struct {
	Key         []byte   `json:"key"`
	Value       []byte   `json:"value"`
	Headers     []header `json:"headers"`
	TimestampMs *int64   `json:"timestampMs"`
	Partition   *int32   `json:"partition"`
}

// A header is a pair in JSON.
type header struct {
	name  string
	value []byte
}

func (h *header) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&h.name, &h.value})
}
func (h header) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{h.name, h.value})
}

type producing struct {
	Topic      string    `json:"topic"`
	Messages   []message `json:"messages"`
	Acks       string    `json:"acks"`
	Idempotent bool      `json:"idempotent"`
	Codec      string    `json:"codec"`
}

type consuming struct {
	Topic     string          `json:"topic"`
	Partition int32           `json:"partition"`
	From      json.RawMessage `json:"from"`
	Count     int             `json:"count"`
	WaitMs    int64           `json:"waitMs"`
	MaxBytes  int32           `json:"maxBytes"`
	Reset     string          `json:"reset"`
	Committed bool            `json:"committed"`
}

var codecs = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

func addRecords(methods map[string]method) {
	var known sync.Map // settings of a producer → the producer
	methods["produce"] = taking(func(p producing) (any, error) {
		placed := len(p.Messages) > 0 && p.Messages[0].Partition != nil
		settings := fmt.Sprint(p.Acks, p.Idempotent, p.Codec, placed)
		client, ok := known.Load(settings)
		if !ok {
			made, err := producer(p, placed)
			if err != nil {
				return nil, err
			}
			client = made
			known.Store(settings, client)
		}
		records := make([]*kgo.Record, len(p.Messages))
		for i, m := range p.Messages {
			records[i] = m.record(p.Topic)
		}
		return nil, client.(*kgo.Client).ProduceSync(soon(), records...).FirstErr()
	})
	methods["consume"] = taking(consume)
	methods["tail"] = taking(tail)
	methods["tailNext"] = taking(func(place) (any, error) { return <-tailed, nil })
}

func producer(p producing, placed bool) (*kgo.Client, error) {
	options := []kgo.Opt{
		kgo.SeedBrokers(bootstrap),
		kgo.AllowAutoTopicCreation(),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
	}
	if p.Codec != "" {
		options = append(options, kgo.ProducerBatchCompression(codecs[p.Codec]))
	}
	if placed {
		options = append(options, kgo.RecordPartitioner(kgo.ManualPartitioner()))
	}
	if !p.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	switch p.Acks {
	case "0":
		options = append(options, kgo.RequiredAcks(kgo.NoAck()))
	case "1":
		options = append(options, kgo.RequiredAcks(kgo.LeaderAck()))
	}
	return kgo.NewClient(options...)
}

func (m message) record(topic string) *kgo.Record {
	record := &kgo.Record{Topic: topic, Key: m.Key, Value: m.Value}
	for _, h := range m.Headers {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: h.name, Value: h.value})
	}
	if m.TimestampMs != nil {
		record.Timestamp = time.UnixMilli(*m.TimestampMs)
	}
	if m.Partition != nil {
		record.Partition = *m.Partition
	}
	return record
}

func consume(p consuming) (any, error) {
	from := kgo.NewOffset().AtStart()
	var at int64
	if json.Unmarshal(p.From, &at) == nil {
		from = kgo.NewOffset().At(at)
	}
	reset := kgo.NewOffset().AtStart()
	if p.Reset == "latest" {
		reset = kgo.NewOffset().AtEnd()
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(bootstrap),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{p.Topic: {p.Partition: from}}),
		kgo.ConsumeResetOffset(reset),
		kgo.FetchMaxWait(100 * time.Millisecond),
	}
	if p.Committed {
		options = append(options, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	if p.MaxBytes > 0 {
		options = append(options, kgo.FetchMaxPartitionBytes(p.MaxBytes))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	if p.WaitMs == 0 {
		p.WaitMs = 8000
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(p.WaitMs)*time.Millisecond)
	defer cancel()
	read := []map[string]any{}
	for len(read) < p.Count && ctx.Err() == nil {
		fetches := client.PollRecords(ctx, p.Count-len(read))
		for _, failed := range fetches.Errors() {
			if ctx.Err() == nil {
				return nil, failed.Err
			}
		}
		fetches.EachRecord(func(r *kgo.Record) { read = append(read, shown(r)) })
	}
	return read, nil
}

func shown(r *kgo.Record) map[string]any {
	headers := []header{}
	for _, h := range r.Headers {
		headers = append(headers, header{h.Key, h.Value})
	}
	return map[string]any{
		"key": r.Key, "value": r.Value, "headers": headers,
		"timestampMs": r.Timestamp.UnixMilli(), "partition": r.Partition, "offset": r.Offset,
	}
}

var tailed = make(chan map[string]any, 10)

// Reads from the record before the end: when that is there, the next fetch waits for the tail.
func tail(p consuming) (any, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.FetchMaxWait(time.Duration(p.WaitMs)*time.Millisecond))
	if err != nil {
		return nil, err
	}
	ends, err := kadm.NewClient(client).ListEndOffsets(soon(), p.Topic)
	if err != nil {
		return nil, err
	}
	end, _ := ends.Lookup(p.Topic, 0)
	client.AddConsumePartitions(map[string]map[int32]kgo.Offset{p.Topic: {0: kgo.NewOffset().At(end.Offset - 1)}})
	for client.PollFetches(soon()).NumRecords() == 0 {
	}
	go func() {
		for {
			client.PollFetches(context.Background()).EachRecord(func(r *kgo.Record) {
				tailed <- map[string]any{"value": string(r.Value), "receivedMs": time.Now().UnixMilli()}
			})
		}
	}()
	return nil, nil
}
