package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

type secured struct {
	Bootstrap string     `json:"bootstrap"`
	TLS       *tlsFiles  `json:"tls"`
	SASL      *saslLogin `json:"sasl"`
	Topic     string     `json:"topic"`
	Value     string     `json:"value"`
}

type tlsFiles struct {
	Authority   string `json:"authority"`
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

type saslLogin struct {
	Mechanism string `json:"mechanism"`
	Username  string `json:"username"`
	Password  string `json:"password"`
}

// TLS and SASL: a client of its own sends a record and reads it back.
func addSecurity(methods map[string]method) {
	methods["secured"] = taking(func(p secured) (any, error) {
		options, err := p.options()
		if err != nil {
			return nil, err
		}
		client, err := kgo.NewClient(options...)
		if err != nil {
			return nil, err
		}
		defer client.Close()
		within, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		// A record is kept for as long as there is hope; a ping tells what is wrong with the connection.
		if err := client.Ping(within); err != nil {
			return nil, err
		}
		if err := client.ProduceSync(within, &kgo.Record{Topic: p.Topic, Value: []byte(p.Value)}).FirstErr(); err != nil {
			return nil, err
		}
		fetches := client.PollFetches(within)
		if err := fetches.Err(); err != nil {
			return nil, err
		}
		for _, record := range fetches.Records() {
			return string(record.Value), nil
		}
		return nil, fmt.Errorf("nothing was read")
	})
}

func (p secured) options() ([]kgo.Opt, error) {
	options := []kgo.Opt{
		kgo.SeedBrokers(p.Bootstrap),
		kgo.ClientID("interop-franz-go"),
		kgo.ConsumeTopics(p.Topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.RequestRetries(1),
	}
	if p.TLS != nil {
		config, err := p.TLS.config()
		if err != nil {
			return nil, err
		}
		options = append(options, kgo.DialTLSConfig(config))
	}
	if p.SASL != nil {
		options = append(options, kgo.SASL(p.SASL.mechanism()))
	}
	return options, nil
}

func (files tlsFiles) config() (*tls.Config, error) {
	authority, err := os.ReadFile(files.Authority)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	config := &tls.Config{RootCAs: pool}
	if files.Certificate != "" {
		own, err := tls.LoadX509KeyPair(files.Certificate, files.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{own}
	}
	return config, nil
}

func (login saslLogin) mechanism() sasl.Mechanism {
	switch login.Mechanism {
	case "SCRAM-SHA-256":
		return scram.Auth{User: login.Username, Pass: login.Password}.AsSha256Mechanism()
	case "SCRAM-SHA-512":
		return scram.Auth{User: login.Username, Pass: login.Password}.AsSha512Mechanism()
	case "OAUTHBEARER":
		return oauth.Auth{Token: unsignedToken(login.Username)}.AsMechanism()
	default:
		return plain.Auth{User: login.Username, Pass: login.Password}.AsMechanism()
	}
}

func unsignedToken(user string) string {
	part := base64.RawURLEncoding.EncodeToString
	now := time.Now().Unix()
	claims := fmt.Sprintf(`{"sub":"%s","iat":%d,"exp":%d}`, user, now, now+300)
	return part([]byte(`{"alg":"none"}`)) + "." + part([]byte(claims)) + "."
}
