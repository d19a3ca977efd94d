package occasion

import (
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

// scene is what holds at the moment at which greetings are to go out.
type scene struct {
	now      time.Time
	today    calendar.Date
	silences []Silence
	orders   []Order
	somber   bool
}

// verdict is what becomes of a greeting.
type verdict struct {
	State
	hold int64
	// until is to which day it waits; the zero date is none.
	until calendar.Date
}

// of decides about one greeting. It is asked when the greeting is to go out, so that whatever was said until then counts, and
// by those who want to know beforehand what will go out.
func (s scene) of(o Occasion, g Greeting, to Candidate, shielded bool) verdict {
	if to.Status != union.Active && to.Status != union.Retired {
		return verdict{State: Gone}
	}
	o.Say, shielded = s.moved(o, to), shielded && g.State != Approved
	if s.today.Before(o.Say) {
		return verdict{State: g.State, until: o.Say}
	}
	switch {
	case s.stopped(g, to):
		return verdict{State: Stopped}
	case o.outdated(to) && o.last().Before(s.today):
		return verdict{State: Stopped}
	case o.outdated(to): // the date may be put right again, and nothing would plan it a second time
		return verdict{State: g.State, until: s.today.AddDays(1)}
	case !o.officerOnly && to.Choice.off(o):
		return verdict{State: Off}
	case g.State != Approved && o.last().Before(s.today):
		return verdict{State: Missed}
	case !o.Cheerful || o.officerOnly: // what officers are to know the member has not declined, and nobody spares the member
		return verdict{State: o.told()}
	}
	if silence, ok := s.silenced(to.Lineage); ok {
		return verdict{State: Held, hold: silence.ID}
	}
	switch {
	case s.somber:
		return verdict{State: g.State, until: s.today.AddDays(1)}
	case shielded && o.Name == Ask:
		return verdict{State: Declined}
	case shielded:
		return verdict{State: Asked}
	}
	return verdict{State: o.told()}
}

// told is what becomes of a greeting whose time has come.
func (o *Occasion) told() State {
	if o.officerOnly {
		return Told
	}
	return Given
}

// outdated says that the date was changed, or cleared, after it was planned.
func (o *Occasion) outdated(to Candidate) bool {
	switch o.Kind() {
	case Retirement:
		return to.RetireOn != o.Day.String()
	case Contract:
		return to.ContractUntil != o.Day.String()
	}
	return false
}

// moved is the day on which the occasion is said in the member's unit: the nearest order counts.
func (s scene) moved(o Occasion, to Candidate) calendar.Date {
	best, day := -1, o.Say
	for _, order := range s.orders {
		if order.To == "" || !order.holds(o.Name, o.Day.String(), to.Lineage) || len(order.Lineage) <= best {
			continue
		}
		if moved, err := calendar.ParseDate(order.To); err == nil {
			best, day = len(order.Lineage), moved
		}
	}
	return day
}

func (s scene) stopped(g Greeting, to Candidate) bool {
	for _, order := range s.orders {
		if order.To == "" && order.holds(g.Occasion, g.Day, to.Lineage) {
			return true
		}
	}
	return false
}

func (o Order) holds(occasion, day, lineage string) bool {
	return o.Occasion == occasion && o.From <= day && day <= o.Until && strings.HasPrefix(lineage, o.Lineage)
}

func (s scene) silenced(lineage string) (Silence, bool) {
	for _, each := range s.silences {
		if !each.Ended && strings.HasPrefix(lineage, each.Lineage) && each.Until.After(s.now) {
			return each, true
		}
	}
	return Silence{}, false
}

// everything in Off is everything that is cheerful. That a contract ends is the member's own matter, and no good wish.
const everything = "all"

func (c Choice) off(o Occasion) bool {
	if o.Festival != nil && o.Festival.Chosen && !slices.Contains(c.Chosen, o.Name) {
		return true
	}
	if o.chosen && !slices.Contains(c.Chosen, Birthday) {
		return true
	}
	for _, kind := range c.Off {
		if kind == everything && o.Kind() != Contract || kind == o.Kind() || kind == o.Name {
			return true
		}
	}
	return false
}
