package turns_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/unionbot/unionbot/storage/turns"
)

func TestARedisURLNamesItsServers(t *testing.T) {
	type target struct {
		Addrs    []string
		Password string
		DB       int
		Master   string
		Cluster  bool
		TLS      bool
	}
	tests := []struct {
		url  string
		want target
	}{
		{"redis://:geheim@h1:6380/2", target{Addrs: []string{"h1:6380"}, Password: "geheim", DB: 2}},
		{"rediss://h1", target{Addrs: []string{"h1:6379"}, TLS: true}},
		{"redis+cluster://:geheim@h1:1,h2:2", target{Addrs: []string{"h1:1", "h2:2"}, Password: "geheim", Cluster: true}},
		{"redis+cluster://h1,h2?tls=true", target{Addrs: []string{"h1:6379", "h2:6379"}, Cluster: true, TLS: true}},
		{"redis+sentinel://main@h1:1,h2:2/3", target{Addrs: []string{"h1:1", "h2:2"}, DB: 3, Master: "main"}},
		{"redis+sentinel://main:geh%2Feim@h1,h2", target{Addrs: []string{"h1:26379", "h2:26379"}, Password: "geh/eim", Master: "main"}},
	}
	for _, tt := range tests {
		t.Run(tt.url, func(t *testing.T) {
			o, err := turns.ParseURL(tt.url)
			if err != nil {
				t.Fatal(err)
			}
			got := target{o.Addrs, o.Password, o.DB, o.MasterName, o.IsClusterMode, o.TLSConfig != nil}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("target (-want +got):\n%s", diff)
			}
			if o.MaxRetries != -1 {
				t.Error("the library would run a script twice by itself")
			}
		})
	}
}

func TestAWrongRedisURLIsRefusedWithoutItsPassword(t *testing.T) {
	for _, url := range []string{"", "redis", "http://:geheim@h1", "redis://:geheim@h1:port/x", "redis+sentinel://h1:1", "redis+cluster://:geheim@%zz",
		"rediss://:geheim@h1?tls=maybe", "rediss://:geheim@h1?ca=/nowhere/ca.pem"} {
		if _, err := turns.Open(t.Context(), url); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: %v", url, err)
		}
	}
	// A port nobody listens on: the error tells where, and no password.
	_, err := turns.Open(t.Context(), "redis://:geheim@127.0.0.1:1/0")
	if err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("a server that is not there: %v", err)
	}
}

func TestAnEmbeddedRedisIsBehindAPassword(t *testing.T) {
	keeper := openTurns(t, turns.Embedded)
	one, ok := keeper.Client().(*redis.Client)
	if !ok {
		t.Fatalf("client is a %T", keeper.Client())
	}
	stranger := redis.NewClient(&redis.Options{Addr: one.Options().Addr})
	defer func() { _ = stranger.Close() }()
	if err := stranger.Get(t.Context(), "x").Err(); err == nil || !strings.Contains(err.Error(), "NOAUTH") {
		t.Errorf("a stranger got %v", err)
	}
}
