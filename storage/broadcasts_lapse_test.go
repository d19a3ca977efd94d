package storage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/broadcast"
)

// parksAll sends a broadcast of which everybody waits for their next word, and ends it.
func (h *hall) parksAll(b broadcast.Broadcast, parked *storage.Parked) bot.Batch {
	h.t.Helper()
	h.release(b)
	batch, ok := h.claim(b, "a")
	if !ok {
		h.t.Fatal("nobody is planned")
	}
	for _, to := range batch.To {
		h.must(parked.Put(h.t.Context(), to.At, bot.CastKey(b.Number, to.Member), to.Text))
	}
	h.settle(batch, all(batch, bot.Receipt{State: bot.ParcelParked}))
	h.advance()
	return batch
}

func TestWhatWaitsTooLongForAWordLapses(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		parked := storage.NewParked(db, h.now.Now)
		h.crowd(0, 2, 0)
		b := h.submit("明天停水")
		batch := h.parksAll(b, parked)
		h.wantReport(b, broadcast.Done, 2, map[broadcast.ReceiptState]int{broadcast.Parked: 2})
		for _, each := range []struct {
			after time.Duration
			want  int64
		}{{broadcast.ParkedFor - time.Minute, 0}, {broadcast.ParkedFor, 2}} {
			h.now.set(castNow.Add(each.after))
			if n, err := h.Lapse(t.Context(), 10); err != nil || n != each.want {
				t.Errorf("%d lapsed after %s, %v, want %d", n, each.after, err, each.want)
			}
		}
		h.wantReport(b, broadcast.Done, 2, map[broadcast.ReceiptState]int{broadcast.Lapsed: 2})
		if left, err := parked.Waiting(t.Context(), batch.To[0].At); err != nil || len(left) > 0 {
			t.Errorf("still waiting are %q, %v", left, err)
		}
		if _, missed, err := h.Missed(t.Context(), h.author.ID, b.Number, 10); err != nil || len(missed) != 2 {
			t.Errorf("%d are to be told otherwise, %v", len(missed), err)
		}
	})
}

func TestABroadcastThatHasEndedIsTakenBackFromThoseWhoWait(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		parked := storage.NewParked(db, h.now.Now)
		h.crowd(0, 2, 0)
		b := h.submit("明天停水")
		batch := h.parksAll(b, parked)
		_, err := h.Cancel(t.Context(), h.author.ID, b.Number)
		h.must(err)
		h.advance()
		h.wantReport(b, broadcast.Cancelled, 2, map[broadcast.ReceiptState]int{broadcast.Withdrawn: 2})
		if left, err := parked.Waiting(t.Context(), batch.To[1].At); err != nil || len(left) > 0 {
			t.Errorf("still waiting are %q, %v", left, err)
		}
	})
}

func TestWhatBecomesOfADigestReachesTheReceipts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		outbox := storage.NewOutbox(db)
		h.crowd(5, 0, 0)
		h.Weekly = 1
		h.release(h.submit("第一条"))
		b := h.submit("第二条")
		h.release(b)
		h.drain(b)
		h.advance()
		h.now.set(castNow.Add(25 * time.Hour))
		if n, err := h.Digest(t.Context(), 10); err != nil || n != 5 {
			t.Fatalf("%d digests, %v", n, err)
		}
		h.wantReport(b, broadcast.Done, 5, map[broadcast.ReceiptState]int{broadcast.InDigest: 5})
		items, err := outbox.Claim(t.Context(), true, "l", time.Minute, 10)
		h.must(err)
		outcomes := []bot.Settlement{
			{State: bot.ParcelSent}, {State: bot.ParcelFailed, Cause: "refused"}, {State: bot.ParcelFailed, Cause: "unreachable: invaliduser"},
			{State: bot.ParcelUncertain, Cause: "no answer"}, {State: bot.ParcelParked},
		}
		if len(items) != len(outcomes) {
			t.Fatalf("%d digests are due", len(items))
		}
		for i, item := range items {
			h.must(outbox.Settle(t.Context(), item, outcomes[i]))
		}
		want := map[broadcast.ReceiptState]int{broadcast.Sent: 1, broadcast.Failed: 1, broadcast.Unreachable: 1, broadcast.Uncertain: 1, broadcast.Parked: 1}
		h.wantReport(b, broadcast.Done, 5, want)
	})
}

// What an older replica has settled, or nobody could, is noted on the receipts afterwards: none is on its way for ever.
func TestWhatNobodyNotedOfADigestIsNotedLater(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(7, 0, 0)
		h.Weekly = 1
		h.release(h.submit("第一条"))
		b := h.submit("第二条")
		h.release(b)
		h.drain(b)
		h.advance()
		h.now.set(castNow.Add(25 * time.Hour))
		if n, err := h.Digest(t.Context(), 10); err != nil || n != 7 {
			t.Fatalf("%d digests, %v", n, err)
		}
		rows, err := storage.NewOutbox(db).Claim(t.Context(), true, "old", time.Minute, 10)
		h.must(err)
		if len(rows) != 7 {
			t.Fatalf("claimed %+v", rows)
		}
		parked := storage.NewParked(db, h.now.Now)
		for i, became := range []string{
			`state = 'sent'`, `state = 'failed', cause = 'unreachable: invaliduser'`, `state = 'uncertain', cause = 'no answer'`, `state = 'parked'`, `state = 'parked'`, `state = 'gone'`,
		} {
			at := bot.Address{Channel: "oa", User: bot.UserID(rows[i].Lane)}
			h.must(storage.Run(t.Context(), db, `UPDATE outbox SET `+became+` WHERE id = ?`, rows[i].ID))
			if became == `state = 'parked'` {
				h.must(parked.Put(t.Context(), at, rows[i].Key, "汇总"))
			}
			if i == 4 {
				h.must(storage.Run(t.Context(), db, `UPDATE parked SET told_ms = 1 WHERE park_key = ?`, rows[i].Key))
			}
		}
		h.must(storage.Run(t.Context(), db, `DELETE FROM outbox WHERE state = 'gone'`))
		for range 4 { // a few at a time
			if _, err := h.Lapse(t.Context(), 2); err != nil {
				t.Fatal(err)
			}
		}
		want := map[broadcast.ReceiptState]int{broadcast.Sent: 2, broadcast.Unreachable: 1, broadcast.Uncertain: 2, broadcast.Parked: 1, broadcast.InDigest: 1}
		h.wantReport(b, broadcast.Done, 7, want)
		if _, unsure, err := h.Unsure(t.Context(), h.author.ID, b.Number, 9); err != nil || len(unsure) != 2 {
			t.Errorf("%d are listed as uncertain, %v", len(unsure), err)
		}
		plan, err := storage.ExplainDigests(t.Context(), db)
		if err != nil || !strings.Contains(plan, "SEARCH o ") && !strings.Contains(plan, " o eq_ref ") {
			t.Errorf("the outbox is read whole: %v\n%s", err, plan)
		}
	})
}

// Whoever has read it has it, also where that was not noted.
func TestADigestThatWasReadDoesNotLapse(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		outbox, parked := storage.NewOutbox(db), storage.NewParked(db, h.now.Now)
		h.crowd(1, 0, 0)
		h.Weekly = 1
		h.release(h.submit("第一条"))
		b := h.submit("第二条")
		h.release(b)
		h.drain(b)
		h.advance()
		h.now.set(castNow.Add(25 * time.Hour))
		if _, err := h.Digest(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		rows, err := outbox.Claim(t.Context(), true, "l", time.Minute, 10)
		h.must(err)
		h.must(parked.Put(t.Context(), bot.Address{Channel: "oa", User: "reader"}, rows[0].Key, "汇总"))
		h.must(outbox.Settle(t.Context(), rows[0], bot.Settlement{State: bot.ParcelParked}))
		h.must(storage.Run(t.Context(), db, `UPDATE parked SET told_ms = 1`))
		h.now.set(time.Now().Add(broadcast.ParkedFor + time.Minute))
		if _, err := h.Lapse(t.Context(), 10); err != nil {
			t.Error(err)
		}
		h.wantReport(b, broadcast.Done, 1, map[broadcast.ReceiptState]int{broadcast.Sent: 1})
	})
}

// A digest that waits for its reader's next word goes with the only broadcast that it names, or stays for the others; then it lapses with all of them.
func TestADigestThatWaitsIsTakenBackWithAllItNames(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		outbox, parked := storage.NewOutbox(db), storage.NewParked(db, h.now.Now)
		h.crowd(1, 0, 0)
		h.Weekly = 1
		h.release(h.submit("第一条"))
		waits := func(b broadcast.Broadcast) {
			h.release(b)
			h.drain(b)
			h.advance()
		}
		digest := func(after time.Duration) bot.Address {
			t.Helper()
			h.now.set(castNow.Add(after))
			if n, err := h.Digest(t.Context(), 10); err != nil || n != 1 {
				t.Fatalf("%d digests, %v", n, err)
			}
			items, err := outbox.Claim(t.Context(), true, "l", time.Minute, 10)
			h.must(err)
			if len(items) != 1 {
				t.Fatalf("claimed %+v", items)
			}
			at := bot.Address{Channel: wecomChannel, User: bot.UserID("digest")}
			h.must(parked.Put(t.Context(), at, items[0].Key, "汇总"))
			h.must(outbox.Settle(t.Context(), items[0], bot.Settlement{State: bot.ParcelParked}))
			return at
		}
		alone := h.submit("第二条")
		waits(alone)
		at := digest(25 * time.Hour)
		_, err := h.Cancel(t.Context(), h.author.ID, alone.Number)
		h.must(err)
		h.advance()
		h.wantReport(alone, broadcast.Cancelled, 1, map[broadcast.ReceiptState]int{broadcast.Withdrawn: 1})
		if left, err := parked.Waiting(t.Context(), at); err != nil || len(left) > 0 {
			t.Errorf("still waiting are %q, %v", left, err)
		}
		one, two := h.submit("第三条"), h.submit("第四条")
		waits(one)
		waits(two)
		at = digest(51 * time.Hour)
		_, err = h.Cancel(t.Context(), h.author.ID, one.Number)
		h.must(err)
		h.advance()
		if left, err := parked.Waiting(t.Context(), at); err != nil || len(left) != 1 {
			t.Errorf("the other's digest: %q, %v", left, err)
		}
		h.now.set(time.Now().Add(broadcast.ParkedFor + time.Minute)) // the outbox settles by the machine's clock
		if _, err := h.Lapse(t.Context(), 10); err != nil {
			t.Error(err)
		}
		h.wantReport(one, broadcast.Cancelled, 1, map[broadcast.ReceiptState]int{broadcast.Lapsed: 1})
		h.wantReport(two, broadcast.Done, 1, map[broadcast.ReceiptState]int{broadcast.Lapsed: 1})
		if left, err := parked.Waiting(t.Context(), at); err != nil || len(left) > 0 {
			t.Errorf("still waiting are %q, %v", left, err)
		}
	})
}
