package platform

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// fetchLock is longer than a fetch may take.
	fetchLock = callTimeout + time.Second
	// lockPoll is how often a replica looks for the token that another one fetches.
	lockPoll = 50 * time.Millisecond
	// early and earlyJitter say how long before its end a token is replaced. They lie inside the five minutes in which
	// stable_token hands out a new one [O stable_token]; the jitter keeps replicas apart.
	early       = 2 * time.Minute
	earlyJitter = 2 * time.Minute
	// earlyAgain is how soon a replacement is tried again that did not bring a newer token.
	earlyAgain = 20 * time.Second
)

// FetchToken gets a new token from the platform and says how long it lives.
type FetchToken func(ctx context.Context) (token string, life time.Duration, err error)

// Tokens is the source of an account's tokens: one in this process, one over all replicas, fetched by one of them.
type Tokens struct {
	key   string
	store Store
	fetch FetchToken
	now   func() time.Time
	log   *slog.Logger

	mu sync.Mutex // guards the fields below
	// held is the token in use, until the end of its life; replaceAt is when a newer one is looked for.
	held      string
	until     time.Time
	replaceAt time.Time
	// refused is the last token that the platform did not take.
	refused string

	// turn lets one goroutine of the process look for a token while others wait; it is a channel so that they give up
	// with their context.
	turn chan struct{}
}

// NewTokens makes the source for the account that key names. now is the machine's clock.
func NewTokens(key string, store Store, fetch FetchToken, now func() time.Time, log *slog.Logger) *Tokens {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Tokens{key: key, store: store, fetch: fetch, now: now, log: log, turn: make(chan struct{}, 1)}
}

// Token returns a token that is good as far as is known. Its error is an *Outage with Unsent, for nothing was sent, or
// the platform's refusal to give one.
func (t *Tokens) Token(ctx context.Context) (string, error) {
	if token, fresh := t.current(); fresh {
		return token, nil
	}
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return "", &Outage{Unsent: true, Err: fmt.Errorf("wait for token: %w", ctx.Err())}
	}
	token, fresh := t.current()
	if fresh {
		return token, nil
	}
	if err := t.replace(ctx, token != ""); err != nil {
		if token != "" {
			t.postpone()
			t.log.Warn("token not replaced in advance", "account", t.key, "err", err)
			return token, nil
		}
		return "", unsent(err)
	}
	token, _ = t.current()
	if token == "" {
		return "", &Outage{Unsent: true, Err: errors.New("the token was refused while it was fetched")}
	}
	return token, nil
}

// current returns the held token while it lives; fresh is false when it is time to look for a newer one.
func (t *Tokens) current() (token string, fresh bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if t.held == "" || !now.Before(t.until) {
		return "", false
	}
	return t.held, now.Before(t.replaceAt)
}

// Invalidate says that the platform no longer takes this token.
func (t *Tokens) Invalidate(ctx context.Context, token string) {
	t.mu.Lock()
	t.refused = token
	if t.held == token {
		t.held = ""
	}
	t.mu.Unlock()
	if err := t.store.DropToken(ctx, t.key, token); err != nil {
		t.log.Warn("shared token not dropped", "account", t.key, "err", err)
	}
}

// replace takes the shared token if it is newer than ours, or fetches one under the lock. While the held token still
// lives it does not wait for another replica.
func (t *Tokens) replace(ctx context.Context, alive bool) error {
	deadline := t.now().Add(fetchLock)
	for {
		if taken, err := t.takeShared(ctx); err != nil {
			t.log.Warn("tokens are not shared now", "account", t.key, "err", err)
			return t.fetchOwn(ctx)
		} else if taken {
			return nil
		}
		unlock, ok, err := t.store.LockToken(ctx, t.key, fetchLock)
		if err != nil {
			t.log.Warn("tokens are not shared now", "account", t.key, "err", err)
			return t.fetchOwn(ctx)
		}
		if ok {
			return t.fetchShared(ctx, unlock)
		}
		if alive {
			t.postpone()
			return nil
		}
		if t.now().After(deadline) {
			return t.fetchOwn(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for token: %w", ctx.Err())
		case <-time.After(lockPoll):
		}
	}
}

// fetchShared fetches under the lock, unless another replica has just done so.
func (t *Tokens) fetchShared(ctx context.Context, unlock func()) error {
	defer unlock()
	if taken, err := t.takeShared(ctx); err == nil && taken {
		return nil
	}
	if err := t.fetchOwn(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	token, until := t.held, t.until
	t.mu.Unlock()
	if err := t.store.SetToken(ctx, t.key, token, until); err != nil {
		t.log.Warn("token not shared", "account", t.key, "err", err)
	}
	return nil
}

// takeShared holds the shared token if it is another than ours and not the one that was refused.
func (t *Tokens) takeShared(ctx context.Context) (bool, error) {
	token, until, err := t.store.Token(ctx, t.key)
	if err != nil {
		return false, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if token == "" || token == t.refused || token == t.held || !t.now().Before(until) {
		return false, nil
	}
	t.hold(token, until)
	return true, nil
}

func (t *Tokens) fetchOwn(ctx context.Context) error {
	token, life, err := t.fetch(ctx)
	if err != nil {
		return fmt.Errorf("fetch token: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hold(token, t.now().Add(life))
	return nil
}

// hold is called with mu held.
func (t *Tokens) hold(token string, until time.Time) {
	t.held, t.until = token, until
	t.replaceAt = until.Add(-early - rand.N(earlyJitter)) //nolint:gosec // no secret, it only keeps replicas apart
	if soonest := t.now().Add(earlyAgain); t.replaceAt.Before(soonest) {
		t.replaceAt = soonest
	}
}

// postpone keeps the held token for a while before a newer one is looked for again.
func (t *Tokens) postpone() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.replaceAt = t.now().Add(earlyAgain)
}

// unsent marks an outage of the token call as one in which the message itself was not sent; a refusal stays what it is.
func unsent(err error) error {
	var refused *Error
	if errors.As(err, &refused) {
		return err
	}
	return &Outage{Unsent: true, Err: err}
}
