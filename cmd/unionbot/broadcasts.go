package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/union/reference"
)

func (a *app) broadcastsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "broadcasts",
		Short:   "Write to many, and see who got it",
		Example: "  unionbot broadcasts send water.yaml\n  unionbot broadcasts show TZ26-0003 --json",
	}
	var asJSON, wait bool
	var out string
	send := &cobra.Command{
		Use:   "send FILE",
		Short: "Hand in a broadcast from a YAML file, to be released in chat by somebody else",
		Long: `Hand in a broadcast from a YAML file in the name of its writer. As with one written in chat nothing goes out before somebody
else has released it there. It may run beside a serving instance, which sends it, and again without harm: a file with the
same id is the same broadcast. With --wait it stays, and shows how far it is, until the broadcast has ended.
docs/broadcasts.md has the fields.`,
		Example: "  unionbot broadcasts send water.yaml --wait",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.sendBroadcast(c.Context(), args[0], wait, asJSON)
		},
	}
	send.Flags().BoolVar(&wait, "wait", false, "stay until it has ended")
	list := &cobra.Command{
		Use:     "list",
		Short:   "List the latest broadcasts",
		Example: "  unionbot broadcasts list --json",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.listBroadcasts(c.Context(), asJSON) },
	}
	show := &cobra.Command{
		Use:     "show NUMBER",
		Short:   "Show how a broadcast stands: receivers by state",
		Example: "  unionbot broadcasts show TZ26-0003 --wait",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.showBroadcast(c.Context(), args[0], wait, asJSON)
		},
	}
	show.Flags().BoolVar(&wait, "wait", false, "stay until it has ended")
	show.Flags().BoolVar(&wait, "follow", false, "the same as --wait")
	receipts := &cobra.Command{
		Use:     "receipts NUMBER [--out FILE]",
		Short:   "Write what became of a broadcast for each receiver (xlsx or csv)",
		Example: "  unionbot broadcasts receipts TZ26-0003 --out receipts.csv",
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.writeReceipts(c.Context(), args[0], out) },
	}
	receipts.Flags().StringVar(&out, "out", "", "file to write, .xlsx or .csv (default: NUMBER.xlsx)")
	for _, each := range []*cobra.Command{send, list, show} {
		each.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	}
	c.AddCommand(send, list, show, receipts, a.uncertainCommand())
	return c
}

// broadcastLine is one as JSON has it.
type broadcastLine struct {
	Number string    `json:"number"`
	State  string    `json:"state"`
	Urgent bool      `json:"urgent"`
	Starts time.Time `json:"starts"`
	Head   int       `json:"head"`
	// Counts are receivers by state; they add up to head.
	Counts map[broadcast.ReceiptState]int `json:"counts,omitempty"`
	// Waits says why nothing goes out now.
	Waits string `json:"waits,omitempty"`
	// Releasers are asked to release it, by staff number.
	Releasers []string `json:"releasers,omitempty"`
}

func lineOf(b broadcast.Broadcast, zone *time.Location) broadcastLine {
	return broadcastLine{Number: b.Number, State: string(b.State), Urgent: b.Urgent, Starts: b.StartsAt.In(zone), Head: b.Head}
}

// withCastDesk runs fn on the configured database.
func (a *app) withCastDesk(ctx context.Context, fn func(config.Config, *broadcast.Desk) error) error {
	return a.withMembers(ctx, func(c config.Config, s *stores) error {
		desk, err := newCastDesk(c, s, newClock(c.ClockOffset))
		if err != nil {
			return err
		}
		data, err := loadReference(c)
		if err != nil {
			return fmt.Errorf("read reference data:\n%w", err)
		}
		desk.Rosters = reference.NewBook(data)
		return fn(c, desk)
	})
}

func (a *app) sendBroadcast(ctx context.Context, path string, wait, asJSON bool) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read broadcast: %w", err)
	}
	return a.withCastDesk(ctx, func(c config.Config, desk *broadcast.Desk) error {
		w, err := broadcast.Read(filepath.Base(path), source, c.Timezone)
		var b broadcast.Broadcast
		var asked []union.Member
		if err == nil {
			b, asked, err = desk.SubmitWritten(ctx, w)
		}
		var problems folder.Problems
		if errors.As(err, &problems) {
			return fmt.Errorf("broadcast: %d wrong, nothing was handed in:\n%w", len(problems), problems)
		}
		if err != nil {
			return fmt.Errorf("hand in broadcast: %w", err)
		}
		line := lineOf(b, c.Timezone)
		for _, m := range asked {
			line.Releasers = append(line.Releasers, m.StaffNo)
		}
		if !asJSON {
			fmt.Fprintf(a.stdout, "%s is %s: %d receivers, released by one of %s\n", line.Number, line.State, line.Head, strings.Join(line.Releasers, ", "))
		}
		switch {
		case wait:
			return a.followBroadcast(ctx, c, desk, b.Number, asJSON)
		case asJSON:
			return a.writeJSON(line)
		}
		return nil
	})
}

func (a *app) listBroadcasts(ctx context.Context, asJSON bool) error {
	const latest = 50
	return a.withCastDesk(ctx, func(c config.Config, desk *broadcast.Desk) error {
		all, err := desk.Latest(ctx, latest)
		if err != nil {
			return fmt.Errorf("list broadcasts: %w", err)
		}
		list := make([]broadcastLine, len(all))
		for i, b := range all {
			list[i] = lineOf(b, c.Timezone)
		}
		if asJSON {
			return a.writeJSON(list)
		}
		for _, l := range list {
			fmt.Fprintf(a.stdout, "%s  %-9s  %s  %d receivers\n", l.Number, l.State, l.Starts.Format("2006-01-02 15:04"), l.Head)
		}
		return nil
	})
}

func (a *app) showBroadcast(ctx context.Context, number string, wait, asJSON bool) error {
	return a.withCastDesk(ctx, func(c config.Config, desk *broadcast.Desk) error {
		if wait {
			return a.followBroadcast(ctx, c, desk, number, asJSON)
		}
		r, err := desk.Look(ctx, number)
		if err != nil {
			return fmt.Errorf("show %s: %w", number, err)
		}
		return a.printBroadcast(r, c.Timezone, asJSON)
	})
}

// followBroadcast shows how far a broadcast is until it has ended.
func (a *app) followBroadcast(ctx context.Context, c config.Config, desk *broadcast.Desk, number string, asJSON bool) error {
	update, end := progressBar(a.stderr, number, time.Now)
	var last broadcast.Report
	err := castLook(desk.Look).follow(ctx, number, followEvery, func(r broadcast.Report) error {
		last = r
		update(r.Head-r.Counts[broadcast.Waits], r.Head)
		return nil
	}, func() error { return nil })
	end()
	if err != nil {
		return err
	}
	return a.printBroadcast(last, c.Timezone, asJSON)
}

// lineOfReport is a broadcast with what became of it.
func lineOfReport(r broadcast.Report, zone *time.Location) broadcastLine {
	line := lineOf(r.Broadcast, zone)
	line.Counts = r.Counts
	if r.Full > 0 {
		line.Waits = fmt.Sprintf("WeCom lets the app reach %d persons a day; the others have their turn tomorrow", r.Full)
	}
	return line
}

func (a *app) printBroadcast(r broadcast.Report, zone *time.Location, asJSON bool) error {
	line := lineOfReport(r, zone)
	if asJSON {
		return a.writeJSON(line)
	}
	fmt.Fprintf(a.stdout, "%s is %s: %d receivers\n", line.Number, line.State, line.Head)
	if line.Waits != "" {
		fmt.Fprintf(a.stdout, "  %s\n", line.Waits)
	}
	for _, s := range broadcast.ReceiptStates {
		if n := r.Counts[s]; n > 0 {
			fmt.Fprintf(a.stdout, "  %-11s %d\n", s, n)
		}
	}
	return nil
}

func (a *app) writeReceipts(ctx context.Context, number, out string) error {
	if out == "" {
		out = number + ".xlsx"
	}
	asCSV := strings.EqualFold(filepath.Ext(out), ".csv")
	if !asCSV && !strings.EqualFold(filepath.Ext(out), ".xlsx") {
		return fmt.Errorf("%s: a file that ends in .xlsx or .csv is expected", out)
	}
	return a.withCastDesk(ctx, func(_ config.Config, desk *broadcast.Desk) error {
		r, err := desk.Look(ctx, number)
		if err != nil {
			return fmt.Errorf("export %s: %w", number, err)
		}
		file, err := os.OpenFile(out, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("export %s: %w", number, err)
		}
		update, end := progressBar(a.stderr, number, time.Now)
		err = desk.WriteSheet(ctx, file, r.Broadcast, asCSV, func(done int) { update(done, r.Head) })
		end()
		if err = errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("export %s: %w", number, err)
		}
		fmt.Fprintf(a.stdout, "%s has the receipts of %s\n", out, number)
		return nil
	})
}
