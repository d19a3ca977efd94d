package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// Goes is what TakeAlarm did.
type Goes struct {
	Case Case
	// Place, AuthorName and AuthorPhone are for whoever goes; the latter two are empty where the case is anonymous.
	Place, AuthorName, AuthorPhone string
	// Decides are those who have the case's open step on their hands.
	Decides []union.Member
	// Life is true where somebody cannot go on and waits to be called.
	Life bool
	// Again is true where the member had said so before.
	Again bool
}

// TakeAlarm says that an officer goes. It ends the ringing, tells who reported it, lets all others off and gives those
// who decide the case their cards; where somebody waits to be called, that is whoever calls. Of two at once one goes. The case is found by id or, where that is 0, by number. It
// returns
//   - union.ErrNotFound if there is no such alarm, or the officer may not know of it;
//   - union.ErrForbidden to whoever reported it: others have to come;
//   - *AlarmSettled where somebody goes already, or nobody has to.
func (d *Desk) TakeAlarm(ctx context.Context, officer union.MemberID, id ID, number string) (Goes, error) {
	var goes Goes
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		goes, err = d.takeAlarm(ctx, officer, id, number)
		return err
	})
	if err != nil {
		return Goes{}, fmt.Errorf("take alarm: %w", err)
	}
	return goes, nil
}

func (d *Desk) takeAlarm(ctx context.Context, officer union.MemberID, id ID, number string) (none Goes, _ error) {
	m, err := d.load(ctx, id, number)
	if err != nil {
		return none, err
	}
	rung, err := d.mayGo(ctx, m, officer)
	if err != nil {
		return none, err
	}
	if err := d.lookedToGo(ctx, m, officer); err != nil {
		return none, err
	}
	now := d.now()
	won, err := d.store.Alarms.End(ctx, m.ID, AlarmTaken, officer, now)
	if err != nil {
		return none, err
	}
	a, err := d.store.Alarms.ByCase(ctx, m.ID)
	if err != nil {
		return none, err
	}
	n := alarmNotice(m, a)
	goes := Goes{Case: m.forOfficers(), Place: n.Place, AuthorName: n.AuthorName, Life: m.service.Alarm.Life}
	if !m.Anonymous { // a number that cannot be read keeps nobody from going
		goes.AuthorPhone, _, _ = d.members.Sealed(ctx, m.Author)
	}
	if !won {
		goes.Again = a.State == AlarmTaken && a.Taker == officer
		if goes.Again {
			goes.Decides, err = d.havers(ctx, m.had())
			return goes, err
		}
		return none, d.notRinging(ctx, m, a)
	}
	if n.Taker, err = d.members.Get(ctx, officer); err != nil {
		return none, err
	}
	n.At = now
	event := Event{At: now, Actor: officer, Name: n.Taker.Name, Kind: EventTaken}
	if err := d.changeOpen(ctx, m, event, func() {}); err != nil {
		return none, err
	}
	if err := d.holdCall(ctx, m, n.Taker, event); err != nil {
		return none, err
	}
	if goes.Decides, err = d.havers(ctx, m.had()); err != nil {
		return none, err
	}
	if err := d.tellReporters(ctx, m, n, fmt.Sprintf("alarm-taken/%d", m.ID), d.words.AlarmTaken); err != nil {
		return none, err
	}
	if err := d.letOff(ctx, n, rung); err != nil {
		return none, err
	}
	return goes, d.sendCards(ctx, m, m.had()) // who was rung with a task had the alarm's card only
}

// holdCall gives the open step of a case for whose sake somebody is called to whoever calls, and to nobody else: they know how
// the person is. Its time stays.
func (d *Desk) holdCall(ctx context.Context, m *matter, taker union.Member, event Event) error {
	if !m.service.Alarm.Life || m.State != Open || m.waitsForAuthor() {
		return nil
	}
	var others, asked []Task // those whose turn has not come yet have no card
	has := false
	for i, t := range m.tasks {
		switch {
		case t.Step != m.Step || t.State != TaskOpen && t.State != TaskWaiting:
		case t.State == TaskOpen && t.Officer == taker.ID:
			has = true
		default:
			m.tasks[i].State = TaskVoid
			others = append(others, t)
			if t.State == TaskOpen {
				asked = append(asked, t)
			}
		}
	}
	if err := d.store.Tasks.Void(ctx, event.At, taskIDs(others)...); err != nil {
		return err
	}
	if err := d.dismiss(ctx, m, asked, settledBy(m, event)); err != nil || has {
		return err
	}
	fresh, err := d.ask(ctx, m, []union.Member{taker})
	m.tasks = append(m.tasks, fresh...)
	return err
}

// tookCall says whether a member has the open step because they have called whoever it is about, and holds any office over the
// case still.
func (d *Desk) tookCall(ctx context.Context, m *matter, officer union.MemberID, holdings []union.Holding, step service.Step) (bool, error) {
	has := slices.ContainsFunc(m.open(), func(t Task) bool { return t.Officer == officer && t.Step == step.Name && t.Added == "" && t.For == 0 })
	if !m.service.Alarm.Life || !has || !m.maySign(officer, holdings, step) {
		return false, nil
	}
	a, err := d.store.Alarms.ByCase(ctx, m.ID)
	if errors.Is(err, union.ErrNotFound) {
		return false, nil
	}
	return err == nil && a.State == AlarmTaken && a.Taker == officer, err
}

// mostRinging is how many alarms an officer is asked to choose from.
const mostRinging = 5

// RingingFor lists the cases for which the officer is rung and nobody has said yet that they go, the newest first. Of each
// no more is told than its number.
func (d *Desk) RingingFor(ctx context.Context, officer union.MemberID) ([]Case, error) {
	ids, err := d.store.Alarms.Ringing(ctx, officer, mostRinging)
	if err != nil {
		return nil, fmt.Errorf("list alarms that ring: %w", err)
	}
	ringing := make([]Case, 0, len(ids))
	for _, id := range ids {
		c, err := d.store.Cases.ByID(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("list alarms that ring: %w", err)
		}
		ringing = append(ringing, Case{ID: c.ID, Number: c.Number})
	}
	return ringing, nil
}

// lookedToGo records that whoever goes reads a sensitive case.
func (d *Desk) lookedToGo(ctx context.Context, m *matter, officer union.MemberID) error {
	if !m.service.Sensitive {
		return nil
	}
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return err
	}
	return d.looked(ctx, m, officer, holdings)
}

// mayGo lists who was rung. An officer may go who was rung, or who may know of the case by an office.
func (d *Desk) mayGo(ctx context.Context, m *matter, officer union.MemberID) ([]union.MemberID, error) {
	if officer == m.Author {
		return nil, union.ErrForbidden
	}
	rung, err := d.store.Alarms.People(ctx, m.ID, PartRung)
	if err != nil || contains(rung, officer) {
		return rung, err
	}
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return nil, err
	}
	if may, err := d.mayKnow(ctx, m, officer, holdings); err != nil || !may {
		return nil, cmp.Or(err, union.ErrNotFound)
	}
	return rung, nil
}

// notRinging says why an alarm does not ring.
func (d *Desk) notRinging(ctx context.Context, m *matter, a Alarm) error {
	how := &AlarmSettled{Number: m.Number, At: a.EndedAt}
	if a.State != AlarmTaken {
		return how
	}
	taker, err := d.members.Get(ctx, a.Taker)
	if err != nil {
		return err
	}
	how.Name = taker.Name
	return how
}

// changeTries is more than people write of one danger at once.
const changeTries = 10

// changeOpen writes an event of a case that others may write at the same time, and decides nothing; apply changes the case as it is
// read. It returns ErrActNotAllowed where the case has ended meanwhile.
func (d *Desk) changeOpen(ctx context.Context, m *matter, event Event, apply func()) (err error) {
	for range changeTries {
		apply()
		if err = d.store.Cases.Update(ctx, m.Case); err == nil {
			m.Version++
			return d.store.Timeline.Append(ctx, m.ID, m.Version, event)
		}
		if !errors.Is(err, union.ErrStale) {
			return err
		}
		if m.Case, err = d.store.Cases.ByID(ctx, m.ID); err != nil {
			return err
		}
		if m.State.Ended() {
			return ErrActNotAllowed
		}
		err = union.ErrStale
	}
	return err
}

// letOff shows on the cards of all who were rung how it came out.
func (d *Desk) letOff(ctx context.Context, n AlarmNotice, rung []union.MemberID) error {
	notices := make([]notice.Notice, 0, len(rung))
	for _, id := range rung {
		n.To = id
		notices = append(notices, notice.Notice{
			Key: fmt.Sprintf("alarm-settled/%d/%d", n.Case.ID, id), Kind: notice.KindCardUpdate, Policy: notice.Resend, To: id,
			Case: int64(n.Case.ID), Body: d.words.AlarmSettled(n),
		})
	}
	return d.outbox.Put(ctx, notices...)
}

// tellReporters tells the author and those who joined.
func (d *Desk) tellReporters(ctx context.Context, m *matter, n AlarmNotice, key string, words func(AlarmNotice) notice.Body) error {
	joined, err := d.store.Alarms.People(ctx, m.ID, PartJoined)
	if err != nil {
		return err
	}
	for _, id := range append([]union.MemberID{m.Author}, joined...) {
		n.To = id
		if err := d.alarm(ctx, n, fmt.Sprintf("%s/%d", key, id), words(n)); err != nil {
			return err
		}
	}
	return nil
}

// callOff ends the ringing for a case that was decided or withdrawn; nothing happens where nobody is rung.
func (d *Desk) callOff(ctx context.Context, m *matter) error {
	if !m.service.Alarm.On() {
		return nil
	}
	ended, err := d.store.Alarms.End(ctx, m.ID, AlarmCalled, 0, d.now())
	if err != nil || !ended {
		return err
	}
	a, err := d.store.Alarms.ByCase(ctx, m.ID)
	if err != nil {
		return err
	}
	rung, err := d.store.Alarms.People(ctx, m.ID, PartRung)
	if err != nil {
		return err
	}
	n := alarmNotice(m, a)
	n.At = a.EndedAt
	return d.letOff(ctx, n, rung)
}

// ringsForOthers says whether people are rung for what somebody besides the author has reported as well.
func (d *Desk) ringsForOthers(ctx context.Context, m *matter) (bool, error) {
	if !m.service.Alarm.On() {
		return false, nil
	}
	a, err := d.store.Alarms.ByCase(ctx, m.ID)
	if errors.Is(err, union.ErrNotFound) || err == nil && a.State != AlarmRinging {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	joined, err := d.store.Alarms.People(ctx, m.ID, PartJoined)
	return len(joined) > 0, err
}

func contains(ids []union.MemberID, id union.MemberID) bool { return slices.Contains(ids, id) }
