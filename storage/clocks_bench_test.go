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

// The goals, past which the benchmarks fail: how long 10,000 due steps take, by how many MiB memory grows meanwhile, how long 待办
// takes, and how many times as long among a hundred times as many tasks.
const (
	sweepMost   = 30 * time.Second
	sweepMemory = 16
	listTime    = 50 * time.Millisecond
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

// BenchmarkTasksAmongMany times 待办 as an officer says it in the chat, the first nine lines with how many there are, where a union
// has 1,000 and where it has 100,000 open tasks: of an officer who has a few of them, and of one who has nearly all. The ratios are of
// the larger union to the smaller.
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
				a := listing(b, unions, func(o *office) union.MemberID { return o.branch.ID })
				m := listing(b, unions, func(o *office) union.MemberID { return o.chair.ID })
				if worst := max(a[1].Seconds()/a[0].Seconds(), m[1].Seconds()/m[0].Seconds()); worst > listMost {
					b.Errorf("among %d tasks 待办 takes %.2f times what it takes among %d, not %.1f at most", large, worst, small, listMost)
				}
				if worst := max(a[1], m[1]); worst > listTime {
					b.Errorf("among %d tasks 待办 takes %s, not %s at most", large, worst, listTime)
				}
				b.ReportMetric(a[1].Seconds()*1000, "ms-few")
				b.ReportMetric(a[1].Seconds()/a[0].Seconds(), "ratio-few")
				b.ReportMetric(m[1].Seconds()*1000, "ms-many")
				b.ReportMetric(m[1].Seconds()/m[0].Seconds(), "ratio-many")
			}
		})
	}
}

// listing is the median of the times that an officer's 待办 takes in each union. They are asked in turns: whatever else the machine
// does disturbs both.
func listing(b *testing.B, unions []*office, officer func(*office) union.MemberID) (median [2]time.Duration) {
	b.Helper()
	const lines, times = 9, 101
	var took [2][]time.Duration
	for range times {
		for i, o := range unions {
			began := time.Now()
			page, err := o.TaskPage(b.Context(), officer(o), cases.Spot{}, lines, true)
			took[i] = append(took[i], time.Since(began))
			if err != nil || len(page.Lines) != lines || page.Next == nil || page.All <= lines {
				b.Fatalf("%d lines of %d, %v; want %d of more", len(page.Lines), page.All, err, lines)
			}
		}
	}
	for i := range took {
		slices.Sort(took[i])
		median[i] = took[i][times/2]
	}
	return median
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
