package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/checkup"
)

// checkupsEvery is how often checks are looked at of which something is to be told: one look at an index.
const checkupsEvery = time.Minute

// checkupReminders reminds of health checks until ctx ends. Replicas may do it at the same time.
func checkupReminders(desk *checkup.Desk, log *slog.Logger) job {
	return repeating("checkups", checkupsEvery, log, chore{"health checks", func(ctx context.Context) (int64, error) { return desk.Remind(ctx, sweepBatch) }})
}

// newCheckupDesk makes what knows when health checks are due.
func newCheckupDesk(c config.Config, db *storage.DB, members *storage.Members, outbox *storage.Outbox, now func() time.Time) (*checkup.Desk, error) {
	days, err := openCalendar(c, now)
	if err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	return &checkup.Desk{
		Store: storage.NewCheckups(db), Members: members, Outbox: outbox, Words: flows.NewNotices(days, c.Language), Zone: c.Timezone, Now: now, NewID: db.NewID,
	}, nil
}

func (a *app) checkupsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "checkups",
		Short:   "Keep when members are due for an occupational health check",
		Example: "  unionbot checkups import checkups.xlsx --dry-run",
	}
	var dryRun, asJSON bool
	imports := &cobra.Command{
		Use:   "import FILE",
		Short: "Import a list of health checks (csv or xlsx), all or nothing",
		Long: `Import a list of occupational health checks, csv or xlsx. The columns are staff_no (工号), kind (类别: 岗前, 在岗, 离岗), due
(应检日期) and, where wanted, every (周期, in months), place (地点) and state (状态: 未检, 已检, 已出). Never put a result into it.
Members are reminded 30 and 7 days before the day, and 1 and 15 days after it; then the safety officer is told as well. With
已出 a member is told where to fetch the written result. A check that is known is changed and never goes back.
Every wrong row is named with line and reason, and then nothing is changed. It may run beside a serving instance.`,
		Example: "  unionbot checkups import checkups.xlsx --dry-run\n  unionbot checkups import checkups.csv --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.importCheckups(c.Context(), args[0], dryRun, asJSON)
		},
	}
	imports.Flags().BoolVar(&dryRun, "dry-run", false, "say what would change and change nothing")
	imports.Flags().BoolVar(&asJSON, "json", false, "write the report as JSON")
	c.AddCommand(imports)
	return c
}

func (a *app) importCheckups(ctx context.Context, path string, dryRun, asJSON bool) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open list of health checks: %w", err)
	}
	defer func() { _ = file.Close() }() // only read from
	return a.withMembers(ctx, func(c config.Config, s *stores) error {
		desk, err := newCheckupDesk(c, s.db, s.members, s.outbox, time.Now)
		if err != nil {
			return err
		}
		report, err := desk.Import(ctx, file, dryRun)
		if err != nil && !errors.Is(err, checkup.ErrInvalid) {
			return err
		}
		if asJSON {
			return errors.Join(err, a.writeJSON(report))
		}
		a.printChecks(report)
		return err
	})
}

func (a *app) printChecks(report checkup.Report) {
	for i, p := range report.Problems {
		if i == maxShown {
			fmt.Fprintf(a.stdout, "… and %d more; --json lists them\n", len(report.Problems)-maxShown)
			break
		}
		fmt.Fprintf(a.stdout, "line %d: %s\n", p.Line, p.Reason)
	}
	if len(report.Problems) == 0 {
		done := "imported"
		if report.DryRun {
			done = "would be imported"
		}
		fmt.Fprintf(a.stdout, "%d rows %s: %d new, %d changed, %d the same; %d members told of a result\n", report.Rows, done, report.New, report.Changed, report.Same, report.Results)
	}
}
