package main

import (
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

type reassignment struct {
	Topic     string  `json:"topic"`
	Partition int32   `json:"partition"`
	Replicas  []int32 `json:"replicas"`
}

type quotaChange struct {
	User  string   `json:"user"`
	Key   string   `json:"key"`
	Value *float64 `json:"value"`
}

// Where partitions lie, and what clients may use.
func addCluster(methods map[string]method) {
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.ClientID("interop-franz-go-cluster"))
	if err != nil {
		panic(err)
	}
	admin := kadm.NewClient(client)

	methods["reassign"] = taking(func(p reassignment) (any, error) {
		var wanted kadm.AlterPartitionAssignmentsReq
		wanted.Assign(p.Topic, p.Partition, p.Replicas)
		altered, err := admin.AlterPartitionAssignments(soon(), wanted)
		if err == nil {
			err = altered.Error()
		}
		return nil, err
	})
	methods["reassignments"] = taking(func(p reassignment) (any, error) {
		listed, err := admin.ListPartitionReassignments(soon(), kadm.TopicsSet{p.Topic: {0: {}}})
		if err != nil {
			return nil, err
		}
		moving := []any{}
		for _, one := range listed.Sorted() {
			moving = append(moving, map[string]any{
				"partition": one.Partition, "adding": one.AddingReplicas, "removing": one.RemovingReplicas,
			})
		}
		return moving, nil
	})
	methods["alterQuota"] = taking(func(p quotaChange) (any, error) {
		op := kadm.AlterClientQuotaOp{Key: p.Key, Remove: p.Value == nil}
		if p.Value != nil {
			op.Value = *p.Value
		}
		altered, err := admin.AlterClientQuotas(soon(), []kadm.AlterClientQuotaEntry{{
			Entity: kadm.ClientQuotaEntity{{Type: "user", Name: &p.User}},
			Ops:    []kadm.AlterClientQuotaOp{op},
		}})
		if err == nil && len(altered) > 0 {
			err = altered[0].Err
		}
		return nil, err
	})
	methods["quotas"] = taking(func(p quotaChange) (any, error) {
		described, err := admin.DescribeClientQuotas(soon(), true, []kadm.DescribeClientQuotaComponent{
			{Type: "user", MatchName: &p.User},
		})
		values := map[string]float64{}
		for _, one := range described {
			for _, value := range one.Values {
				values[value.Key] = value.Value
			}
		}
		return values, err
	})
}
