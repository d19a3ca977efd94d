package storage_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/cases"
)

// BenchmarkTenThousandDueSteps moves 10,000 steps that nobody decided, as after an outage, and says how long each takes
// and how far memory grew meanwhile.
func BenchmarkTenThousandDueSteps(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *storage.DB{"sqlite": storagetest.SQLite, "mariadb": storagetest.MariaDB} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				o := newOffice(b, open(b))
				const steps = 10_000
				o.copies(b, steps)
				o.now.set(at("2026-12-04", "10:00"))
				runtime.GC()
				before, most := heap(), uint64(0)
				b.StartTimer()
				start, moved := time.Now(), int64(0)
				for n := int64(1); n > 0; moved += n {
					var err error
					if n, err = o.MoveClocks(b.Context(), 200); err != nil {
						b.Fatal(err)
					}
					most = max(most, heap())
				}
				took := time.Since(start)
				o.outbox.take()
				if moved != steps {
					b.Fatalf("moved %d of %d", moved, steps)
				}
				b.ReportMetric(took.Seconds(), "s/10000")
				b.ReportMetric(float64(most-min(most, before))/(1<<20), "MiB-more")
			}
		})
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// copies files one case and copies it.
func (o *office) copies(b *testing.B, n int) {
	b.Helper()
	filed, err := o.File(b.Context(), o.draft(o.worker, "给锅炉房加个护栏"))
	if err != nil {
		b.Fatal(err)
	}
	o.outbox.keep = false
	store := storage.NewCaseStore(o.db)
	clocks, err := store.Clocks.Of(b.Context(), filed.Case.ID)
	if err != nil {
		b.Fatal(err)
	}
	tasks, err := store.Tasks.OfCases(b.Context(), true, filed.Case.ID)
	if err != nil {
		b.Fatal(err)
	}
	for made := 1; made < n; {
		err := o.db.Tx(b.Context(), func(ctx context.Context) error {
			for range min(500, n-made) {
				c, task, clock := filed.Case, tasks[0], clocks[0]
				c.ID, task.ID = cases.ID(o.db.NewID()), cases.ID(o.db.NewID())
				task.Case, clock.Case = c.ID, c.ID
				if err := store.Cases.Insert(ctx, c, cases.ID(o.db.NewID())); err != nil {
					return err
				}
				if err := store.Tasks.Insert(ctx, task); err != nil {
					return err
				}
				if err := store.Clocks.Put(ctx, clock); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		made += min(500, n-made)
	}
}
