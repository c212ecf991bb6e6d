package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

type place struct {
	Topic       string `json:"topic"`
	Partition   int32  `json:"partition"`
	Offset      int64  `json:"offset"`
	TimestampMs int64  `json:"timestampMs"`
	Count       int    `json:"count"`
	Group       string `json:"group"`
	Metadata    string `json:"metadata"`
	Broker      int32  `json:"broker"`
}

type newTopic struct {
	Topic             string             `json:"topic"`
	Partitions        int32              `json:"partitions"`
	ReplicationFactor int16              `json:"replicationFactor"`
	Configs           map[string]*string `json:"configs"`
}

type alteration struct {
	Topic  string            `json:"topic"`
	Set    map[string]string `json:"set"`
	Remove []string          `json:"remove"`
}

func soon() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	_ = cancel // The process lives no longer than its requests.
	return ctx
}

func addAdmin(methods map[string]method) {
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.ClientID("interop-franz-go"))
	if err != nil {
		panic(err)
	}
	admin := kadm.NewClient(client)

	methods["createTopic"] = taking(func(p newTopic) (any, error) {
		_, err := admin.CreateTopic(soon(), max(p.Partitions, 1), max(p.ReplicationFactor, 1), p.Configs, p.Topic)
		return nil, err
	})
	methods["deleteTopic"] = taking(func(p place) (any, error) {
		_, err := admin.DeleteTopic(soon(), p.Topic)
		return nil, err
	})
	methods["listTopics"] = taking(func(place) (any, error) {
		topics, err := admin.ListTopics(soon())
		return topics.Names(), err
	})
	methods["describeTopic"] = taking(func(p place) (any, error) {
		topics, err := admin.ListTopics(soon(), p.Topic)
		if err != nil {
			return nil, err
		}
		partitions := []map[string]any{}
		for _, one := range topics[p.Topic].Partitions.Sorted() {
			partitions = append(partitions, map[string]any{"id": one.Partition, "leader": one.Leader, "isr": one.ISR})
		}
		return map[string]any{"partitions": partitions}, topics[p.Topic].Err
	})
	methods["createPartitions"] = taking(func(p place) (any, error) {
		responses, err := admin.UpdatePartitions(soon(), p.Count, p.Topic)
		if err == nil {
			err = responses.Error()
		}
		return nil, err
	})
	methods["topicConfigs"] = taking(func(p place) (any, error) {
		return configs(admin.DescribeTopicConfigs(soon(), p.Topic))
	})
	methods["brokerConfigs"] = taking(func(p place) (any, error) {
		return configs(admin.DescribeBrokerConfigs(soon(), p.Broker))
	})
	methods["alterTopicConfigs"] = taking(func(p alteration) (any, error) {
		changes := []kadm.AlterConfig{}
		for name, value := range p.Set {
			changes = append(changes, kadm.AlterConfig{Op: kadm.SetConfig, Name: name, Value: &value})
		}
		for _, name := range p.Remove {
			changes = append(changes, kadm.AlterConfig{Op: kadm.DeleteConfig, Name: name})
		}
		responses, err := admin.AlterTopicConfigs(soon(), changes, p.Topic)
		if err == nil {
			err = responses[0].Err
		}
		return nil, err
	})
	methods["describeCluster"] = taking(func(place) (any, error) {
		cluster, err := admin.BrokerMetadata(soon())
		brokers := []map[string]any{}
		for _, node := range cluster.Brokers {
			brokers = append(brokers, map[string]any{"id": node.NodeID, "host": node.Host, "port": node.Port})
		}
		return map[string]any{"clusterId": cluster.Cluster, "controller": cluster.Controller, "brokers": brokers}, err
	})
	methods["deleteRecords"] = taking(func(p place) (any, error) {
		offsets := kadm.Offsets{}
		offsets.AddOffset(p.Topic, p.Partition, p.Offset, -1)
		responses, err := admin.DeleteRecords(soon(), offsets)
		if err == nil {
			err = responses.Error()
		}
		return nil, err
	})
	methods["offsetForTime"] = taking(func(p place) (any, error) {
		return offset(p)(admin.ListOffsetsAfterMilli(soon(), p.TimestampMs, p.Topic))
	})
	methods["maxTimestampOffset"] = taking(func(p place) (any, error) {
		return offset(p)(admin.ListMaxTimestampOffsets(soon(), p.Topic))
	})
	methods["endOffsets"] = taking(func(p place) (any, error) {
		earliest, err := offset(p)(admin.ListStartOffsets(soon(), p.Topic))
		if err != nil {
			return nil, err
		}
		latest, err := offset(p)(admin.ListEndOffsets(soon(), p.Topic))
		return map[string]any{"earliest": earliest, "latest": latest}, err
	})
	methods["logDirSize"] = taking(func(p place) (any, error) {
		topics := kadm.TopicsSet{}
		topics.Add(p.Topic, 0)
		all, err := admin.DescribeAllLogDirs(soon(), topics)
		var size int64
		all.Each(func(directory kadm.DescribedLogDir) { size += directory.Size() })
		return size, err
	})
	addGroups(methods, admin)
}

func addGroups(methods map[string]method, admin *kadm.Client) {
	methods["listGroups"] = taking(func(place) (any, error) {
		groups, err := admin.ListGroups(soon())
		return groups.Groups(), err
	})
	methods["describeGroup"] = taking(func(p place) (any, error) {
		groups, err := admin.DescribeGroups(soon(), p.Group)
		if err != nil {
			return nil, err
		}
		group := groups[p.Group]
		if errors.Is(group.Err, kerr.GroupIDNotFound) {
			consumers, err := admin.DescribeConsumerGroups(soon(), p.Group)
			if err != nil {
				return nil, err
			}
			group := consumers[p.Group]
			return map[string]any{"state": group.State, "members": len(group.Members)}, group.Err
		}
		return map[string]any{"state": group.State, "members": len(group.Members)}, group.Err
	})
	methods["deleteGroup"] = taking(func(p place) (any, error) {
		response, err := admin.DeleteGroup(soon(), p.Group)
		if err == nil {
			err = response.Err
		}
		return nil, err
	})
	methods["groupOffsets"] = taking(func(p place) (any, error) {
		fetched, err := admin.FetchOffsets(soon(), p.Group)
		offsets := []map[string]any{}
		fetched.Each(func(one kadm.OffsetResponse) {
			if one.Topic == p.Topic {
				offsets = append(offsets, map[string]any{"partition": one.Partition, "offset": one.At, "metadata": one.Metadata})
			}
		})
		return offsets, err
	})
	methods["commitOffset"] = taking(func(p place) (any, error) {
		offsets := kadm.Offsets{}
		offsets.Add(kadm.Offset{Topic: p.Topic, Partition: p.Partition, At: p.Offset, LeaderEpoch: -1, Metadata: p.Metadata})
		return nil, admin.CommitAllOffsets(soon(), p.Group, offsets)
	})
	methods["deleteGroupOffsets"] = taking(func(p place) (any, error) {
		topics := kadm.TopicsSet{}
		topics.Add(p.Topic, 0)
		responses, err := admin.DeleteOffsets(soon(), p.Group, topics)
		if err == nil {
			err = responses.Error()
		}
		return nil, err
	})
}

func configs(described kadm.ResourceConfigs, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	values := map[string]*string{}
	for _, entry := range described[0].Configs {
		values[entry.Key] = entry.Value
	}
	return values, described[0].Err
}

func offset(p place) func(kadm.ListedOffsets, error) (any, error) {
	return func(listed kadm.ListedOffsets, err error) (any, error) {
		if err == nil {
			err = listed.Error()
		}
		if err != nil {
			return nil, err
		}
		found, ok := listed.Lookup(p.Topic, p.Partition)
		if !ok {
			return nil, fmt.Errorf("no offset of %s-%d", p.Topic, p.Partition)
		}
		return found.Offset, nil
	}
}
