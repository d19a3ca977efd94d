package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/seal"
)

// migration is what migrate writes as JSON.
type migration struct {
	Have int64 `json:"have"`
	Want int64 `json:"want"`
	// Release is the schema release of the database; an instance works with one that is at most one newer than its own.
	Release int                `json:"release"`
	Applied []appliedMigration `json:"applied,omitempty"`
	// Indexed counts phones and id cards that can be looked up from now on, Unreadable those that no key opens.
	Indexed    int `json:"indexed,omitempty"`
	Unreadable int `json:"unreadable,omitempty"`
}

func migrationOf(s storage.Schema) migration {
	return migration{Have: s.Have, Want: s.Want, Release: s.Release}
}

type appliedMigration struct {
	Version int64  `json:"version"`
	Name    string `json:"name"`
}

func (a *app) migrateCommand() *cobra.Command {
	var asJSON bool
	up := func(c *cobra.Command, _ []string) error { return a.migrateUp(c.Context(), asJSON) }
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database up to this version",
		Long: `Bring the database up to this version. It may run beside a serving instance and on several
machines at once: one of them works, the others wait for it. Where ENCRYPTION_KEYS are given, members' phones
and id cards that an older version stored are indexed as well; unionbot keys rewrap does it otherwise.`,
		Example: "  unionbot migrate\n  unionbot migrate status --json",
		Args:    cobra.NoArgs,
		RunE:    up,
	}
	c.PersistentFlags().BoolVar(&asJSON, "json", false, "write JSON")
	c.AddCommand(
		&cobra.Command{
			Use: "up", Short: "Apply what is missing (the default)", Example: "  unionbot migrate up",
			Args: cobra.NoArgs, RunE: up,
		},
		&cobra.Command{
			Use: "status", Short: "Say which version the database has; exit 1 if this one cannot work with it",
			Example: "  unionbot migrate status", Args: cobra.NoArgs,
			RunE: func(c *cobra.Command, _ []string) error { return a.migrateStatus(c.Context(), asJSON) },
		},
	)
	return c
}

func (a *app) migrateUp(ctx context.Context, asJSON bool) error {
	return a.withDatabase(ctx, func(c config.Config, db *storage.DB) error {
		applied, err := db.Migrate(ctx)
		if !asJSON {
			for _, m := range applied {
				fmt.Fprintf(a.stdout, "applied %s\n", m.Name)
			}
		}
		if err != nil {
			return err
		}
		schema, err := db.Schema(ctx)
		if err != nil {
			return err
		}
		result := migrationOf(schema)
		for _, m := range applied {
			result.Applied = append(result.Applied, appliedMigration{m.Version, m.Name})
		}
		if err := a.indexMembers(ctx, c, db, &result); err != nil {
			return err
		}
		if asJSON {
			return a.writeJSON(result)
		}
		if result.Indexed > 0 {
			fmt.Fprintf(a.stdout, "indexed %d phones and id cards of members\n", result.Indexed)
		}
		if result.Unreadable > 0 {
			fmt.Fprintf(a.stdout, "%d phones and id cards open with none of the keys: unionbot doctor says what to do\n", result.Unreadable)
		}
		fmt.Fprintf(a.stdout, "database is at version %d, of schema release %d\n", schema.Have, schema.Release)
		return nil
	})
}

// indexMembers makes what an older version stored of members be found, if the keys are here.
func (a *app) indexMembers(ctx context.Context, c config.Config, db *storage.DB, result *migration) error {
	keys, ok, err := existingKeys(c, newLogger(c, a.stderr))
	if err != nil || !ok {
		return err
	}
	members := storage.NewMembers(db, keys, "")
	total, err := members.Unindexed(ctx)
	if err != nil || total == 0 {
		return err
	}
	update, end := progressBar(a.stderr, "phones and id cards", time.Now)
	looked := 0
	list, err := members.Reindex(ctx, func(numbers int) error {
		looked += numbers
		update(looked, total)
		return nil
	})
	end()
	for _, column := range list {
		result.Indexed += column.Changed
		result.Unreadable += column.Unreadable
	}
	return err
}

func (a *app) migrateStatus(ctx context.Context, asJSON bool) error {
	return a.withDatabase(ctx, func(_ config.Config, db *storage.DB) error {
		schema, err := db.Schema(ctx)
		if err != nil {
			return err
		}
		if asJSON {
			err = a.writeJSON(migrationOf(schema))
		} else {
			fmt.Fprintf(a.stdout, "database is at version %d of schema release %d, this is version %d of %d\n",
				schema.Have, schema.Release, schema.Want, schema.OwnRelease)
		}
		if err != nil {
			return err
		}
		return schema.Err()
	})
}

// openDatabase opens the configured database and refuses one that this binary cannot work with.
func openDatabase(ctx context.Context, c config.Config) (*storage.DB, error) {
	db, err := storage.Open(ctx, c.DatabaseURL.Reveal())
	if err != nil {
		return nil, err
	}
	schema, err := db.Schema(ctx)
	if err == nil {
		err = schema.Err()
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// withKeys opens the configured database together with its keys, for one command.
func (a *app) withKeys(ctx context.Context, use func(config.Config, *storage.DB, *seal.Keyring) error) (err error) {
	c, err := a.load("DATABASE_URL", "ENCRYPTION_KEYS")
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	keys, err := keyring(c, newLogger(c, a.stderr))
	if err != nil {
		return err
	}
	db.UseKeys(keys)
	return use(c, db, keys)
}

// withDatabase opens the configured database for one command.
func (a *app) withDatabase(ctx context.Context, use func(config.Config, *storage.DB) error) (err error) {
	c, err := a.load("DATABASE_URL")
	if err != nil {
		return err
	}
	db, err := storage.Open(ctx, c.DatabaseURL.Reveal())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return use(c, db)
}

// withMembers is withKeys for what reads members or writes to them: that the keys are those of the members is checked first.
func (a *app) withMembers(ctx context.Context, use func(config.Config, *stores) error) error {
	return a.withKeys(ctx, func(c config.Config, db *storage.DB, keys *seal.Keyring) error {
		s := &stores{db: db, keys: keys, members: storage.NewMembers(db, keys, directoryChannel(c)), outbox: storage.NewOutbox(db)}
		if err := s.members.CheckKeys(ctx); err != nil {
			return err
		}
		return use(c, s)
	})
}
