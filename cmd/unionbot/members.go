package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/roster"
)

// maxShown is how many lines of one kind a person is shown; --json has all of them.
const maxShown = 50

type importOptions struct {
	dryRun, leavers, asJSON bool
}

func (a *app) membersCommand() *cobra.Command {
	var o importOptions
	c := &cobra.Command{
		Use:     "members",
		Short:   "Keep the members' list",
		Example: "  unionbot members import members.xlsx --dry-run",
	}
	imports := &cobra.Command{
		Use:   "import FILE",
		Short: "Import a members file (csv or xlsx), all or nothing",
		Long: `Import a members file, csv or xlsx: new staff numbers are added, known ones changed. An empty cell leaves
a value, - clears it, roles are replaced. Every wrong row is named with line and reason, an id card of somebody else
among them, and then nothing is changed. It may run beside a serving instance. The columns are in docs/members.md.`,
		Example: "  unionbot members import members.xlsx --dry-run\n  unionbot members import members.csv --leavers --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.importMembers(c.Context(), args[0], o)
		},
	}
	flags := imports.Flags()
	flags.BoolVar(&o.dryRun, "dry-run", false, "say what would change and change nothing")
	flags.BoolVar(&o.leavers, "leavers", false, "mark members who are not in the file as having left")
	flags.BoolVar(&o.asJSON, "json", false, "write the report as JSON")
	c.AddCommand(imports, a.membersFindCommand(), a.membersEraseCommand())
	return c
}

func (a *app) importMembers(ctx context.Context, path string, o importOptions) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open members file: %w", err)
	}
	defer func() { _ = file.Close() }() // only read from
	return a.withMembers(ctx, func(_ config.Config, s *stores) error {
		update, end := progressBar(a.stderr, "members", time.Now)
		report, err := roster.Import(ctx, storage.NewRoster(s.db, s.keys), file, roster.Options{
			DryRun: o.dryRun, Leavers: o.leavers, Progress: update,
		})
		end()
		if err != nil && !errors.Is(err, roster.ErrInvalid) {
			return fmt.Errorf("import members: %w", err)
		}
		if o.asJSON {
			return errors.Join(err, a.writeJSON(report))
		}
		a.printReport(report)
		return err
	})
}

// problemLine says where a mistake is, as far as that is known, and what it is.
func problemLine(p roster.Problem) string {
	where := "the file"
	if p.Line > 0 {
		where = fmt.Sprintf("line %d", p.Line)
	}
	if p.Column != "" {
		where += ", " + p.Column
	}
	if p.Value != "" {
		where += " " + p.Value
	}
	return where + ": " + p.Reason
}

func (a *app) printReport(r roster.Report) {
	for i, p := range r.Problems {
		if i == maxShown {
			fmt.Fprintf(a.stdout, "… and %d more; --json lists them\n", len(r.Problems)-maxShown+r.MoreProblems)
			break
		}
		fmt.Fprintln(a.stdout, problemLine(p))
	}
	for _, column := range r.Ignored {
		fmt.Fprintf(a.stdout, "column %s is not known and was passed over\n", column)
	}
	if len(r.Problems) > 0 {
		return
	}
	for i, p := range r.Warnings {
		if i == maxShown {
			fmt.Fprintf(a.stdout, "… and %d more warnings; --json lists them\n", len(r.Warnings)-maxShown)
			break
		}
		fmt.Fprintln(a.stdout, "warning: "+problemLine(p))
	}
	for i, p := range r.Absent {
		if i == maxShown {
			break
		}
		fmt.Fprintf(a.stdout, "not in the file: %s %s\n", p.StaffNo, p.Name)
	}
	if r.AbsentTotal > maxShown {
		fmt.Fprintf(a.stdout, "… and %d more are not in the file\n", r.AbsentTotal-maxShown)
	}
	done := "imported"
	if r.DryRun {
		done = "would be imported"
	}
	fmt.Fprintf(a.stdout, "%d rows %s: %d new, %d changed, %d the same; roles: %d given, %d ended; %d organisations new; %d left\n",
		r.Rows, done, r.New, r.Changed, r.Same, r.RolesGranted, r.RolesEnded, len(r.Organisations), r.Left)
}
