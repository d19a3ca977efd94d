package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/enrolment"

	"github.com/unionbot/unionbot/config"
)

// offersEvery is how often offers are looked at of which something is due: one look at an index.
const offersEvery = 15 * time.Second

// offers tells of places that were freed at night, and lets those lapse that nobody answered, until ctx ends. Replicas
// may do it at the same time.
func offers(desk *enrolment.Desk, log *slog.Logger) job {
	return repeating("offers", offersEvery, log, chore{"offered places", func(ctx context.Context) (int64, error) { return desk.Sweep(ctx, sweepBatch) }})
}

// newEnrolDesk makes what signs up for competitions, contests and campaigns.
func newEnrolDesk(c config.Config, s *stores, clock *clock) (*enrolment.Desk, error) {
	days, err := openCalendar(c, clock.now)
	if err != nil {
		return nil, err
	}
	return enrolment.NewDesk(enrolment.Deps{
		Store: storage.NewEnrolmentStore(s.db), Members: s.members, Outbox: s.outbox, Words: flows.NewNotices(days, c.Language),
		Zone: c.Timezone, Now: clock.now, Clock: time.Now, NewID: s.db.NewID,
	}), nil
}
