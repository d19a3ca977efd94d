package broadcast

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Deps is what the desk needs of the rest of the service.
type Deps struct {
	Store   Store
	Members Members
	Outbox  notice.Outbox
	Words   Words
	Hours   Hours
	Zone    *time.Location
	// Now is the union's time.
	Now   func() time.Time
	NewID func() int64
	// Keep keeps the sheets that are asked for in chat.
	Keep Keep
	// Lists are files with people that writers send.
	Lists   Lists
	Windows Windows
	// Rosters say who works when; nil where there are none.
	Rosters Rosters
	// Notices are the kinds of business for which the Official Account has a notice.
	Notices []Business
	// Weekly is how many broadcasts that are not urgent a member gets within a week; 0 for any number.
	Weekly int
}

// Desk is every use case of broadcasts.
type Desk struct{ Deps }

// NewDesk makes the desk.
func NewDesk(d Deps) *Desk { return &Desk{d} }

// writers may write a broadcast to the organisations over which they hold the role, releasers may release one, and who
// holds one of the urgent roles may declare it urgent.
var (
	writers = []union.Role{
		union.Organiser, union.GroupLeader, union.BranchChair, union.Chair, union.Department, union.WomenOfficer, union.SafetyOfficer, union.Duty,
	}
	releasers = []union.Role{union.BranchChair, union.Chair}
	urgent    = []union.Role{union.Duty, union.Chair}
	// releasing are all who may ever be asked to release one.
	releasing = []union.Role{union.BranchChair, union.Chair, union.Duty, union.Organiser}
	// secondPair of eyes: who releases what the only releaser has written.
	secondPair = []union.Role{union.Organiser}
)

func lineagesOf(holdings []union.Holding, roles []union.Role) (lineages []string) {
	for _, h := range holdings {
		if slices.Contains(roles, h.Role) && !slices.Contains(lineages, h.Lineage) {
			lineages = append(lineages, h.Lineage)
		}
	}
	return lineages
}

func covers(holdings []union.Holding, roles []union.Role, lineage string) bool {
	return slices.ContainsFunc(holdings, func(h union.Holding) bool { return slices.Contains(roles, h.Role) && h.Covers(lineage) })
}

// Scope is to whom a member may write.
type Scope struct {
	// Orgs are the organisations to which the member may write, Tops those over which the member holds a role, Others those
	// of somebody else.
	Orgs, Tops, Others []union.Organisation
	// Tags are the union's words for members.
	Tags []string
	// Shifts and Crews are those of the rosters; days are said as of Today.
	Shifts, Crews []string
	Today         time.Time
	Urgent        bool
}

// Scope returns union.ErrForbidden for somebody who may write to nobody.
func (d *Desk) Scope(ctx context.Context, member union.MemberID) (Scope, error) {
	holdings, err := d.Members.Holdings(ctx, member)
	if err != nil {
		return Scope{}, fmt.Errorf("read offices: %w", err)
	}
	lineages := lineagesOf(holdings, writers)
	if len(lineages) == 0 {
		return Scope{}, union.ErrForbidden
	}
	all, err := d.Members.Organisations(ctx)
	if err != nil {
		return Scope{}, fmt.Errorf("read organisations: %w", err)
	}
	s := Scope{Urgent: len(lineagesOf(holdings, urgent)) > 0, Today: d.Now().In(d.Zone)}
	if d.Rosters != nil {
		s.Shifts, s.Crews = d.Rosters.Turns()
	}
	if s.Tags, err = d.Store.Tags(ctx); err != nil {
		return Scope{}, fmt.Errorf("read tags: %w", err)
	}
	for _, o := range all {
		if (&Audience{Orgs: []Part{{Lineage: o.Lineage}}}).Within(lineages) {
			s.Orgs = append(s.Orgs, o)
		} else {
			s.Others = append(s.Others, o)
		}
		if slices.Contains(lineages, o.Lineage) {
			s.Tops = append(s.Tops, o)
		}
	}
	return s, nil
}

// mayWrite checks at the act what the writer was shown before.
func (d *Desk) mayWrite(ctx context.Context, writer union.MemberID, b Broadcast) error {
	holdings, err := d.Members.Holdings(ctx, writer)
	if err != nil {
		return fmt.Errorf("read offices: %w", err)
	}
	switch lineages := lineagesOf(holdings, writers); {
	case len(lineages) == 0:
		return union.ErrForbidden
	case !b.Audience.Within(lineages):
		return ErrOutside
	case b.Urgent && !b.Audience.Within(lineagesOf(holdings, urgent)):
		return ErrUrgent
	}
	return nil
}

// steered loads a broadcast for somebody who may steer it: its writer, as long as they hold an office for it, and who may
// release it. For anybody else there is none.
func (d *Desk) steered(ctx context.Context, member union.MemberID, number string) (Broadcast, []union.Holding, error) {
	b, err := d.Store.ByNumber(ctx, number)
	if err != nil {
		return Broadcast{}, nil, err
	}
	holdings, err := d.Members.Holdings(ctx, member)
	if err != nil {
		return Broadcast{}, nil, fmt.Errorf("read offices: %w", err)
	}
	may, err := d.maySteer(ctx, member, holdings, b)
	switch {
	case err == nil && !may:
		err = union.ErrNotFound
	case err == nil:
		err = d.quiet(ctx, &b)
	}
	return b, holdings, err
}

func (d *Desk) maySteer(ctx context.Context, member union.MemberID, holdings []union.Holding, b Broadcast) (bool, error) {
	if b.Author == member && (covers(holdings, writers, b.Lineage) || b.Audience.Within(lineagesOf(holdings, writers))) {
		return true, nil
	}
	return d.mayRelease(ctx, member, holdings, b)
}

// mayRelease says whether a member may release a broadcast of somebody else.
func (d *Desk) mayRelease(ctx context.Context, member union.MemberID, holdings []union.Holding, b Broadcast) (bool, error) {
	if covers(holdings, d.releasersOf(b), b.Lineage) {
		return true, nil
	}
	if !covers(holdings, secondPair, b.Lineage) {
		return false, nil
	}
	asked, err := d.askedToRelease(ctx, b)
	if errors.Is(err, union.ErrNoOfficer) {
		return false, nil
	}
	return slices.Contains(asked, member), err
}

func (d *Desk) releasersOf(b Broadcast) []union.Role {
	if b.Urgent {
		return append(slices.Clone(releasers), union.Duty)
	}
	return releasers
}

// askedToRelease are those nearest above the audience who may release it, never its writer.
func (d *Desk) askedToRelease(ctx context.Context, b Broadcast) ([]union.MemberID, error) {
	ids, err := d.holders(ctx, b, d.releasersOf(b))
	if err == nil && len(ids) == 0 {
		ids, err = d.holders(ctx, b, secondPair)
	}
	if err == nil && len(ids) == 0 {
		err = union.ErrNoOfficer
	}
	return ids, err
}

// holders are those nearest above the audience who hold one of the roles, without the writer.
func (d *Desk) holders(ctx context.Context, b Broadcast, roles []union.Role) (ids []union.MemberID, err error) {
	var all []union.Holding
	for _, role := range roles {
		found, err := d.Members.Holders(ctx, role, b.Lineage)
		if err != nil {
			return nil, fmt.Errorf("find who releases: %w", err)
		}
		all = append(all, found...)
	}
	sort.SliceStable(all, func(i, j int) bool { return len(all[i].Lineage) > len(all[j].Lineage) })
	nearest := ""
	for _, h := range all {
		if h.Member == b.Author || slices.Contains(ids, h.Member) {
			continue
		}
		if nearest != "" && h.Lineage != nearest && !b.Urgent { // whoever is there first releases what is urgent
			break
		}
		nearest = h.Lineage
		ids = append(ids, h.Member)
	}
	return ids, nil
}

// changing runs fn on a broadcast that the member may steer, in one transaction, and writes what it changed.
func (d *Desk) changing(ctx context.Context, member union.MemberID, number string, fn func(ctx context.Context, b *Broadcast) error) (Broadcast, error) {
	var changed Broadcast
	err := d.Store.Tx(ctx, func(ctx context.Context) error {
		b, _, err := d.steered(ctx, member, number)
		if err != nil {
			return err
		}
		before := b
		if err := fn(ctx, &b); err != nil {
			return err
		}
		changed = b
		if b.State == before.State && b.Speed == before.Speed {
			return nil
		}
		changed.Version++
		return d.Store.Update(ctx, b)
	})
	if err != nil {
		return changed, fmt.Errorf("change broadcast: %w", err)
	}
	return changed, nil
}

// note writes a notice to each of the members; the occasion and the broadcast's version make it unique.
func (d *Desk) note(ctx context.Context, b Broadcast, occasion string, to []union.MemberID, kind string, say func(to union.MemberID) notice.Body) error {
	return d.notes(ctx, b, occasion, to, kind, func(to union.MemberID) []notice.Body { return []notice.Body{say(to)} })
}

// notes writes several notices to each, which arrive in this order.
func (d *Desk) notes(ctx context.Context, b Broadcast, occasion string, to []union.MemberID, kind string, say func(to union.MemberID) []notice.Body) error {
	var notices []notice.Notice
	for _, member := range to {
		for i, body := range say(member) {
			key := fmt.Sprintf("cast/%d/%s/%d/%d", b.ID, occasion, b.Version, member)
			if i > 0 {
				key += "/" + strconv.Itoa(i)
			}
			notices = append(notices, notice.Notice{Key: key, Kind: kind, Policy: notice.Resend, To: member, Body: body})
		}
	}
	return d.Outbox.Put(ctx, notices...)
}

// busyShift is how far a broadcast keeps from the full and the half hour, at which everybody sends.
const busyShift = 3 * time.Minute

// Unhurried is a time that somebody or a calendar chose, off the full and the half hour: the platform advises against them.
// What may go out now, does.
func Unhurried(t, now time.Time) time.Time {
	if t.Minute()%30 == 0 && t.After(now) {
		return t.Add(busyShift)
	}
	return t
}

// MayGo says whether a broadcast may go out now: within the hours in which people may be reminded, on a working day or on
// the day that was chosen for it. What is urgent always may.
func MayGo(b Broadcast, hours Hours, zone *time.Location, now time.Time) bool {
	if b.Urgent || hours.OnDuty(now) {
		return true
	}
	y, m, day := now.In(zone).Date()
	cy, cm, cday := b.StartsAt.In(zone).Date()
	return b.Chosen && y == cy && m == cm && day == cday && hours.InDutyHours(now)
}

func stale(err error) bool { return errors.Is(err, union.ErrStale) }
