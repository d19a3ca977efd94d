package turns

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/sony/gobreaker/v2"
)

const (
	// leaseTime is how long a turn's holder may be silent. A slow turn renews it.
	leaseTime = 3 * time.Second
	// waiterPatience is how long a waiter may not be seen before those behind it pass.
	waiterPatience = time.Second
	// stubAge is how long an idle identity is remembered, so that "no session" is rare.
	stubAge = 30 * 24 * time.Hour
	// replyAge is how long copies of a message get its reply. Both platforms deliver the last one after 15 to 20 s.
	replyAge = time.Minute
	// markAge is how long copies change nothing: the window in which a callback's timestamp is accepted, both ways.
	markAge = 20 * time.Minute
)

// Embedded is the URL of a Redis inside this process, for a single replica.
const Embedded = "embedded"

// Turns is a connection to Redis. It is safe for concurrent use.
type Turns struct {
	client redis.UniversalClient
	// together sends scripts that are asked for at the same moment in one packet: a turn of a form costs hardly more than
	// its system calls.
	together *redis.AutoPipeliner
	breaker  *gobreaker.TwoStepCircuitBreaker[any]
	watch    Watch                // nil unless somebody watches
	server   *miniredis.Miniredis // nil unless embedded
	lease    time.Duration
	keys     Keys // nil unless WithKeys
	// callTime bounds one call with its second try.
	callTime time.Duration
}

// Option changes a Turns while it is opened.
type Option func(*Turns)

// WithLease sets how long a turn's holder may be silent; 3 seconds if not given.
func WithLease(d time.Duration) Option { return func(t *Turns) { t.lease = d } }

// Open connects to the Redis that rawURL names: redis://, rediss://, redis+cluster://h1,h2,
// redis+sentinel://name@h1,h2/db, or "embedded". It fails when the server does not answer; later on an absence is
// borne, and ends by itself. The error never contains the password.
func Open(ctx context.Context, rawURL string, options ...Option) (*Turns, error) {
	if rawURL == Embedded {
		return OpenEmbedded(options...)
	}
	settings, err := parseURL(rawURL)
	if err != nil {
		return nil, err
	}
	t, err := newTurns(redis.NewUniversalClient(settings), options)
	if err != nil {
		return nil, err
	}
	// The first handshake reads the authorities of the machine, for which the time of a dial may not be enough: only the
	// second says what is wrong with a certificate.
	if err = t.Ping(ctx); err != nil {
		err = t.Ping(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reach Redis: %w", err), t.Close())
	}
	return t, nil
}

// OpenEmbedded starts a Redis in this process, on loopback and behind a random password, whose time really runs. It
// forgets everything when the process ends.
func OpenEmbedded(options ...Option) (*Turns, error) {
	server := miniredis.NewMiniRedis()
	server.ClockTTL(true)
	password := rand.Text()
	server.RequireAuth(password)
	if err := server.StartAddr("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("start embedded Redis: %w", err)
	}
	settings := settings()
	settings.Addrs, settings.Password = []string{server.Addr()}, password
	// Its scripts run one at a time in an interpreter, slower than a real server's, and it cannot go away.
	settings.ReadTimeout = embeddedCallTime
	t, err := newTurns(redis.NewUniversalClient(settings), options)
	if err != nil {
		return nil, err
	}
	t.server, t.callTime = server, embeddedCallTime
	return t, nil
}

// quiet keeps the library from writing to standard error by itself: what fails here is returned, and logged by who asked.
type quiet struct{}

// Printf implements the library's logger.
func (quiet) Printf(context.Context, string, ...any) {}

var silence = sync.OnceFunc(func() { redis.SetLogger(quiet{}) })

// packets is what the clients of a server, a cluster and a sentinel have, and their common interface lacks.
type packets interface {
	AsyncAutoPipeline() (*redis.AutoPipeliner, error)
}

func newTurns(client redis.UniversalClient, options []Option) (*Turns, error) {
	logging.Disable() // it writes to stderr, past our log; what it tells comes back as an error too
	silence()
	t := &Turns{client: client, breaker: newBreaker(), lease: leaseTime, callTime: callTime}
	for _, option := range options {
		option(t)
	}
	grouping, ok := client.(packets)
	if !ok {
		return nil, errors.Join(fmt.Errorf("a client of type %T sends no packets", client), client.Close())
	}
	together, err := grouping.AsyncAutoPipeline()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("set up packets to Redis: %w", err), client.Close())
	}
	t.together = together
	return t, nil
}

// Client is the connection itself, for what else of this process lives on Redis. Its callers bring their own retries.
func (t *Turns) Client() redis.UniversalClient { return t.client }

// Ping reaches the server, for readiness checks.
func (t *Turns) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, t.callTime)
	defer cancel()
	return t.client.Ping(ctx).Err()
}

// Close closes the connections, and ends an embedded server.
func (t *Turns) Close() error {
	err := t.client.Close()
	if t.server != nil {
		t.server.Close()
	}
	if err != nil {
		return fmt.Errorf("close Redis: %w", err)
	}
	return nil
}

// settings hold a Redis that is away to less than a second: go-redis' own retries and times need two on a refused
// port, and would run a script again after a lost answer (do.go does that, by rules).
func settings() *redis.UniversalOptions {
	return &redis.UniversalOptions{
		MaxRetries:            -1,
		DialerRetries:         1,
		DialTimeout:           200 * time.Millisecond,
		ReadTimeout:           300 * time.Millisecond,
		WriteTimeout:          300 * time.Millisecond,
		PoolTimeout:           300 * time.Millisecond,
		PoolSize:              64,
		ContextTimeoutEnabled: true,
	}
}
