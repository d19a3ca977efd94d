package platform

import (
	"context"
	"time"
)

// Store shares tokens between replicas. Its failure is never the caller's: each replica then fetches for itself.
type Store interface {
	// Token returns the shared token and the end of its life, or "" when there is none.
	Token(ctx context.Context, key string) (token string, until time.Time, err error)
	// SetToken shares a token until the end of its life.
	SetToken(ctx context.Context, key, token string, until time.Time) error
	// DropToken forgets the token, unless another has replaced it.
	DropToken(ctx context.Context, key, token string) error
	// LockToken lets one replica fetch: ok is false while another does. The lock ends by itself after ttl.
	LockToken(ctx context.Context, key string, ttl time.Duration) (unlock func(), ok bool, err error)
}
