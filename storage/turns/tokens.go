package turns

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Tokens shares the platforms' access tokens between replicas, and lets one of them at a time fetch a new one. It
// satisfies platform.Store.
type Tokens struct{ redis redis.UniversalClient }

// NewTokens keeps tokens in the Redis of client.
func NewTokens(client redis.UniversalClient) *Tokens { return &Tokens{redis: client} }

// The keys of an account share a hash tag.
func tokenKey(key string) string     { return "token:{" + key + "}" }
func tokenLockKey(key string) string { return "token:{" + key + "}:lock" }

// Token returns the shared token and the end of its life, or "" when there is none.
func (t *Tokens) Token(ctx context.Context, key string) (token string, until time.Time, err error) {
	values, err := t.redis.HMGet(ctx, tokenKey(key), "token", "until").Result()
	if err != nil {
		return "", time.Time{}, fmt.Errorf("read token: %w", err)
	}
	token, _ = values[0].(string)
	untilText, _ := values[1].(string)
	if token == "" {
		return "", time.Time{}, nil
	}
	ms, err := strconv.ParseInt(untilText, 10, 64)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("read token's end: %w", err)
	}
	return token, time.UnixMilli(ms), nil
}

var setToken = redis.NewScript(`
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'until', ARGV[2])
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return 1`)

// SetToken shares a token until the end of its life.
func (t *Tokens) SetToken(ctx context.Context, key, token string, until time.Time) error {
	if err := setToken.Run(ctx, t.redis, []string{tokenKey(key)}, token, until.UnixMilli()).Err(); err != nil {
		return fmt.Errorf("share token: %w", err)
	}
	return nil
}

var dropToken = redis.NewScript(`
if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`)

// DropToken forgets the token, unless another has replaced it.
func (t *Tokens) DropToken(ctx context.Context, key, token string) error {
	if err := dropToken.Run(ctx, t.redis, []string{tokenKey(key)}, token).Err(); err != nil {
		return fmt.Errorf("drop token: %w", err)
	}
	return nil
}

var unlockToken = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`)

// unlockTimeout bounds the giving up of a lock, which ends by itself if that fails.
const unlockTimeout = 300 * time.Millisecond

// LockToken lets one replica fetch: ok is false while another does. The lock ends by itself after ttl.
func (t *Tokens) LockToken(ctx context.Context, key string, ttl time.Duration) (unlock func(), ok bool, err error) {
	owner := rand.Text()
	err = t.redis.SetArgs(ctx, tokenLockKey(key), owner, redis.SetArgs{Mode: "NX", TTL: ttl}).Err()
	if errors.Is(err, redis.Nil) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("lock token: %w", err)
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), unlockTimeout)
		defer cancel()
		_ = unlockToken.Run(ctx, t.redis, []string{tokenLockKey(key)}, owner).Err()
	}, true, nil
}
