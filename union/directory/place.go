package directory

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
)

// errSettled takes back a move that another replica has settled: an import may have moved the member since.
var errSettled = errors.New("another replica has settled it")

// place makes a member who has moved to another department the unit's that the department is. It waits as long as a dismissal does: events
// come out of order, and twice. What follows for cases and tasks follows from where the member belongs.
func (d *Desk) place(ctx context.Context, c Change) error {
	err := d.Store.Tx(ctx, func(ctx context.Context) error {
		_, user, _ := strings.Cut(c.Subject, ":")
		m, err := d.Members.ByDirectory(ctx, user)
		if err != nil && !errors.Is(err, union.ErrNotFound) {
			return err
		}
		late, lateErr := d.Store.Moved(ctx, c)
		if lateErr != nil {
			return lateErr
		}
		unit, effect := d.unitOf(c.Detail, m.OrgPath)
		switch {
		case err != nil:
			effect = Unknown
		case late:
			effect = Late
		case m.Status == union.Left:
			effect = None
		}
		c.Member, c.Effect = m.ID, effect
		if effect == Placed {
			if err := d.Members.Place(ctx, m.ID, unit, d.Now()); errors.Is(err, union.ErrNotFound) {
				c.Effect = Missing
			} else if err != nil {
				return err
			}
		}
		ours, err := d.Store.Settle(ctx, c)
		switch {
		case err != nil:
			return err
		case !ours:
			return errSettled
		case c.Effect != Placed:
			return nil
		}
		return d.Record.Append(ctx, audit.Entry{
			Key: "directory/" + strconv.FormatInt(c.ID, 10), At: d.Now(), Kind: audit.Import, Member: m.ID, Note: "moved by the address book from " + m.OrgPath + " to " + unit,
		})
	})
	if errors.Is(err, errSettled) {
		return nil
	}
	return err
}

// unitOf finds the unit that departments are: the innermost one where they lie within each other. Who belongs to it, or to a team
// below it that no department is, stays there: the members file knows teams, the address book often does not. Who belongs to another department's
// unit below it moves up.
func (d *Desk) unitOf(departments, now string) (unit string, e Effect) {
	for _, number := range strings.Split(departments, ",") {
		path, known := d.Units[strings.TrimSpace(number)]
		switch {
		case !known:
			return "", Unclear
		case union.Within(path, cmp.Or(unit, path)):
			unit = path
		case !union.Within(unit, path):
			return "", Unclear
		}
	}
	if !union.Within(now, unit) {
		return unit, Placed
	}
	for _, path := range d.Units {
		if path != unit && union.Within(path, unit) && union.Within(now, path) {
			return unit, Placed
		}
	}
	return unit, Same
}
