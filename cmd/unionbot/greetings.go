package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/reference"
)

const (
	// greetingsEvery is how often it is looked for greetings that are due: one look at an index.
	greetingsEvery = 5 * time.Second
	// planEvery is how often it is asked whether a day is to be planned.
	planEvery = time.Minute
)

// greetings plans and hands over what the union says by itself, until ctx ends. Replicas may do it at the same time.
func greetings(desk *occasion.Desk, log *slog.Logger) job {
	return job{"greetings", func(ctx context.Context) {
		tick := time.NewTicker(greetingsEvery)
		defer tick.Stop()
		var planned time.Time
		var day calendar.Date
		complain := func(what string, err error) {
			if err != nil && ctx.Err() == nil {
				log.Error("greetings stand still", "what", what, "error", err)
			}
		}
		for {
			if today := desk.Today(); today != day || time.Since(planned) >= planEvery {
				day, planned = today, time.Now()
				complain("plan", desk.PlanDays(ctx))
				complain("unreached", desk.TellUnreached(ctx))
			}
			for n := int64(1); n > 0 && ctx.Err() == nil; {
				var err error
				n, err = desk.HandOver(ctx, false)
				complain("hand over", err)
			}
			complain("silences", desk.Sweep(ctx))
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}}
}

// newOccasionDesk makes what greets members.
func newOccasionDesk(c config.Config, s *stores, data *reference.Book, now func() time.Time, log *slog.Logger) (*occasion.Desk, error) {
	days, err := openCalendar(c, now)
	if err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	return &occasion.Desk{
		Store: storage.NewGreetings(s.db), Members: s.members, Outbox: s.outbox, Words: flows.NewNotices(days, c.Language), Data: data,
		Zone: c.Timezone, Now: now, NewID: s.db.NewID, Language: c.Language, Directory: directoryChannel(c) != "", Keep: keepSheet(s), Logger: log.With("part", "greetings"),
	}, nil
}

// dayFlag and clockFlag are flags that hold a day and a time of day.
type (
	dayFlag   struct{ calendar.Date }
	clockFlag struct {
		time.Duration
		given bool
	}
)

func (d *dayFlag) String() string {
	if d.Date == (calendar.Date{}) {
		return ""
	}
	return d.Date.String()
}

// Set reads the day.
func (d *dayFlag) Set(text string) (err error) {
	if d.Date, err = calendar.ParseDate(text); err != nil {
		return errors.New("must be a day such as 2026-11-21")
	}
	return nil
}

// Type is what the help calls the value.
func (d *dayFlag) Type() string { return "day" }

func (c *clockFlag) String() string {
	if !c.given {
		return ""
	}
	return calendar.ClockText(c.Duration)
}

// Set reads the time.
func (c *clockFlag) Set(text string) (err error) {
	if c.Duration, err = calendar.ParseClock(text); err != nil {
		return errors.New("must be a time of day such as 07:43")
	}
	c.given = true
	return nil
}

// Type is what the help calls the value.
func (c *clockFlag) Type() string { return "time" }

// notBusy is how far a time is moved from the full and the half hour, against which the platform advises.
const notBusy = 3 * time.Minute

func (a *app) greetingsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "greetings",
		Short: "Show and send what the union says to its members by itself: birthdays, festivals, years of service",
		Example: "  unionbot greetings plan --date 2026-11-21\n" +
			"  unionbot greetings send --date 2026-11-21",
	}
	c.AddCommand(a.greetingsPlanCommand(), a.greetingsSendCommand())
	return c
}

func (a *app) greetingsPlanCommand() *cobra.Command {
	var day dayFlag
	var at clockFlag
	var asJSON bool
	c := &cobra.Command{
		Use:   "plan [--date DAY] [--at HH:MM]",
		Short: "Show who would be greeted on a day, with which words, and who would not",
		Long: `Show who would be greeted on a day, by which occasion, when and with which words, and who would not and why. Nothing is changed.
What was sent already is shown as it stands. It may run beside a serving instance.`,
		Example: "  unionbot greetings plan --date 2026-11-21\n  unionbot greetings plan --date 2026-11-21 --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.planGreetings(c.Context(), day.Date, at, asJSON)
		},
	}
	c.Flags().Var(&day, "date", "day on which it is said, such as 2026-11-21 (default: today)")
	c.Flags().Var(&at, "at", "time at which it would go out (default: send_at of greetings.yaml)")
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}

func (a *app) greetingsSendCommand() *cobra.Command {
	var day dayFlag
	var at clockFlag
	var asJSON bool
	c := &cobra.Command{
		Use:   "send [--date DAY] [--at HH:MM]",
		Short: "Send the greetings of a day now, and wait until all are settled",
		Long: `Send what is to be said on a day: now, or at a time of today that is still to come. Everybody is greeted once an occasion and year,
however often this runs, beside a serving instance, on several machines at once, or killed and run again. It helps to deliver and
returns when every greeting is settled. In the quiet hours it waits for the morning, unless --at names the time. What is later
than greetings.yaml allows is left out and listed. A day that is still to come is refused: the service greets by itself.
Exit code 1 means that some failed, or that nobody knows whether they went out; who cannot be reached at all is listed.`,
		Example: "  unionbot greetings send --date 2026-11-21\n  unionbot greetings send --date 2026-11-21 --at 07:43 --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.sendGreetings(c.Context(), day.Date, at, asJSON)
		},
	}
	c.Flags().Var(&day, "date", "day on which it is said, such as 2026-11-21 (default: today)")
	c.Flags().Var(&at, "at", "time of today, such as 07:43; one that has passed means now")
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}

// lessBusy moves a time off the full and the half hour.
func (a *app) lessBusy(at clockFlag) clockFlag {
	if m := at.Duration % time.Hour; at.given && (m == 0 || m == 30*time.Minute) {
		at.Duration += notBusy
		fmt.Fprintf(a.stderr, "at the full and the half hour everybody sends: %s is taken\n", calendar.ClockText(at.Duration))
	}
	return at
}
