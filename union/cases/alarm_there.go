package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
)

// thereFor is how long after they said that they go an officer's words from the place are passed on.
const thereFor = 12 * time.Hour

// GoingTo lists the open cases to which an officer goes, the one taken last first. Of each no more is told than its number.
// Whoever calls somebody that cannot go on goes nowhere.
func (d *Desk) GoingTo(ctx context.Context, officer union.MemberID) ([]Case, error) {
	ids, err := d.store.Alarms.TakenBy(ctx, officer, d.now().Add(-thereFor), mostRinging)
	if err != nil {
		return nil, fmt.Errorf("list alarms that were taken: %w", err)
	}
	var going []Case
	for _, id := range ids {
		m, err := d.load(ctx, id, "")
		if err != nil {
			return nil, fmt.Errorf("list alarms that were taken: %w", err)
		}
		if !m.State.Ended() && !m.service.Alarm.Life {
			going = append(going, Case{ID: m.ID, Number: m.Number})
		}
	}
	return going, nil
}

// TellFromThere tells who reported a danger, and those who decide it afterwards, what whoever went there says. For anybody else it
// returns union.ErrNotFound, and ErrActNotAllowed where the case has ended.
func (d *Desk) TellFromThere(ctx context.Context, officer union.MemberID, id ID, text string) error {
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		a, err := d.store.Alarms.ByCase(ctx, id)
		if err != nil {
			return err
		}
		m, err := d.load(ctx, id, "")
		switch {
		case err != nil:
			return err
		case a.State != AlarmTaken || a.Taker != officer || m.service.Alarm.Life:
			return union.ErrNotFound
		case m.State.Ended():
			return ErrActNotAllowed
		}
		return d.fromThere(ctx, m, a, strings.TrimSpace(text))
	})
	if err != nil {
		return fmt.Errorf("tell from there: %w", err)
	}
	return nil
}

func (d *Desk) fromThere(ctx context.Context, m *matter, a Alarm, text string) (err error) {
	n := alarmNotice(m, a)
	if n.Taker, err = d.members.Get(ctx, a.Taker); err != nil {
		return err
	}
	n.At, n.More, n.MoreBy = d.now(), text, n.Taker.Name
	if err := d.changeOpen(ctx, m, Event{At: n.At, Actor: a.Taker, Name: n.Taker.Name, Kind: EventThere, Note: text}, func() {}); err != nil {
		return err
	}
	key := fmt.Sprintf("alarm-there/%d/%d", m.ID, m.Version)
	if err := d.tellReporters(ctx, m, n, key, d.words.AlarmThere); err != nil {
		return err
	}
	decides, err := d.havers(ctx, m.had())
	if err != nil {
		return err
	}
	told, err := d.store.Alarms.People(ctx, m.ID, PartJoined)
	if err != nil {
		return err
	}
	told = append(told, m.Author, a.Taker)
	for _, o := range decides {
		if slices.Contains(told, o.ID) {
			continue
		}
		n.To = o.ID
		if err := d.alarm(ctx, n, fmt.Sprintf("%s/%d", key, o.ID), d.words.AlarmThere(n)); err != nil {
			return err
		}
	}
	return nil
}
