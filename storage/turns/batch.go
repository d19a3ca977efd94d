package turns

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// batchSenders is how many packets are on their way at once: while one waits for its answers, another may go.
	batchSenders = 2
	// batchMost bounds a packet, and so what its last script waits for the others: 64 take Redis 3 ms.
	batchMost = 64
)

// batch sends the scripts of turns that run at the same moment in one packet: a turn of a form costs hardly more than its
// system calls. Nobody waits for company; what comes while packets are on their way goes with the next one.
type batch struct {
	client redis.UniversalClient
	// time is how long a packet may take.
	time time.Duration

	mu      sync.Mutex
	waiting []*scriptCall
	sending int
}

type scriptCall struct {
	script *redis.Script
	keys   []string
	args   []any
	answer *redis.Cmd
	done   chan struct{} // closed once the answer is there
}

// run runs a script. A caller whose time is up leaves it, and it may still run.
func (b *batch) run(ctx context.Context, script *redis.Script, keys []string, args ...any) (any, error) {
	c := &scriptCall{script: script, keys: keys, args: args, done: make(chan struct{})}
	b.mu.Lock()
	b.waiting = append(b.waiting, c)
	if b.sending < batchSenders {
		b.sending++
		go b.send()
	}
	b.mu.Unlock()
	select {
	case <-c.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if redis.HasErrorPrefix(c.answer.Err(), "NOSCRIPT") {
		return script.Eval(ctx, b.client, keys, args...).Result()
	}
	return c.answer.Result()
}

// send sends what waits until nothing does.
func (b *batch) send() {
	for {
		runtime.Gosched() // who is about to ask goes along
		b.mu.Lock()
		n := min(len(b.waiting), batchMost)
		calls := b.waiting[:n:n]
		b.waiting = b.waiting[n:]
		if n == 0 {
			b.waiting = nil
			b.sending--
		}
		b.mu.Unlock()
		if n == 0 {
			return
		}
		b.exchange(calls)
	}
}

// exchange has scripts run and tells who waits for them. On a cluster the client makes a packet for each node.
func (b *batch) exchange(calls []*scriptCall) {
	ctx, cancel := context.WithTimeout(context.Background(), b.time)
	defer cancel()
	if len(calls) == 1 {
		c := calls[0]
		c.answer = c.script.EvalSha(ctx, b.client, c.keys, c.args...)
		close(c.done)
		return
	}
	packet := b.client.Pipeline()
	for _, c := range calls {
		c.answer = c.script.EvalSha(ctx, packet, c.keys, c.args...)
	}
	_, _ = packet.Exec(ctx) // every answer has its own error
	for _, c := range calls {
		close(c.done)
	}
}
