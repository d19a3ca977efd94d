package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/privacy"
	"github.com/unionbot/unionbot/union/reference"
)

type plainCare struct{}

func (plainCare) AskOfficer(g occasion.Greeting, _ string) notice.Body {
	return notice.Body{Text: "ask about " + g.Occasion}
}

func (plainCare) SilenceOver(occasion.Silence, []occasion.Count, func(string) string) notice.Body {
	return notice.Body{Text: "silence over"}
}

func (plainCare) UnreachedListed() notice.Body { return notice.Body{Text: "unreached"} }
func (plainCare) UnreachedSheet(list []occasion.Lost, _ func(string) string) occasion.Sheet {
	s := occasion.Sheet{Name: "unreached"}
	for _, l := range list {
		s.Rows = append(s.Rows, []string{l.To.StaffNo, string(l.Why), l.Phone})
	}
	return s
}
func (plainCare) GoodsSheet(list []occasion.Waiting, _ string) occasion.Sheet {
	s := occasion.Sheet{Name: "goods"}
	for _, w := range list {
		s.Rows = append(s.Rows, []string{w.To.StaffNo})
	}
	return s
}
func (plainCare) NoSheetHere(name string) string { return "no " + name }
func (plainCare) DatesListed() notice.Body       { return notice.Body{Text: "dates"} }

// party is where people are greeted.
type party struct {
	*fair
	*occasion.Desk
	store  *storage.Greetings
	unit   union.Organisation
	chair  union.Member
	outbox *storage.Outbox
}

// birthday is 2026-11-21, 07:50: 农历十月十三.
var birthday = time.Date(2026, 11, 20, 23, 50, 0, 0, time.UTC)

func newParty(t *testing.T, db *storage.DB) *party {
	t.Helper()
	data, err := reference.Load(shipped.Files)
	if err != nil {
		t.Fatal(err)
	}
	f := newFair(t, db)
	f.now.set(birthday)
	p := &party{fair: f, store: storage.NewGreetings(db), outbox: storage.NewOutbox(db)}
	p.outbox.UseClock(f.now.Now)
	p.chair = f.person("一分厂")
	p.unit, err = f.members.OrganisationByPath(t.Context(), f.root+"/一分厂")
	f.must(err)
	f.must(f.members.Grant(t.Context(), p.chair.ID, union.BranchChair, p.unit.ID))
	p.Desk = p.desk(data)
	return p
}

// desk is another worker on the same database.
func (p *party) desk(data *reference.Data) *occasion.Desk {
	return &occasion.Desk{
		Store: p.store, Members: p.members, Outbox: p.outbox, Words: plainCare{}, Data: reference.NewBook(data), Zone: time.FixedZone("CST", 8*60*60),
		Now: p.now.Now, NewID: p.db.NewID, Language: "zh-CN",
	}
}

func (p *party) born(solar, lunar string) union.Member {
	p.t.Helper()
	return put(p.t, p.members, p.root+"/一分厂/锅炉班", union.Member{StaffNo: storagetest.Unique("b"), Name: "张伟", Birthday: solar, LunarBirthday: lunar, Joined: "2008-05-16"})
}

// runs plans and hands over as a worker does, on one or on several at once.
func (p *party) runs(workers int) {
	p.t.Helper()
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			if err := p.PlanDays(p.t.Context()); err != nil {
				p.t.Error(err)
			}
			if err := p.SendDay(p.t.Context(), p.Today(), p.now.Now()); err != nil {
				p.t.Error(err)
			}
			for n := int64(1); n > 0; {
				var err error
				if n, err = p.HandOver(p.t.Context(), true); err != nil {
					p.t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// said is what waits in the outbox for a member.
func (p *party) said(m union.Member) (texts []string) {
	p.t.Helper()
	items, err := p.outbox.ClaimLane(p.t.Context(), fmt.Sprintf("m/%d", m.ID), storagetest.Unique("l"), time.Minute)
	p.must(err)
	for _, item := range items {
		p.must(p.outbox.Begin(p.t.Context(), item, bot.Address{}, []byte("{}"), time.Minute))
		p.must(p.outbox.Settle(p.t.Context(), item, bot.Settlement{State: bot.ParcelSent}))
		texts = append(texts, item.Body.Text)
	}
	return texts
}

func (p *party) wantSaid(m union.Member, n int, when string) {
	p.t.Helper()
	if got := p.said(m); len(got) != n {
		p.t.Errorf("%s: said %q, want %d", when, got, n)
	}
}

func TestEverybodyIsGreetedOnceHoweverManyPlan(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		both, solar, other := p.born("1985-11-24", "L0000-10-13"), p.born("1990-11-21", ""), p.born("1990-05-05", "")
		p.runs(4)
		p.runs(1)
		for _, m := range []union.Member{both, solar} {
			p.wantSaid(m, 1, "on the day")
		}
		p.wantSaid(other, 0, "nobody's birthday")
		p.now.set(birthday.AddDate(0, 0, 3)) // the solar birthday of whoever keeps the lunar one
		p.runs(2)
		p.wantSaid(both, 0, "the other birthday")
		p.must(p.Subscribe(t.Context(), both.ID, occasion.Birthday, true))
		if _, err := p.KeepBirthday(t.Context(), both.ID, occasion.Solar, ""); err != nil {
			t.Fatal(err)
		}
		p.runs(1)
		p.wantSaid(both, 0, "the other birthday, after it was chosen")
		p.now.set(birthday.AddDate(1, 0, 0))
		p.runs(2)
		p.wantSaid(solar, 1, "a year later")
	})
}

// A worker that dies between two greetings leaves those before it handed over and those after it planned.
func TestAKilledRunIsFinishedByTheNext(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		var all []union.Member
		for range 5 {
			all = append(all, p.born("1990-11-21", ""))
		}
		p.must(p.PlanDay(t.Context(), p.Today(), p.now.Now()))
		dies, cancel := context.WithCancel(t.Context())
		err := p.store.Tx(dies, func(ctx context.Context) error {
			due, err := p.store.Waiting(ctx, p.now.Now(), 2)
			if err != nil {
				return err
			}
			for _, g := range due {
				g.State = occasion.Given
				if _, err := p.store.Change(ctx, g.Greeting, occasion.Planned); err != nil {
					return err
				}
			}
			cancel() // before anything is committed
			return ctx.Err()
		})
		if err == nil {
			t.Fatal("the transaction was committed")
		}
		p.runs(3)
		for _, m := range all {
			p.wantSaid(m, 1, "after the kill")
		}
	})
}

func TestAfterAnOutageTheLateAreGreetedAndTheTooLateListed(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.runs(1)
		early, late, today := p.born("1990-11-23", ""), p.born("1990-11-28", ""), p.born("1990-11-30", "")
		p.now.set(birthday.AddDate(0, 0, 9)) // 30 November: nobody was there for eight days
		p.runs(2)
		p.wantSaid(early, 0, "a week late")
		p.wantSaid(today, 1, "today")
		if got := p.said(late); len(got) != 1 || !strings.Contains(got[0], "祝福晚到了 2 天") {
			t.Errorf("two days late: %q", got)
		}
		missed, err := p.store.InState(t.Context(), []string{p.unit.Lineage}, occasion.Missed, "", 10)
		if err != nil || len(missed) != 1 || missed[0].Member != early.ID {
			t.Errorf("left out: %+v, %v", missed, err)
		}
	})
}

func TestASilenceTakesBackWhatWaits(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		given := p.born("1990-11-21", "")
		p.runs(1)
		planned := p.born("1991-11-21", "")
		p.must(p.PlanDay(t.Context(), p.Today(), p.now.Now()))
		s, held, _, err := p.Silence(t.Context(), p.chair.ID, "", 1)
		if err != nil || len(held) != 1 || held[0].N != 2 {
			t.Fatalf("held %+v, %v", held, err)
		}
		p.runs(1)
		p.wantSaid(given, 0, "in silence")
		p.wantSaid(planned, 0, "in silence")
		p.now.set(s.Until.Add(8 * time.Hour))
		p.must(p.Sweep(t.Context()))
		p.must(p.Sweep(t.Context()))
		p.wantSaid(p.chair, 1, "after the silence")
		if n, _, err := p.Release(t.Context(), p.chair.ID, true); err != nil || n != 2 {
			t.Fatalf("released %d, %v", n, err)
		}
		p.runs(2)
		p.wantSaid(given, 1, "released")
		p.wantSaid(planned, 1, "released")
	})
}

func TestNobodyOnTheListIsGreetedUnasked(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-11-21", "")
		if _, err := p.Protect(t.Context(), p.chair.ID, m.StaffNo, "丧亲", ""); err != nil {
			t.Fatal(err)
		}
		stored, err := storage.Text(t.Context(), db, `SELECT cause FROM greeting_shields WHERE member_id = ?`, m.ID)
		if err != nil || stored == "" || strings.Contains(stored, "丧亲") {
			t.Errorf("stored as %q, %v", stored, err)
		}
		p.runs(3)
		p.wantSaid(m, 0, "on the list")
		p.wantSaid(p.chair, 1, "asked")
		list, err := p.Pending(t.Context(), p.chair.ID)
		if err != nil || len(list) != 1 {
			t.Fatalf("pending %+v, %v", list, err)
		}
		if _, err := p.Answer(t.Context(), p.boss.ID, list[0].ID, true); err == nil {
			t.Error("somebody who is no chair has decided")
		}
		if _, err := p.Answer(t.Context(), p.chair.ID, list[0].ID, true); err != nil {
			t.Fatal(err)
		}
		p.runs(2)
		p.wantSaid(m, 1, "allowed")
		p.wantSaid(p.chair, 0, "asked again")
	})
}

// Whoever keeps 10 January by the sun and changes to 腊月十八 has the next birthday in the January after, of the lunar year 2027, which is
// the number of the year of the last one.
func TestAChangeOfTheCalendarInJanuarySkipsNoBirthday(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1974-01-10", "L0000-12-18")
		on := func(day string, n int, why string) {
			t.Helper()
			p.now.set(at(day, "07:50"))
			p.runs(2)
			p.runs(1)
			p.wantSaid(m, n, day+": "+why)
		}
		keeps := func(calendar string) {
			t.Helper()
			if _, err := p.KeepBirthday(t.Context(), m.ID, calendar, ""); err != nil {
				t.Fatal(err)
			}
		}
		keeps(occasion.Solar)
		on("2027-01-10", 1, "by the sun")
		keeps(occasion.Lunar)
		on("2027-01-25", 0, "by the moon, a fortnight later")
		on("2028-01-14", 1, "by the moon")
		on("2029-02-01", 1, "by the moon")
		keeps(occasion.Solar)
		on("2030-01-10", 1, "by the sun again")
	})
}

// The birthdays of a day in a large union are found by their indexes, and planned at once.
func TestADayOfALargeUnionIsPlannedByIndexes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		for i := range 30 {
			p.born("1990-11-21", "")
			if i%2 == 0 {
				p.born("", "L0000-10-13")
			}
		}
		day := calendar.Date{Year: 2026, Month: 11, Day: 21}
		p.must(p.PlanDay(t.Context(), day, p.now.Now()))
		counts, err := p.store.Counts(t.Context(), []string{p.unit.Lineage}, "2026-11-21", "2026-11-21")
		if err != nil || len(counts) != 1 || counts[0].N != 45 {
			t.Errorf("planned %+v, %v", counts, err)
		}
	})
}

func TestWhomNothingReachesIsListedWithAPhone(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.allBound()
		m := put(t, p.members, p.root+"/一分厂/锅炉班", union.Member{StaffNo: storagetest.Unique("b"), Name: "王强", Birthday: "1990-11-21", Phone: "13900000021"})
		p.runs(1)
		items, err := p.outbox.Claim(t.Context(), true, "x", time.Minute, 10)
		p.must(err)
		for _, item := range items {
			p.must(p.outbox.Settle(t.Context(), item, bot.Settlement{State: bot.ParcelFailed, Cause: "unreachable: no address"}))
		}
		list, _, err := p.Unreached(t.Context(), p.chair.ID, 0, 0)
		if err != nil || len(list) != 1 || list[0].To.ID != m.ID || list[0].Phone != "13900000021" {
			t.Errorf("listed %+v, %v", list, err)
		}
		for range 2 {
			p.must(p.TellUnreached(t.Context()))
		}
		p.now.set(birthday.Add(4 * time.Hour))
		p.wantSaid(p.chair, 1, "told of whom nothing reaches")
		if _, _, err := p.Unreached(t.Context(), m.ID, 0, 0); err == nil {
			t.Error("a member sees the phones of others")
		}
	})
}

func TestWhatIsKeptOfGreetingsIsErased(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-11-21", "")
		p.runs(1)
		p.must(p.Subscribe(t.Context(), m.ID, "", false))
		if _, err := p.Protect(t.Context(), p.chair.ID, m.StaffNo, "丧亲", ""); err != nil {
			t.Fatal(err)
		}
		p.must(storage.NewShields(db).Shield(t.Context(), p.shieldingCase(p.chair), map[union.MemberID]int{m.ID: 0}))
		defer clearRecord(t, db)
		m.Status = union.Left
		_, err := p.members.Put(t.Context(), m, p.now.Now())
		p.must(err)
		p.must(storage.NewErasures(db, "").EraseMember(t.Context(), privacy.Erasure{Member: m, At: p.now.Now(), Reason: "gone"}, &privacy.Erased{}))
		for _, table := range []string{"greetings", "greeting_choices", "greeting_shields", "case_shields"} {
			if n, err := storage.Text(t.Context(), db, `SELECT COUNT(*) FROM `+table+` WHERE member_id = ?`, m.ID); err != nil || n != "0" {
				t.Errorf("%s rows are left in %s, %v", n, table, err)
			}
		}
	})
}

func TestGoodsAreHandedOutOnceAndAsFarAsTheyGo(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.Data.Now().Greetings.Gifts[0].Stock = 2
		all := []union.Member{p.born("1990-11-21", ""), p.born("1990-11-21", ""), p.born("1990-11-21", "")}
		p.must(p.Subscribe(t.Context(), all[0].ID, "", false)) // the goods are theirs all the same
		p.runs(1)
		p.wantSaid(all[0], 0, "not wanted")
		var handed atomic.Int32
		var desks sync.WaitGroup
		for range 4 {
			desks.Go(func() {
				if list, _, err := p.HandOut(t.Context(), p.chair.ID, all[0].ID, all[0].ID); err == nil {
					handed.Add(int32(len(list)))
				} else if !errors.Is(err, occasion.ErrNoGift) {
					t.Error(err)
				}
			})
		}
		desks.Wait()
		if handed.Load() != 1 {
			t.Errorf("handed out %d times", handed.Load())
		}
		if _, _, err := p.HandOut(t.Context(), p.chair.ID, all[1].ID, all[0].ID); !errors.Is(err, occasion.ErrNoConsent) {
			t.Errorf("somebody else fetched it: %v", err)
		}
		if _, _, err := p.HandOut(t.Context(), p.chair.ID, all[1].ID, all[1].ID); err != nil {
			t.Error(err)
		}
		if _, _, err := p.HandOut(t.Context(), p.chair.ID, all[2].ID, all[2].ID); !errors.Is(err, occasion.ErrNoStock) {
			t.Errorf("the third of two: %v", err)
		}
		if _, _, err := p.HandOut(t.Context(), p.boss.ID, all[2].ID, all[2].ID); err != nil && !errors.Is(err, occasion.ErrNoStock) {
			t.Errorf("an organiser: %v", err)
		}
	})
}

// Many desks hand out the last few at the same time, each to another member.
func TestDesksThatHandOutTheLastAtOnceOverdrawNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		const before, stock, people = 1, 4, 10
		var all []union.Member
		for range people {
			all = append(all, p.born("1990-11-21", ""))
		}
		p.runs(1)
		if list, _, err := p.HandOut(t.Context(), p.chair.ID, all[0].ID, all[0].ID); err != nil || len(list) != before {
			t.Fatalf("handed out %+v, %v", list, err)
		}
		p.Data.Now().Greetings.Gifts[0].Stock = stock // nobody has counted until now
		var handed, refused atomic.Int32
		var desks sync.WaitGroup
		for _, m := range all[1:] {
			desks.Go(func() {
				list, _, err := p.HandOut(t.Context(), p.chair.ID, m.ID, m.ID)
				switch {
				case errors.Is(err, occasion.ErrNoStock):
					refused.Add(1)
				case err != nil:
					t.Error(err)
				}
				handed.Add(int32(len(list)))
			})
		}
		desks.Wait()
		if handed.Load() != stock-before || refused.Load() != people-stock {
			t.Errorf("%d were handed out of %d, %d refused", handed.Load(), stock-before, refused.Load())
		}
		goods, err := p.Goods(t.Context(), p.chair.ID)
		if err != nil || len(goods.Counts) != 1 || goods.Counts[0].Out != stock || goods.Left[goods.Counts[0].Gift] != 0 {
			t.Errorf("goods %+v, %v", goods, err)
		}
	})
}

// Between the backup and the loss people were greeted whom the database does not know.
func TestARestoredDatabaseGreetsNobodyByItselfThatDay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.must(p.PlanDays(t.Context()))
		begun := p.born("1990-11-20", "")
		if _, err := p.store.ClaimDay(t.Context(), "2026-11-20", p.now.Now(), time.Minute, time.Minute); err != nil {
			t.Fatal(err)
		}
		planned := p.born("1990-11-21", "")
		p.must(p.PlanDay(t.Context(), p.Today(), p.now.Now()))
		next := p.born("1990-11-22", "")
		p.now.set(birthday.AddDate(0, 0, 1))
		unplanned := p.born("1991-11-22", "")
		if _, err := (storage.Restored{Year: 26, Today: p.Today().String()}).Do(t.Context(), db, p.outbox); err != nil {
			t.Fatal(err)
		}
		p.must(p.PlanDays(t.Context()))
		if _, err := p.HandOver(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		for _, m := range []union.Member{begun, planned, next, unplanned} {
			p.wantSaid(m, 0, "after the restoration")
		}
		tomorrow := p.born("1990-11-23", "")
		p.now.set(birthday.AddDate(0, 0, 2))
		p.must(p.PlanDays(t.Context()))
		if _, err := p.HandOver(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		p.wantSaid(tomorrow, 1, "the day after")
		p.wantSaid(next, 0, "the day after")
	})
}

// Without the named indexes MariaDB reads a million members in the order of their ids, which takes half a minute.
func TestWhoIsGreetedIsFoundByTheIndexOfTheDay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		store := storage.NewGreetings(db)
		for index, q := range map[string]occasion.Query{
			"members_birthday": {Occasion: occasion.Birthday, Year: 2026, Days: []string{"11-21"}}, "members_lunar": {Occasion: occasion.Birthday, Year: 2026, Lunar: []string{"10-13"}},
			"members_joined": {Occasion: occasion.Anniversary, Year: 2026, Joined: []string{"02-28", "02-29"}}, "members_retire_on": {Occasion: occasion.Retirement, Year: 2026, RetireOn: "2026-11-21"},
		} {
			plan, err := storage.ExplainCandidates(t.Context(), store, q)
			if err != nil || !strings.Contains(plan, index) {
				t.Errorf("%s is not used: %v\n%s", index, err, plan)
			}
		}
	})
}
