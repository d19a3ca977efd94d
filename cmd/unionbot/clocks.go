package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/union/cases"
)

// What nobody decides in time moves on this much later at most. After an outage a batch follows the other, so that nobody
// waits for the next tick; the outbox paces what is said.
const (
	clocksEvery = 5 * time.Second
	clocksBatch = 200
	// leaversEvery is how often it is looked for officers who left, and for those who have no digest yet.
	leaversEvery = 5 * time.Minute
	// promisedEvery is how often promised times are worked out by the calendar again: a replica with an older one may promise meanwhile.
	promisedEvery = time.Hour
)

// clocks moves what is due until ctx ends, the longest overdue first. Replicas may do it at the same time.
func clocks(desk *cases.Desk, log *slog.Logger) job {
	return job{"clocks", func(ctx context.Context) {
		adopt(ctx, desk, log)
		stands := func(what string, err error) {
			for _, one := range apart(err) {
				log.Error("deadlines stand still", "what", what, "error", one)
			}
		}
		if err := desk.TryPutOff(ctx); err != nil && ctx.Err() == nil {
			stands("steps", err)
		}
		often, seldom, hourly := time.NewTicker(clocksEvery), time.NewTicker(leaversEvery), time.NewTicker(promisedEvery)
		defer func() { often.Stop(); seldom.Stop(); hourly.Stop() }()
		drain := func(what string, do func(context.Context, int) (int64, error)) {
			for n := int64(clocksBatch); n >= clocksBatch && ctx.Err() == nil; {
				var err error
				if n, err = do(ctx, clocksBatch); err != nil && ctx.Err() == nil {
					stands(what, err)
				}
			}
		}
		rarely := func() {
			if _, err := desk.TakeFromLeavers(ctx, clocksBatch); err != nil && ctx.Err() == nil {
				stands("leavers", err)
			}
			if _, err := desk.ForgetMoved(ctx); err != nil && ctx.Err() == nil {
				stands("steps", err)
			}
			drain("officers", desk.MeetOfficers)
		}
		follows, after := true, cases.ID(0)
		// follow takes over the calendar for some cases, and says whether to go on with others at once: what is due goes before them.
		follow := func() bool {
			last, err := desk.FollowCalendar(ctx, after, clocksBatch)
			if err != nil && ctx.Err() == nil {
				stands("calendar", err)
			}
			stuck := err != nil && last == after
			follows, after = stuck || last != 0, last
			return follows && !stuck
		}
		rarely()
		drain("older tasks", desk.MissUnmarked)
		for {
			drain("stand-ins", desk.MoveStandIns)
			drain("steps", desk.MoveClocks)
			drain("digests", desk.SendDigests)
			if follows && ctx.Err() == nil && follow() {
				continue
			}
			select {
			case <-ctx.Done():
				return
			case <-hourly.C:
				follows = true
			case <-seldom.C:
				rarely()
			case <-often.C:
			}
		}
	}}
}

// apart parts what was joined: each case has a line of the log to itself.
func apart(err error) (all []error) {
	joined, several := err.(interface{ Unwrap() []error })
	if !several {
		return []error{err}
	}
	for _, one := range joined.Unwrap() {
		all = append(all, apart(one)...)
	}
	return all
}

// adopt gives clocks to cases of a version that had none.
func adopt(ctx context.Context, desk *cases.Desk, log *slog.Logger) {
	for after := cases.ID(0); ctx.Err() == nil; {
		last, err := desk.AdoptBare(ctx, after, clocksBatch)
		if err != nil && ctx.Err() == nil {
			log.Error("deadlines stand still", "what", "older cases", "error", err)
		}
		if last == 0 {
			return
		}
		after = last
	}
}
