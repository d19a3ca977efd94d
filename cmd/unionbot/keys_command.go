package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union/audit"
)

func (a *app) keysCommand() *cobra.Command {
	var dry, asJSON bool
	c := &cobra.Command{
		Use:     "keys",
		Short:   "Make and change the encryption keys",
		Example: "  unionbot keys new",
	}
	rewrap := &cobra.Command{
		Use:   "rewrap",
		Short: "Seal everything that is stored with the first of the keys",
		Long: `Seal everything that is stored with the first of ENCRYPTION_KEYS, index members' phones and id cards under it, and say
whether the others can be retired. Meanwhile everybody is found, whichever key is reached. It runs beside serving instances, may be stopped at any time and goes on where it was when it is run again. Give the new
key to every instance first: behind the old one until all know it, then before it. The steps are in docs/security.md.`,
		Example: "  unionbot keys rewrap --dry-run\n  unionbot keys rewrap --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.rewrapKeys(c.Context(), dry, asJSON)
		},
	}
	rewrap.Flags().BoolVar(&dry, "dry-run", false, "count and change nothing")
	rewrap.Flags().BoolVar(&asJSON, "json", false, "write the report as JSON")
	c.AddCommand(rewrap, &cobra.Command{
		Use:     "new",
		Short:   "Make a key for ENCRYPTION_KEYS",
		Example: "  unionbot keys new",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if _, err := fmt.Fprintln(a.stdout, newKey("k"+time.Now().UTC().Format("20060102"))); err != nil {
				return fmt.Errorf("write key: %w", err)
			}
			return nil
		},
	}, a.keysRetireCommand(), a.keysCustodiansCommand())
	return c
}

func (a *app) keysRetireCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "retire NAME",
		Short: "Write what stands in ENCRYPTION_KEYS in place of a key that opens nothing any more",
		Long: `Write the entry that verifies what a key of ENCRYPTION_KEYS has signed in the record, and opens nothing. It takes the
key's place, behind the first, when keys rewrap has said that the first opens everything; the key itself can then be destroyed. Keep
the entry as secret as a key: who has it can sign in the name of that key.`,
		Example: "  unionbot keys retire k20250101",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := a.load("ENCRYPTION_KEYS")
			if err != nil {
				return err
			}
			keys, err := keyring(c, newLogger(c, a.stderr))
			if err != nil {
				return err
			}
			entry, err := keys.Retired(args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(a.stdout, entry)
			return err
		},
	}
}

// newKey makes an entry of ENCRYPTION_KEYS.
func newKey(name string) string {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	return name + ":" + base64.StdEncoding.EncodeToString(key[:])
}

// rewrapPasses is how often what was written meanwhile is looked at again.
const rewrapPasses = 5

// rewrapReport is what `keys rewrap` found.
type rewrapReport struct {
	Columns []storage.Rewrapped `json:"columns"`
	// Sessions are those in Redis.
	Sessions turns.Rewrapped `json:"sessions"`
	// FirstKey is the key that seals, OldKeys the others that are configured.
	FirstKey string   `json:"first_key"`
	OldKeys  []string `json:"old_keys"`
	// Done is true when the first key opens everything: the old ones are needed to verify only.
	Done bool `json:"done"`
}

func (a *app) rewrapKeys(ctx context.Context, dry, asJSON bool) error {
	c, err := a.load("DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS")
	if err != nil {
		return err
	}
	keys, err := keyring(c, newLogger(c, a.stderr))
	if err != nil {
		return err
	}
	report := rewrapReport{FirstKey: keys.Names()[0], OldKeys: keys.Names()[1:]}
	if err := a.rewrapDatabase(ctx, c, keys, dry, &report); err != nil {
		return err
	}
	if err := rewrapRedis(ctx, c, keys, dry, &report); err != nil {
		return err
	}
	report.Done = report.left(dry) == 0
	if asJSON {
		err = a.writeJSON(report)
	} else {
		err = a.printRewrap(report, dry)
	}
	if !report.Done && !dry {
		err = errors.Join(err, errors.New("not everything is sealed with the first key: keep the others, and see what is unreadable"))
	}
	return err
}

func (a *app) rewrapDatabase(ctx context.Context, c config.Config, keys *seal.Keyring, dry bool, report *rewrapReport) (err error) {
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.UseKeys(keys)
	members := storage.NewMembers(db, keys, directoryChannel(c))
	for range rewrapPasses {
		total, err := db.RewrapRows(ctx)
		if err != nil {
			return err
		}
		update, end := progressBar(a.stderr, "rows", time.Now)
		looked := 0
		columns, err := db.Rewrap(ctx, members, dry, func(rows int) {
			looked += rows
			update(looked, total)
		})
		end()
		if err != nil {
			return fmt.Errorf("rewrap: %w", err)
		}
		if changed := report.merge(columns); changed == 0 || dry {
			break
		}
	}
	if dry {
		return nil
	}
	return storage.NewAudit(db).Append(ctx, report.entry())
}

// entry is what the record keeps of a change of keys.
func (r rewrapReport) entry() audit.Entry {
	changed, unreadable := 0, 0
	for _, c := range r.Columns {
		changed += c.Changed
		unreadable += c.Unreadable
	}
	return audit.Entry{At: time.Now(), Kind: audit.Rekey, Note: fmt.Sprintf("first key %s; %d values sealed anew, %d unreadable", r.FirstKey, changed, unreadable)}
}

// merge takes a pass into the report: what it changed is added, the rest replaces what the pass before had seen.
func (r *rewrapReport) merge(pass []storage.Rewrapped) (changed int) {
	for i, column := range pass {
		changed += column.Changed + column.Overtaken
		if i < len(r.Columns) {
			column.Changed += r.Columns[i].Changed
			r.Columns[i] = column
		} else {
			r.Columns = append(r.Columns, column)
		}
	}
	return changed
}

func rewrapRedis(ctx context.Context, c config.Config, keys *seal.Keyring, dry bool, report *rewrapReport) (err error) {
	if c.RedisURL.Reveal() == config.Embedded {
		return nil // it is in the serving process, and forgets when that ends
	}
	t, err := turns.Open(ctx, c.RedisURL.Reveal(), turns.WithKeys(keys))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	report.Sessions, err = t.Rewrap(ctx, dry)
	return err
}

// left counts what the first key does not open.
func (r rewrapReport) left(dry bool) int {
	left := r.Sessions.Unreadable + r.Sessions.Overtaken + r.Sessions.Stashed
	for _, c := range r.Columns {
		left += c.Unreadable + c.Overtaken
		if dry {
			left += c.Changed
		}
	}
	if dry {
		left += r.Sessions.Changed
	}
	return left
}

func (a *app) printRewrap(r rewrapReport, dry bool) error {
	verb := "changed"
	if dry {
		verb = "to change"
	}
	var lines []string
	for _, c := range append(r.Columns, storage.Rewrapped{
		Column: "sessions in Redis", Seen: r.Sessions.Seen, Changed: r.Sessions.Changed, Unreadable: r.Sessions.Unreadable,
	}) {
		line := fmt.Sprintf("%-20s %8d values, %8d %s", c.Column, c.Seen, c.Changed, verb)
		if c.Unreadable > 0 {
			line += fmt.Sprintf(", %d UNREADABLE", c.Unreadable)
		}
		lines = append(lines, line)
	}
	if n := r.Sessions.Stashed; n > 0 {
		lines = append(lines, fmt.Sprintf("%d messages wait in Redis for the database under an older key. They are sent within seconds of its return: run this again then, and keep that key until it says nothing of them.", n))
	}
	switch {
	case r.Done && len(r.OldKeys) > 0:
		lines = append(lines, fmt.Sprintf("Key %s opens everything. A minute from now %s can be retired, if every instance seals with %s. What the record "+
			"says of the time before is signed with the old keys: put what `unionbot keys retire NAME` writes in the place of each, "+
			"or it can be checked no more.", r.FirstKey, strings.Join(r.OldKeys, ", "), r.FirstKey))
	case r.Done:
		lines = append(lines, "Key "+r.FirstKey+" opens everything.")
	}
	if _, err := fmt.Fprintln(a.stdout, strings.Join(lines, "\n")); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
