package storage_test

import (
	"bytes"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/fund"
)

func TestAFundIsNeverOverdrawn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, funds, name := t.Context(), storage.NewFunds(db), storagetest.Unique("f")
		if _, err := funds.Reserve(ctx, entry(name, db.NewID(), 1)); !errors.Is(err, fund.ErrUnknown) {
			t.Errorf("an unknown fund: %v", err)
		}
		set(t, funds, name, 1000)
		// Twenty decisions at once want a tenth each and one fifth too much: ten are granted, whoever comes first.
		var mu sync.Mutex
		var all sync.WaitGroup
		granted, short := 0, 0
		for range 20 {
			all.Go(func() {
				_, err := funds.Reserve(ctx, entry(name, db.NewID(), 100))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					granted++
				case errors.As(err, new(*fund.ShortError)):
					short++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		f, err := funds.Of(ctx, name, 2026)
		if err != nil || granted != 10 || short != 10 || f.Reserved != 1000 || f.Left() != 0 {
			t.Errorf("%d granted, %d refused, %+v, %v", granted, short, f, err)
		}
		if err := funds.Set(ctx, fund.Fund{Name: name, Year: 2026, Title: "帮扶", Budget: 999}, fund.Entry{At: testNow}); !errors.As(err, new(*fund.ShortError)) {
			t.Errorf("a budget below what is set aside: %v", err)
		}
	})
}

func TestMoneyOfACaseMovesOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, funds, name := t.Context(), storage.NewFunds(db), storagetest.Unique("f")
		set(t, funds, name, 1000)
		paid, freed, none := entry(name, db.NewID(), 300), entry(name, db.NewID(), 200), entry(name, db.NewID(), 50)
		for _, e := range []fund.Entry{paid, paid, freed} {
			if _, err := funds.Reserve(ctx, e); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := funds.Pay(ctx, none); !errors.Is(err, fund.ErrNothingReserved) {
			t.Errorf("paid what nobody set aside: %v", err)
		}
		if _, err := funds.Pay(ctx, paid); err != nil {
			t.Fatal(err)
		}
		if _, err := funds.Pay(ctx, paid); !errors.Is(err, fund.ErrNothingReserved) {
			t.Errorf("paid twice: %v", err)
		}
		for range 2 {
			if err := funds.Release(ctx, freed); err != nil {
				t.Fatal(err)
			}
		}
		if err := funds.Release(ctx, paid); err != nil {
			t.Fatal(err)
		}
		want := fund.Fund{Name: name, Year: 2026, Title: "帮扶", Budget: 1000, Paid: 300}
		f, err := funds.Of(ctx, name, 2026)
		if diff := cmp.Diff(want, f); diff != "" || err != nil {
			t.Errorf("%v, fund (-want +got):\n%s", err, diff)
		}
		l, err := fund.Office{Reader: funds, Zone: time.UTC}.Month(ctx, name, testNow)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []fund.Kind
		for _, e := range l.Entries {
			kinds = append(kinds, e.Kind)
		}
		if diff := cmp.Diff([]fund.Kind{fund.Budgeted, fund.Reserved, fund.Reserved, fund.Paid, fund.Released}, kinds); diff != "" {
			t.Errorf("ledger (-want +got):\n%s", diff)
		}
		checkSheet(t, l)
	})
}

// checkSheet reads the workbook as auditors do.
func checkSheet(t *testing.T, l fund.Ledger) {
	t.Helper()
	content, err := fund.Sheet(l.Title, l.Month, l.Entries, l.Funds)
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("台账", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for _, row := range rows {
		if len(row) > 4 {
			sums[row[0]] = row[4]
		}
	}
	for name, want := range map[string]string{"本月预留合计": "5", "本月释放合计": "2", "本月支付合计": "3"} {
		if sums[name] != want {
			t.Errorf("%s is %q yuan, want %s", name, sums[name], want)
		}
	}
}

func entry(name string, id, fen int64) fund.Entry {
	return fund.Entry{Fund: name, Year: 2026, Fen: fen, Case: id, Number: "BF26-0001", Actor: 1, At: testNow}
}

func set(t *testing.T, funds *storage.Funds, name string, budget int64) {
	t.Helper()
	if err := funds.Set(t.Context(), fund.Fund{Name: name, Year: 2026, Title: "帮扶", Budget: budget}, fund.Entry{At: testNow}); err != nil {
		t.Fatal(err)
	}
}
