package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/occasion"
)

// parks leaves what waits in the outbox for a member to the member's next word.
func (p *party) parks(m union.Member) (*storage.Parked, bot.Address) {
	p.t.Helper()
	return p.parkInHand(p.inHand(m), bot.Settlement{State: bot.ParcelParked})
}

// parkInHand parks what was claimed, and settles it.
func (p *party) parkInHand(item bot.Parcel, became bot.Settlement) (*storage.Parked, bot.Address) {
	p.t.Helper()
	parked, at := storage.NewParked(p.db, p.now.Now), bot.Address{Channel: "oa", User: bot.UserID(item.Lane)}
	p.must(parked.Put(p.t.Context(), at, item.Key, item.Body.Text))
	p.must(p.outbox.Settle(p.t.Context(), item, became))
	return parked, at
}

// inHand claims what waits for a member.
func (p *party) inHand(m union.Member) bot.Parcel {
	p.t.Helper()
	items, err := p.outbox.ClaimLane(p.t.Context(), fmt.Sprintf("m/%d", m.ID), storagetest.Unique("l"), time.Minute)
	p.must(err)
	if len(items) != 1 {
		p.t.Fatalf("%d notices wait", len(items))
	}
	return items[0]
}

func (p *party) wantParked(parked *storage.Parked, at bot.Address, n int, when string) {
	p.t.Helper()
	texts, err := parked.Waiting(p.t.Context(), at)
	p.must(err)
	if len(texts) != n {
		p.t.Errorf("%s: %q waits for the next word, want %d", when, texts, n)
	}
}

func TestTheRetiredAreProtectedAndFetchWhatWaitsForThem(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1960-11-21", "")
		m.Status = union.Retired
		_, err := p.members.Put(t.Context(), m, p.now.Now())
		p.must(err)
		if _, err := p.Protect(t.Context(), p.chair.ID, m.StaffNo, "丧亲", ""); err != nil {
			t.Errorf("not protected: %v", err)
		}
		p.runs(1)
		p.wantSaid(m, 0, "in mourning")
		if c, err := p.Counter(t.Context(), p.chair.ID, m.StaffNo, ""); err != nil || len(c.List) != 1 {
			t.Errorf("at the desk: %+v, %v", c, err)
		}
	})
}

// A greeting may wait for days: for its turn, or until somebody who can be reached in no other way writes.
func TestWhatWaitsIsDecidedAboutAnewWhereItWouldHurt(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		bereaved, parked, tired, silent := p.born("1990-11-21", ""), p.born("1990-11-21", ""), p.born("1990-11-21", ""), p.born("1990-11-21", "")
		p.runs(1)
		texts, at := p.parks(parked)
		others, silentAt := p.parks(silent)
		p.wantParked(texts, at, 1, "parked")
		for _, m := range []union.Member{bereaved, parked} {
			if _, err := p.Protect(t.Context(), p.chair.ID, m.StaffNo, "丧亲", ""); err != nil {
				t.Fatal(err)
			}
		}
		p.must(p.Subscribe(t.Context(), tired.ID, occasion.Birthday, false))
		p.wantParked(texts, at, 0, "in mourning")
		p.runs(2)
		for _, m := range []union.Member{bereaved, parked, tired} {
			p.wantSaid(m, 0, "taken back")
		}
		if list, err := p.Pending(t.Context(), p.chair.ID); err != nil || len(list) != 2 {
			t.Errorf("the chair is asked about %d, %v", len(list), err)
		}
		_, held, _, err := p.Silence(t.Context(), p.chair.ID, "", 1)
		if err != nil || len(held) != 1 || held[0].N != 1 {
			t.Errorf("held %+v, %v", held, err)
		}
		p.wantParked(others, silentAt, 0, "in silence")
	})
}

func TestAWishThatNobodyHasReadLapses(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-11-21", "")
		p.runs(1)
		texts, at := p.parks(m)
		p.now.set(birthday.AddDate(0, 0, 7))
		p.must(p.PlanDays(t.Context()))
		p.wantParked(texts, at, 1, "a week later")
		p.now.set(birthday.AddDate(0, 0, 8))
		p.must(p.PlanDays(t.Context()))
		p.wantParked(texts, at, 0, "after more than a week")
		missed, err := p.store.InState(t.Context(), []string{p.unit.Lineage}, occasion.Missed, "", 10)
		if err != nil || len(missed) != 1 {
			t.Errorf("listed as left out: %+v, %v", missed, err)
		}
	})
}

// Somebody began to plan a day after an outage and died: the others go on with the days after it, and come back to it.
func TestADayWhosePlannerDiedIsPlannedAfterAll(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.must(p.PlanDays(t.Context()))
		m := p.born("1990-11-22", "")
		p.now.set(birthday.AddDate(0, 0, 3))
		if mine, err := p.store.ClaimDay(t.Context(), "2026-11-22", p.now.Now(), time.Minute, time.Minute); err != nil || !mine {
			t.Fatalf("claimed %v, %v", mine, err)
		}
		p.must(p.PlanDays(t.Context()))
		p.now.set(birthday.AddDate(0, 0, 3).Add(5 * time.Minute))
		p.runs(1)
		p.wantSaid(m, 1, "two days late")
	})
}

func TestWhoeverEndsASilenceIsAskedWhatBecomesOfIt(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-11-21", "")
		p.must(p.PlanDays(t.Context()))
		if _, _, _, err := p.Silence(t.Context(), p.boss.ID, "一分厂", 3); err != nil {
			t.Fatal(err)
		}
		if _, held, err := p.Unsilence(t.Context(), p.chair.ID, ""); err != nil || len(held) != 1 {
			t.Fatalf("ended by the chair: %+v, %v", held, err)
		}
		p.must(p.members.Revoke(t.Context(), p.chair.ID, union.BranchChair, p.unit.ID))
		if _, _, err := p.Release(t.Context(), p.chair.ID, true); err == nil {
			t.Error("somebody who is no chair any more has released it")
		}
		p.must(p.members.Grant(t.Context(), p.chair.ID, union.BranchChair, p.unit.ID))
		if n, _, err := p.Release(t.Context(), p.chair.ID, true); err != nil || n != 1 {
			t.Errorf("released %d, %v", n, err)
		}
		p.runs(1)
		p.wantSaid(m, 1, "released")
	})
}

// A festival is said on its day only: what somebody releases at night counts from the morning on.
func TestWhatIsReleasedAtNightGoesOutInTheMorning(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("", "")
		day := time.Date(2026, 9, 30, 23, 50, 0, 0, time.UTC) // 1 October, 07:50
		p.now.set(day)
		if _, _, _, err := p.Silence(t.Context(), p.chair.ID, "", 1); err != nil {
			t.Fatal(err)
		}
		p.runs(1)
		p.now.set(day.Add(15 * time.Hour)) // 22:50
		if _, _, err := p.Unsilence(t.Context(), p.chair.ID, ""); err != nil {
			t.Fatal(err)
		}
		if n, _, err := p.Release(t.Context(), p.chair.ID, true); err != nil || n == 0 {
			t.Fatalf("released %d, %v", n, err)
		}
		p.now.set(day.Add(24 * time.Hour))
		p.runs(1)
		p.wantSaid(m, 1, "in the morning")
		if _, _, err := p.Move(t.Context(), p.chair.ID, "元旦", calendar.Date{Year: 2026, Month: 12, Day: 13}); !errors.Is(err, occasion.ErrSomber) {
			t.Errorf("moved to 国家公祭日: %v", err)
		}
	})
}

func TestNobodyHandsOutToThemselves(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m, friend := p.born("1990-11-21", ""), p.born("1990-05-05", "")
		p.runs(1)
		for _, proxy := range []union.Member{p.chair, friend} {
			if _, err := p.Entrust(t.Context(), m.ID, proxy.StaffNo); err != nil {
				t.Fatal(err)
			}
			if proxy.ID == p.chair.ID {
				if _, _, err := p.HandOut(t.Context(), p.chair.ID, m.ID, p.chair.ID); !errors.Is(err, union.ErrForbidden) {
					t.Errorf("handed out to oneself: %v", err)
				}
			}
		}
		// Another one waits by now, with which the friend was not entrusted.
		p.must(p.store.Plan(t.Context(), []occasion.Greeting{{
			ID: p.db.NewID(), Member: m.ID, Occasion: "national", Year: 2026, Day: "2026-10-01", SayOn: "2026-10-01", SendAt: birthday, State: occasion.Off, Gift: "cake", GiftUntil: "2026-11-30",
		}}))
		c, err := p.Counter(t.Context(), p.chair.ID, m.StaffNo, friend.StaffNo)
		if err != nil || len(c.List) != 1 || c.By.ID != friend.ID {
			t.Errorf("the friend at the desk: %+v, %v", c, err)
		}
		if handed, _, err := p.HandOut(t.Context(), p.chair.ID, m.ID, friend.ID); err != nil || len(handed) != 1 || handed[0].Occasion != occasion.Birthday {
			t.Errorf("the friend was handed %+v, %v", handed, err)
		}
		list, err := p.GiftsOf(t.Context(), p.chair.ID, m.ID)
		if err != nil || len(list) != 2 || !list[0].Out || list[1].Out || list[1].Occasion != "national" {
			t.Errorf("who hands out reads of %+v, %v", list, err)
		}
		for _, other := range []union.MemberID{friend.ID, m.ID} {
			if list, err := p.GiftsOf(t.Context(), other, m.ID); err != nil || len(list) != 0 {
				t.Errorf("who hands out nothing reads of %+v, %v", list, err)
			}
		}
	})
}

func TestTheGreetingOfANoticeIsFoundByItsKey(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p, many := newParty(t, db), make([]occasion.Greeting, 400)
		m := p.born("1990-11-21", "")
		for i := range many {
			many[i] = occasion.Greeting{ID: db.NewID(), Member: m.ID, Occasion: occasion.Birthday, Year: i + 1, Day: "2026-11-21", SayOn: "2026-11-21", State: occasion.Given}
		}
		p.must(p.store.Plan(t.Context(), many))
		plan, err := storage.ExplainTakingBack(t.Context(), db)
		if err != nil || !strings.Contains(plan, "greetings_row_key") {
			t.Errorf("the key is not used: %v\n%s", err, plan)
		}
	})
}

// Whoever has not answered for a long time still sees what a new card is about.
func TestAnOfficerIsAskedAboutWhatIsRecent(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-11-21", "")
		if _, err := p.Protect(t.Context(), p.chair.ID, m.StaffNo, "住院", "2027-06-30"); err != nil {
			t.Fatal(err)
		}
		p.runs(1)
		list, err := p.Pending(t.Context(), p.chair.ID)
		if err != nil || len(list) != 1 {
			t.Fatalf("asked about %+v, %v", list, err)
		}
		if _, err := p.Question(t.Context(), p.chair.ID, list[0].ID); err != nil {
			t.Error(err)
		}
		if _, err := p.Question(t.Context(), p.boss.ID, list[0].ID); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("an organiser sees who it is: %v", err)
		}
		p.now.set(birthday.AddDate(0, 2, 0))
		if late, err := p.Pending(t.Context(), p.chair.ID); err != nil || len(late) != 0 {
			t.Errorf("two months later: %+v, %v", late, err)
		}
		if _, err := p.Answer(t.Context(), p.chair.ID, list[0].ID, true); !errors.Is(err, union.ErrSettled) {
			t.Errorf("a birthday wish after two months: %v", err)
		}
	})
}

func TestWhatIsBeingSentIsStoppedAndResumed(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m, told := p.born("1990-11-21", ""), p.born("1990-11-21", "")
		p.runs(1)
		p.wantSaid(told, 1, "before it was stopped")
		if _, _, err := p.Stop(t.Context(), p.chair.ID, "生日"); err != nil {
			t.Fatal(err)
		}
		p.runs(2)
		p.wantSaid(m, 0, "stopped")
		if _, err := p.Resume(t.Context(), p.chair.ID, "生日"); err != nil {
			t.Fatal(err)
		}
		p.runs(2)
		p.wantSaid(m, 1, "resumed")
		p.wantSaid(told, 0, "resumed")
	})
}

// What is given in the place of something else tells of somebody's health: it is seen at the desk, and in no list.
func TestListsTellNothingOfSomebodysHealth(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		gift := &p.Data.Now().Greetings.Gifts[0]
		gift.Notes, gift.InPlace = []string{"糖尿病"}, "无糖点心"
		m := put(t, p.members, p.root+"/一分厂", union.Member{StaffNo: storagetest.Unique("b"), Name: "张伟", Birthday: "1990-11-21", Notes: "糖尿病"})
		_, texts, err := p.Samples(t.Context(), p.chair.ID, "生日", "")
		if err != nil || len(texts) != 1 || !strings.Contains(texts[0].Text, "蛋糕券") || strings.Contains(texts[0].Text, "无糖") {
			t.Errorf("shown beforehand: %q, %v", texts, err)
		}
		p.runs(1)
		goods, err := p.Goods(t.Context(), p.chair.ID)
		if err != nil || len(goods.Unfetched) != 1 || goods.Unfetched[0].Gift != "蛋糕券" {
			t.Errorf("listed: %+v, %v", goods, err)
		}
		if c, err := p.Counter(t.Context(), p.chair.ID, m.StaffNo, ""); err != nil || len(c.List) != 1 || c.List[0].Gift != "无糖点心" {
			t.Errorf("at the desk: %+v, %v", c.List, err)
		}
	})
}

// An open case keeps those from cheer whom its service says, also from what waits already; once it has ended nobody is asked.
func TestAnOpenCaseShieldsFromCheer(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		waits, later, ended, plain := p.born("1990-11-21", ""), p.born("1990-11-22", ""), p.born("1990-11-22", ""), p.born("1990-11-22", "")
		p.runs(1)
		shields := storage.NewShields(db)
		first := p.shieldingCase(waits)
		p.must(shields.Shield(t.Context(), first, map[union.MemberID]int{waits.ID: 0, later.ID: 0})) // its answers were mended
		over := p.shieldingCase(ended)
		p.must(storage.Run(t.Context(), db, `UPDATE cases SET state = ? WHERE id = ?`, cases.Accepted, over))
		p.runs(2)
		p.wantSaid(waits, 0, "it waited when the case was filed")
		p.now.set(birthday.AddDate(0, 0, 1))
		p.runs(2)
		p.wantSaid(later, 0, "named by the case")
		p.wantSaid(ended, 1, "the case has ended")
		p.wantSaid(plain, 1, "in no case")
		p.wantSaid(p.chair, 2, "asked about two")
		list, err := p.Pending(t.Context(), p.chair.ID)
		if err != nil || len(list) != 2 {
			t.Fatalf("pending %+v, %v", list, err)
		}
		if _, err := p.Answer(t.Context(), p.chair.ID, list[0].ID, true); err != nil {
			t.Fatal(err)
		}
		p.runs(2)
		p.wantSaid(waits, 1, "allowed")
		clearRecord(t, db)
	})
}

// Whoever was named by mistake is cheered again once the answers are mended.
func TestMendedAnswersShieldWhomTheyNameNow(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		mistaken, meant := p.born("1990-11-21", ""), p.born("1990-11-21", "")
		id := p.shieldingCase(mistaken)
		p.must(storage.NewShields(db).Shield(t.Context(), id, map[union.MemberID]int{meant.ID: 0}))
		p.runs(2)
		p.wantSaid(mistaken, 1, "named no more")
		p.wantSaid(meant, 0, "named now")
		clearRecord(t, db)
	})
}

// Mourning does not end with the visit; what was withdrawn was a mistake.
func TestACaseShieldsForDaysAfterItsEnd(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		mourning, long, mistaken := p.born("1990-11-21", ""), p.born("1990-11-21", ""), p.born("1990-11-21", "")
		for m, end := range map[union.MemberID]struct {
			state cases.State
			days  int
		}{mourning.ID: {cases.Accepted, 80}, long.ID: {cases.Accepted, 91}, mistaken.ID: {cases.Withdrawn, 1}} {
			id := p.shieldingCase(p.chair)
			p.must(storage.NewShields(db).Shield(t.Context(), id, map[union.MemberID]int{m: 90}))
			p.must(storage.Run(t.Context(), db, `UPDATE cases SET state = ?, ended_ms = ? WHERE id = ?`, end.state, birthday.AddDate(0, 0, -end.days).UnixMilli(), id))
		}
		p.runs(2)
		p.wantSaid(mourning, 0, "in mourning")
		p.wantSaid(long, 1, "long after it")
		p.wantSaid(mistaken, 1, "named by mistake")
		clearRecord(t, db)
	})
}

// shieldingCase is an open case that shields its author.
func (p *party) shieldingCase(m union.Member) cases.ID {
	p.t.Helper()
	c := cases.Case{ID: cases.ID(p.db.NewID()), Service: "aid", Author: m.ID, Org: m.Org, Lineage: m.Lineage, State: cases.Open, Step: "check", FiledAt: p.now.Now(), Version: 1}
	p.must(p.db.Tx(p.t.Context(), func(ctx context.Context) error {
		if err := storage.NewCases(p.db).Insert(ctx, c, cases.ID(p.db.NewID())); err != nil {
			return err
		}
		return storage.NewShields(p.db).Shield(ctx, c.ID, map[union.MemberID]int{m.ID: 0})
	}))
	return c.ID
}

// However many are named, all are counted.
func TestWhoeverIsNotReachedIsCounted(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		people := []union.Member{p.born("1990-11-21", ""), p.born("1990-11-21", ""), p.born("1990-11-21", "")}
		p.runs(1)
		for _, m := range people[:2] {
			p.parks(m)
		}
		q := occasion.UnreachedQuery{Lineages: []string{p.unit.Lineage}, Since: "2026-11-01", Limit: 1, Undelivered: true}
		named, err := p.store.Unreached(t.Context(), q)
		p.must(err)
		counts, err := p.store.NotCounts(t.Context(), q)
		p.must(err)
		all := map[string]int{}
		for _, c := range counts {
			all[c.State] += c.N
		}
		if len(named) != 1 || all["parked"] != 2 || all["pending"] != 1 {
			t.Errorf("%d are named, counted are %v", len(named), all)
		}
	})
}
