package turns

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
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
		if cmds[0].Name() == "evalsha" { // a new connection greets in a packet too
			h.stop(len(cmds))
		}
		return next(ctx, cmds)
	}
}

var echo = redis.NewScript(`if ARGV[1] == 'bad' then return redis.error_reply('BAD one') end return KEYS[1] .. ARGV[1]`)

// waitingForPackets is how many have handed their script over.
func waitingForPackets() int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "AutoFuture.WaitContext(")
}

func TestScriptsThatWaitGoTogetherAndEachHasItsOwnAnswer(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"Redis": storagetest.RedisURL, "embedded": func(testing.TB) string { return Embedded }} {
		t.Run(name, func(t *testing.T) {
			r, err := Open(t.Context(), url(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close() })
			if err := echo.Load(t.Context(), r.client).Err(); err != nil {
				t.Fatal(err)
			}
			h := &held{reached: make(chan struct{}, 100), letGo: make(chan struct{})}
			r.client.AddHook(h)
			r.callTime = time.Minute // the hook holds it up
			const scripts = 40
			var all sync.WaitGroup
			prefix := storagetest.Unique("together")
			ask := func(i int) {
				all.Go(func() {
					key, said := fmt.Sprintf("%s{%d}", prefix, i), fmt.Sprint(i)
					if i == 10 {
						said = "bad"
					}
					answer, err := r.run(t.Context(), echo, []string{key}, said)
					switch {
					case i == 10 && !redis.HasErrorPrefix(err, "BAD"):
						t.Errorf("the bad one was answered %v, %v", answer, err)
					case i != 10 && (err != nil || answer != key+said):
						t.Errorf("%d was answered %v, %v", i, answer, err)
					}
				})
			}
			ask(0)
			<-h.reached
			for i := 1; i < scripts; i++ {
				ask(i)
			}
			for waitingForPackets() < scripts {
				if t.Context().Err() != nil {
					return
				}
				runtime.Gosched()
			}
			close(h.letGo)
			all.Wait()
			h.mu.Lock()
			defer h.mu.Unlock()
			if len(h.packets) != 2 {
				t.Errorf("%d scripts went in packets of %v", scripts, h.packets)
			}
		})
	}
}
