package main

import (
	"context"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type transacting struct {
	ID        string    `json:"id"`
	Producer  string    `json:"producer"`
	TimeoutMs int64     `json:"timeoutMs"`
	Topic     string    `json:"topic"`
	Messages  []message `json:"messages"`
	End       string    `json:"end"`
}

// Producers of transactions, by the names that the suite gives them.
func addTransactions(methods map[string]method) {
	var known sync.Map
	methods["transact"] = taking(func(p transacting) (any, error) {
		if p.Producer == "" {
			p.Producer = p.ID
		}
		if p.TimeoutMs == 0 {
			p.TimeoutMs = 30_000
		}
		client, ok := known.Load(p.Producer)
		if !ok {
			made, err := kgo.NewClient(
				kgo.SeedBrokers(bootstrap),
				kgo.TransactionalID(p.ID),
				kgo.TransactionTimeout(time.Duration(p.TimeoutMs)*time.Millisecond),
				kgo.RecordPartitioner(kgo.ManualPartitioner()),
			)
			if err != nil {
				return nil, err
			}
			client = made
			known.Store(p.Producer, client)
		}
		using := client.(*kgo.Client)
		if err := using.BeginTransaction(); err != nil {
			return nil, err
		}
		records := make([]*kgo.Record, len(p.Messages))
		for i, m := range p.Messages {
			records[i] = m.record(p.Topic)
		}
		if err := using.ProduceSync(soon(), records...).FirstErr(); err != nil {
			return nil, err
		}
		if p.End == "later" {
			return nil, nil
		}
		return nil, endTransaction(using, p.End)
	})
	methods["endTransaction"] = taking(func(p transacting) (any, error) {
		client, _ := known.Load(p.Producer)
		return nil, endTransaction(client.(*kgo.Client), p.End)
	})
}

func endTransaction(client *kgo.Client, end string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return client.EndTransaction(ctx, kgo.TransactionEndTry(end == "commit"))
}
