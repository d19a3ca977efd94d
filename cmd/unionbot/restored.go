package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union/enrolment"
)

const (
	// skipNumbers is more cases of a kind than any union files between a backup and its restoration.
	skipNumbers = 1000
	// mostListed ends the list of notices whose fate nobody knows; docs/backup.md shows how to see more.
	mostListed = 1000
)

// restoration is what `restored` says.
type restoration struct {
	// Skipped is how many numbers each kind of case leaves out in this year, which is counted in two digits.
	Skipped int64 `json:"skipped"`
	Year    int   `json:"year"`
	// Uncertain are the notices of which nobody knows whether they went out; Count is how many came to them now.
	Count     int64              `json:"uncertain_count"`
	Uncertain []uncertainReceipt `json:"uncertain"`
}

type uncertainReceipt struct {
	ID     int64     `json:"id"`
	Kind   string    `json:"kind"`
	Member int64     `json:"member,omitempty"`
	Case   int64     `json:"case,omitempty"`
	Cause  string    `json:"cause"`
	At     time.Time `json:"at"`
}

func (a *app) restoredCommand() *cobra.Command {
	var skip int64
	var asJSON bool
	c := &cobra.Command{
		Use:   "restored",
		Short: "Make a database that was put back from a backup fit to be served again",
		Long: `Make a database that was put back from a backup fit to be served again, before the first instance starts:
numbers of cases that were filed after the backup are not given again, and notices that must not go out twice
are held where they may have gone out already, and Redis forgets conversations. No instance may be running; serve
refuses to start from a marked copy until this was done. Run it once; again does no harm.
docs/backup.md says what comes before and after.`,
		Example: "  unionbot restored\n  unionbot restored --skip 5000 --json",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.restored(c.Context(), skip, asJSON) },
	}
	c.Flags().Int64Var(&skip, "skip", skipNumbers, "numbers to leave out; more than were given after the backup")
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}

func (a *app) restored(ctx context.Context, skip int64, asJSON bool) (err error) {
	if skip < 1 {
		return errors.New("--skip must be positive: a number that was told must not be another case's")
	}
	c, err := a.load("DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS")
	if err != nil {
		return err
	}
	keys, err := keyring(c, newLogger(c, a.stderr))
	if err != nil {
		return err
	}
	release, err := ownDatabase(c)
	if err != nil {
		return err
	}
	if release != nil {
		defer func() { err = errors.Join(err, release()) }()
	}
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.UseKeys(keys)
	// The entry in the record must not be signed with other keys than the rest of it.
	if err := storage.NewMembers(db, keys, directoryChannel(c)).CheckKeys(ctx); err != nil {
		return err
	}
	// Redis first: should this end in between, serve still refuses, and it is done again.
	if err := forget(ctx, c); err != nil {
		return err
	}
	found, err := putInOrder(ctx, c, db, skip)
	if err != nil {
		return err
	}
	if asJSON {
		return a.writeJSON(found)
	}
	a.printRestoration(found)
	return nil
}

// forget removes from Redis what it remembers of conversations: it would take the platform's copies of forgotten
// messages for handled ones. What waits there to be handled stays.
func forget(ctx context.Context, c config.Config) (err error) {
	if c.RedisURL.Reveal() == config.Embedded {
		return nil
	}
	t, err := turns.Open(ctx, c.RedisURL.Reveal())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	_, err = t.Forget(ctx)
	return err
}

func putInOrder(ctx context.Context, c config.Config, db *storage.DB, skip int64) (restoration, error) {
	set, err := loadServices(c)
	if err != nil {
		return restoration{}, err
	}
	now := newClock(c.ClockOffset).now().In(c.Timezone)
	r := storage.Restored{Skip: skip, Year: now.Year() % 100, Today: now.Format(time.DateOnly), Prefixes: []string{enrolment.Prefix}}
	for _, s := range set.Versions() {
		if !slices.Contains(r.Prefixes, s.Prefix) {
			r.Prefixes = append(r.Prefixes, s.Prefix)
		}
	}
	outbox := storage.NewOutbox(db)
	found := restoration{Skipped: skip, Year: r.Year, Uncertain: []uncertainReceipt{}}
	if found.Count, err = r.Do(ctx, db, outbox); err != nil {
		return restoration{}, err
	}
	list, err := outbox.Undelivered(ctx, bot.ParcelUncertain, mostListed)
	if err != nil {
		return restoration{}, err
	}
	for _, u := range list {
		found.Uncertain = append(found.Uncertain, uncertainReceipt{u.ID, u.Kind, u.Member, u.Case, u.Cause, u.At.UTC()})
	}
	return found, nil
}

func (a *app) printRestoration(r restoration) {
	fmt.Fprintf(a.stdout, "Numbers of year %02d go on %d higher.\n", r.Year, r.Skipped)
	fmt.Fprintf(a.stdout, "%d notices that must not go out twice are held, for they may have gone out. All whose fate is not known:\n", r.Count)
	for _, u := range r.Uncertain {
		fmt.Fprintf(a.stdout, "  %s  %s  row %d  member %d  case %d  %s\n", u.At.Format(time.DateTime), u.Kind, u.ID, u.Member, u.Case, u.Cause)
	}
	fmt.Fprintln(a.stdout, "The service can be started now.")
}
