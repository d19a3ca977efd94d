package bot_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
)

func TestCopiesGetTheSameReplyAndTheStepRunsOnce(t *testing.T) {
	h := newHouse(t)
	var ran, after atomic.Int64
	router := step(func(ctx context.Context, in bot.Input) (bot.Outcome, error) {
		out := says(fmt.Sprintf("第 %d 次", ran.Add(1)))
		out.After = []func(){func() { after.Add(1) }}
		return out, h.effect(ctx, string(in.Message.ID)+storageKey())
	})
	replicas := []*bot.Engine{h.engine(router), h.engine(router)}
	m := text(wecom, "1", "提交")
	var everybody sync.WaitGroup
	for i := range 6 {
		everybody.Go(func() {
			if got := receive(replicas[i%2], m); got.Text != "第 1 次" {
				t.Errorf("copy %d got %+v", i, got)
			}
		})
	}
	everybody.Wait()
	if got := receive(replicas[0], m); got.Text != "第 1 次" {
		t.Errorf("a later copy got %+v", got)
	}
	if n := len(h.effects()); n != 1 {
		t.Errorf("%d effects", n)
	}
	if after.Load() != 1 {
		t.Errorf("what runs after the commit ran %d times", after.Load())
	}
}

var keys atomic.Int64

// storageKey differs at every call, so that every execution of a step leaves an effect of its own.
func storageKey() string { return fmt.Sprintf("/%d", keys.Add(1)) }

func TestACopyAfterAMinuteGetsAnEmptyAnswer(t *testing.T) {
	h := newHouse(t)
	e := h.engine(func(ctx context.Context, in bot.Input) (bot.Outcome, error) {
		return says("好的"), h.effect(ctx, string(in.Message.ID)+storageKey())
	})
	m := text(wecom, "1", "提交")
	receive(e, m)
	// Redis has lost everything, so that only `handled` knows the message.
	if err := h.keeper.Client().FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if got := receive(e, m); got.Text != "好的" {
		t.Errorf("a copy within the minute got %+v", got)
	}
	if err := h.keeper.Client().FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	h.clock.push(2 * time.Minute)
	if got := receive(e, m); got != (bot.Answer{}) {
		t.Errorf("a copy after two minutes got %+v", got)
	}
	if n := len(h.effects()); n != 1 {
		t.Errorf("%d effects", n)
	}
}

func TestTheSessionIsHandedOnAndAFirstWordIsFresh(t *testing.T) {
	h := newHouse(t)
	e := h.engine(func(_ context.Context, in bot.Input) (bot.Outcome, error) {
		out := says(fmt.Sprintf("%v %s", in.Fresh, in.Session.Step))
		out.Session = bot.Session{Flow: "form", Step: in.Message.Text}
		return out, nil
	})
	for _, tt := range []struct{ id, say, want string }{{"1", "a", "true "}, {"2", "b", "false a"}, {"3", "c", "false b"}} {
		if got := receive(e, text(wecom, tt.id, tt.say)); got.Text != tt.want {
			t.Errorf("%s got %+v, want %q", tt.say, got, tt.want)
		}
	}
	who := text(wecom, "", "").Address
	key := "turn:{" + string(who.Channel) + ":" + string(who.User) + "}"
	if err := h.keeper.Client().HSet(t.Context(), key, "s", "not a session").Err(); err != nil {
		t.Fatal(err)
	}
	if got := receive(e, text(wecom, "4", "d")); got.Text != "true " {
		t.Errorf("with a session that cannot be read, got %+v", got)
	}
}

func TestAStepThatFailsHasNoEffectAndSaysSo(t *testing.T) {
	large := bot.Session{Step: strings.Repeat("长", bot.SessionBytes)}
	tests := []struct {
		name string
		fail func() (bot.Outcome, error)
	}{
		{"an error", func() (bot.Outcome, error) { return bot.Outcome{}, errors.New("broken") }},
		{"a panic", func() (bot.Outcome, error) { panic("broken") }},
		{"a session that is too large", func() (bot.Outcome, error) { return bot.Outcome{Session: large}, nil }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			e := h.engine(func(ctx context.Context, in bot.Input) (bot.Outcome, error) {
				if in.Message.Text == "where" {
					return says(in.Session.Step), nil
				}
				if in.Message.Text == "start" {
					return bot.Outcome{Session: bot.Session{Step: "begun"}}, nil
				}
				if err := h.effect(ctx, storageKey()); err != nil {
					return bot.Outcome{}, err
				}
				return tt.fail()
			})
			receive(e, text(wecom, "1", "start"))
			for range 2 {
				if got := receive(e, text(wecom, "2", "提交")); !strings.Contains(got.Text, "没有办成") {
					t.Errorf("got %+v", got)
				}
			}
			if n := h.effects(); len(n) > 0 {
				t.Errorf("effects of a failed step: %v", n)
			}
			if got := receive(e, text(wecom, "3", "where")); got.Text != "begun" {
				t.Errorf("after the failure the session is at %q", got.Text)
			}
		})
	}
}

func TestAStepRunsAgainAfterAConflictFromTheSameSession(t *testing.T) {
	h := newHouse(t)
	runs := 0
	e := h.engine(func(ctx context.Context, _ bot.Input) (bot.Outcome, error) {
		runs++
		if err := h.effect(ctx, storageKey()); err != nil {
			return bot.Outcome{}, err
		}
		if runs < 3 {
			return bot.Outcome{}, fmt.Errorf("deadlock: %w", bot.ErrConflict)
		}
		return says("好的"), nil
	})
	if got := receive(e, text(wecom, "1", "提交")); got.Text != "好的" || runs != 3 {
		t.Errorf("got %+v after %d runs", got, runs)
	}
	if n := len(h.effects()); n != 1 {
		t.Errorf("%d effects", n)
	}
	runs = -10
	if got := receive(e, text(wecom, "2", "提交")); !strings.Contains(got.Text, "再发一次") {
		t.Errorf("with conflicts that do not end, got %+v", got)
	}
}

func TestASlowTurnKeepsItsLease(t *testing.T) {
	h := newHouse(t)
	entered, goOn := make(chan struct{}), make(chan struct{})
	e := h.engine(func(_ context.Context, in bot.Input) (bot.Outcome, error) {
		if in.Message.Text == "slow" {
			close(entered)
			<-goOn
		}
		return says(in.Message.Text), nil
	}, func(c *bot.EngineConfig) { c.AnswerIn = 4 * time.Second })
	answers := make(chan bot.Answer, 2)
	go func() { answers <- receive(e, text(wecom, "1", "slow")) }()
	<-entered
	go func() { answers <- receive(e, text(wecom, "2", "next")) }()
	<-time.After(900 * time.Millisecond) // three leases
	close(goOn)
	for _, want := range []string{"slow", "next"} {
		if got := <-answers; got.Text != want {
			t.Errorf("got %+v, want %q", got, want)
		}
	}
}

func TestAFencedTurnIsBrokenOff(t *testing.T) {
	h := newHouse(t)
	entered, broken := make(chan struct{}), make(chan error, 1)
	e := h.engine(func(ctx context.Context, _ bot.Input) (bot.Outcome, error) {
		close(entered)
		<-ctx.Done()
		broken <- context.Cause(ctx)
		return bot.Outcome{}, ctx.Err()
	}, func(c *bot.EngineConfig) { c.AnswerIn = 4 * time.Second })
	answer := make(chan bot.Answer, 1)
	go func() { answer <- receive(e, text(account, "1", "x")) }()
	<-entered
	if err := h.keeper.Client().FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if err := <-broken; !errors.Is(err, bot.ErrFenced) {
		t.Errorf("the step was broken off by %v", err)
	}
	if got := <-answer; !got.Hold {
		t.Errorf("a fenced turn answered %+v", got)
	}
}

func TestCloseLetsNobodyInAndWaitsForThoseInside(t *testing.T) {
	h := newHouse(t)
	entered, goOn := make(chan struct{}), make(chan struct{})
	e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) {
		close(entered)
		<-goOn
		return says("好的"), nil
	}, func(c *bot.EngineConfig) { c.AnswerIn = 4 * time.Second })
	answer := make(chan bot.Answer, 1)
	go func() { answer <- receive(e, text(wecom, "1", "x")) }()
	<-entered
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := e.Close(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("closed with a message inside: %v", err)
	}
	if got := receive(e, text(wecom, "2", "x")); !got.Refused {
		t.Errorf("a closing engine answered %+v", got)
	}
	close(goOn)
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if got := <-answer; got.Text != "好的" {
		t.Errorf("the message inside got %+v", got)
	}
}

func TestALongReplyGoesOnInPartsOrOnRequest(t *testing.T) {
	sentence := strings.Repeat("长", 30) + "。"
	long := strings.Repeat(sentence, 6)
	h := newHouse(t)
	var kept bot.Session
	e := h.engine(func(_ context.Context, in bot.Input) (bot.Outcome, error) {
		kept = in.Session
		if in.Message.Text == "long" {
			return says(long), nil
		}
		return bot.Outcome{Session: in.Session, Replies: []bot.Reply{{Text: "好的"}}}, nil
	})
	got := receive(e, text(wecom, "1", "long"))
	parts := append([]string{got.Text}, h.pushed()...)
	if len(parts) != 3 || !strings.HasSuffix(parts[0], "\n(1/3)") || !strings.HasSuffix(parts[2], "\n(3/3)") {
		t.Errorf("parts on a channel that can push: %q", parts)
	}
	got = receive(e, text(account, "1", "long"))
	if !strings.HasSuffix(got.Text, `看下一段(1/3)`) || len(got.Text) > 300 {
		t.Errorf("first part on a channel that cannot: %q", got.Text)
	}
	receive(e, text(account, "2", "short"))
	if len(kept.More) != 2 || kept.MoreOf != 3 {
		t.Errorf("kept %d parts of %d", len(kept.More), kept.MoreOf)
	}
	if rest := h.pushed(); len(rest) > 0 {
		t.Errorf("pushed on a channel that cannot: %q", rest)
	}
	whole := parts[0] + parts[1] + parts[2]
	if n := strings.Count(whole, "长"); n != 180 {
		t.Errorf("the parts hold %d characters of 180", n)
	}
}

func TestWhatIsParkedComesBeforeTheNextReplyOnce(t *testing.T) {
	h := newHouse(t)
	e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) { return says("好的"), nil })
	receive(e, text(account, "1", "x"))
	who := text(account, "", "").Address
	for _, parked := range []string{"您的建议已受理。", "又及。"} {
		if err := h.parked.Put(t.Context(), who, parked, parked); err != nil {
			t.Fatal(err)
		}
		if err := h.keeper.Park(t.Context(), who); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, id := range []string{"2", "2", "3"} {
		got = append(got, receive(e, text(account, id, "x")).Text)
	}
	told := "您的建议已受理。\n\n又及。\n\n好的"
	if diff := cmp.Diff([]string{told, told, "好的"}, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestAMessageOfAnUnknownChannelIsPassedOver(t *testing.T) {
	h := newHouse(t)
	e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) { return says("好的"), nil })
	if got := receive(e, text("telegram:1", "1", "x")); got != (bot.Answer{}) {
		t.Errorf("got %+v", got)
	}
}

// die ends the step's goroutine as a crash would: nothing after it runs.
func die() (bot.Outcome, error) {
	runtime.Goexit()
	return bot.Outcome{}, nil
}

func TestATurnStirsAnotherIdentityOnceItIsCommitted(t *testing.T) {
	h := newHouse(t)
	other := bot.Address{Channel: account, User: "zhangwei"}
	e := h.engine(func(_ context.Context, in bot.Input) (bot.Outcome, error) {
		out := says(fmt.Sprint(in.Stirred))
		switch in.Message.Text {
		case "stir":
			out.Stir = []bot.Address{other}
		case "fail":
			out.Stir = []bot.Address{other}
			return out, errors.New("no luck")
		}
		return out, nil
	}, func(c *bot.EngineConfig) { c.AnswerIn *= 20 })
	for i, tt := range []struct {
		channel    bot.ChannelID
		said, want string
	}{
		{account, "x", "false"}, {wecom, "fail", ""}, {account, "x", "false"},
		{wecom, "stir", "false"}, {account, "x", "true"}, {account, "x", "false"}, {wecom, "x", "false"},
	} {
		if got := receive(e, text(tt.channel, strconv.Itoa(i), tt.said)).Text; tt.want != "" && got != tt.want {
			t.Errorf("turn %d was stirred: %s, want %s", i, got, tt.want)
		}
	}
}
