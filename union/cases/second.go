package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// SecondStore keeps who seconds a case.
type SecondStore interface {
	// Add lets members second a case, each once, and says how many of them did not before.
	Add(ctx context.Context, id ID, at time.Time, members ...union.MemberID) (added int, err error)
	// Of lists who seconds a case, in the order in which they did.
	Of(ctx context.Context, id ID) ([]union.MemberID, error)
	// Cases lists up to limit cases that the member seconds, newest first.
	Cases(ctx context.Context, member union.MemberID, limit int) ([]ID, error)
}

// ErrOwn means that somebody seconds their own case.
var ErrOwn = errors.New("one's own case is not seconded")

// Seconded is what Second did.
type Seconded struct {
	Case  Case // its outline
	Count int  // who seconds it now
	// Again is true where the member had seconded it before.
	Again bool
}

// Second lets a member second somebody else's case (附议): it counts, and the member is told what becomes of it. Only
// cases of services that look for like ones are seconded; of all others, of one that has come to nothing, and of one that
// there is not, it returns union.ErrNotFound. It returns ErrOwn to the author.
func (d *Desk) Second(ctx context.Context, member union.MemberID, number string) (Seconded, error) {
	var done Seconded
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.second(ctx, member, number)
		return err
	})
	if err != nil {
		return Seconded{}, fmt.Errorf("second case: %w", err)
	}
	return done, nil
}

func (d *Desk) second(ctx context.Context, member union.MemberID, number string) (none Seconded, _ error) {
	who, err := d.members.Get(ctx, member)
	if err != nil {
		return none, err
	}
	if who.Status != union.Active {
		return none, union.ErrForbidden
	}
	m, err := d.load(ctx, 0, number)
	if err != nil {
		return none, err
	}
	open := !m.Standing().Ended() || m.State == Accepted
	if !d.seconds(m) || !open || rootOf(m.Lineage) != rootOf(who.Lineage) {
		return none, union.ErrNotFound
	}
	if m.Author == member || m.sharedBy(member) {
		return none, ErrOwn
	}
	added, err := d.store.Seconds.Add(ctx, m.ID, d.now(), member)
	if err != nil {
		return none, err
	}
	all, err := d.store.Seconds.Of(ctx, m.ID)
	if err != nil {
		return none, err
	}
	done := Seconded{Case: m.outline(), Count: len(all), Again: added == 0}
	if added == 0 || !worthTelling(len(all)) {
		return done, nil
	}
	return done, d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("seconded/%d/%d", m.ID, len(all)), Kind: notice.KindAnswer, Policy: notice.Resend, To: m.Author, Case: int64(m.ID),
		Body: d.words.Seconded(m.outline(), m.service, len(all)),
	})
}

// Follow is Second for somebody who was writing the same: the words and pictures are added to the case, and whoever has it is
// told. Where nothing can be added any more, or not this, it says so before it has written anything: what a turn has written stays,
// whatever comes after.
func (d *Desk) Follow(ctx context.Context, member union.MemberID, number, text string, pictures []ID) (Seconded, error) {
	var done Seconded
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		m, err := d.load(ctx, 0, number)
		if err == nil && m.Author != member && !m.sharedBy(member) {
			err = m.mayRemark(text, pictures)
		}
		if err != nil {
			return err
		}
		if done, err = d.second(ctx, member, number); err == nil {
			_, err = d.remarkBy(ctx, m, member, nameFollower, text, pictures)
		}
		return err
	})
	if err != nil {
		return Seconded{}, fmt.Errorf("follow case: %w", err)
	}
	return done, nil
}

// nameFollower stands in the timeline for whoever follows a case: its author does not read who it is.
const nameFollower = "关注人"

// SecondedBy lists the latest cases that a member seconds, newest first, by what every seconder knows of one: its title, and how
// it stands. Who filed it and who has it is not said.
func (d *Desk) SecondedBy(ctx context.Context, member union.MemberID) ([]Summary, error) {
	ids, err := d.store.Seconds.Cases(ctx, member, maxMine)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	found, err := d.store.Cases.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	var seconded []Summary
	for _, id := range ids {
		if c, ok := found[id]; ok && c.Title != "" { // what was erased has none
			seconded = append(seconded, secondedOf(c))
		}
	}
	return seconded, nil
}

// SecondedCase is one of those, however long ago the member seconded it. It returns union.ErrNotFound for any other.
func (d *Desk) SecondedCase(ctx context.Context, member union.MemberID, number string) (none Summary, _ error) {
	m, err := d.load(ctx, 0, number)
	if err != nil {
		return none, fmt.Errorf("read seconded case: %w", err)
	}
	seconding, err := d.store.Seconds.Of(ctx, m.ID)
	if err == nil && (!slices.Contains(seconding, member) || m.Title == "") {
		err = union.ErrNotFound
	}
	if err != nil {
		return none, fmt.Errorf("read seconded case: %w", err)
	}
	return secondedOf(m.Case), nil
}

// secondedOf is what a seconder knows of a case. What its author is asked meanwhile is between them and the officer.
func secondedOf(c Case) Summary {
	s := summaryOf(c)
	if s.State == Returned {
		s.State = Open
	}
	return s
}

// worthTelling spares an author whom hundreds second: told are the first three, and then every round number.
func worthTelling(count int) bool {
	return count <= 3 || slices.Contains([]int{5, 10, 20, 50, 100, 200, 500}, count) || count%1000 == 0
}

// seconds says whether others than its author may read of a case, by the version with which it began and by the present one.
func (d *Desk) seconds(m *matter) bool {
	now, offered := d.services.Current(m.Service)
	return m.service.Seconds() && (!offered || now.Seconds())
}

// secondsFrom says whether those of this lineage may: the plant of a case may be as far as it is read.
func (d *Desk) secondsFrom(m *matter, lineage string) bool {
	now, _ := d.services.Current(m.Service)
	plant := m.service.Summary.Similar.Under == service.ReachPlant || now != nil && now.Summary.Similar.Under == service.ReachPlant
	return d.seconds(m) && (!plant || unitOf(m.Lineage) == unitOf(lineage))
}

// tellSeconders lets those who second a case know what was decided, as its author is told.
func (d *Desk) tellSeconders(ctx context.Context, m *matter, a Answer) error {
	if m.service.Sensitive || a.Act == Return || a.Act == SendBack {
		return nil
	}
	if !d.seconds(m) { // what is written there is for its author
		a.Note, a.Case.Title = "", ""
	}
	members, err := d.store.Seconds.Of(ctx, m.ID)
	if err != nil || len(members) == 0 {
		return err
	}
	body := d.words.SecondersAnswer(a)
	notices := make([]notice.Notice, len(members))
	for i, to := range members {
		notices[i] = notice.Notice{
			Key: fmt.Sprintf("answer/%d/%d/%d", m.ID, m.Version, to), Kind: notice.KindAnswer, Policy: notice.Resend, To: to, Case: int64(m.ID), Body: body,
		}
	}
	return d.outbox.Put(ctx, notices...)
}

// follow makes the author of a case that is merged, and those who second it, seconders of the one that it is merged into.
func (d *Desk) follow(ctx context.Context, m, into *matter) error {
	if into == nil || m.service.Sensitive {
		return nil
	}
	members, err := d.store.Seconds.Of(ctx, m.ID)
	if err != nil {
		return err
	}
	members = slices.DeleteFunc(append([]union.MemberID{m.Author}, members...), func(id union.MemberID) bool { return id == into.Author })
	_, err = d.store.Seconds.Add(ctx, into.ID, d.now(), members...)
	return err
}
