package occasion

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
)

// Standing is how the greetings of a day stand.
type Standing struct {
	// States counts them by their own state, Delivered those that were handed over by what became of them.
	States    map[State]int
	Delivered map[string]int
	// Waiting is how many are still on their way: planned until a moment, or in the outbox.
	Waiting int
}

// Total is how many greetings there are.
func (s Standing) Total() (n int) {
	for _, of := range s.States {
		n += of
	}
	return n
}

// Standing counts the greetings that are to be said on a day. Those that were put off beyond horizon are not waited for.
func (d *Desk) Standing(ctx context.Context, day calendar.Date, horizon time.Time) (s Standing, err error) {
	s.States, s.Delivered = map[State]int{}, map[string]int{}
	counts, err := d.Store.Counts(ctx, []string{"/"}, day.String(), day.String())
	if err != nil {
		return s, err
	}
	for _, c := range counts {
		s.States[c.State] += c.N
	}
	outcomes, err := d.Store.Outcomes(ctx, day.String())
	if err != nil {
		return s, err
	}
	for _, o := range outcomes {
		s.Delivered[o.State] += o.N
		if o.State == "pending" || o.State == "sending" {
			s.Waiting += o.N
		}
	}
	n, err := d.Store.PlannedUntil(ctx, day.String(), horizon)
	s.Waiting += n
	return s, err
}

// Morning is when the quiet hours end in which a time lies, or the time itself.
func (d *Desk) Morning(t time.Time) time.Time { return d.awake(t, &d.Data.Now().Greetings) }

// Usual is when greetings go out on a day.
func (d *Desk) Usual(day calendar.Date) time.Time { return d.moment(day, d.Data.Now().Greetings.At()) }

// At is a time of day on a day.
func (d *Desk) At(day calendar.Date, at time.Duration) time.Time { return d.moment(day, at) }

// Today is the day on which people live now.
func (d *Desk) Today() calendar.Date { return d.today() }
