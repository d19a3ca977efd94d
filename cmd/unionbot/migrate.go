package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
)

// migration is what migrate writes as JSON.
type migration struct {
	Have    int64              `json:"have"`
	Want    int64              `json:"want"`
	Applied []appliedMigration `json:"applied,omitempty"`
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
machines at once: one of them works, the others wait for it.`,
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
	return a.withDatabase(ctx, func(db *storage.DB) error {
		applied, err := db.Migrate(ctx)
		if !asJSON {
			for _, m := range applied {
				fmt.Fprintf(a.stdout, "applied %s\n", m.Name)
			}
		}
		if err != nil {
			return err
		}
		have, want, err := db.SchemaVersions(ctx)
		if err != nil {
			return err
		}
		if asJSON {
			result := migration{Have: have, Want: want}
			for _, m := range applied {
				result.Applied = append(result.Applied, appliedMigration{m.Version, m.Name})
			}
			return a.writeJSON(result)
		}
		fmt.Fprintf(a.stdout, "database is at version %d\n", have)
		return nil
	})
}

func (a *app) migrateStatus(ctx context.Context, asJSON bool) error {
	return a.withDatabase(ctx, func(db *storage.DB) error {
		have, want, err := db.SchemaVersions(ctx)
		if err != nil {
			return err
		}
		if asJSON {
			err = a.writeJSON(migration{Have: have, Want: want})
		} else {
			fmt.Fprintf(a.stdout, "database is at version %d, this is version %d\n", have, want)
		}
		if err != nil {
			return err
		}
		return checkSchema(have, want)
	})
}

// checkSchema refuses a schema that this binary cannot work with: an older one lacks what it uses, and one that is
// more than a version newer may have dropped it.
func checkSchema(have, want int64) error {
	switch {
	case have < want:
		return fmt.Errorf("database is at version %d and needs %d: run unionbot migrate", have, want)
	case have > want+1:
		return fmt.Errorf("database is at version %d, newer than this binary's %d: run the newer unionbot", have, want)
	default:
		return nil
	}
}

// openDatabase opens the configured database and refuses one that this binary cannot work with.
func openDatabase(ctx context.Context, c config.Config) (*storage.DB, error) {
	db, err := storage.Open(ctx, c.DatabaseURL.Reveal())
	if err != nil {
		return nil, err
	}
	have, want, err := db.SchemaVersions(ctx)
	if err == nil {
		err = checkSchema(have, want)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// withDatabase opens the configured database for one command.
func (a *app) withDatabase(ctx context.Context, use func(*storage.DB) error) (err error) {
	c, err := a.load("DATABASE_URL")
	if err != nil {
		return err
	}
	db, err := storage.Open(ctx, c.DatabaseURL.Reveal())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return use(db)
}
