package bot_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

// absence is how a store is away.
type absence string

const (
	refused   absence = "refused"   // every connection is closed, as with a server that has died
	swallowed absence = "swallowed" // nothing comes through, as with a server that is stopped
)

func (a absence) befalls(l *storagetest.Link) {
	if a == refused {
		l.Cut()
	} else {
		l.Swallow()
	}
}

// linkedHouse is a house on real stores behind links.
func linkedHouse(t *testing.T) (h *house, redis, sql *storagetest.Link) {
	t.Helper()
	redis, redisURL := storagetest.LinkTo(t, storagetest.RedisURL(t))
	sql, sqlURL := storagetest.LinkTo(t, storagetest.MigratedURL(t))
	keeper, err := turns.Open(t.Context(), redisURL, turns.WithKeys(storagetest.Keys(t)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close() })
	db, err := storage.Open(t.Context(), sqlURL)
	if err != nil {
		t.Fatal(err)
	}
	db.UseKeys(storagetest.Keys(t))
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
	for _, state := range []absence{refused, swallowed} {
		for _, which := range []string{"redis", "sql"} {
			t.Run(which+" "+string(state), func(t *testing.T) {
				t.Parallel() // they wait most of the time
				h, redis, sql := linkedHouse(t)
				away := map[string]*storagetest.Link{"redis": redis, "sql": sql}[which]
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
				state.befalls(away)
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
				away.Mend()
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
	for _, state := range []absence{refused, swallowed} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel() // they wait most of the time
			h, redis, sql := linkedHouse(t)
			e := h.engine(func(ctx context.Context, in bot.Input) (bot.Outcome, error) {
				return says("已提交"), h.effect(ctx, string(in.Message.ID)+storageKey())
			}, func(c *bot.EngineConfig) { c.AnswerIn = 4 * time.Second })
			state.befalls(redis)
			state.befalls(sql)
			if got := hear(t, e, text(h.pushing, "0", "提交")); !strings.HasPrefix(got, "系统暂时忙") {
				t.Errorf("while both are away: %q", got)
			}
			sql.Mend()
			eventually(t, "SQL is back", func() bool { return h.db.Ping(t.Context()) == nil })
			said := 0 // until the pool has lost its dead connections, a word may be refused, which leaves nothing behind
			eventually(t, "the confirmation is taken while Redis is away", func() bool {
				said++
				return strings.Contains(hear(t, e, text(h.pushing, strconv.Itoa(said), "提交")), "已经收下")
			})
			redis.Mend()
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
