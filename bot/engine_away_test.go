package bot_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

// wire stands between the service and a store, and can be cut or swallow what is sent.
type wire struct {
	target   string
	listener net.Listener

	mu    sync.Mutex
	state wireState
	conns map[net.Conn]bool
}

type wireState string

const (
	whole   wireState = "whole"
	cut     wireState = "cut"     // every connection is closed, as with a server that has died
	swallow wireState = "swallow" // nothing comes through, as with a server that is stopped
)

// newWire returns the URL of the store behind the wire.
func newWire(t *testing.T, rawURL string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{target: u.Host, listener: listener, state: whole, conns: map[net.Conn]bool{}}
	go w.serve()
	t.Cleanup(func() {
		w.set(cut)
		_ = listener.Close()
	})
	u.Host = listener.Addr().String()
	return w, u.String()
}

func (w *wire) set(s wireState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state = s
	if s == cut {
		for c := range w.conns {
			_ = c.Close()
		}
		clear(w.conns)
	}
}

// keep remembers a connection; false if it must not live.
func (w *wire) keep(c net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state == cut {
		_ = c.Close()
		return false
	}
	w.conns[c] = true
	return true
}

func (w *wire) swallows() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state == swallow
}

func (w *wire) serve() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		if !w.keep(client) {
			continue
		}
		go func() {
			var dialer net.Dialer
			server, err := dialer.DialContext(context.Background(), "tcp", w.target)
			if err != nil || !w.keep(server) {
				_ = client.Close()
				return
			}
			go w.pipe(server, client)
			w.pipe(client, server)
		}()
	}
}

func (w *wire) pipe(to, from net.Conn) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if w.swallows() {
			_, _ = io.Copy(io.Discard, from) // until the other side gives up: what was lost does not come later
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// wiredHouse is a house on real stores behind wires.
func wiredHouse(t *testing.T) (h *house, redis, sql *wire) {
	t.Helper()
	redis, redisURL := newWire(t, storagetest.RedisURL(t))
	sql, sqlURL := newWire(t, storagetest.MariaDBURL(t))
	keeper, err := turns.Open(t.Context(), redisURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close() })
	db, err := storage.Open(t.Context(), sqlURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h = houseOn(t, db, keeper)
	// Tests share the Redis, so each has channels of its own.
	h.pushing, h.silent = bot.ChannelID(storagetest.Unique("push:")), bot.ChannelID(storagetest.Unique("silent:"))
	return h, redis, sql
}

// wordsIn is how soon a person reads words when a store is away. What the code waits for adds up to 0.7 s, and to 0.9 s
// for a confirmation with both stores away; the rest is for a busy machine.
const wordsIn = time.Second

// healsIn is how long a store may be back before the service is.
const healsIn = 5 * time.Second

// hear receives a message and fails if words take too long.
func hear(t *testing.T, e *bot.Engine, m bot.Message) string {
	t.Helper()
	start := time.Now()
	got := receive(e, m)
	if took := time.Since(start); took > wordsIn {
		t.Errorf("%q was answered after %s", m.Text, took)
	}
	return got.Text
}

func TestAStoreThatIsAwayCostsWordsAndHealsByItself(t *testing.T) {
	for _, state := range []wireState{cut, swallow} {
		for _, which := range []string{"redis", "sql"} {
			t.Run(which+" "+string(state), func(t *testing.T) {
				t.Parallel() // they wait most of the time
				h, redis, sql := wiredHouse(t)
				away := map[string]*wire{"redis": redis, "sql": sql}[which]
				say := func(id, said string) bot.Message { return text(h.silent, id, said) }
				newcomer := func(id, said string) bot.Message {
					m := text(h.silent, "newcomer/"+id, said)
					m.User = bot.UserID("newcomer" + id) // no session is stored: SQL is asked for what is parked
					return m
				}
				e := h.engine(clerk(h), func(c *bot.EngineConfig) { c.AnswerIn = 4 * time.Second })
				if got := hear(t, e, say("0", "x")); got != "好的 " {
					t.Fatalf("before: %q", got)
				}
				away.set(state)
				for i := range 3 { // enough to open a breaker
					for _, m := range []bot.Message{newcomer(strconv.Itoa(i), "报上去"), say("1", "报上去")} {
						if got := hear(t, e, m); !strings.HasPrefix(got, "系统暂时忙") {
							t.Errorf("while it is away: %q", got)
						}
					}
				}
				for _, m := range []bot.Message{say("2", "x"), newcomer("x", "x")} {
					if got := hear(t, e, m); which == "sql" && got != "好的 " {
						t.Errorf("a step that needs no SQL got %q", got)
					}
				}
				away.set(whole)
				back := time.Now()
				eventually(t, "the message goes through", func() bool { return receive(e, say("1", "报上去")).Text == "好的 " })
				if took := time.Since(back); took > healsIn {
					t.Errorf("healed after %s", took)
				}
				if got := hear(t, e, say("3", "x")); got != "好的 办了" {
					t.Errorf("afterwards: %q", got)
				}
				if n := len(h.effects()); n != 1 {
					t.Errorf("%d effects", n)
				}
			})
		}
	}
}

// clerk files every word but x, which needs no SQL.
func clerk(h *house) step {
	return func(ctx context.Context, in bot.Input) (bot.Outcome, error) {
		out := says("好的 " + in.Session.Step)
		out.Session.Step = in.Session.Step
		if in.Message.Text == "x" {
			return out, nil
		}
		out.Session.Step = "办了"
		return out, h.effect(ctx, string(in.Message.ID)+storageKey())
	}
}

func TestAConfirmationIsKeptWhileRedisIsAway(t *testing.T) {
	for _, state := range []wireState{cut, swallow} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel() // they wait most of the time
			h, redis, sql := wiredHouse(t)
			e := h.engine(func(ctx context.Context, in bot.Input) (bot.Outcome, error) {
				return says("已提交"), h.effect(ctx, string(in.Message.ID)+storageKey())
			}, func(c *bot.EngineConfig) { c.AnswerIn = 4 * time.Second })
			redis.set(state)
			sql.set(state)
			if got := hear(t, e, text(h.pushing, "0", "提交")); !strings.HasPrefix(got, "系统暂时忙") {
				t.Errorf("while both are away: %q", got)
			}
			sql.set(whole)
			eventually(t, "SQL is back", func() bool { return h.db.Ping(t.Context()) == nil })
			if got := hear(t, e, text(h.pushing, "1", "提交")); !strings.Contains(got, "已经收下") {
				t.Errorf("while Redis is away: %q", got)
			}
			redis.set(whole)
			back := time.Now()
			h.run(e)
			eventually(t, "the confirmation is carried out", func() bool { return h.owed() == 0 })
			if took := time.Since(back); took > healsIn {
				t.Errorf("carried out after %s", took)
			}
			if got, n := h.pushed(), len(h.effects()); n != 1 || len(got) != 1 || got[0] != "已提交" {
				t.Errorf("%d effects, pushed %q", n, got)
			}
		})
	}
}
