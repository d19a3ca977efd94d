package turns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/unionbot/unionbot/storage/storagetest"
)

// held stops what goes to Redis until it is let go, and counts the scripts of each packet.
type held struct {
	mu      sync.Mutex
	packets []int
	reached chan struct{}
	letGo   chan struct{}
}

func (h *held) stop(scripts int) {
	h.mu.Lock()
	h.packets = append(h.packets, scripts)
	h.mu.Unlock()
	h.reached <- struct{}{}
	<-h.letGo
}

func (h *held) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (h *held) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() == "evalsha" {
			h.stop(1)
		}
		return next(ctx, cmd)
	}
}

func (h *held) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if cmds[0].Name() == "evalsha" {
			h.stop(len(cmds))
		}
		return next(ctx, cmds)
	}
}

// await waits for so many packets, and for so many scripts behind them.
func (h *held) await(t *testing.T, b *batch, packets, waiting int) {
	t.Helper()
	for range packets {
		<-h.reached
	}
	for until := time.Now().Add(10 * time.Second); ; {
		b.mu.Lock()
		n := len(b.waiting)
		b.mu.Unlock()
		if n == waiting {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("%d scripts wait, want %d", n, waiting)
		}
	}
}

var echo = redis.NewScript(`if ARGV[1] == 'bad' then return redis.error_reply('BAD one') end return KEYS[1] .. ARGV[1]`)

func TestScriptsThatWaitGoTogetherAndEachHasItsOwnAnswer(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"Redis": storagetest.RedisURL, "Cluster": storagetest.RedisClusterURL, "embedded": func(testing.TB) string { return Embedded }} {
		t.Run(name, func(t *testing.T) {
			r, err := Open(t.Context(), url(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close() })
			h := &held{reached: make(chan struct{}, 100), letGo: make(chan struct{})}
			r.client.AddHook(h)
			if err := r.client.ScriptFlush(t.Context()).Err(); err != nil { // so that nobody knows the script
				t.Fatal(err)
			}
			r.batch.time = time.Minute // the hook holds it up
			const scripts = batchSenders + batchMost + 6
			var all sync.WaitGroup
			ask := func(i int) {
				all.Go(func() {
					key, said := fmt.Sprintf("%s{%d}", storagetest.Unique("batch"), i), fmt.Sprint(i)
					if i == 10 {
						said = "bad"
					}
					answer, err := r.batch.run(context.WithoutCancel(t.Context()), echo, []string{key}, said)
					if i == 10 {
						if !redis.HasErrorPrefix(err, "BAD") {
							t.Errorf("the bad one was answered %v, %v", answer, err)
						}
						return
					}
					if err != nil || answer != key+said {
						t.Errorf("%d was answered %v, %v", i, answer, err)
					}
				})
			}
			for i := range batchSenders {
				ask(i)
				h.await(t, r.batch, 1, 0)
			}
			for i := batchSenders; i < scripts; i++ {
				ask(i)
			}
			h.await(t, r.batch, 0, scripts-batchSenders)
			impatient, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := r.batch.run(impatient, echo, []string{"k"}, "x"); !errors.Is(err, context.Canceled) {
				t.Errorf("who has left was told %v", err)
			}
			close(h.letGo)
			all.Wait()
			if name == "Redis" && (len(h.packets) != 4 || h.packets[2]+h.packets[3] != scripts-batchSenders+1 || max(h.packets[2], h.packets[3]) != batchMost) {
				t.Errorf("%d scripts went in packets of %v", scripts, h.packets)
			}
			r.batch.mu.Lock()
			defer r.batch.mu.Unlock()
			if len(r.batch.waiting) > 0 {
				t.Errorf("%d scripts still wait", len(r.batch.waiting))
			}
		})
	}
}
