package cases

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// Rings says whether people are called, or asked to keep ready.
func (s AlarmState) Rings() bool { return s == AlarmRinging || s == AlarmStandby }

// CallNow has those who keep ready for a member called at once, with what the member has said since. Where they are called already, or
// somebody calls, they hear of it again. It returns union.ErrNotFound for a case that is not the member's own, or rang nobody, and
// ErrActNotAllowed where it has ended.
func (d *Desk) CallNow(ctx context.Context, member union.MemberID, id ID, text string) (Raised, error) {
	var raised Raised
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		m, a, err := d.ownAlarm(ctx, member, id)
		if err != nil {
			return err
		}
		if m.State.Ended() {
			return ErrActNotAllowed
		}
		raised, err = d.sameCall(ctx, m, a, text, true)
		return err
	})
	if err != nil {
		return Raised{}, fmt.Errorf("call now: %w", err)
	}
	return raised, nil
}

// callReady calls those who keep ready, on the rung on which they are.
func (d *Desk) callReady(ctx context.Context, m *matter, a Alarm) (Alarm, error) {
	due := a.DueAt
	if rungs := m.ladder(); len(rungs) > 0 { // the author may have moved to a plant without any
		due = d.now().Add(minutes(rungs[min(a.Rung, len(rungs)-1)]))
	}
	mine, err := d.store.Alarms.Ring(ctx, a, a.Rung, due)
	if err != nil || !mine {
		return a, err
	}
	a.State, a.Rings, a.DueAt = AlarmRinging, a.Rings+1, due
	people, err := d.store.Alarms.People(ctx, m.ID, PartRung)
	if err != nil {
		return a, err
	}
	n := alarmNotice(m, a)
	n.Asked = true
	for _, id := range people {
		n.To = id
		if err := d.alarm(ctx, n, fmt.Sprintf("alarm/%d/%d/%d", m.ID, a.Rings, id), d.words.AlarmAgain(n)); err != nil {
			return a, err
		}
	}
	return a, d.telephone(ctx, m, a, people)
}

// StandDown takes back the alarm of a member who does not want to be called. What was said is forgotten. It returns *AlarmSettled where
// somebody calls already.
func (d *Desk) StandDown(ctx context.Context, member union.MemberID, id ID) error {
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		m, a, err := d.ownAlarm(ctx, member, id)
		switch {
		case err != nil:
			return err
		case a.State == AlarmTaken:
			return d.notRinging(ctx, m, a)
		case m.State.Ended():
			return nil
		}
		_, err = d.withdrawOwn(ctx, m)
		return err
	})
	if err != nil {
		return fmt.Errorf("stand down: %w", err)
	}
	return nil
}

// ownAlarm reads a member's own case and its alarm.
func (d *Desk) ownAlarm(ctx context.Context, member union.MemberID, id ID) (*matter, Alarm, error) {
	a, err := d.store.Alarms.ByCase(ctx, id)
	if err != nil {
		return nil, Alarm{}, err
	}
	m, err := d.load(ctx, id, "")
	if err == nil && m.Author != member {
		err = union.ErrNotFound
	}
	return m, a, err
}

// keepSaid adds to what somebody has said who cannot go on: whoever calls them reads it all.
func (d *Desk) keepSaid(ctx context.Context, m *matter, text string) error {
	field, ok := m.service.SentenceField()
	if text = strings.TrimSpace(text); !ok || text == "" || strings.Contains(m.Values[field.Name].Text, text) {
		return nil
	}
	return d.changeOpen(ctx, m, Event{At: d.now(), Actor: m.Author, Name: m.author.Name, Kind: EventAdded}, func() {
		said := m.Values[field.Name].Text
		if strings.Contains(said, text) { // on another phone, at the same moment
			return
		}
		m.Values = maps.Clone(m.Values)
		m.Values[field.Name] = Value{Text: firstRunes(strings.TrimSpace(said+"\n"+text), field.Max)}
	})
}

// saidMore is keepSaid for somebody for whose sake people are called already, or somebody calls: they hear that there is more.
func (d *Desk) saidMore(ctx context.Context, m *matter, a Alarm, text string) error {
	err := d.keepSaid(ctx, m, text)
	if err != nil || a.State == AlarmStandby {
		return err
	}
	ids := []union.MemberID{a.Taker}
	if a.State != AlarmTaken {
		if ids, err = d.store.Alarms.People(ctx, m.ID, PartRung); err != nil {
			return err
		}
	}
	n := alarmNotice(m, a)
	for _, id := range ids {
		n.To = id
		if err := d.alarm(ctx, n, fmt.Sprintf("alarm-more/%d/%d/%d", m.ID, m.Version, id), d.words.AlarmMore(n)); err != nil {
			return err
		}
	}
	return nil
}

// forgetSaid drops what somebody has said who cannot go on, where nobody has taken the call: nobody has read it.
func (d *Desk) forgetSaid(ctx context.Context, m *matter) error {
	field, ok := m.service.SentenceField()
	if !m.service.Alarm.Life || !ok {
		return nil
	}
	a, err := d.store.Alarms.ByCase(ctx, m.ID)
	if err != nil && !errors.Is(err, union.ErrNotFound) || a.State == AlarmTaken {
		return err
	}
	m.Values = maps.Clone(m.Values)
	delete(m.Values, field.Name)
	return nil
}

// sameCall is sameDanger of somebody who cannot go on: everybody is called for themselves, and once. A yes calls those who keep ready,
// wherever it was said.
func (d *Desk) sameCall(ctx context.Context, m *matter, a Alarm, text string, yes bool) (none Raised, _ error) {
	if err := d.saidMore(ctx, m, a, text); err != nil {
		return none, err
	}
	if yes && a.State == AlarmStandby {
		var err error
		if a, err = d.callReady(ctx, m, a); err != nil {
			return none, err
		}
	}
	raised, err := d.alarmed(ctx, m, a)
	raised.Again = true
	return raised, err
}

// keptReady says that nobody has been called yet for whoever cried, or ever was: who they are and what they said is for nobody to read,
// but for whoever says that they call.
func (d *Desk) keptReady(ctx context.Context, m *matter) (bool, error) {
	if !m.service.Alarm.Life {
		return false, nil
	}
	a, err := d.store.Alarms.ByCase(ctx, m.ID)
	if errors.Is(err, union.ErrNotFound) {
		return false, nil
	}
	return err == nil && (a.State == AlarmStandby || a.State == AlarmCalled && m.State == Withdrawn), err
}

// toKeepReady is ErrKeepReady instead of union.ErrNotFound for whoever keeps ready, and has the case among their tasks.
func (d *Desk) toKeepReady(ctx context.Context, officer union.MemberID, id ID, number string, err error) error {
	if !errors.Is(err, union.ErrNotFound) {
		return err
	}
	m, failed := d.load(ctx, id, number)
	if failed != nil || !m.service.Alarm.Life {
		return err
	}
	a, failed := d.store.Alarms.ByCase(ctx, m.ID)
	if failed != nil || a.State != AlarmStandby {
		return err
	}
	if rung, failed := d.store.Alarms.People(ctx, m.ID, PartRung); failed != nil || !contains(rung, officer) {
		return err
	}
	return ErrKeepReady
}

// cardsWait says that the cards of the open step were never sent: those who are rung have the alarm's, until somebody goes.
func (d *Desk) cardsWait(ctx context.Context, m *matter) (bool, error) {
	if !m.service.Alarm.On() {
		return false, nil
	}
	a, err := d.store.Alarms.ByCase(ctx, m.ID)
	if errors.Is(err, union.ErrNotFound) {
		return false, nil
	}
	return err == nil && a.State.Rings(), err
}
