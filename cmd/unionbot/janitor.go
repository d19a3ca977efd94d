package main

import (
	"context"
	"log/slog"
	"time"
)

// Rows that are of no use any more are removed now and then, a batch at a time.
const (
	sweepEvery = 10 * time.Minute
	sweepBatch = 1000
)

// chore does what is due, or removes what a store keeps too long, at most a batch, and says how many rows it dealt with.
type chore struct {
	name string
	do   func(ctx context.Context) (int64, error)
}

// repeating does chores at once, and then again and again until ctx ends. Replicas may do them at the same time.
func repeating(name string, every time.Duration, log *slog.Logger, chores ...chore) job {
	return job{name, func(ctx context.Context) {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			for _, c := range chores {
				sweep(ctx, c, log)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}}
}

// janitor does its chores now and then until ctx ends. Replicas may do them at the same time.
func janitor(chores []chore, log *slog.Logger) job {
	return job{"janitor", func(ctx context.Context) {
		tick := time.NewTicker(sweepEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			for _, c := range chores {
				sweep(ctx, c, log)
			}
		}
	}}
}

func sweep(ctx context.Context, c chore, log *slog.Logger) {
	for removed := int64(sweepBatch); removed >= sweepBatch && ctx.Err() == nil; {
		var err error
		if removed, err = c.do(ctx); err != nil {
			log.Warn("chore not done", "what", c.name, "error", err)
			return
		}
	}
}
