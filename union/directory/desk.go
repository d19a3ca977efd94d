package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/notice"
)

const (
	// grace is how long it takes until somebody who was taken out loses their offices: events come out of order, and who
	// is taken out by mistake is put back.
	grace = 15 * time.Minute
	// most is how many may be taken out at once without being asked about: more is a mistake, or the matter of an import.
	most = 20
	// Administrators are told by day, from tellFrom o'clock until before tellUntil.
	tellFrom  = 9
	tellUntil = 20
	// told is how many changes one notice lists at most.
	told = 200
)

// Store keeps changes.
type Store interface {
	Tx(ctx context.Context, fn func(ctx context.Context) error) error
	// Add keeps a change. An open one waits to be settled.
	Add(ctx context.Context, c Change, open bool) error
	// Open lists changes that wait since a time, in their order.
	Open(ctx context.Context, before time.Time, limit int) ([]Change, error)
	// Since says whether the subject was seen in the address book at a time or after it.
	Since(ctx context.Context, subject string, at time.Time) (bool, error)
	// Moved says whether the subject is known to have moved after a change.
	Moved(ctx context.Context, c Change) (bool, error)
	// Settle notes what was done. It says no where somebody else has.
	Settle(ctx context.Context, c Change) (bool, error)
	// Untold lists what no administrator was told of, in its order.
	Untold(ctx context.Context, limit int) ([]Change, error)
	// Told notes that the administrators are told. It says no where somebody else has.
	Told(ctx context.Context, c Change, at time.Time) (bool, error)
}

// Members are those whom the address book is about.
type Members interface {
	// ByDirectory returns the member with the id in the address book, whatever their status; union.ErrNotFound.
	ByDirectory(ctx context.Context, user string) (union.Member, error)
	Get(ctx context.Context, id union.MemberID) (union.Member, error)
	// Dismiss ends the offices of a member and the service under their id; who was active has left.
	Dismiss(ctx context.Context, id union.MemberID, at time.Time) error
	// Place makes a member a unit's, named by its path: union.ErrNotFound where there is none.
	Place(ctx context.Context, id union.MemberID, path string, at time.Time) error
	// Rekey gives a member another id, unless somebody has it.
	Rekey(ctx context.Context, from, to string) (union.MemberID, bool, error)
	// Administrators lists the offices of all administrators.
	Administrators(ctx context.Context) ([]union.Holding, error)
	// OpenTasks counts what waits for a member.
	OpenTasks(ctx context.Context, id union.MemberID) (int, error)
}

// Outbox takes notices.
type Outbox interface {
	Put(ctx context.Context, notices ...notice.Notice) error
}

// Record keeps what was done.
type Record interface {
	Append(ctx context.Context, e audit.Entry) error
}

// Words are what is said.
type Words interface {
	DirectoryChanged(r Report) notice.Body
}

// Deps is what the desk needs.
type Deps struct {
	Store   Store
	Members Members
	Outbox  Outbox
	Record  Record
	Words   Words
	// Units are the paths of the units that departments are, by the platform's numbers. Where it is empty nobody is moved.
	Units map[string]string
	Zone  *time.Location
	Now   func() time.Time
	NewID func() int64
}

// Desk follows the address book.
type Desk struct{ Deps }

// NewDesk makes one.
func NewDesk(d Deps) *Desk { return &Desk{d} }

// Note takes note of a change, in the transaction of ctx. A renamed account is known by its new id at once; everything
// else waits for Sweep.
func (d *Desk) Note(ctx context.Context, c Change) error {
	c.ID, c.NotedAt = d.NewID(), d.Now()
	if c.At.IsZero() {
		c.At = c.NotedAt
	}
	if c.Kind == Renamed {
		_, from, _ := strings.Cut(c.Subject, ":")
		member, done, err := d.Members.Rekey(ctx, from, c.Detail)
		if err != nil {
			return fmt.Errorf("rename account: %w", err)
		}
		c.Effect = Unknown
		if done {
			c.Member, c.Effect = member, Rekeyed
		}
	}
	if err := d.Store.Add(ctx, c, c.Kind == Left || c.Kind == Moved && len(d.Units) > 0); err != nil {
		return fmt.Errorf("note change of the address book: %w", err)
	}
	return nil
}

// Sweep settles who has left, and tells the administrators. It returns how many changes it has dealt with.
func (d *Desk) Sweep(ctx context.Context, limit int) (int64, error) {
	done, err := d.settle(ctx, limit)
	if err != nil {
		return done, err
	}
	n, err := d.tell(ctx)
	return done + n, err
}

func (d *Desk) settle(ctx context.Context, limit int) (int64, error) {
	left, err := d.Store.Open(ctx, d.Now().Add(-grace), limit)
	if err != nil {
		return 0, fmt.Errorf("find who has left: %w", err)
	}
	var gone []Change
	for _, c := range left {
		if c.Kind == Moved {
			if err := d.place(ctx, c); err != nil {
				return 0, fmt.Errorf("settle change %d: %w", c.ID, err)
			}
			continue
		}
		back, err := d.Store.Since(ctx, c.Subject, c.At)
		if err != nil {
			return 0, fmt.Errorf("look for a return: %w", err)
		}
		if back {
			c.Effect = Back
			if _, err := d.Store.Settle(ctx, c); err != nil {
				return 0, fmt.Errorf("settle change: %w", err)
			}
			continue
		}
		gone = append(gone, c)
	}
	for _, c := range gone {
		if err := d.dismiss(ctx, c, len(gone) > most); err != nil {
			return 0, fmt.Errorf("settle change %d: %w", c.ID, err)
		}
	}
	return int64(len(left)), nil
}

func (d *Desk) dismiss(ctx context.Context, c Change, held bool) error {
	return d.Store.Tx(ctx, func(ctx context.Context) error {
		_, user, _ := strings.Cut(c.Subject, ":")
		m, err := d.Members.ByDirectory(ctx, user)
		switch {
		case errors.Is(err, union.ErrNotFound):
			c.Effect = Unknown
		case err != nil:
			return err
		case held:
			c.Member, c.Effect = m.ID, Held
		default:
			c.Member, c.Effect = m.ID, Revoked
		}
		ours, err := d.Store.Settle(ctx, c)
		if err != nil || !ours || c.Effect != Revoked {
			return err
		}
		if err := d.Members.Dismiss(ctx, m.ID, d.Now()); err != nil {
			return err
		}
		return d.Record.Append(ctx, audit.Entry{
			Key: "directory/" + strconv.FormatInt(c.ID, 10), At: d.Now(), Kind: audit.Import, Member: m.ID, Note: "taken out of the address book",
		})
	})
}

// tell sends what has changed until this morning, and with somebody who lost an office everything until now.
func (d *Desk) tell(ctx context.Context) (int64, error) {
	now := d.Now().In(d.Zone)
	if now.Hour() < tellFrom || now.Hour() >= tellUntil {
		return 0, nil
	}
	changes, err := d.Store.Untold(ctx, told)
	if err != nil {
		return 0, fmt.Errorf("find changes to tell: %w", err)
	}
	morning := time.Date(now.Year(), now.Month(), now.Day(), tellFrom, 0, 0, 0, d.Zone)
	due := slices.ContainsFunc(changes, func(c Change) bool {
		return c.NotedAt.Before(morning) || c.Effect == Revoked || c.Effect == Held || c.Effect == Placed
	})
	if !due {
		return 0, nil
	}
	admins, err := d.Members.Administrators(ctx)
	if err != nil || len(admins) == 0 {
		return 0, err // they wait until there is one
	}
	reported, err := d.look(ctx, changes)
	if err != nil {
		return 0, err
	}
	return int64(len(changes)), d.Store.Tx(ctx, func(ctx context.Context) error { return d.report(ctx, admins, reported, now) })
}

func (d *Desk) look(ctx context.Context, changes []Change) ([]Reported, error) {
	reported := make([]Reported, 0, len(changes))
	for _, c := range changes {
		r := Reported{Change: c}
		if c.Member == 0 && strings.HasPrefix(c.Subject, "user:") {
			m, err := d.Members.ByDirectory(ctx, strings.TrimPrefix(c.Subject, "user:"))
			if err != nil && !errors.Is(err, union.ErrNotFound) {
				return nil, fmt.Errorf("find member: %w", err)
			}
			r.Member = m.ID
		}
		if r.Member != 0 {
			var err error
			if r.Who, err = d.Members.Get(ctx, r.Member); err != nil {
				return nil, fmt.Errorf("find member: %w", err)
			}
			if r.Tasks, err = d.Members.OpenTasks(ctx, r.Member); err != nil {
				return nil, fmt.Errorf("count tasks: %w", err)
			}
		}
		reported = append(reported, r)
	}
	return reported, nil
}

// report tells every administrator of whom they administer, and all of them of what is nobody's.
func (d *Desk) report(ctx context.Context, admins []union.Holding, changes []Reported, now time.Time) error {
	fresh := changes[:0:0]
	for _, c := range changes {
		ours, err := d.Store.Told(ctx, c.Change, now)
		if err != nil {
			return err
		}
		if ours {
			fresh = append(fresh, c)
		}
	}
	var notices []notice.Notice
	for i, a := range admins {
		if slices.ContainsFunc(admins[:i], func(other union.Holding) bool { return other.Member == a.Member }) {
			continue
		}
		var theirs []Reported
		for _, c := range fresh {
			covers := func(h union.Holding) bool { return h.Member == a.Member && h.Covers(c.Who.Lineage) }
			if c.Effect != Back && c.Effect != Late && c.Effect != Same && (c.Member == 0 || slices.ContainsFunc(admins, covers)) {
				theirs = append(theirs, c)
			}
		}
		if len(theirs) == 0 {
			continue
		}
		notices = append(notices, notice.Notice{
			Key:  fmt.Sprintf("directory/%d/%d", theirs[0].ID, a.Member),
			Kind: notice.KindDirectory, Policy: notice.Resend, To: a.Member, Body: d.Words.DirectoryChanged(Report{theirs}),
		})
	}
	return d.Outbox.Put(ctx, notices...)
}
