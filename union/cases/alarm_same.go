package cases

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// sameDanger finds an alarm that was raised in the plant a moment ago and sounds alike, and lets those who are rung for it
// know what was said now: should it be another danger, they hear of it all the same.
//
// Of those who cannot go on, everybody is called for themselves.
func (d *Desk) sameDanger(ctx context.Context, s *service.Service, author union.Member, in AlarmCall) (Raised, bool, error) {
	recent, err := d.store.Alarms.Recent(ctx, unitOf(author.Lineage), d.now().Add(-alarmWindow), alarmsRead)
	if err != nil {
		return Raised{}, false, err
	}
	said := features(in.Text)
	for _, a := range recent {
		if a.State == AlarmCalled || a.Grade != s.Alarm.Danger { // one that can wait longer calls nobody in time
			continue
		}
		c, err := d.store.Cases.ByID(ctx, a.Case)
		if err != nil {
			return Raised{}, false, err
		}
		if c.State.Ended() {
			continue // it was dealt with, and broke out again
		}
		m, err := d.matterOf(ctx, c)
		if err != nil {
			return Raised{}, false, err
		}
		if m.service.Name != s.Name || s.Alarm.Life && c.Author != in.Member {
			continue
		}
		field, _ := m.service.SentenceField()
		if !s.Alarm.Life && overlap(said, features(m.Values[field.Name].Text)) < alarmAlike {
			continue
		}
		if s.Alarm.Life {
			raised, err := d.sameCall(ctx, m, a, in.Text, !in.Standby)
			if errors.Is(err, ErrActNotAllowed) {
				continue
			}
			return raised, err == nil, err
		}
		again := c.Author == in.Member
		add := AlarmAddition{Text: in.Text + in.Sent}
		if again {
			add.Place, add.Sent, add.Pictures = in.Place, in.Sent != "", in.Pictures
			if in.Voice != 0 {
				add.Pictures = append(slices.Clip(add.Pictures), in.Voice)
			}
		} else {
			err = d.store.Alarms.Add(ctx, m.ID, PartHeard, a.Rings, d.now(), in.Member)
		}
		if err == nil {
			err = d.more(ctx, m, a, author, add)
		}
		if errors.Is(err, ErrActNotAllowed) {
			continue // dealt with just now
		}
		if err != nil {
			return Raised{}, false, err
		}
		raised, err := d.alarmed(ctx, m, a)
		if err != nil {
			return Raised{}, false, err
		}
		raised.Again, raised.Like = again, !again
		return raised, true, nil
	}
	return Raised{}, false, nil
}

// alarmed says who is rung for a case, or who goes.
func (d *Desk) alarmed(ctx context.Context, m *matter, a Alarm) (Raised, error) {
	raised := Raised{Case: m.outlineWith(), Service: m.service, Hotline: m.service.Alarm.Number(m.author.OrgPath), Taken: a.State == AlarmTaken, Standby: a.State == AlarmStandby, DueAt: a.DueAt}
	ids := []union.MemberID{a.Taker}
	if !raised.Taken {
		var err error
		if ids, err = d.store.Alarms.People(ctx, m.ID, PartRung); err != nil {
			return Raised{}, err
		}
	}
	people, err := d.people(ctx, ids)
	for _, p := range people {
		raised.Called = append(raised.Called, Called{Member: p})
	}
	return raised, err
}

// outlineWith is what somebody who reported the same may know of a case: no name.
func (m *matter) outlineWith() Case {
	c := m.outline()
	c.Hash, c.Values = m.Hash, m.Values
	return c
}

// more tells those who were rung, or who goes, what somebody said since, and keeps it in the timeline, and what was sent of it
// with the case.
func (d *Desk) more(ctx context.Context, m *matter, a Alarm, by union.Member, add AlarmAddition) error {
	text := strings.TrimSpace(add.Text)
	event := Event{At: d.now(), Actor: by.ID, Name: by.Name, Kind: EventAdded, Note: text}
	err := d.changeOpen(ctx, m, event, func() {
		m.placeAt(add.Place, add.Sent)
		m.take(add.Pictures, m.Step, "")
	})
	if err == nil && len(add.Pictures) > 0 {
		err = d.store.Attachments.Bind(ctx, by.ID, m.ID, add.Pictures)
	}
	if err != nil {
		return err
	}
	ids := []union.MemberID{a.Taker}
	if a.State != AlarmTaken {
		var err error
		if ids, err = d.store.Alarms.People(ctx, m.ID, PartRung); err != nil {
			return err
		}
	}
	n := alarmNotice(m, a)
	n.More, n.MoreBy = text, by.Name
	if m.Anonymous && by.ID == m.Author {
		n.MoreBy = ""
	}
	for _, id := range ids {
		if id == by.ID {
			continue
		}
		n.To = id
		if err := d.alarm(ctx, n, fmt.Sprintf("alarm-more/%d/%d/%d", m.ID, m.Version, id), d.words.AlarmMore(n)); err != nil {
			return err
		}
	}
	return nil
}

// placeAt gives a case its place, where it has none. What was sent is surer than what was written: both are shown.
func (m *matter) placeAt(place string, sent bool) {
	field, ok := m.service.Field(m.service.Alarm.Place)
	was := m.Values[field.Name].Text
	if !ok || place == "" || was != "" && (!sent || strings.HasPrefix(was, place)) {
		return
	}
	if !strings.HasPrefix(place, was) {
		place += "(原来说 " + was + ")"
	}
	m.Values = maps.Clone(m.Values)
	m.Values[field.Name] = Value{Text: firstRunes(place, field.Max)}
	m.Title = titleOf(m.service, m.Values)
}

// JoinAlarm lets somebody who reported the same be told what its author is told. It returns union.ErrNotFound where the
// case rang nobody, and ErrActNotAllowed where it has ended.
func (d *Desk) JoinAlarm(ctx context.Context, member union.MemberID, id ID) (Raised, error) {
	var raised Raised
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		a, err := d.store.Alarms.ByCase(ctx, id)
		if err != nil {
			return err
		}
		m, err := d.load(ctx, id, "")
		if err != nil {
			return err
		}
		if m.State.Ended() {
			return ErrActNotAllowed
		}
		if err := d.store.Alarms.Add(ctx, id, PartJoined, a.Rings, d.now(), member); err != nil {
			return err
		}
		raised, err = d.alarmed(ctx, m, a)
		return err
	})
	if err != nil {
		return Raised{}, fmt.Errorf("join alarm: %w", err)
	}
	return raised, nil
}

// AddToAlarm tells those who were rung, or who goes, what its author says since, or who joined it: that somebody is hurt,
// or where the gate is. To who cannot go on it is AddToCall. Of whoever is still asked whether it is the same, the case keeps the words alone. For anybody else it
// returns union.ErrNotFound, and ErrActNotAllowed where the case has ended: nobody is there any more who listens.
func (d *Desk) AddToAlarm(ctx context.Context, member union.MemberID, id ID, add AlarmAddition) error {
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		a, err := d.store.Alarms.ByCase(ctx, id)
		if err != nil {
			return err
		}
		m, err := d.load(ctx, id, "")
		if err != nil {
			return err
		}
		reports, err := d.reports(ctx, m, member)
		if err == nil && m.service.Alarm.Life { // that is told to nobody but whoever calls
			err = union.ErrNotFound
		}
		if err != nil {
			return err
		}
		if m.State.Ended() {
			return ErrActNotAllowed
		}
		by, err := d.members.Get(ctx, member)
		if err != nil {
			return err
		}
		if !reports {
			add = AlarmAddition{Text: add.Text}
		}
		return d.more(ctx, m, a, by, add)
	})
	if err != nil {
		return fmt.Errorf("add to alarm: %w", err)
	}
	return nil
}

// reports says whether a member reported a danger, or the same: no of whoever is still asked. Of anybody else it returns
// union.ErrNotFound.
func (d *Desk) reports(ctx context.Context, m *matter, member union.MemberID) (bool, error) {
	if m.Author == member {
		return true, nil
	}
	joined, err := d.store.Alarms.People(ctx, m.ID, PartJoined)
	if err != nil || contains(joined, member) {
		return true, err
	}
	heard, err := d.store.Alarms.People(ctx, m.ID, PartHeard)
	if err == nil && !contains(heard, member) {
		err = union.ErrNotFound
	}
	return false, err
}
