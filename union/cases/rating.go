package cases

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Rating is how content an author is with how a case was handled.
type Rating int

// The ratings.
const (
	Unrated Rating = iota
	Content
	SoSo
	Discontent
)

const (
	// rateDays is how long an author may answer how it was, in days.
	rateDays = 30
)

// RatingStore keeps which authors were asked how content they are, and what they said.
type RatingStore interface {
	// Ask notes that the author of a case is asked. It says no if the author was asked before.
	Ask(ctx context.Context, id ID, at time.Time) (bool, error)
	// Asked is what the author has said, and when the author was asked: the zero time if never.
	Asked(ctx context.Context, id ID) (Rating, time.Time, error)
	// Rate keeps the answer. It says no if the author was not asked since then, or has answered.
	Rate(ctx context.Context, id ID, r Rating, since, at time.Time) (bool, error)
	// Unrated lists an author's cases that were asked after since then and not rated, the latest first.
	Unrated(ctx context.Context, author union.MemberID, since time.Time, limit int) ([]ID, error)
	// Ratings counts the answers below an organisation, of cases filed since then, by organisation and service.
	Ratings(ctx context.Context, lineage string, since time.Time) ([]RatingRow, error)
}

// RatingRow counts what the authors of one organisation said of one service.
type RatingRow struct {
	Lineage, Service                 string
	Asked, Content, SoSo, Discontent int
}

func (r *RatingRow) add(other RatingRow) {
	r.Asked, r.Content, r.SoSo, r.Discontent = r.Asked+other.Asked, r.Content+other.Content, r.SoSo+other.SoSo, r.Discontent+other.Discontent
}

// of is how many said this.
func (r *RatingRow) of(said Rating) int {
	switch said {
	case Content:
		return r.Content
	case SoSo:
		return r.SoSo
	case Discontent:
		return r.Discontent
	case Unrated:
	}
	return r.Asked - r.Content - r.SoSo - r.Discontent
}

// Rated is what Rate did.
type Rated struct {
	Case Case
	// Officers look again, by Case.DueAt, because the author is not content; Higher says that they are one level up. Told are
	// those above who were told where the case itself cannot be opened again.
	Officers []union.Member
	Higher   bool
	Told     []union.Member
}

// RatingWords puts into words how content authors are.
type RatingWords interface {
	// RatedCard shows on the card that asked that the author has answered.
	RatedCard(c Case, r Rating) notice.Body
	// Discontent tells somebody above those who decided why an author is not content with what cannot be decided again.
	Discontent(c Case, sensitive bool, author, why string) notice.Body
}

// asksHow says whether the author of a case that has ended is asked how it was handled, and notes it: once a case, and
// never where the answer would tell who an unnamed author is.
func (d *Desk) asksHow(ctx context.Context, m *matter, v *verdict) (bool, error) {
	ended := m.State == Accepted || m.State == Refused
	if !ended || v.Unasked || m.Anonymous || m.Seal != nil || v.Officer == m.Author || !m.service.AsksHow() {
		return false, nil
	}
	return d.store.Ratings.Ask(ctx, m.ID, d.now())
}

// Unrated lists the member's cases whose handling may be rated, the latest first.
func (d *Desk) Unrated(ctx context.Context, member union.MemberID) ([]Summary, error) {
	ids, err := d.store.Ratings.Unrated(ctx, member, d.rateable(), maxMine)
	if err != nil {
		return nil, fmt.Errorf("list unrated cases: %w", err)
	}
	list := make([]Summary, 0, len(ids))
	for _, id := range ids {
		c, err := d.store.Cases.ByID(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("list unrated cases: %w", err)
		}
		if c.toRate() == nil {
			list = append(list, summaryOf(c))
		}
	}
	return list, nil
}

// What else becomes of a rating.
var (
	// ErrRated: the author has said so before.
	ErrRated = errors.New("the case is rated already")
	// ErrLookedAtAgain: the case is open again, and is rated once that has ended.
	ErrLookedAtAgain = errors.New("the case is being looked at again")
)

// toRate says why a case cannot be rated as it stands: only how it was handled can be.
func (c *Case) toRate() error {
	switch c.Standing() {
	case Accepted, Refused:
		return nil
	case Open, Returned:
		return ErrLookedAtAgain
	}
	return ErrActNotAllowed
}

func (d *Desk) rateable() time.Time { return d.now().AddDate(0, 0, -rateDays) }

// Rate lets an author say how content they are, once. Who is not, and says why, has others look at the case again or, where
// that was done before, those one level up; money that was granted is not granted anew: then those above are told. It returns
// union.ErrNotFound if the case is not the member's, *IncompleteError without a reason, ErrRated the second time,
// ErrLookedAtAgain while the case is open again, and ErrActNotAllowed where nobody asked, the time has passed or the case was taken back.
func (d *Desk) Rate(ctx context.Context, member union.MemberID, number string, r Rating, why string) (Rated, error) {
	var done Rated
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.rate(ctx, member, number, r, strings.TrimSpace(why))
		return err
	})
	if err != nil {
		return Rated{}, fmt.Errorf("rate case: %w", err)
	}
	return done, nil
}

func (d *Desk) rate(ctx context.Context, member union.MemberID, number string, r Rating, why string) (none Rated, _ error) {
	m, err := d.own(ctx, member, number)
	if err != nil {
		return none, err
	}
	said, asked, err := d.store.Ratings.Asked(ctx, m.ID)
	switch {
	case err != nil:
		return none, err
	case said != Unrated:
		return none, ErrRated
	case asked.Before(d.rateable()):
		return none, ErrActNotAllowed
	case m.toRate() != nil:
		return none, m.toRate()
	case r == Discontent && why == "": // whoever may not say it any more is not asked why
		return none, &IncompleteError{Field: Supplement}
	}
	now := d.now()
	first, err := d.store.Ratings.Rate(ctx, m.ID, r, d.rateable(), now)
	if err != nil {
		return none, err
	}
	if !first { // at the same moment
		return none, ErrRated
	}
	if err := d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("rated/%d", m.ID), Kind: notice.KindCardUpdate, Policy: notice.Resend, To: member, Case: int64(m.ID), Body: d.words.RatedCard(m.Case, r),
	}); err != nil {
		return none, err
	}
	event := Event{At: now, Actor: member, Name: m.author.Name, Kind: ratingEvents[r], Note: why}
	if r != Discontent {
		return Rated{Case: m.Case}, d.change(ctx, m, event)
	}
	done, err := d.discontent(ctx, m, event)
	if errors.Is(err, union.ErrNoOfficer) {
		return d.complain(ctx, m, event)
	}
	return done, err
}

var ratingEvents = map[Rating]string{Content: EventContent, SoSo: EventSoSo, Discontent: EventDiscontent}

// discontent opens the case again. It changes nothing where it returns union.ErrNoOfficer.
func (d *Desk) discontent(ctx context.Context, m *matter, event Event) (none Rated, _ error) {
	step, _ := m.service.Step(m.lastStep())
	before, again := m.Case, !m.SecondLook.IsZero() || step.Who.Author
	m.SecondLook = time.Time{}
	if step.Name == "" || !m.opensAgain(step.Name, true) {
		m.Case = before
		return none, union.ErrNoOfficer
	}
	done, err := d.lookAgain(ctx, m, step.Name, event, again)
	if err != nil {
		m.Case = before
		return none, err
	}
	return Rated{Case: done.Case, Officers: done.Officers, Higher: again}, nil
}

// complain tells those one level up.
func (d *Desk) complain(ctx context.Context, m *matter, event Event) (none Rated, _ error) {
	done := Rated{Case: m.Case}
	if err := d.change(ctx, m, event); err != nil {
		return none, err
	}
	step, known := m.service.Step(m.lastStep())
	if !known {
		return done, nil
	}
	officers, higher, err := d.above(ctx, m, step, true)
	if errors.Is(err, union.ErrNoOfficer) || err == nil && !higher {
		return done, nil
	}
	if err != nil {
		return none, err
	}
	done.Told = officers
	for _, o := range officers {
		if err := d.outbox.Put(ctx, notice.Notice{
			Key: fmt.Sprintf("discontent/%d/%d", m.ID, o.ID), Kind: notice.KindTask, Policy: notice.Resend, To: o.ID, Case: int64(m.ID),
			Body: d.words.Discontent(m.outline(), m.service.Sensitive, m.author.Name, event.Note),
		}); err != nil {
			return none, err
		}
	}
	return done, nil
}

// Ratings is what authors said, of a whole subtree, by the organisations right below and by service.
type Ratings struct {
	Unit     string
	Since    time.Time
	Sum      RatingRow
	Units    []RatingRow // Lineage is the organisation's name
	Services []RatingRow
}

// Ratings counts what authors of this year's cases said, for whom Tally counts.
func (d *Desk) Ratings(ctx context.Context, officer union.MemberID) (none Ratings, _ error) {
	h, err := d.over(ctx, officer)
	if err != nil {
		return none, fmt.Errorf("count ratings: %w", err)
	}
	r := Ratings{Unit: nameOver(h), Since: d.newYear()}
	rows, err := d.store.Ratings.Ratings(ctx, h.Lineage, r.Since)
	if err != nil {
		return none, fmt.Errorf("count ratings: %w", err)
	}
	units, err := d.store.Tallies.Units(ctx, h.Lineage)
	if err != nil {
		return none, fmt.Errorf("count ratings: %w", err)
	}
	for _, row := range rows {
		r.Sum.add(row)
		if n := len(r.Services); n == 0 || r.Services[n-1].Service != row.Service {
			r.Services = append(r.Services, RatingRow{Service: row.Service})
		}
		r.Services[len(r.Services)-1].add(row)
	}
	for _, u := range units {
		one := RatingRow{Lineage: u.Name}
		for _, row := range rows {
			if strings.HasPrefix(row.Lineage, u.Lineage) {
				one.add(row)
			}
		}
		if one.Asked > 0 {
			r.Units = append(r.Units, one)
		}
	}
	return r, nil
}
