package storage_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/reference"
)

// For whom the data have no words stops nobody else, and is listed.
func TestAGreetingWithoutWordsIsSetAside(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.Logger = slog.New(slog.DiscardHandler)
		greetings := &p.Data.Now().Greetings
		greetings.Lines = slices.DeleteFunc(greetings.Lines, func(l reference.Said) bool { return l.For == occasion.Birthday })
		wordless := p.born("1990-11-21", "")
		served := put(t, p.members, p.root+"/一分厂", union.Member{StaffNo: storagetest.Unique("b"), Name: "王强", Joined: "2016-11-21"})
		p.runs(1)
		p.wantSaid(wordless, 0, "without words")
		p.wantSaid(served, 1, "with words")
		list, _, err := p.Week(t.Context(), p.chair.ID)
		if err != nil || !slices.ContainsFunc(list, func(c occasion.Coming) bool { return c.State == occasion.Unworded && c.N == 1 }) {
			t.Errorf("the week is %+v, %v", list, err)
		}
	})
}

func TestWhatIsOutOfStockKeepsNothingElseBack(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		greetings := &p.Data.Now().Greetings
		cake := greetings.Gifts[0]
		cake.Key, cake.Name, cake.Stock, cake.For = "mug", "保温杯", 1, []string{occasion.Anniversary}
		greetings.Gifts = append(greetings.Gifts, cake)
		served := func() union.Member {
			return put(t, p.members, p.root+"/一分厂", union.Member{StaffNo: storagetest.Unique("b"), Name: "王强", Birthday: "1990-11-21", Joined: "2016-11-21"})
		}
		first, second := served(), served()
		p.runs(1)
		if handed, lacking, err := p.HandOut(t.Context(), p.chair.ID, first.ID, first.ID); err != nil || len(handed) != 2 || len(lacking) != 0 {
			t.Errorf("the first got %+v without %+v, %v", handed, lacking, err)
		}
		handed, lacking, err := p.HandOut(t.Context(), p.chair.ID, second.ID, second.ID)
		if err != nil || len(handed) != 1 || handed[0].Occasion != occasion.Birthday || len(lacking) != 1 || lacking[0].Gift != "保温杯" {
			t.Errorf("the second got %+v without %+v, %v", handed, lacking, err)
		}
		if c, err := p.Counter(t.Context(), p.chair.ID, second.StaffNo, ""); err != nil || len(c.List) != 1 {
			t.Errorf("still waiting: %+v, %v", c.List, err)
		}
	})
}

// Whoever has to say something first is listed until then, and of a day's greetings it is told once.
func TestWhoWouldHaveItWithTheNextWordIsListedAsUnreached(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		m := p.born("1990-11-21", "")
		p.runs(1)
		parked, at := p.parks(m)
		p.allBound()
		if list, _, err := p.Unreached(t.Context(), p.chair.ID, 0, 0); err != nil || len(list) != 1 || list[0].To.ID != m.ID {
			t.Errorf("listed %+v, %v", list, err)
		}
		for day, want := range []int{1, 0} {
			p.now.set(birthday.AddDate(0, 0, day))
			p.must(p.TellUnreached(t.Context()))
			p.now.set(birthday.AddDate(0, 0, day).Add(4 * time.Hour))
			p.wantSaid(p.chair, want, "told of the same greeting")
		}
		_, err := storage.TakeParked(t.Context(), db, parked, at)
		p.must(err)
		if list, _, err := p.Unreached(t.Context(), p.chair.ID, 0, 0); err != nil || len(list) != 0 {
			t.Errorf("listed after the next word %+v, %v", list, err)
		}
	})
}

// watched counts the rows that are looked at to tell whom greetings have not reached.
type watched struct {
	*storage.Greetings
	looks, rows int
}

func (w *watched) Unreached(ctx context.Context, q occasion.UnreachedQuery) ([]occasion.Unreached, error) {
	list, err := w.Greetings.Unreached(ctx, q)
	w.looks, w.rows = w.looks+1, w.rows+len(list)
	return list, err
}

// What was looked at is not looked at again every minute, and whoever is told by two workers is told once.
func TestOnlyWhatIsNewIsLookedAtToTellOfTheUnreached(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.outbox.UseClock(p.now.Now)
		first, second := p.born("1990-11-21", ""), p.born("1990-11-21", "")
		p.runs(1)
		seen := &watched{Greetings: p.store}
		p.Store = seen
		other := p.desk(p.Data.Now())
		tells := func(rows int, when string) {
			t.Helper()
			seen.looks, seen.rows = 0, 0
			p.must(p.TellUnreached(t.Context()))
			if seen.looks != 1 || seen.rows != rows {
				t.Errorf("%s: %d rows in %d looks, want %d in one", when, seen.rows, seen.looks, rows)
			}
		}
		p.parks(first)
		tells(1, "first")
		tells(0, "nothing is new")
		p.now.set(birthday.Add(time.Minute))
		p.parks(second)
		tells(1, "one is new")
		p.now.set(birthday.Add(time.Hour))
		tells(2, "all once an hour")
		p.must(other.TellUnreached(t.Context()))
		p.now.set(birthday.Add(4 * time.Hour))
		p.wantSaid(p.chair, 1, "by two workers")
		plan, err := storage.ExplainUnreached(t.Context(), p.store, occasion.UnreachedQuery{Lineages: []string{"/"}, Since: "2026-11-19", Limit: 1000})
		if err != nil || !strings.Contains(plan, "outbox_") {
			t.Errorf("no index is used: %v\n%s", err, plan)
		}
	})
}

func TestALongListSaysHowManyMoreThereAre(t *testing.T) {
	p := newParty(t, storagetest.SQLite(t))
	for range 105 {
		p.born("1990-11-21", "")
	}
	p.runs(1)
	items, err := p.outbox.Claim(t.Context(), true, "x", time.Minute, 200)
	p.must(err)
	for _, item := range items {
		p.must(p.outbox.Settle(t.Context(), item, bot.Settlement{State: bot.ParcelFailed, Cause: "unreachable: no address"}))
	}
	p.Keep = func(context.Context, io.Reader) (string, error) { return strings.Repeat("a", 64), nil }
	for range 2 {
		if n, more, err := p.ExportGoods(t.Context(), p.chair.ID, "m1"); err != nil || n != 105 || more {
			t.Errorf("%d in the sheet, and more: %v, %v", n, more, err)
		}
	}
	p.MostInSheet = 104
	if n, more, err := p.ExportGoods(t.Context(), p.chair.ID, "m1"); err != nil || n != 104 || !more {
		t.Errorf("%d in a sheet that is cut, and more: %v, %v", n, more, err)
	}
	p.wantSaid(p.chair, 1, "one sheet")
	if goods, err := p.Goods(t.Context(), p.chair.ID); err != nil || len(goods.Unfetched) != 100 || goods.More != 5 {
		t.Errorf("%d wait for goods, and %d more, %v", len(goods.Unfetched), goods.More, err)
	}
}
