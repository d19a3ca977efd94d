package talk

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/union"
)

// Counted is which talks behind figures are meant.
type Counted string

// What is counted.
const (
	CountedAll        Counted = ""
	CountedHeld       Counted = "held"
	CountedWaiting    Counted = "waiting"
	CountedUnanswered Counted = "unanswered" // by nobody, in talks that go on or have ended
	CountedLate       Counted = "late"       // answered, but not in time
	CountedContent    Counted = "content"
	CountedSoSo       Counted = "so_so"
	CountedDiscontent Counted = "discontent"
)

// ListRequest asks for talks behind a number of Figures, up to Most before an ID, 0 for the latest.
type ListRequest struct {
	Officer union.MemberID
	Unit    string
	What    Counted
	Before  ID
	Most    int
}

// Listed is a part of the talks behind a number, the latest first.
type Listed struct {
	Unit string
	// All is how many there are altogether, Hidden how many of this part the officer may not know of. Views are the others.
	All, Hidden int
	Views       []View
	// Next is before which the part behind this one begins; 0 where none is.
	Next ID
}

// Counted lists talks that Figures counts, and never what was said in them. The errors are those of Figures.
func (d *Desk) Counted(ctx context.Context, r ListRequest) (Listed, error) {
	list, err := d.list(ctx, r)
	if err != nil {
		return Listed{}, fmt.Errorf("list talks that are counted: %w", err)
	}
	return list, nil
}

func (d *Desk) list(ctx context.Context, r ListRequest) (Listed, error) {
	c, err := d.counted(ctx, r.Officer, r.Unit)
	if err != nil {
		return Listed{}, err
	}
	list := Listed{Unit: c.over.Name}
	var behind []Talk
	for _, t := range c.talks {
		is, err := d.is(ctx, t, r.What)
		if err != nil {
			return list, err
		}
		if !is {
			continue
		}
		list.All++
		if r.Before == 0 || t.ID < r.Before {
			behind = append(behind, t)
		}
	}
	if len(behind) > r.Most {
		behind = behind[:r.Most]
		list.Next = behind[r.Most-1].ID
	}
	for _, t := range behind {
		may := t.Holder == r.Officer || t.Last == r.Officer
		if !may {
			if _, may, err = d.mayKnow(ctx, t, r.Officer); err != nil {
				return list, err
			}
		}
		if !may {
			list.Hidden++
			continue
		}
		v, err := d.view(ctx, t)
		if err != nil {
			return list, err
		}
		list.Views = append(list.Views, v)
	}
	return list, nil
}

// is says whether a talk is counted as this.
func (d *Desk) is(ctx context.Context, t Talk, what Counted) (bool, error) {
	switch what {
	case CountedHeld:
		return t.State == Held, nil
	case CountedWaiting:
		return t.State == Waiting, nil
	case CountedUnanswered:
		return t.FirstAt.IsZero(), nil
	case CountedLate:
		if t.FirstAt.IsZero() {
			return false, nil
		}
		wait, err := d.waited(ctx, t, t.OpenedAt)
		return wait > d.book.Topic(t.Topic).First(), err
	case CountedContent:
		return t.Rating == Content, nil
	case CountedSoSo:
		return t.Rating == SoSo, nil
	case CountedDiscontent:
		return t.Rating == Discontent, nil
	}
	return true, nil
}
