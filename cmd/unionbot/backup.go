package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
)

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy an SQLite database, as it is at one moment, beside the running service",
		Long: `Copy an SQLite database, as it is at one moment, to a file that does not exist yet. It may run beside a serving
instance. Copying the database file itself may give a broken copy. MySQL and MariaDB have tools of their own;
docs/backup.md says what else belongs to a backup.`,
		Example: "  unionbot backup /backup/unionbot-$(date +%F).db",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withDatabase(c.Context(), func(_ config.Config, db *storage.DB) error {
				if err := db.Backup(c.Context(), args[0], time.Now()); err != nil {
					return err
				}
				_, err := fmt.Fprintf(a.stdout, "The database is in %s.\n", args[0])
				return err
			})
		},
	}
}
