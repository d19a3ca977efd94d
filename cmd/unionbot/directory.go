package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/directory"
	"github.com/unionbot/unionbot/union/enrolment"
)

// directoryEvery is how often changes of the address book are looked at that are to be settled or told.
const directoryEvery = time.Minute

// newDirectoryDesk makes what follows the platform's address book.
func newDirectoryDesk(c config.Config, s *stores, clock *clock) (*directory.Desk, error) {
	days, err := openCalendar(c, clock.now)
	if err != nil {
		return nil, err
	}
	return directory.NewDesk(directory.Deps{
		Store: storage.NewDirectoryChanges(s.db), Members: s.members, Outbox: s.outbox, Record: storage.NewAudit(s.db),
		Words: flows.NewNotices(days, c.Language), Units: c.WeCom.Departments, Zone: c.Timezone, Now: clock.now, NewID: s.db.NewID,
	}), nil
}

// addressBook settles who has left the address book, tells the administrators, and frees the places of leavers, until
// ctx ends. Replicas may do it at the same time.
func addressBook(desk *directory.Desk, signUp *enrolment.Desk, log *slog.Logger) job {
	return repeating("address book", directoryEvery, log,
		chore{"changes of the address book", func(ctx context.Context) (int64, error) { return desk.Sweep(ctx, sweepBatch) }},
		chore{"places of leavers", func(ctx context.Context) (int64, error) { return signUp.ReleaseLeavers(ctx, sweepBatch) }},
	)
}
