package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

func TestReceiversArePlannedOnceByTwoReplicas(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2_300, 30, 20)
		b := h.submit("停水")
		if b.Head != 2_350 {
			t.Fatalf("%d receivers are counted", b.Head)
		}
		if _, err := h.Release(t.Context(), h.chair.ID, b.Number, 0); err != nil {
			t.Fatal(err)
		}
		h.crowdOfOne()
		var replicas sync.WaitGroup
		for range 3 {
			replicas.Go(func() {
				for range 10 {
					if _, err := h.Advance(t.Context(), 10); err != nil && !errors.Is(err, bot.ErrConflict) {
						t.Error(err)
					}
				}
			})
		}
		replicas.Wait()
		h.wantReport(b, broadcast.Sending, 2_350, map[broadcast.ReceiptState]int{broadcast.Waits: 2_330, broadcast.Unreachable: 20})
		var sizes []int
		for {
			batch, ok := h.claim(b, "one")
			if !ok {
				break
			}
			sizes = append(sizes, len(batch.To))
			h.settle(batch, all(batch, isSent))
		}
		if got := fmt.Sprint(sizes); got != "[1000 1000 300 30]" {
			t.Errorf("chunks of %s", got)
		}
		h.advance()
		h.wantReport(b, broadcast.Done, 2_350, map[broadcast.ReceiptState]int{broadcast.Sent: 2_330, broadcast.Unreachable: 20})
		if told := h.outbox.take(); !strings.Contains(told[len(told)-1].Body.Text, "unreached of") {
			t.Errorf("the branch hears %q", told[len(told)-1].Body.Text)
		}
	})
}

// crowdOfOne lets somebody join after the release.
func (h *hall) crowdOfOne() {
	put(h.t, h.members, h.org.Path, union.Member{StaffNo: storagetest.Unique("s"), Name: "新来的", Post: "焊工", WeComUserID: storagetest.Unique("n")})
}

func TestAReleaseIsOnceAndOfWhatWasRead(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(3, 0, 0)
		b := h.submit("停水")
		if _, err := h.Release(t.Context(), h.author.ID, b.Number, b.Version); !errors.Is(err, broadcast.ErrOwn) {
			t.Errorf("the writer releases: %v", err)
		}
		edited, err := h.Rewrite(t.Context(), h.author.ID, b.Number)
		h.must(err)
		edited.Text = "改停电"
		edited, _, err = h.Submit(t.Context(), h.author.ID, edited)
		h.must(err)
		if edited.Number != b.Number || edited.Version == b.Version {
			t.Errorf("edited, it is %s of version %d, was %d", edited.Number, edited.Version, b.Version)
		}
		if _, err := h.Release(t.Context(), h.chair.ID, b.Number, b.Version); !errors.Is(err, union.ErrStale) {
			t.Errorf("an old card releases: %v", err)
		}
		var both sync.WaitGroup
		results := make([]error, 2)
		for i := range results {
			both.Go(func() { _, results[i] = h.Release(t.Context(), h.chair.ID, b.Number, edited.Version) })
		}
		both.Wait()
		for _, err := range results {
			if err != nil && !errors.Is(err, union.ErrSettled) && !errors.Is(err, union.ErrStale) {
				t.Errorf("released twice: %v", err)
			}
		}
		if (results[0] == nil) == (results[1] == nil) {
			t.Errorf("released twice: %v", results)
		}
		h.advance()
		if n := h.drain(b); n != 3 {
			t.Errorf("%d got it", n)
		}
	})
}

func TestAChunkIsOneWorkersAndADeadOnesCallsAreDoubtful(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(60, 0, 0)
		b := h.submit("{姓名},停水")
		h.release(b)
		first, _ := h.claim(b, "dead")
		second, ok := h.claim(b, "other")
		if _, third := h.claim(b, "third"); !ok || third || len(first.To)+len(second.To) != 60 || first.To[0].Member == second.To[0].Member {
			t.Fatalf("chunks of %d and %d, a third: %v", len(first.To), len(second.To), third)
		}
		if !strings.HasPrefix(first.To[0].Text, "工友") || first.To[0].Text == first.To[1].Text {
			t.Errorf("texts %q and %q", first.To[0].Text, first.To[1].Text)
		}
		h.settle(second, all(second, isSent))
		call := bot.BatchCall{Channel: wecomChannel, Members: []int64{first.To[0].Member}, Users: []bot.UserID{first.To[0].At.User}, Call: []byte(`{"a":1}`), Begun: h.now.Now()}
		h.must(h.queue.Begin(t.Context(), first, []bot.BatchCall{call}, time.Minute))
		if _, ok := h.claim(b, "early"); ok {
			t.Error("it is claimed while its lease runs")
		}
		h.now.set(castNow.Add(2 * time.Minute))
		again, ok := h.claim(b, "heir")
		if !ok || len(again.Doubtful) != 1 || string(again.Doubtful[0].Call) != `{"a":1}` || len(again.To) != len(first.To) {
			t.Fatalf("the heir gets %+v, %v", again, ok)
		}
		if err := h.queue.Settle(t.Context(), first, all(first, isSent), nil, time.Time{}); !errors.Is(err, bot.ErrLeaseLost) {
			t.Errorf("who was stalled settles: %v", err)
		}
		h.must(h.queue.Settle(t.Context(), again, map[int64]bot.Receipt{first.To[0].Member: {State: bot.ParcelUncertain, Cause: "never settled"}}, nil, h.now.Now()))
		if n := h.drain(b); n != len(first.To)-1 {
			t.Errorf("%d were left", n)
		}
		h.advance()
		h.wantReport(b, broadcast.Done, 60, map[broadcast.ReceiptState]int{broadcast.Sent: 59, broadcast.Uncertain: 1})
	})
}

func TestAPauseIsExactAndACancelAddsUp(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2_500, 0, 0)
		b := h.submit("停水")
		h.release(b)
		sent, _ := h.claim(b, "a")
		h.settle(sent, all(sent, isSent))
		held, _ := h.claim(b, "b")
		_, err := h.Pause(t.Context(), h.author.ID, b.Number)
		h.must(err)
		if err := h.queue.Begin(t.Context(), held, []bot.BatchCall{{}}, time.Minute); !errors.Is(err, bot.ErrStopped) {
			t.Errorf("a call begins after the pause: %v", err)
		}
		h.must(h.queue.Settle(t.Context(), held, nil, nil, h.now.Now()))
		if _, ok := h.claim(b, "c"); ok {
			t.Error("a chunk is given out after the pause")
		}
		h.advance()
		h.wantReport(b, broadcast.Paused, 2_500, map[broadcast.ReceiptState]int{broadcast.Sent: 1_000, broadcast.Waits: 1_500})
		_, err = h.Resume(t.Context(), h.chair.ID, b.Number)
		h.must(err)
		h.advance()
		more, _ := h.claim(b, "d")
		h.settle(more, all(more, isSent))
		_, err = h.Cancel(t.Context(), h.author.ID, b.Number)
		h.must(err)
		h.advance()
		h.wantReport(b, broadcast.Cancelled, 2_500, map[broadcast.ReceiptState]int{broadcast.Sent: 1_500 + len(more.To) - 500, broadcast.Withdrawn: 1_000 - len(more.To) + 500})
		if n := h.drain(b); n != 0 {
			t.Errorf("%d got it after it was cancelled", n)
		}
	})
}

func TestOnlyWhomItDidNotReachIsSentItAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(5, 0, 1)
		b := h.submit("停水")
		h.release(b)
		batch, _ := h.claim(b, "a")
		receipts := all(batch, isSent)
		receipts[batch.To[0].Member] = bot.Receipt{State: bot.ParcelUnreachable, Cause: "invaliduser"}
		receipts[batch.To[1].Member] = bot.Receipt{State: bot.ParcelFailed, Cause: "refused"}
		receipts[batch.To[2].Member] = bot.Receipt{State: bot.ParcelUncertain}
		h.settle(batch, receipts)
		h.advance()
		h.wantReport(b, broadcast.Done, 6, map[broadcast.ReceiptState]int{
			broadcast.Sent: 2, broadcast.Unreachable: 2, broadcast.Failed: 1, broadcast.Uncertain: 1,
		})
		_, n, err := h.Resend(t.Context(), h.author.ID, b.Number, broadcast.Missed)
		if err != nil || n != 3 {
			t.Fatalf("%d are sent it again, %v", n, err)
		}
		h.advance()
		again, _ := h.claim(b, "b")
		if len(again.To) != 2 || again.To[0].Member != batch.To[0].Member || again.To[1].Member != batch.To[1].Member {
			t.Fatalf("sent again to %+v", again.To)
		}
		h.settle(again, all(again, isSent))
		h.advance()
		h.wantReport(b, broadcast.Done, 6, map[broadcast.ReceiptState]int{broadcast.Sent: 4, broadcast.Unreachable: 1, broadcast.Uncertain: 1})

		// Of the uncertain somebody decides.
		if _, n, err := h.Resend(t.Context(), h.author.ID, b.Number, broadcast.Doubtful); err != nil || n != 1 {
			t.Fatalf("%d uncertain are sent it again, %v", n, err)
		}
		h.advance()
		again, _ = h.claim(b, "c")
		if len(again.To) != 1 || again.To[0].Member != batch.To[2].Member {
			t.Fatalf("sent again to %+v", again.To)
		}
		if _, _, err := h.Leave(t.Context(), h.author.ID, b.Number); !errors.Is(err, broadcast.ErrNotNow) {
			t.Errorf("while it goes out they are left: %v", err)
		}
		h.settle(again, all(again, bot.Receipt{State: bot.ParcelUncertain}))
		h.advance()
		if _, _, err := h.Leave(t.Context(), put(t, h.members, h.org.Path, union.Member{StaffNo: storagetest.Unique("s"), Name: "张伟"}).ID, b.Number); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("somebody without an office leaves them: %v", err)
		}
		if _, n, err := h.Leave(t.Context(), h.author.ID, b.Number); err != nil || n != 1 {
			t.Errorf("%d are left to a person, %v", n, err)
		}
		if _, _, err := h.Resend(t.Context(), h.author.ID, b.Number, broadcast.Doubtful); !errors.Is(err, broadcast.ErrNobody) {
			t.Errorf("who was left is sent it again: %v", err)
		}
		h.wantReport(b, broadcast.Done, 6, map[broadcast.ReceiptState]int{broadcast.Sent: 4, broadcast.Unreachable: 1, broadcast.ByPerson: 1})
	})
}

func TestWhatWasParkedIsSentWhenItIsTold(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(0, 2, 0)
		b := h.submit("停水")
		h.release(b)
		batch, _ := h.claim(b, "a")
		if len(batch.To) != 2 || batch.To[0].At.Channel != "officialaccount:gh_1" {
			t.Fatalf("it goes to %+v", batch.To)
		}
		parked := storage.NewParked(db, h.now.Now)
		for _, to := range batch.To {
			h.must(parked.Put(t.Context(), to.At, bot.CastKey(b.Number, to.Member), to.Text))
		}
		h.settle(batch, all(batch, bot.Receipt{State: bot.ParcelParked}))
		h.advance()
		h.wantReport(b, broadcast.Done, 2, map[broadcast.ReceiptState]int{broadcast.Parked: 2})
		told, err := storage.TakeParked(t.Context(), db, parked, batch.To[0].At)
		if err != nil || len(told) != 1 || told[0] != "停水" {
			t.Fatalf("told %q, %v", told, err)
		}
		h.wantReport(b, broadcast.Done, 2, map[broadcast.ReceiptState]int{broadcast.Parked: 1, broadcast.Sent: 1})
	})
}

func TestAtNightOnlyTheUrgentGoesOut(t *testing.T) {
	h := newHall(t, storagetest.SQLite(t))
	h.crowd(3, 0, 0)
	h.must(h.members.Grant(t.Context(), h.author.ID, union.Duty, h.org.ID))
	plain := h.submit("一般")
	h.release(plain)
	urgent := h.submit("紧急", func(b *broadcast.Broadcast) { b.Urgent = true })
	h.release(urgent)
	h.now.set(at("2026-11-23", "22:00"))
	first, others, err := h.queue.Running(t.Context())
	if err != nil || len(first) != 1 || first[0] != int64(urgent.ID) || len(others) != 0 {
		t.Errorf("at night %v and %v go out, %v", first, others, err)
	}
	if _, ok := h.claim(plain, "a"); ok {
		t.Error("what is not urgent is given out at night")
	}
	if n := h.drain(urgent); n != 3 {
		t.Errorf("%d got the urgent one", n)
	}
	h.now.set(at("2026-11-24", "08:00"))
	if n := h.drain(plain); n != 3 {
		t.Errorf("%d got the other in the morning", n)
	}
}

// What goes out within the week is listed by when it does, however much was written or has ended since.
func TestWhatLiesAheadIsListedByItsTime(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowdOfOne()
		starts := func(days int) func(b *broadcast.Broadcast) {
			return func(b *broadcast.Broadcast) {
				b.StartsAt, b.Chosen = castNow.AddDate(0, 0, days).Add(10*time.Minute), true
			}
		}
		later, sooner := h.submit("后天的", starts(2)), h.submit("明天的", starts(1))
		h.submit("下个月的", starts(30))
		for range 3 {
			b := h.submit("取消的")
			_, err := h.Cancel(t.Context(), h.author.ID, b.Number)
			h.must(err)
		}
		until := castNow.AddDate(0, 0, 7)
		list, more, err := h.Upcoming(t.Context(), h.author.ID, until, 2)
		if err != nil || more != 0 || len(list) != 2 || list[0].ID != sooner.ID || list[1].ID != later.ID {
			t.Errorf("ahead are %v and %d more, %v", list, more, err)
		}
		if list, more, err = h.Upcoming(t.Context(), h.chair.ID, until, 1); err != nil || more != 1 || len(list) != 1 {
			t.Errorf("of the first %v and %d more, %v", list, more, err)
		}
	})
}
