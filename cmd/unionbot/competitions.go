package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union/enrolment"
	"github.com/unionbot/unionbot/union/service"
)

// mostCompetitions keeps a mistaken file from being read into memory whole; the reader says what is too long.
const mostCompetitions = 2 << 20

func (a *app) competitionsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "competitions",
		Short:   "Keep the competitions, contests and campaigns that members sign up for",
		Example: "  unionbot competitions add competitions.yaml\n  unionbot competitions list --json",
	}
	var asJSON bool
	add := &cobra.Command{
		Use:   "add FILE",
		Short: "Open what a file has for sign-up, or change it, all or nothing",
		Long: `Open the competitions, contests and campaigns of a YAML file for sign-up. One whose id is known is changed; a
change that would break the entries there are is refused, and every mistake is named with its line. Who takes part is
told of another time or place, and new places are offered to those who wait. It may run beside a serving instance, and
again without harm. docs/competitions.md has the fields.`,
		Example: "  unionbot competitions add competitions.yaml",
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.addCompetitions(c.Context(), args[0], asJSON) },
	}
	list := &cobra.Command{
		Use:     "list",
		Short:   "List what is to come, and what began within the last 30 days",
		Example: "  unionbot competitions list --json",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.listCompetitions(c.Context(), asJSON) },
	}
	for _, each := range []*cobra.Command{add, list} {
		each.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	}
	c.AddCommand(add, list)
	return c
}

// competition is one as JSON has it.
type competition struct {
	ID           string    `json:"id"`
	Number       string    `json:"number"`
	Kind         string    `json:"kind"`
	Title        string    `json:"title"`
	Organisation string    `json:"organisation"`
	Place        string    `json:"place"`
	Starts       time.Time `json:"starts"`
	Closes       time.Time `json:"closes"`
	State        string    `json:"state"`
	// Places is null for any number.
	Places  *int   `json:"places"`
	Taken   int    `json:"taken"`
	Outcome string `json:"outcome,omitempty"`
}

func competitionOf(a enrolment.Activity, zone *time.Location) competition {
	c := competition{
		ID: a.Ref, Number: a.Number, Kind: string(a.Kind), Title: a.Title, Organisation: a.OrgPath, Place: a.Place,
		Starts: a.StartsAt.In(zone), Closes: a.ClosesAt.In(zone), State: string(a.State), Taken: a.Taken,
	}
	if a.Places > 0 {
		c.Places = &a.Places
	}
	return c
}

// withEnrolDesk runs fn on the configured database.
func (a *app) withEnrolDesk(ctx context.Context, fn func(config.Config, *enrolment.Desk) error) error {
	return a.withMembers(ctx, func(c config.Config, s *stores) error {
		desk, err := newEnrolDesk(c, s, newClock(c.ClockOffset))
		if err != nil {
			return err
		}
		return fn(c, desk)
	})
}

func (a *app) addCompetitions(ctx context.Context, path string, asJSON bool) error {
	source, err := readCompetitions(path)
	if err != nil {
		return err
	}
	return a.withEnrolDesk(ctx, func(c config.Config, desk *enrolment.Desk) error {
		list, err := enrolment.Read(filepath.Base(path), source, c.Timezone)
		var results []enrolment.FileResult
		if err == nil {
			results, err = desk.AddAll(ctx, list)
		}
		var problems service.Problems
		if errors.As(err, &problems) {
			return fmt.Errorf("competitions: %d wrong, nothing was changed:\n%w", len(problems), problems)
		}
		if err != nil {
			return fmt.Errorf("add competitions: %w", err)
		}
		added := make([]competition, len(results))
		for i, r := range results {
			added[i] = competitionOf(r.Activity, c.Timezone)
			added[i].Outcome = string(r.Outcome)
		}
		if asJSON {
			return a.writeJSON(added)
		}
		for _, each := range added {
			fmt.Fprintf(a.stdout, "%-8s %s  %s  %s, %s\n", each.Outcome, each.Number, each.Title, each.Starts.Format("2006-01-02 15:04"), each.Place)
		}
		return nil
	})
}

func readCompetitions(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open competitions: %w", err)
	}
	defer func() { _ = file.Close() }() // only read from
	source, err := io.ReadAll(io.LimitReader(file, mostCompetitions))
	if err != nil {
		return nil, fmt.Errorf("read competitions: %w", err)
	}
	return source, nil
}

func (a *app) listCompetitions(ctx context.Context, asJSON bool) error {
	return a.withEnrolDesk(ctx, func(c config.Config, desk *enrolment.Desk) error {
		all, err := desk.All(ctx)
		if err != nil {
			return fmt.Errorf("list competitions: %w", err)
		}
		list := make([]competition, len(all))
		for i, each := range all {
			list[i] = competitionOf(each, c.Timezone)
		}
		if asJSON {
			return a.writeJSON(list)
		}
		if len(list) == 0 {
			fmt.Fprintln(a.stdout, "Nothing is to come: unionbot competitions add opens what a file has.")
		}
		for _, each := range list {
			places := "any number"
			if each.Places != nil {
				places = fmt.Sprintf("%d of %d", each.Taken, *each.Places)
			}
			fmt.Fprintf(a.stdout, "%s  %-9s  %s  %s  taken: %s\n", each.Number, each.State, each.Starts.Format("2006-01-02 15:04"), each.Title, places)
		}
		return nil
	})
}
