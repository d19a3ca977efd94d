package platform_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

func redisClient(t *testing.T) redis.UniversalClient {
	t.Helper()
	opts, err := redis.ParseURL(storagetest.RedisURL(t))
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(opts)
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return client
}

// mint hands out numbered tokens and counts them.
type mint struct {
	count atomic.Int64
	life  time.Duration
	err   error
	// slow, if set, is waited for by every fetch.
	slow chan struct{}
}

func (m *mint) fetch(context.Context) (string, time.Duration, error) {
	if m.err != nil {
		return "", 0, m.err
	}
	if m.slow != nil {
		select {
		case <-m.slow:
		case <-time.After(10 * time.Second): // with a broken lock nobody waits, and the test must end
		}
	}
	return fmt.Sprint("token-", m.count.Add(1)), m.life, nil
}

func source(t *testing.T, key string, m *mint, now func() time.Time) *platform.Tokens {
	t.Helper()
	return platform.NewTokens(key, turns.NewTokens(redisClient(t)), m.fetch, now, nil)
}

// lockWatch tells when another replica was found to be fetching.
type lockWatch struct {
	platform.Store
	found func()
}

func (w lockWatch) LockToken(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
	unlock, ok, err := w.Store.LockToken(ctx, key, ttl)
	if err == nil && !ok {
		w.found()
	}
	return unlock, ok, err
}

func TestColdReplicasFetchOneToken(t *testing.T) {
	const replicas = 10
	key, m := storagetest.Unique("t"), &mint{life: 2 * time.Hour, slow: make(chan struct{})}
	var all, waiting sync.WaitGroup
	var mu sync.Mutex
	seen := make(map[string]int)
	waiting.Add(replicas - 1)
	go func() {
		waiting.Wait() // all but one replica have found one fetching, so nobody comes too late to fetch as well
		close(m.slow)
	}()
	for range replicas {
		store := lockWatch{turns.NewTokens(redisClient(t)), sync.OnceFunc(waiting.Done)}
		replica := platform.NewTokens(key, store, m.fetch, time.Now, nil)
		for range 3 {
			all.Go(func() {
				token, err := replica.Token(t.Context())
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				seen[token]++
			})
		}
	}
	all.Wait()
	if m.count.Load() != 1 || seen["token-1"] != 30 {
		t.Errorf("%d tokens were fetched, seen: %v", m.count.Load(), seen)
	}
}

func TestARefusedTokenIsReplacedOnceForAllReplicas(t *testing.T) {
	key, m := storagetest.Unique("t"), &mint{life: 2 * time.Hour}
	replicas := []*platform.Tokens{source(t, key, m, time.Now), source(t, key, m, time.Now)}
	for _, r := range replicas {
		if token, err := r.Token(t.Context()); token != "token-1" || err != nil {
			t.Fatalf("Token = %q, %v", token, err)
		}
	}
	for _, r := range replicas {
		r.Invalidate(t.Context(), "token-1")
		if token, err := r.Token(t.Context()); token != "token-2" || err != nil {
			t.Errorf("after the refusal: Token = %q, %v", token, err)
		}
	}
	if n := m.count.Load(); n != 2 {
		t.Errorf("%d tokens were fetched, want 2", n)
	}
}

func TestATokenIsReplacedBeforeItEndsByOneReplica(t *testing.T) {
	key, m := storagetest.Unique("t"), &mint{life: 2 * time.Hour}
	var offset atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	replicas := []*platform.Tokens{source(t, key, m, now), source(t, key, m, now)}
	for _, r := range replicas {
		if _, err := r.Token(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	offset.Store(int64(2*time.Hour - time.Minute))
	for _, r := range replicas {
		if token, err := r.Token(t.Context()); token != "token-2" || err != nil {
			t.Errorf("a minute before the end: Token = %q, %v", token, err)
		}
	}
	m.err = errors.New("platform is away")
	offset.Store(int64(4*time.Hour - 3*time.Minute))
	if token, err := replicas[0].Token(t.Context()); token != "token-2" || err != nil {
		t.Errorf("while the platform is away a living token is used: Token = %q, %v", token, err)
	}
	offset.Store(int64(5 * time.Hour))
	_, err := replicas[0].Token(t.Context())
	var outage *platform.Outage
	if !errors.As(err, &outage) || !outage.Unsent {
		t.Errorf("with a dead token: %v, want an outage in which nothing was sent", err)
	}
}

func TestWithoutRedisEachReplicaFetchesForItself(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", DialTimeout: 50 * time.Millisecond, MaxRetries: -1})
	t.Cleanup(func() { _ = client.Close() })
	m := &mint{life: 2 * time.Hour}
	tokens := platform.NewTokens("t", turns.NewTokens(client), m.fetch, time.Now, nil)
	for range 2 {
		if token, err := tokens.Token(t.Context()); token != "token-1" || err != nil {
			t.Fatalf("Token = %q, %v", token, err)
		}
	}
	tokens.Invalidate(t.Context(), "token-1")
	if token, err := tokens.Token(t.Context()); token != "token-2" || err != nil {
		t.Errorf("Token = %q, %v", token, err)
	}
}

func TestAFetcherThatDiesDoesNotStopTheOthers(t *testing.T) {
	key, m := storagetest.Unique("t"), &mint{life: time.Hour}
	store := turns.NewTokens(redisClient(t))
	// Its process is gone: the lock is never given up.
	if _, ok, err := store.LockToken(t.Context(), key, 200*time.Millisecond); !ok || err != nil {
		t.Fatalf("LockToken = %v, %v", ok, err)
	}
	if token, err := source(t, key, m, time.Now).Token(t.Context()); token != "token-1" || err != nil {
		t.Errorf("Token = %q, %v", token, err)
	}
}

func TestOnlyItsOwnTokenIsDropped(t *testing.T) {
	key, store := storagetest.Unique("t"), turns.NewTokens(redisClient(t))
	until := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	if err := store.SetToken(t.Context(), key, "new", until); err != nil {
		t.Fatal(err)
	}
	if err := store.DropToken(t.Context(), key, "old"); err != nil {
		t.Fatal(err)
	}
	if token, got, err := store.Token(t.Context(), key); token != "new" || !got.Equal(until) || err != nil {
		t.Errorf("Token = %q, %v, %v", token, got, err)
	}
}
