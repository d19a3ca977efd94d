package storage_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// welder puts a member with an account at the platform below the plant.
func (h *hall) welder() (union.Member, bot.Address) {
	m := put(h.t, h.members, h.org.Path, union.Member{StaffNo: storagetest.Unique("s"), Name: "张伟", Post: "焊工", WeComUserID: storagetest.Unique("u")})
	return m, bot.Address{Channel: wecomChannel, User: bot.UserID(m.WeComUserID)}
}

func (h *hall) wantTries(o *storage.Outbox, to bot.Address, minute, hour int) {
	h.t.Helper()
	now := h.now.Now()
	inMinute, inHour, err := o.Tries(h.t.Context(), to, now.Add(-time.Minute), now.Add(-time.Hour))
	if err != nil || inMinute != minute || inHour != hour {
		h.t.Errorf("%d in a minute and %d in an hour, %v, want %d and %d", inMinute, inHour, err, minute, hour)
	}
}

// What a person may be sent within a minute and an hour is counted over notices and broadcasts, whichever of them asks.
func TestWhatAPersonGotIsCountedOverNoticesAndBroadcasts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		outbox := storage.NewOutbox(db)
		outbox.UseClock(h.now.Now)
		who, at := h.welder()
		_, other := h.welder()

		first := h.submit("停水")
		h.release(first)
		batch, _ := h.claim(first, "a")
		h.wantTries(outbox, at, 0, 0)
		h.must(h.queue.Begin(t.Context(), batch, []bot.BatchCall{{Channel: wecomChannel}}, time.Minute))
		h.wantTries(outbox, at, 1, 1) // its call may be on its way
		h.must(h.queue.Settle(t.Context(), batch, all(batch, isSent), nil, time.Time{}))
		h.advance()
		h.wantTries(outbox, at, 1, 1)

		h.put(outbox, who, at)
		h.wantTries(outbox, at, 2, 2)
		h.wantTries(outbox, other, 1, 1)

		second := h.submit("停电")
		h.release(second)
		next, _ := h.claim(second, "b")
		for most, want := range map[bot.Tries]int{{InMinute: 1, InHour: 9}: 2, {InMinute: 2, InHour: 9}: 1, {InMinute: 9, InHour: 2}: 1, {InMinute: 3, InHour: 3}: 0} {
			busy, err := h.queue.Busy(t.Context(), next, next.To, most)
			h.must(err)
			if len(busy) != want || want == 1 && busy[int64(who.ID)] != (bot.Tries{InMinute: 2, InHour: 2}) {
				t.Errorf("with %+v %v are busy, want %d", most, busy, want)
			}
		}
		h.now.set(castNow.Add(2 * time.Minute))
		h.wantTries(outbox, at, 0, 2)
		if busy, err := h.queue.Busy(t.Context(), next, next.To, bot.Tries{InMinute: 1, InHour: 9}); err != nil || len(busy) != 0 {
			t.Errorf("after two minutes %v are busy, %v", busy, err)
		}
		h.now.set(castNow.Add(2 * time.Hour))
		h.wantTries(outbox, at, 0, 0)
	})
}

// put notes that a member got something by a notice.
func (h *hall) put(outbox *storage.Outbox, who union.Member, at bot.Address) {
	h.t.Helper()
	h.must(outbox.Put(h.t.Context(), notice.Notice{Key: storagetest.Unique("k"), Kind: notice.KindAnswer, Policy: notice.Resend, To: who.ID, Body: notice.Body{Text: "好"}}))
	items, err := outbox.Claim(h.t.Context(), false, "l", time.Minute, 100)
	h.must(err)
	for _, item := range items {
		if item.Member == int64(who.ID) {
			h.must(outbox.Begin(h.t.Context(), item, at, []byte("{}"), time.Minute))
		}
	}
}

// What a broadcast has sent to some of a chunk counts also while the others of it wait, after it was called off, and while that is not
// at its end.
func TestWhatAPersonGotOfAPartOfAChunkCounts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		outbox := storage.NewOutbox(db)
		outbox.UseClock(h.now.Now)
		who, at := h.welder()
		_, other := h.welder()
		b := h.submit("停水")
		h.release(b)
		h.now.set(castNow.Add(time.Second))
		batch, _ := h.claim(b, "a")
		h.must(h.queue.Begin(t.Context(), batch, []bot.BatchCall{{Channel: wecomChannel}}, time.Minute))
		h.must(h.queue.Settle(t.Context(), batch, map[int64]bot.Receipt{int64(who.ID): isSent}, nil, h.now.Now()))
		want := func(why string, tries int) {
			t.Helper()
			t.Log(why)
			h.wantTries(outbox, at, tries, tries)
			h.wantTries(outbox, other, 0, 0)
		}
		want("put back", 1)
		_, err := h.Pause(t.Context(), h.author.ID, b.Number)
		h.must(err)
		want("paused", 1)
		_, err = h.Cancel(t.Context(), h.author.ID, b.Number)
		h.must(err)
		want("called off", 1)
		left, err := h.store.Withdraw(t.Context(), b.ID)
		h.must(err)
		if left {
			t.Error("there are more")
		}
		want("called off and taken back", 1)
		h.advance()
		want("ended", 1)

		second := h.submit("停电")
		h.release(second)
		next, _ := h.claim(second, "b")
		if busy, err := h.queue.Busy(t.Context(), next, next.To, bot.Tries{InMinute: 1, InHour: 9}); err != nil || len(busy) != 1 {
			t.Errorf("%v are busy, %v", busy, err)
		}
	})
}

// Many broadcasts within an hour do not have the receipts of everybody be looked at, as long as they were not within a minute.
func TestManyBroadcastsWithinAnHourCostNoLookAtReceipts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		who, _ := h.welder()
		most := bot.Tries{InMinute: 3, InHour: 100}
		for range 4 {
			b := h.submit("停水")
			h.release(b)
			h.now.set(h.now.Now().Add(time.Second))
			h.drain(b)
			h.advance()
		}
		last := h.submit("停电")
		h.release(last)
		batch, _ := h.claim(last, "a")
		busy, err := h.queue.Busy(t.Context(), batch, batch.To, most)
		if err != nil || len(busy) != 1 || busy[int64(who.ID)] != (bot.Tries{InMinute: 4, InHour: 4}) {
			t.Errorf("within a minute %v are busy, %v", busy, err)
		}
		h.now.set(h.now.Now().Add(2 * time.Minute))
		count := storage.CountStatements(t, db)
		if busy, err = h.queue.Busy(t.Context(), batch, batch.To, most); err != nil || len(busy) != 0 {
			t.Errorf("later %v are busy, %v", busy, err)
		}
		if n := count(); n != 2 {
			t.Errorf("it took %d statements, want two: other broadcasts, and the outbox", n)
		}
	})
}
