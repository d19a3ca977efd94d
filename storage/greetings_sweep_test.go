package storage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

// begun silences the plant as the first moment of a silence does, before anything is taken back.
func (p *party) begun() {
	p.t.Helper()
	s := occasion.Silence{ID: p.db.NewID(), Org: p.unit.ID, By: p.chair.ID, From: p.now.Now(), Until: p.now.Now().Add(24 * time.Hour)}
	p.must(p.store.AddSilence(p.t.Context(), s))
	p.must(p.store.AddSweep(p.t.Context(), occasion.Sweep{ID: p.db.NewID(), Does: occasion.SweepHold, Silence: s.ID, Lineage: p.unit.Lineage}))
}

// Whoever sends asks at the last moment: nothing goes out, nor is told with the next word, once the silence was begun.
func TestNothingGoesOutOnceASilenceWasBegun(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		parks, waits := p.born("1990-11-21", ""), p.born("1990-11-21", "")
		p.runs(1)
		parked, at := p.parks(parks)
		items, err := p.outbox.Claim(t.Context(), true, "sender", time.Minute, 10)
		p.must(err)
		if len(items) != 1 || items[0].Member != int64(waits.ID) {
			t.Fatalf("claimed %+v", items)
		}
		p.begun()
		if err := p.outbox.Begin(t.Context(), items[0], bot.Address{}, []byte("{}"), time.Minute); !errors.Is(err, bot.ErrStopped) {
			t.Errorf("begun in the silence: %v", err)
		}
		p.wantParked(parked, at, 0, "in the silence")
		p.must(p.outbox.Settle(t.Context(), items[0], bot.Settlement{State: bot.ParcelAgain, RetryAt: p.now.Now().Add(time.Minute)}))
		p.must(p.Sweep(t.Context()))
		held, err := p.store.HeldBelow(t.Context(), []string{p.unit.Lineage})
		if err != nil || len(held) != 1 || held[0].N != 2 {
			t.Errorf("held %+v, %v", held, err)
		}
	})
}

// What was tried once and did not arrive is taken back like the rest, and a picture whose words have gone out is given up: neither comes
// by itself when the silence ends.
func TestASilenceTakesBackWhatWasTriedBefore(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		tried, told := p.born("1990-11-21", ""), p.born("1990-11-21", "")
		p.runs(1)
		items, err := p.outbox.Claim(t.Context(), true, "sender", time.Minute, 10)
		p.must(err)
		if len(items) != 2 {
			t.Fatalf("claimed %+v", items)
		}
		for _, item := range items {
			p.must(p.outbox.Begin(t.Context(), item, bot.Address{Channel: wecomChannel, User: "u"}, []byte("{}"), time.Minute))
			became := bot.Settlement{State: bot.ParcelAgain, RetryAt: p.now.Now().Add(time.Minute)}
			if item.Member == int64(told.ID) {
				became = bot.Settlement{State: bot.ParcelSent}
				p.must(storage.Run(t.Context(), db, fmt.Sprintf(`INSERT INTO outbox (id, row_key, kind, policy, lane, member_id, part, body, state, attempts, due_ms, created_ms, unhurried)
					SELECT %d, CONCAT(row_key, '%s'), kind, policy, lane, member_id, part, body, 'pending', 0, due_ms, created_ms, 1 FROM outbox WHERE member_id = %d`,
					db.NewID(), occasion.PictureSuffix, told.ID)))
			}
			p.must(p.outbox.Settle(t.Context(), item, became))
		}
		p.begun()
		p.must(p.Sweep(t.Context()))
		held, err := p.store.HeldBelow(t.Context(), []string{p.unit.Lineage})
		if err != nil || len(held) != 1 || held[0].N != 1 {
			t.Errorf("held %+v, %v", held, err)
		}
		left, err := storage.Text(t.Context(), db, `SELECT COUNT(*) FROM outbox WHERE state = 'pending' AND member_id IN (?, ?)`, tried.ID, told.ID)
		if err != nil || left != "0" {
			t.Errorf("%s wait to go out by themselves, %v", left, err)
		}
	})
}

// What a turn does not come to the worker does, bite by bite.
func TestALargeUnitIsSilencedAndReleasedInBites(t *testing.T) {
	p := newParty(t, storagetest.SQLite(t))
	const people = occasion.SweptBite + 50
	for range people {
		p.born("1990-11-21", "")
	}
	p.must(p.PlanDays(t.Context()))
	total := func() (n int) {
		held, err := p.store.HeldBelow(t.Context(), []string{p.unit.Lineage})
		p.must(err)
		for _, c := range held {
			n += c.N
		}
		return n
	}
	_, _, more, err := p.Silence(t.Context(), p.chair.ID, "", 1)
	if n := total(); err != nil || !more || n >= people {
		t.Fatalf("%d are held in the turn, more %v, %v", n, more, err)
	}
	p.must(p.Sweep(t.Context()))
	if n := total(); n != people {
		t.Errorf("%d of %d are held", n, people)
	}
	if _, _, err := p.Unsilence(t.Context(), p.chair.ID, ""); err != nil {
		t.Fatal(err)
	}
	n, more, err := p.Release(t.Context(), p.chair.ID, true)
	if err != nil || n != occasion.SweptBite || !more {
		t.Errorf("%d are released in the turn, more %v, %v", n, more, err)
	}
	if _, _, err := p.Release(t.Context(), p.chair.ID, false); !errors.Is(err, occasion.ErrNothing) {
		t.Errorf("what is being released was dropped: %v", err)
	}
	p.must(p.Sweep(t.Context()))
	if n := total(); n != 0 {
		t.Errorf("%d are still held", n)
	}
}

// Whoever began it holds no office any more: others above are asked, may release it, and see what is held though its day is past.
func TestWhatASilenceHeldIsNotStranded(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-11-21", "")
		p.must(p.PlanDays(t.Context()))
		_, _, _, err := p.Silence(t.Context(), p.chair.ID, "", 1)
		p.must(err)
		p.must(p.members.Revoke(t.Context(), p.chair.ID, union.BranchChair, p.unit.ID))
		other := p.person("一分厂")
		p.must(p.members.Grant(t.Context(), other.ID, union.BranchChair, p.unit.ID))
		p.now.set(birthday.AddDate(0, 0, 2))
		p.must(p.Sweep(t.Context()))
		p.wantSaid(p.chair, 0, "no chair any more")
		p.wantSaid(other, 1, "asked instead")
		list, _, err := p.Week(t.Context(), p.boss.ID)
		if err != nil || !slices.ContainsFunc(list, func(c occasion.Coming) bool { return c.State == occasion.Held && c.N == 1 }) {
			t.Errorf("the week is %+v, %v", list, err)
		}
		if n, _, err := p.Release(t.Context(), p.boss.ID, true); err != nil || n != 1 {
			t.Errorf("released %d, %v", n, err)
		}
		p.runs(1)
		p.wantSaid(m, 1, "released")
	})
}

func TestWhatNobodyReleasesIsLeftOutAndListed(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.born("1990-11-21", "")
		p.must(p.PlanDays(t.Context()))
		s, _, _, err := p.Silence(t.Context(), p.chair.ID, "", 1)
		p.must(err)
		for _, each := range []struct {
			after time.Duration
			want  occasion.State
		}{{14 * 24 * time.Hour, occasion.Held}, {14*24*time.Hour + time.Minute, occasion.Missed}} {
			p.now.set(s.Until.Add(each.after))
			p.must(p.Sweep(t.Context()))
			list, _, err := p.Week(t.Context(), p.chair.ID)
			if err != nil || !slices.ContainsFunc(list, func(c occasion.Coming) bool { return c.State == each.want && c.N == 1 }) {
				t.Errorf("after %s the week is %+v, %v", each.after, list, err)
			}
		}
	})
}

// What was in somebody's hand while the sweep came by, and was left to the next word after it, is held like the rest.
func TestASilenceHoldsWhatIsParkedAfterItsSweep(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-11-21", "")
		p.runs(1)
		item := p.inHand(m)
		p.begun()
		p.must(p.Sweep(t.Context()))
		parked, at := p.parkInHand(item, bot.Settlement{State: bot.ParcelParked})
		p.must(p.Sweep(t.Context()))
		held, err := p.store.HeldBelow(t.Context(), []string{p.unit.Lineage})
		if err != nil || len(held) != 1 || held[0].N != 1 {
			t.Errorf("held %+v, %v", held, err)
		}
		if _, _, err := p.Unsilence(t.Context(), p.boss.ID, "一分厂"); err != nil {
			t.Fatal(err)
		}
		p.wantParked(parked, at, 0, "after the silence")
	})
}

// Words wait for the next word as soon as their announcement is tried. Whoever wants none has both taken back, and whoever has read them
// is not announced them.
func TestWordsWhoseAnnouncementIsTriedAgainAreTakenBackWithIt(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		tired, reader := p.born("1990-11-21", ""), p.born("1990-11-21", "")
		p.runs(1)
		again := bot.Settlement{State: bot.ParcelAgain, RetryAt: p.now.Now().Add(time.Minute)}
		parked, at := p.parkInHand(p.inHand(tired), again)
		_, told := p.parkInHand(p.inHand(reader), again)
		p.must(p.Subscribe(t.Context(), tired.ID, occasion.Birthday, false))
		p.wantParked(parked, at, 0, "declined")
		texts, err := storage.TakeParked(t.Context(), db, parked, told)
		if err != nil || len(texts) != 1 {
			t.Fatalf("told %q, %v", texts, err)
		}
		p.must(p.Subscribe(t.Context(), reader.ID, occasion.Birthday, false))
		states, err := storage.Text(t.Context(), db, `SELECT COALESCE(GROUP_CONCAT(state), '') FROM outbox WHERE member_id IN (?, ?)`, tired.ID, reader.ID)
		if err != nil || states != "sent" {
			t.Errorf("the rows are %q, %v", states, err)
		}
	})
}

// Between being found and being taken back it was claimed: whoever has it in hand settles what becomes of its words.
func TestWordsOfWhatWasClaimedMeanwhileStay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-11-21", "")
		p.runs(1)
		item := p.inHand(m)
		parked, at := storage.NewParked(db, p.now.Now), bot.Address{Channel: "oa", User: bot.UserID(item.Lane)}
		p.must(parked.Put(t.Context(), at, item.Key, item.Body.Text))
		p.must(p.store.TakeBackOne(t.Context(), item.Key, "pending"))
		p.wantParked(parked, at, 1, "in hand")
		p.must(p.outbox.Settle(t.Context(), item, bot.Settlement{State: bot.ParcelAgain, RetryAt: p.now.Now()}))
		p.must(p.store.TakeBackOne(t.Context(), item.Key, "pending"))
		p.wantParked(parked, at, 0, "in no hand")
	})
}

// A sweep that has not come to its end does not come to what was parked behind it either.
func TestASilenceHoldsWhatIsParkedBetweenItsBites(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.store.InBites(1)
		m := p.born("1990-11-21", "")
		p.born("1990-11-21", "")
		p.runs(1)
		item := p.inHand(m)
		p.begun()
		for range 8 { // past the one whose greeting is in hand, and not to the end
			list, err := p.store.Sweeps(t.Context())
			p.must(err)
			if list[0].After >= m.ID {
				break
			}
			_, _, _, err = p.store.SweepOn(t.Context(), list[0])
			p.must(err)
		}
		p.parkInHand(item, bot.Settlement{State: bot.ParcelParked})
		p.must(p.Sweep(t.Context()))
		held, err := p.store.HeldBelow(t.Context(), []string{p.unit.Lineage})
		if err != nil || len(held) != 1 || held[0].N != 2 {
			t.Errorf("held %+v, %v", held, err)
		}
	})
}

// Whatever became of what was to announce them: words that wait are nobody's who wants none.
func TestParkedWordsAreTakenBackWhateverBecameOfTheirRow(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		var all []union.Member
		states := []string{"failed", "uncertain", "sent"}
		for range states {
			all = append(all, p.born("1990-11-21", ""), p.born("1990-11-21", ""))
		}
		p.runs(1)
		for i, m := range all {
			parked, at := p.parks(m)
			p.must(storage.Run(t.Context(), db, fmt.Sprintf(`UPDATE outbox SET state = '%s' WHERE member_id = %d`, states[i/2], m.ID)))
			if i%2 == 0 {
				p.must(p.Subscribe(t.Context(), m.ID, occasion.Birthday, false))
				p.wantParked(parked, at, 0, "declined, "+states[i/2])
			}
		}
		p.begun()
		p.must(p.Sweep(t.Context()))
		held, err := p.store.HeldBelow(t.Context(), []string{p.unit.Lineage})
		if err != nil || len(held) != 1 || held[0].N != 4 { // those who declined are planned anew
			t.Errorf("held %+v, %v", held, err)
		}
	})
}

func (p *party) wantRow(m union.Member, want, when string) {
	p.t.Helper()
	states, err := storage.Text(p.t.Context(), p.db, `SELECT COALESCE(GROUP_CONCAT(state), '') FROM outbox WHERE member_id = ?`, m.ID)
	if err != nil || states != want {
		p.t.Errorf("%s: the row is %q, want %q, %v", when, states, want, err)
	}
}

// Given up, or never settled, is only what was to announce the words.
func TestWordsStayParkedWhereTheirAnnouncementFails(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		given, died := p.born("1990-11-21", ""), p.born("1990-11-21", "")
		p.runs(1)
		p.parkInHand(p.inHand(given), bot.Settlement{State: bot.ParcelFailed, Cause: "given up"})
		p.wantRow(given, "parked", "given up")
		item := p.inHand(died)
		at := bot.Address{Channel: "oa", User: "u"}
		p.must(storage.NewParked(db, p.now.Now).Put(t.Context(), at, item.Key, item.Body.Text))
		p.must(p.outbox.Begin(t.Context(), item, at, []byte("{}"), time.Minute))
		p.must(storage.Run(t.Context(), db, fmt.Sprintf(`UPDATE outbox SET policy = 'hold' WHERE id = %d`, item.ID)))
		p.now.set(birthday.Add(time.Hour))
		_, err := p.outbox.Claim(t.Context(), true, "next", time.Minute, 10)
		p.must(err)
		p.wantRow(died, "parked", "never settled")
	})
}

// A word came while the greeting was in hand: what was read with it is not said again.
func TestWhatWasReadWithAWordIsNotBegun(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-11-21", "")
		p.runs(1)
		item := p.inHand(m)
		parked, at := storage.NewParked(db, p.now.Now), bot.Address{Channel: "oa", User: "u"}
		p.must(parked.Put(t.Context(), at, item.Key, item.Body.Text))
		_, err := storage.TakeParked(t.Context(), db, parked, at)
		p.must(err)
		if err := p.outbox.Begin(t.Context(), item, at, []byte("{}"), time.Minute); !errors.Is(err, bot.ErrRead) {
			t.Errorf("begun: %v", err)
		}
		p.must(p.outbox.Settle(t.Context(), item, bot.Settlement{State: bot.ParcelAgain, RetryAt: p.now.Now()}))
		p.wantRow(m, "sent", "read")
	})
}

// What is in hand when its person declines is not begun, nor told later, and is decided about anew.
func TestWhatIsInHandIsTakenBackOnceItIsSettled(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		stops, parks := p.born("1990-11-21", ""), p.born("1990-11-21", "")
		p.runs(1)
		first, second := p.inHand(stops), p.inHand(parks)
		at := bot.Address{Channel: "oa", User: bot.UserID(second.Lane)}
		parked := storage.NewParked(db, p.now.Now)
		p.must(parked.Put(t.Context(), at, second.Key, second.Body.Text))
		for _, m := range []union.Member{stops, parks} {
			p.must(p.Subscribe(t.Context(), m.ID, occasion.Birthday, false))
		}
		p.wantParked(parked, at, 0, "in hand")
		if err := p.outbox.Begin(t.Context(), first, at, []byte("{}"), time.Minute); !errors.Is(err, bot.ErrStopped) {
			t.Errorf("begun: %v", err)
		}
		p.must(p.outbox.Settle(t.Context(), first, bot.Settlement{State: bot.ParcelAgain, RetryAt: p.now.Now()}))
		p.must(p.outbox.Settle(t.Context(), second, bot.Settlement{State: bot.ParcelParked}))
		p.wantParked(parked, at, 0, "settled")
		p.wantRow(stops, "", "declined in hand")
		p.wantRow(parks, "", "declined in hand, and parked")
		p.runs(1)
		p.wantSaid(stops, 0, "decided about anew")
	})
}

// What is in hand when an organiser stops its occasion is not begun, and goes out once when that is lifted.
func TestWhatIsInHandIsStoppedAndResumed(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-11-21", "")
		p.runs(1)
		item := p.inHand(m)
		if _, _, err := p.Stop(t.Context(), p.chair.ID, "生日"); err != nil {
			t.Fatal(err)
		}
		if err := p.outbox.Begin(t.Context(), item, bot.Address{Channel: "oa", User: "m"}, []byte("{}"), time.Minute); !errors.Is(err, bot.ErrStopped) {
			t.Errorf("begun: %v", err)
		}
		p.must(p.outbox.Settle(t.Context(), item, bot.Settlement{State: bot.ParcelAgain, RetryAt: p.now.Now()}))
		p.wantRow(m, "", "settled")
		p.runs(2)
		p.wantSaid(m, 0, "stopped in hand")
		if _, err := p.Resume(t.Context(), p.chair.ID, "生日"); err != nil {
			t.Fatal(err)
		}
		p.runs(2)
		p.wantSaid(m, 1, "resumed")
		p.wantSaid(m, 0, "once more")
	})
}

// A picture that is in hand when its person declines stays behind, whether its words have gone out or wait.
func TestAPictureInHandIsTakenBack(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.Desk = p.desk(p.pictured("  - {for: birthday, file: all.jpg}\n"))
		p.Keep = func(context.Context, io.Reader) (string, error) { return "hash", nil }
		m := p.born("1990-11-21", "")
		p.runs(1)
		at := bot.Address{Channel: "oa", User: "m"}
		items, err := p.outbox.ClaimLane(t.Context(), fmt.Sprintf("m/%d", m.ID), "mine", time.Minute)
		if err != nil || len(items) != 2 || items[1].Body.File == nil {
			t.Fatalf("in hand are %+v, %v", items, err)
		}
		words, picture := items[0], items[1]
		p.must(p.outbox.Begin(t.Context(), words, at, []byte("{}"), time.Minute))
		p.must(p.outbox.Settle(t.Context(), words, bot.Settlement{State: bot.ParcelSent}))
		p.must(p.Subscribe(t.Context(), m.ID, occasion.Birthday, false))
		if err := p.outbox.Begin(t.Context(), picture, at, []byte("{}"), time.Minute); !errors.Is(err, bot.ErrStopped) {
			t.Errorf("begun: %v", err)
		}
		p.must(p.outbox.Settle(t.Context(), picture, bot.Settlement{State: bot.ParcelAgain, RetryAt: p.now.Now()}))
		p.wantRow(m, "sent", "the words went out")
		if items, err := p.outbox.ClaimLane(t.Context(), fmt.Sprintf("m/%d", m.ID), "next", time.Minute); err != nil || len(items) > 0 {
			t.Errorf("still waits: %+v, %v", items, err)
		}
	})
}
