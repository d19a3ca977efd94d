package main

import (
	"context"
	"fmt"
	"time"
)

// castOwn is as many calls a second as one process makes by itself, with a platform that takes its time: 128 at once, of a fifth of a
// second.
const (
	castOwn  = 128 * 5
	castSlow = time.Second / 5
)

// castPaces measures how near a process comes to slower rates than that of castOne, and what a second one adds: at a rate that one reaches
// nothing, for they share it, and below what is allowed as much as the first.
func (f *field) castPaces(ctx context.Context, dir string, r *report) error {
	for _, each := range []struct{ processes, branch, rate int }{{1, castSmall, 100}, {1, 0, 500}, {2, 0, 500}} {
		took, err := f.castBy(ctx, dir, each.processes, each.branch, each.rate)
		if err != nil {
			return err
		}
		size := float64(castSizes[each.branch])
		name := fmt.Sprintf("a text for each of %d by %d at %d a second, ", castSizes[each.branch], each.processes, each.rate)
		r.fact(name+"time over that of the rate", took.Seconds()*float64(each.rate)/size, "×", 1/.95)
		r.fact(name+"rate over what is allowed", size/took.Seconds()/float64(each.rate), "of it", 1.02)
	}
	f.platform.delay.Store(int64(castSlow))
	defer f.platform.delay.Store(int64(castAnswer))
	var took [2]time.Duration
	for i := range took {
		var err error
		if took[i], err = f.castBy(ctx, dir, i+1, 0, 10*castOwn); err != nil {
			return err
		}
	}
	r.fact("below the rate, time of two processes over that of one", took[1].Seconds()/took[0].Seconds(), "×", .6)
	return nil
}

// castBy sends a text for each of a branch by some processes, and says how long that took since it was planned.
func (f *field) castBy(ctx context.Context, dir string, processes, branch, rate int) (took time.Duration, err error) {
	var first *process
	for range processes {
		p, err := f.serveAt(ctx, rate)
		if err != nil {
			return 0, err
		}
		defer p.end(&err)
		if first == nil {
			first = p
		}
	}
	c, err := f.cast(ctx, first, dir, branch, "{姓名},停水通知,请提前接水。", true)
	if err == nil && c.calls != int64(castSizes[branch]) {
		err = fmt.Errorf("%d calls for %d", c.calls, castSizes[branch])
	}
	return c.sent, err
}
