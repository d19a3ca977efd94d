package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/reference"
)

// settleEvery is how often it is looked whether everything is settled.
const settleEvery = 200 * time.Millisecond

// greetingReport is what `greetings send` has come to.
type greetingReport struct {
	Date string `json:"date"`
	// Greetings is how many there are, States where they stand, Delivered what became of those that were handed over.
	Greetings int                    `json:"greetings"`
	States    map[occasion.State]int `json:"states"`
	Delivered map[string]int         `json:"delivered"`
}

func (a *app) sendGreetings(ctx context.Context, day calendar.Date, at clockFlag, asJSON bool) error {
	c, err := a.load("DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS")
	if err != nil {
		return err
	}
	if err := checkPlatforms(c); err != nil {
		return config.Problems{{Name: "WECOM_…, OFFICIAL_ACCOUNT_…", Reason: err.Error()}}
	}
	at = a.lessBusy(at)
	log := newLogger(c, a.stderr)
	s, err := openStores(ctx, c, log)
	if errors.Is(err, storage.ErrOwned) { // an instance with everything in it serves: it delivers, we only write
		return a.withOccasions(ctx, func(_ config.Config, desk *occasion.Desk) error {
			return a.sendDay(ctx, desk, day, at, asJSON)
		})
	}
	if err != nil {
		return err
	}
	w, closeTraces, err := newWatch(ctx, c, log)
	if err != nil {
		return errors.Join(err, s.close())
	}
	watchStores(w, s, closeTraces)
	defer func() {
		if err := s.close(); err != nil {
			log.Warn("store not closed", "error", err)
		}
	}()
	return a.sendHelping(ctx, c, s, day, at, asJSON, log)
}

// sendHelping delivers beside whoever else does, until everything is settled.
func (a *app) sendHelping(ctx context.Context, c config.Config, s *stores, day calendar.Date, at clockFlag, asJSON bool, log *slog.Logger) error {
	channels, err := newChannels(c, s, log)
	if err != nil {
		return err
	}
	data, err := loadReference(c)
	if err != nil {
		return fmt.Errorf("read reference data:\n%w", err)
	}
	desk, err := newOccasionDesk(c, s, reference.NewBook(data), newClock(c.ClockOffset).now, log)
	if err != nil {
		return err
	}
	deliverer := newDeliverer(c, s, channels, log)
	working, stop := context.WithCancel(ctx)
	helpers := start(working, []job{{"delivery", deliverer.Run}, ringing(s, deliverer, log)})
	defer func() {
		stop()
		if late := helpers.wait(engineGrace); len(late) > 0 {
			log.Warn("background work did not end in time", "what", late)
		}
	}()
	return a.sendDay(ctx, desk, day, at, asJSON)
}

func (a *app) sendDay(ctx context.Context, desk *occasion.Desk, day calendar.Date, at clockFlag, asJSON bool) error {
	now := desk.Now()
	if day == (calendar.Date{}) {
		day = desk.Today()
	}
	if desk.Today().Before(day) {
		return config.Problems{{Name: "--date", Reason: day.String() + " is still to come; the service greets by itself that day, and greetings plan shows whom"}}
	}
	when := now
	if at.given && day == desk.Today() {
		if asked := desk.At(day, at.Duration); asked.After(now) {
			when = asked
		}
	}
	if morning := desk.Morning(when); !at.given && morning.After(when) {
		when = morning
	}
	if when.After(now) {
		fmt.Fprintf(a.stderr, "they go out at %s\n", when.Format("2006-01-02 15:04"))
	}
	if err := desk.SendDay(ctx, day, when); err != nil {
		return err
	}
	standing, err := a.settle(ctx, desk, day, when, at.given)
	if err != nil {
		return err
	}
	report := greetingReport{Date: day.String(), Greetings: standing.Total(), States: standing.States, Delivered: standing.Delivered}
	return a.reportGreetings(report, asJSON)
}

// settle hands over and waits until nothing of the day is on its way any more.
func (a *app) settle(ctx context.Context, desk *occasion.Desk, day calendar.Date, when time.Time, always bool) (occasion.Standing, error) {
	update, end := progressBar(a.stderr, "greetings", time.Now)
	defer end()
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		if !desk.Now().Before(when) {
			for n := int64(1); n > 0; {
				var err error
				if n, err = desk.HandOver(ctx, always); err != nil {
					return occasion.Standing{}, err
				}
			}
		}
		standing, err := desk.Standing(ctx, day, when)
		if err != nil {
			return standing, err
		}
		update(standing.Total()-standing.Waiting, standing.Total())
		if standing.Waiting == 0 {
			return standing, nil
		}
		select {
		case <-ctx.Done():
			return standing, fmt.Errorf("%d are still on their way and go out all the same while the service runs: %w", standing.Waiting, ctx.Err())
		case <-tick.C:
		}
	}
}

func (a *app) reportGreetings(r greetingReport, asJSON bool) error {
	if asJSON {
		if err := a.writeJSON(r); err != nil {
			return err
		}
	} else {
		counts := map[string]int{}
		for state, n := range r.States {
			if state != occasion.Given {
				counts[becomes[state]] += n
			}
		}
		for state, n := range r.Delivered {
			counts[state] += n
		}
		fmt.Fprintf(a.stdout, "%s: %s\n", r.Date, counted(counts, r.Greetings))
		if r.Delivered["unreachable"] > 0 {
			fmt.Fprintln(a.stdout, "Who cannot be reached is listed to the branch in chat by 联系不上.")
		}
	}
	if n := r.Delivered["failed"] + r.Delivered["uncertain"]; n > 0 {
		return fmt.Errorf("%d greetings failed, or nobody knows whether they went out; unionbot doctor lists them", n)
	}
	return nil
}

// counted puts counts into a line: 3 greetings: 2 send, 1 unsubscribed.
func counted(counts map[string]int, total int) string {
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		if counts[what] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[what], what))
		}
	}
	text := fmt.Sprintf("%d greetings", total)
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	return text
}
