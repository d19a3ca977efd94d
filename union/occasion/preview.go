package occasion

import (
	"context"
	"errors"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

// Line is one greeting as it is shown beforehand.
type Line struct {
	Greeting
	To    union.Member
	Label string
	Text  string
	// Picture is the file that goes with it, where one does.
	Picture string
	// Written is true of what was planned for good.
	Written bool
}

// Preview shows what is said on a day, a line at a time: what was written already, in its state, and then what would become of
// the others if nobody said anything more until then.
func (d *Desk) Preview(ctx context.Context, day calendar.Date, show func(Line) error) error {
	data := d.Data.Now()
	for after := int64(0); ; {
		batch, err := d.Store.Written(ctx, day.String(), after, planBatch)
		if err != nil {
			return err
		}
		if err := d.preview(ctx, batch, day, show, true); err != nil {
			return err
		}
		if len(batch) < planBatch {
			break
		}
		after = batch[len(batch)-1].ID
	}
	list, err := d.unplanned(ctx, day, data)
	if err != nil {
		return err
	}
	for _, o := range list {
		err := d.each(ctx, o, data, func(found []Greeting, to []Candidate) error {
			batch := make([]Due, len(found))
			for i := range found {
				batch[i] = Due{Greeting: found[i], To: to[i]}
			}
			return d.preview(ctx, batch, day, show, false)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) preview(ctx context.Context, batch []Due, day calendar.Date, show func(Line) error, written bool) error {
	data := d.Data.Now()
	s, shields, err := d.scene(ctx, batch)
	if err != nil {
		return err
	}
	if s.today.Before(day) {
		s.today, s.now = day, d.moment(day, data.Greetings.At())
	}
	s.somber = data.Somber(s.today)
	for _, due := range batch {
		o, err := find(due.Greeting, data)
		if err != nil {
			continue
		}
		l := Line{Greeting: due.Greeting, To: due.To.Member, Label: o.Label, Written: written}
		l.Gift = data.Greetings.GiftName(l.Gift, l.To.Notes)
		if !written || due.State == Planned {
			_, shielded := shields[due.Member]
			v := s.of(o, due.Greeting, due.To, shielded)
			l.State = v.State
			if v.until != (calendar.Date{}) {
				l.SayOn = v.until.String()
			}
		}
		if !written {
			say, _ := calendar.ParseDate(l.SayOn) // it was made of a date
			l.SendAt = d.moment(say, data.Greetings.At())
		}
		if l.Text, err = d.text(ctx, due.Greeting, o, due.To, o.Say); errors.Is(err, errNoWords) {
			l.State, err = Unworded, nil
		}
		if err != nil {
			return err
		}
		if picture, ok := image(data, o, due.To.Member); ok {
			l.Picture = picture.Name
		}
		if err := show(l); err != nil {
			return err
		}
	}
	return nil
}

// SendDay plans a day and lets everything that is to be said on it go out from a moment on.
func (d *Desk) SendDay(ctx context.Context, day calendar.Date, at time.Time) error {
	if err := d.PlanDay(ctx, day, at); err != nil {
		return err
	}
	return d.Store.Hurry(ctx, day.String(), at)
}
