package main

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

type joining struct {
	Group            string `json:"group"`
	Topic            string `json:"topic"`
	Assignor         string `json:"assignor"`
	InstanceID       string `json:"instanceId"`
	SessionTimeoutMs int64  `json:"sessionTimeoutMs"`
	Reset            string `json:"reset"`
	Protocol         string `json:"protocol"`
	Pattern          bool   `json:"pattern"`
}

// A consumer in a group: it commits when it is told to.
type member struct {
	client *kgo.Client
	topic  string

	mu        sync.Mutex
	assigned  []int32
	positions map[int32]int64
}

func addMember(methods map[string]method) {
	m := &member{positions: map[int32]int64{}}
	methods["join"] = taking(m.join)
	methods["commit"] = taking(func(p place) (any, error) {
		m.mu.Lock()
		defer m.mu.Unlock()
		offsets := map[string]map[int32]kgo.EpochOffset{m.topic: {}}
		for partition, position := range m.positions {
			offsets[m.topic][partition] = kgo.EpochOffset{Epoch: -1, Offset: position}
		}
		return nil, m.commit(offsets, p.Metadata)
	})
	methods["leave"] = taking(func(place) (any, error) {
		m.client.Close()
		return nil, nil
	})
}

func (m *member) join(p joining) (any, error) {
	m.topic = p.Topic
	if p.SessionTimeoutMs == 0 {
		p.SessionTimeoutMs = 10_000
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(bootstrap),
		kgo.ConsumerGroup(p.Group),
		kgo.ConsumeTopics(p.Topic),
		kgo.DisableAutoCommit(),
		kgo.SessionTimeout(time.Duration(p.SessionTimeoutMs) * time.Millisecond),
		kgo.HeartbeatInterval(300 * time.Millisecond),
		kgo.FetchMaxWait(200 * time.Millisecond),
		kgo.Balancers(kgo.RangeBalancer()),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, added map[string][]int32) {
			m.change("assigned", added, true)
		}),
		kgo.OnPartitionsRevoked(func(_ context.Context, _ *kgo.Client, lost map[string][]int32) {
			m.change("revoked", lost, false)
		}),
		kgo.OnPartitionsLost(func(_ context.Context, _ *kgo.Client, lost map[string][]int32) {
			m.change("revoked", lost, false)
		}),
	}
	if p.Assignor == "cooperative" {
		options = append(options, kgo.Balancers(kgo.CooperativeStickyBalancer()))
	}
	if p.Protocol == "consumer" {
		options = append(options, kgo.ServerSideBalancer())
	}
	if p.Pattern {
		options = append(options, kgo.ConsumeRegex())
	}
	if p.InstanceID != "" {
		options = append(options, kgo.InstanceID(p.InstanceID))
	}
	if p.Reset == "latest" {
		options = append(options, kgo.ConsumeResetOffset(kgo.NewOffset().AtEnd()))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, err
	}
	m.client = client
	go m.read()
	return nil, nil
}

func (m *member) change(event string, partitions map[string][]int32, added bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	// More than one topic where the subscription is a pattern.
	changed := slices.Concat(slices.Collect(maps.Values(partitions))...)
	if added {
		m.assigned = append(m.assigned, changed...)
	} else {
		m.assigned = slices.DeleteFunc(m.assigned, func(one int32) bool { return slices.Contains(changed, one) })
		if len(changed) == 0 {
			return
		}
	}
	tell(event, map[string]any{"partitions": append([]int32{}, m.assigned...)})
}

func (m *member) read() {
	for {
		fetches := m.client.PollFetches(context.Background())
		if fetches.IsClientClosed() {
			return
		}
		for _, failed := range fetches.Errors() {
			code, _ := codeOf(failed.Err)
			tell("failed", map[string]any{"message": failed.Err.Error(), "code": code})
		}
		fetches.EachRecord(func(r *kgo.Record) {
			m.mu.Lock()
			m.positions[r.Partition] = r.Offset + 1
			m.mu.Unlock()
			tell("record", map[string]any{"partition": r.Partition, "offset": r.Offset})
		})
	}
}

// The library has no argument for the metadata of a commit, but lets one change its request.
func (m *member) commit(offsets map[string]map[int32]kgo.EpochOffset, metadata string) error {
	ctx := kgo.PreCommitFnContext(soon(), func(request *kmsg.OffsetCommitRequest) error {
		for _, topic := range request.Topics {
			for i := range topic.Partitions {
				topic.Partitions[i].Metadata = &metadata
			}
		}
		return nil
	})
	var failed error
	m.client.CommitOffsetsSync(ctx, offsets, func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, response *kmsg.OffsetCommitResponse, err error) {
		failed = err
		if err != nil {
			return
		}
		for _, topic := range response.Topics {
			for _, partition := range topic.Partitions {
				if failed == nil {
					failed = kerr.ErrorForCode(partition.ErrorCode)
				}
			}
		}
	})
	return failed
}
