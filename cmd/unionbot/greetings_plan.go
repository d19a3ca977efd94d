package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/reference"
)

// plannedGreeting is a greeting as `greetings plan` writes it.
type plannedGreeting struct {
	StaffNo      string `json:"staff_no"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Occasion     string `json:"occasion"`
	Label        string `json:"label"`
	Year         int    `json:"year,omitempty"`
	Day          string `json:"day"`
	SendAt       string `json:"send_at"`
	State        string `json:"state"`
	Gift         string `json:"gift,omitempty"`
	Text         string `json:"text"`
	// Picture is the file that goes with it.
	Picture string `json:"picture,omitempty"`
}

// becomes is how a state is shown beforehand.
var becomes = map[occasion.State]string{
	occasion.Planned: "send", occasion.Given: "send", occasion.Told: "tell the officer", occasion.Held: "silence", occasion.Asked: "ask an officer", occasion.Approved: "send",
	occasion.Declined: "declined", occasion.Off: "unsubscribed", occasion.Stopped: "stopped", occasion.Missed: "too late", occasion.Gone: "left",
}

// withOccasions opens what greetings need of the database.
func (a *app) withOccasions(ctx context.Context, use func(config.Config, *occasion.Desk) error) error {
	return a.withMembers(ctx, func(c config.Config, s *stores) error {
		data, err := loadReference(c)
		if err != nil {
			return fmt.Errorf("read reference data:\n%w", err)
		}
		desk, err := newOccasionDesk(c, s, reference.NewBook(data), newClock(c.ClockOffset).now, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		return use(c, desk)
	})
}

func (a *app) planGreetings(ctx context.Context, day calendar.Date, at clockFlag, asJSON bool) error {
	at = a.lessBusy(at)
	return a.withOccasions(ctx, func(c config.Config, desk *occasion.Desk) error {
		day := cmp.Or(day, desk.Today())
		p := planPrinter{app: a, json: asJSON, zone: c.Timezone, counts: map[string]int{}}
		if at.given {
			p.at = desk.At(day, at.Duration)
		}
		p.begin(day.String())
		if err := desk.Preview(ctx, day, p.line); err != nil {
			return err
		}
		return p.end(day.String())
	})
}

// planPrinter writes a line at a time: a festival concerns everybody.
type planPrinter struct {
	*app
	json   bool
	zone   *time.Location
	at     time.Time
	shown  int
	counts map[string]int
}

func (p *planPrinter) begin(day string) {
	if p.json {
		fmt.Fprintf(p.stdout, "{\"date\":%q,\"greetings\":[", day)
	}
}

// planShown is how many greetings are shown where a person reads them.
const planShown = 200

func (p *planPrinter) line(l occasion.Line) error {
	at := l.SendAt
	if !p.at.IsZero() && l.State == occasion.Given {
		at = p.at
	}
	g := plannedGreeting{
		StaffNo: l.To.StaffNo, Name: l.To.Name, Organisation: l.To.OrgPath, Occasion: l.Occasion, Label: l.Label, Year: l.Year, Day: l.Day,
		SendAt: at.In(p.zone).Format("2006-01-02T15:04:05Z07:00"), State: string(l.State), Gift: l.Gift, Text: l.Text, Picture: l.Picture,
	}
	shown := becomes[l.State]
	if l.Written && l.State == occasion.Given {
		shown = "sent"
	}
	if !l.Written && l.State == occasion.Given {
		g.State = string(occasion.Planned)
	}
	p.counts[shown]++
	p.shown++
	if p.json {
		line, err := json.Marshal(g)
		if err != nil {
			return fmt.Errorf("write greeting: %w", err)
		}
		if p.shown > 1 {
			line = append([]byte(","), line...)
		}
		_, err = p.stdout.Write(line)
		return err
	}
	if p.shown > planShown {
		return nil
	}
	_, err := fmt.Fprintf(p.stdout, "%s  %s  %s  %s  %s  %s\n    %s\n", g.StaffNo, g.Name, l.To.Unit(), g.Label, at.In(p.zone).Format("01-02 15:04"), shown, with(g.Text, g.Picture))
	return err
}

func (p *planPrinter) end(day string) error {
	if p.json {
		counts, err := json.Marshal(p.counts)
		if err != nil {
			return fmt.Errorf("write counts: %w", err)
		}
		_, err = fmt.Fprintf(p.stdout, "],\"counts\":%s}\n", counts)
		return err
	}
	if p.shown > planShown {
		fmt.Fprintf(p.stdout, "… and %d more; --json lists them\n", p.shown-planShown)
	}
	_, err := fmt.Fprintf(p.stdout, "%s: %s\n", day, counted(p.counts, p.shown))
	return err
}

// with is a text and the picture that goes with it.
func with(text, picture string) string {
	if picture == "" {
		return text
	}
	return text + " [" + picture + "]"
}
