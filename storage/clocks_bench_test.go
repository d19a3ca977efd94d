package storage_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// The goals, past which the benchmarks fail: how long 10,000 due steps take, by how many MiB memory grows meanwhile, and how many
// times as long a list takes among a hundred times as many tasks.
const (
	sweepMost   = 30 * time.Second
	sweepMemory = 16
	listMost    = 1.5
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
				o.copies(b, steps, o.branch.ID)
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
				more := float64(most-min(most, before)) / (1 << 20)
				b.ReportMetric(took.Seconds(), "s/10000")
				b.ReportMetric(more, "MiB-more")
				if took > sweepMost || more > sweepMemory {
					b.Errorf("%d steps took %s and %.0f MiB more, not %s and %d at most", steps, took.Round(time.Second), more, sweepMost, sweepMemory)
				}
			}
		})
	}
}

// BenchmarkTasksAmongMany lists 待办 where a union has 1,000 and where it has 100,000 open tasks: of an officer who has a few of
// them, and of one who has nearly all. The ratios are of the larger union to the smaller.
func BenchmarkTasksAmongMany(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *storage.DB{"sqlite": storagetest.SQLite, "mariadb": storagetest.MariaDB} {
		b.Run(name, func(b *testing.B) {
			const few, small, large = 20, 1000, 100_000
			var unions []*office
			for _, size := range []int{small, large} {
				o := newOffice(b, open(b))
				o.copies(b, few, o.branch.ID)
				o.copies(b, size-few, o.chair.ID)
				unions = append(unions, o)
			}
			for b.Loop() {
				a := listing(b, few, unions, func(o *office) union.MemberID { return o.branch.ID })
				m := listing(b, 50, unions, func(o *office) union.MemberID { return o.chair.ID })
				if worst := max(a[1].Seconds()/a[0].Seconds(), m[1].Seconds()/m[0].Seconds()); worst > listMost {
					b.Errorf("among %d tasks a list takes %.2f times what it takes among %d, not %.1f at most", large, worst, small, listMost)
				}
				b.ReportMetric(a[1].Seconds()*1000, "ms-few")
				b.ReportMetric(a[1].Seconds()/a[0].Seconds(), "ratio-few")
				b.ReportMetric(m[1].Seconds()*1000, "ms-many")
				b.ReportMetric(m[1].Seconds()/m[0].Seconds(), "ratio-many")
			}
		})
	}
}

// listing is the least time that an officer's list takes in each union, which has at least so many lines. They are asked in turns:
// whatever else the machine does disturbs both.
func listing(b *testing.B, lines int, unions []*office, officer func(*office) union.MemberID) (least [2]time.Duration) {
	b.Helper()
	for range 100 {
		for i, o := range unions {
			began := time.Now()
			listed, err := o.Tasks(b.Context(), officer(o))
			took := time.Since(began)
			if err != nil || len(listed) < lines {
				b.Fatalf("%d lines, %v; want %d or more", len(listed), err, lines)
			}
			if least[i] == 0 || took < least[i] {
				least[i] = took
			}
		}
	}
	return least
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// copies files a case and copies it, for one officer to decide.
func (o *office) copies(b testing.TB, n int, officer union.MemberID) {
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
				c, task, own := filed.Case, tasks[0], slices.Clone(clocks)
				c.ID, task.ID = cases.ID(o.db.NewID()), cases.ID(o.db.NewID())
				task.Case, task.Officer = c.ID, officer
				for i := range own {
					own[i].Case = c.ID
				}
				if err := store.Cases.Insert(ctx, c, cases.ID(o.db.NewID())); err != nil {
					return err
				}
				if err := store.Tasks.Insert(ctx, task); err != nil {
					return err
				}
				if err := store.Clocks.Put(ctx, own...); err != nil {
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
