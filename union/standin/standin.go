// Package standin is who acts for an officer who is away: by which days, at whose word, and what becomes of a chain of
// people who are all away. It knows neither cases nor a store; who may have a certain case is theirs to say.
package standin

import (
	"errors"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

// ID identifies a stand-in.
type ID int64

// State says whether a stand-in counts.
type State string

// The states. Only an accepted one counts, and only on its days.
const (
	Asked    State = "asked"
	Accepted State = "accepted"
	Refused  State = "refused"  // by whoever was asked
	Recalled State = "recalled" // by whoever asked, before there was an answer
	Ended    State = "ended"    // before its last day, or because one of the two has left
	Lapsed   State = "lapsed"   // nobody answered
	Over     State = "over"     // its last day has passed
)

// Open says whether anything can still come of it.
func (s State) Open() bool { return s == Asked || s == Accepted }

// Standin is one member's wish that another acts in their place from one day to another, both included.
type Standin struct {
	ID         ID
	Absent, By union.MemberID
	From, To   calendar.Date
	State      State
	// Moved says that the tasks of whoever is away were looked at when it began; of one that was asked, that its first day
	// came without an answer. GivenBack says that they were looked at when it was over.
	Moved, GivenBack             bool
	AskedAt, AnsweredAt, EndedAt time.Time
}

// On says whether it counts on a day.
func (s Standin) On(day calendar.Date) bool {
	return s.State == Accepted && !day.Before(s.From) && !s.To.Before(day)
}

// Overlaps says whether two have a day in common.
func (s Standin) Overlaps(other Standin) bool {
	return !s.To.Before(other.From) && !other.To.Before(s.From)
}

// MostDays is how long one may be, MostDaysAhead how far ahead it may end.
const (
	MostDays      = 186
	MostDaysAhead = 366
)

// What Check refuses.
var (
	ErrSelf = errors.New("nobody stands in for themselves")
	// ErrPast: the last day has passed, ErrBackwards: it lies before the first, ErrLong: too far after it.
	ErrPast      = errors.New("the days have passed")
	ErrBackwards = errors.New("the last day lies before the first")
	ErrLong      = errors.New("too many days")
)

// OverlapError names the stand-in that counts on some of the days already.
type OverlapError struct{ With Standin }

func (e *OverlapError) Error() string { return "somebody stands in on some of these days already" }

// Check judges a new one by those that the same member has. Where one with days in common was asked and not answered, the new
// one takes its place; where it was accepted, it is refused: whoever accepted is told first. The same wish again is the one
// that there is.
func Check(mine []Standin, wish Standin, today calendar.Date) (same *Standin, replaced []Standin, err error) {
	switch {
	case wish.Absent == wish.By:
		return nil, nil, ErrSelf
	case wish.To.Before(wish.From):
		return nil, nil, ErrBackwards
	case wish.To.Before(today):
		return nil, nil, ErrPast
	case wish.From.AddDays(MostDays).Before(wish.To), today.AddDays(MostDaysAhead).Before(wish.To):
		return nil, nil, ErrLong
	}
	for _, s := range mine {
		switch {
		case s.Absent != wish.Absent || !s.State.Open() || !s.Overlaps(wish):
		case s.By == wish.By && s.From == wish.From && s.To == wish.To:
			return &s, nil, nil
		case s.State == Accepted:
			return nil, nil, &OverlapError{With: s}
		default:
			replaced = append(replaced, s)
		}
	}
	return nil, replaced, nil
}

// Chain follows who stands in on a day for somebody who is away, and for that one where they are away too. away says that
// somebody was asked and has accepted. The last of the chain is there; a chain that comes back to anybody in it has nobody, and
// is empty.
func Chain(all []Standin, absent union.MemberID, day calendar.Date) (chain []union.MemberID, away bool) {
	for at := absent; ; at = chain[len(chain)-1] {
		i := slices.IndexFunc(all, func(s Standin) bool { return s.Absent == at && s.On(day) })
		if i < 0 {
			return chain, len(chain) > 0
		}
		by := all[i].By
		if by == absent || slices.Contains(chain, by) {
			return nil, true
		}
		chain = append(chain, by)
	}
}

// Circle finds the first day of a wish on which whoever is asked is away and has, directly or not, whoever asks stand in:
// nobody is there for either then.
func Circle(all []Standin, wish Standin) (day calendar.Date, found bool) {
	for day := wish.From; !wish.To.Before(day); day = day.AddDays(1) {
		if chain, _ := Chain(all, wish.By, day); slices.Contains(chain, wish.Absent) {
			return day, true
		}
	}
	return calendar.Date{}, false
}

// Shown is how a decision names whoever made it in another's place: 王芳代李芳, with the other's office.
func Shown(by, absent union.Member) union.Member {
	shown := by
	shown.Name = by.Name + "代" + absent.Name
	shown.Post, shown.Org, shown.OrgPath, shown.Lineage = absent.Post, absent.Org, absent.OrgPath, absent.Lineage
	return shown
}
