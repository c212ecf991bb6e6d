package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type copying struct {
	Group    string `json:"group"`
	ID       string `json:"id"`
	From     string `json:"from"`
	To       string `json:"to"`
	End      string `json:"end"`
	Last     int    `json:"last"`
	Protocol string `json:"protocol"`
	HoldMs   int    `json:"holdMs"`
}

// A member of a group that copies a topic, as a session of transactions that hold the offsets too.
func addCopier(methods map[string]method) {
	polling, stop := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	methods["copy"] = taking(func(p copying) (any, error) {
		options := []kgo.Opt{
			kgo.SeedBrokers(bootstrap),
			kgo.TransactionalID(p.ID),
			kgo.TransactionTimeout(10 * time.Second),
			kgo.ConsumerGroup(p.Group),
			kgo.ConsumeTopics(p.From),
			kgo.FetchIsolationLevel(kgo.ReadCommitted()),
			kgo.FetchMaxWait(200 * time.Millisecond),
			kgo.SessionTimeout(6 * time.Second),
			kgo.HeartbeatInterval(300 * time.Millisecond),
			kgo.Balancers(kgo.RangeBalancer()),
			kgo.RecordPartitioner(kgo.ManualPartitioner()),
		}
		if p.Protocol == "consumer" {
			options = append(options, kgo.ServerSideBalancer())
		}
		session, err := kgo.NewGroupTransactSession(options...)
		if err != nil {
			return nil, err
		}
		go func() {
			defer close(stopped)
			if err := p.run(polling, session); err != nil {
				tell("failed", map[string]any{"message": err.Error()})
			}
			session.Close()
		}()
		return nil, nil
	})
	methods["endCopy"] = taking(func(struct{}) (any, error) {
		stop()
		<-stopped
		return nil, nil
	})
}

func (p copying) run(polling context.Context, session *kgo.GroupTransactSession) error {
	for {
		fetches := session.PollRecords(polling, 200)
		if polling.Err() != nil {
			return nil
		}
		if fetches.NumRecords() == 0 {
			continue
		}
		if err := session.Begin(); err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		sent := kgo.AbortingFirstErrPromise(session.Client())
		fetches.EachRecord(func(r *kgo.Record) { session.Produce(context.Background(), p.copyOf(r), sent.Promise()) })
		time.Sleep(time.Duration(p.HoldMs) * time.Millisecond)
		committed, err := session.End(context.Background(), kgo.TransactionEndTry(sent.Err() == nil))
		if err != nil {
			return fmt.Errorf("end: %w", err)
		}
		if committed {
			tell("copied", map[string]any{"count": fetches.NumRecords()})
		}
	}
}

// A record is `id:hops`. Its copy has one hop more, and goes where records end when that was the last.
func (p copying) copyOf(r *kgo.Record) *kgo.Record {
	id, hops, _ := strings.Cut(string(r.Value), ":")
	n, _ := strconv.Atoi(hops)
	topic := p.To
	if n+1 == p.Last {
		topic = p.End
	}
	return &kgo.Record{Topic: topic, Partition: r.Partition, Key: r.Key, Value: fmt.Appendf(nil, "%s:%d", id, n+1)}
}
