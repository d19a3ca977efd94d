package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/union/enrolment"
)

const seedCompetitions = "seed/competitions.yaml"

// signedUp are those who have signed up before the demo begins, by staff number: one place of the welders' is left, and
// three wait for the forklift drivers'.
var signedUp = map[string][]string{
	"welding-2026":     {"100271", "100274"},
	"forklift-2026":    {"100226", "100229", "100232", "100259", "100262"},
	"rest-winter-2026": {"100160", "100163", "100166"},
}

// seedActivities opens the demo's competitions, unless an earlier demo in the same folder did.
func seedActivities(ctx context.Context, c config.Config, db *storage.DB, keys *seal.Keyring, now time.Time) error {
	s := &stores{db: db, members: storage.NewMembers(db, keys, directoryChannel(c)), outbox: storage.NewOutbox(db)}
	desk, err := newEnrolDesk(c, s, newClock(0))
	if err != nil {
		return err
	}
	source, err := seed.ReadFile(seedCompetitions)
	if err != nil {
		return fmt.Errorf("read seed: %w", err)
	}
	list, err := enrolment.Read(seedCompetitions, source, c.Timezone)
	if err != nil {
		return fmt.Errorf("read seed: %w", err)
	}
	before, err := desk.All(ctx)
	if err != nil {
		return err
	}
	known := func(ref string) bool {
		return slices.ContainsFunc(before, func(a enrolment.Activity) bool { return a.Ref == ref })
	}
	list = slices.DeleteFunc(list, func(w enrolment.Written) bool { return known(w.Ref) })
	soon := func(w enrolment.Written) bool { return w.ClosesAt.Before(now.AddDate(0, 0, 7)) }
	for slices.ContainsFunc(list, soon) {
		for i := range list {
			list[i].StartsAt, list[i].ClosesAt = list[i].StartsAt.AddDate(0, 0, 7), list[i].ClosesAt.AddDate(0, 0, 7)
		}
	}
	added, err := desk.AddAll(ctx, list)
	if err != nil {
		return fmt.Errorf("open seeded competitions: %w", err)
	}
	for _, each := range added {
		for _, no := range signedUp[each.Activity.Ref] {
			m, err := s.members.ByStaffNo(ctx, no)
			if err != nil {
				return err
			}
			app := enrolment.Application{Member: m.ID, Activity: each.Activity.ID, OnSite: true}
			if len(each.Activity.Options) > 0 {
				app.Choice = each.Activity.Options[0]
			}
			if _, err := desk.SignUp(ctx, app); err != nil {
				return fmt.Errorf("sign up in %s: %w", each.Activity.Ref, err)
			}
		}
	}
	return nil
}
