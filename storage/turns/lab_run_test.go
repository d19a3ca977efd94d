package turns_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

func TestEffectsHappenOnceUnderFaults(t *testing.T) {
	size := labSize{people: 24, messages: 12, lease: 150 * time.Millisecond, copies: 0.3, patient: 0.4}
	t.Run("crashes and stalls anywhere", func(t *testing.T) { proveLawful(t, size, realStores, anywhere) })
	size.messages = 9
	t.Run("overtaken twice", func(t *testing.T) { proveLawful(t, size, realStores, overtaken) })
	t.Run("stalled in the commit", func(t *testing.T) { proveLawful(t, size, realStores, inCommit) })
	t.Run("several dead in a row", func(t *testing.T) { proveLawful(t, size, realStores, inARow) })
	t.Run("in one process", func(t *testing.T) {
		small := labSize{people: 6, messages: 9, lease: 400 * time.Millisecond, copies: 0.3, patient: 0.4}
		proveLawful(t, small, func(t *testing.T) (string, string) { return turns.Embedded, storagetest.SQLiteURL(t) }, anywhere)
	})
}

func proveLawful(t *testing.T, size labSize, stores labStores, plan func(point, int, func() float64) fault) {
	t.Helper()
	faults := newFaults(size.lease, plan)
	l := newLab(t, size, stores, faults, unchanged)
	got := l.run()
	t.Logf("%+v after %d faults, %d refused", got, faults.met.Load(), l.refused.Load())
	if got.breaches() > 0 {
		t.Errorf("breaches: %+v", got)
	}
	if met := faults.met.Load(); int(met) < got.messages/10 {
		t.Errorf("only %d faults were met by %d messages", met, got.messages)
	}
}

// Sessions may be lost with Redis, so a hole in one is no breach here, nor that a turn which wrote nothing ran again.
func TestEffectsHappenOnceWhileRedisIsEmptied(t *testing.T) {
	size := labSize{people: 20, messages: 9, lease: 150 * time.Millisecond, copies: 0.5, patient: 0.4}
	l := newLab(t, size, realStores, newFaults(size.lease, anywhere), unchanged)
	client := openTurns(t, storagetest.RedisURL(t)).Client()
	done := make(chan struct{})
	emptied := make(chan int)
	go func() {
		n := 0
		ticker := time.NewTicker(50 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				emptied <- n
				return
			case <-ticker.C:
				// Other tests share the server: what FLUSHALL would do, to this lab's keys alone.
				keys, err := client.Keys(t.Context(), "turn:{"+string(l.channel)+"*").Result()
				if err == nil && len(keys) > 0 && client.Del(t.Context(), keys...).Err() == nil {
					n++
				}
			}
		}
	}()
	got := l.run()
	close(done)
	if n := <-emptied; n < 3 {
		t.Errorf("Redis was emptied only %d times", n)
	}
	if got.doubled+got.missing+got.wrong+got.unanswered > 0 {
		t.Errorf("breaches: %+v", got)
	}
	if differing := l.differing("file") + l.differing("decide"); differing > 0 {
		t.Errorf("%d writing turns gave differing replies", differing)
	}
}

func TestMessagesAreHandledInTheOrderInWhichTheyCame(t *testing.T) {
	size := labSize{people: 8, messages: 10, lease: 3 * time.Second}
	l := newLab(t, size, realStores, newFaults(size.lease, nowhere), unchanged)
	came := make([]chan bot.MessageID, size.people)
	l.onBegin = func(id bot.MessageID) {
		person, _, _ := strings.Cut(strings.TrimPrefix(string(id), string(l.channel)+"/"), ".")
		if p, err := strconv.Atoi(person); err == nil {
			came[p] <- id
		}
	}
	var everybody sync.WaitGroup
	for p := range size.people {
		came[p] = make(chan bot.MessageID, 10_000) // waiters ask often
		everybody.Go(func() {
			var under sync.WaitGroup
			for n := range size.messages {
				m := l.message(p, n)
				under.Go(func() { l.ask(m, n) }) // to both replicas by turns
				for <-came[p] != m.ID {          // until Redis has seen it
				}
			}
			under.Wait()
		})
	}
	everybody.Wait()
	for p := range size.people {
		var want []string
		for n := range size.messages {
			want = append(want, string(l.message(p, n).ID))
		}
		list := l.message(p, 0)
		list.ID, list.Text = list.ID+"/list", "list"
		got := strings.Fields(l.replicas[0].Receive(t.Context(), list).Text)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("person %d (-sent +handled):\n%s", p, diff)
		}
	}
}

// mutationRounds bounds how often the lab is run to see a mutation: the faults fall by chance, and a round in which none
// shows takes a second. The rarest shows in one of seven: thirty rounds were not enough for one run of a hundred.
const mutationRounds = 120

func TestTheLabNoticesWhatTheProtocolWouldForget(t *testing.T) {
	tests := []struct {
		mutation mutation
		plan     func(p point, execution int, draw func() float64) fault
		breach   func(r report) int
	}{
		{noFence, anywhere, func(r report) int { return r.session }},
		{noVoid, anywhere, func(r report) int { return r.session }},
		{noVoid, inCommit, func(r report) int { return r.session }},
		{noLookup, anywhere, func(r report) int { return r.wrong }},
		{oneOpen, inARow, func(r report) int { return r.session }},
		{voidNotRaised, overtaken, func(r report) int { return r.session }},
	}
	size := labSize{people: 24, messages: 9, lease: 100 * time.Millisecond, copies: 0.3, patient: 0.2}
	for _, tt := range tests {
		t.Run(string(tt.mutation), func(t *testing.T) {
			size := size
			if tt.mutation == oneOpen {
				size.people *= 4 // it takes two deaths in a row, and a third message before the copies of the first
			}
			for round := range mutationRounds {
				breaches := 0
				t.Run("round", func(t *testing.T) { // which lets go of its stores
					faults := newFaults(size.lease, tt.plan)
					got := newLab(t, size, realStores, faults, tt.mutation).run()
					breaches = tt.breach(got)
					t.Logf("round %d: %+v after %d faults", round+1, got, faults.met.Load())
				})
				if breaches > 0 {
					return
				}
			}
			t.Errorf("no breach in %d rounds", mutationRounds)
		})
	}
}

func TestTheLabFindsNothingWithoutFaults(t *testing.T) {
	size := labSize{people: 10, messages: 6, lease: 500 * time.Millisecond, copies: 0.5, patient: 0.5}
	got := newLab(t, size, realStores, newFaults(size.lease, nowhere), unchanged).run()
	if got.breaches() > 0 {
		t.Errorf("breaches: %+v", got)
	}
}
