package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// Told is whom an officer's answer asks to do something: the visitors of a visit. They hear of it, and once more the day before.
type Told struct {
	Case    Case
	Service *service.Service
	Field   service.Field
	// Day is when, as it was answered with the same act; empty where the act asks for none. Was is the day for which they were named
	// before, where that is another.
	Day, Was string
	// Author filed it; nobody where officers may not know who did. By has decided it, With are the others.
	Author union.Member
	By     string
	With   []union.Member
	// Again is true the day before, Off where they are not to do it any more.
	Again, Off bool
	// were are those who were named before.
	were []union.MemberID
}

// ToldWords puts it into words.
type ToldWords interface {
	Told(t Told) notice.Body
}

// remindAt is when on the day before they are told once more.
const remindAt = 9 * time.Hour

// named are the members whom an answer names.
func (v Value) named() (ids []union.MemberID) {
	var ref service.Ref
	if json.Unmarshal(v.Raw, &ref) != nil {
		return nil
	}
	for _, id := range ref.IDs {
		ids = append(ids, union.MemberID(id))
	}
	return ids
}

// toldOf are the questions of an act whose answers are told to those whom they name, with the day that the act asks for.
func toldOf(option service.ActOption, values map[string]Value) (fields []service.Field, day time.Time) {
	for _, f := range option.Form {
		switch {
		case f.Told:
			fields = append(fields, f)
		case f.Kind == service.KindDate && day.IsZero():
			var text string
			if json.Unmarshal(values[f.Name].Raw, &text) == nil {
				day, _ = time.Parse(time.DateOnly, text) // one that cannot be read is none
			}
		}
	}
	return fields, day
}

// tellNamed tells those whom an officer has just named what they are to do, and those who were named before that they need not.
func (d *Desk) tellNamed(ctx context.Context, m *matter, v *verdict) error {
	option, _ := v.step.Option(v.Act)
	fields, day := toldOf(option, m.Values)
	_, formerly := toldOf(option, m.former)
	for _, f := range fields {
		now, former := m.Values[f.Name].named(), m.former[f.Name].named()
		t := Told{Case: m.forOfficers(), Service: m.service, Author: m.authorForOfficers(), Field: f, By: v.actor.Name, were: former}
		if !formerly.Equal(day) && d.liesAhead(formerly) {
			t.Was = formerly.Format(time.DateOnly)
		}
		if err := d.putTold(ctx, m, t, now, day, v.Officer); err != nil {
			return err
		}
		if !formerly.IsZero() && !d.liesAhead(formerly) {
			continue
		}
		former = slices.DeleteFunc(former, func(id union.MemberID) bool { return slices.Contains(now, id) })
		t.Off = true
		if err := d.putTold(ctx, m, t, former, formerly, 0); err != nil {
			return err
		}
	}
	return nil
}

// tellOff tells those who were named that it is off, as long as the day lies ahead.
func (d *Desk) tellOff(ctx context.Context, m *matter, by union.Member) error {
	for _, step := range m.service.Review {
		for _, option := range step.Acts {
			fields, day := toldOf(option, m.Values)
			if !d.liesAhead(day) {
				continue
			}
			for _, f := range fields {
				t := Told{Case: m.forOfficers(), Service: m.service, Author: m.authorForOfficers(), Field: f, By: by.Name, Off: true}
				if err := d.putTold(ctx, m, t, m.Values[f.Name].named(), day, by.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// liesAhead says whether a day has been named that is not over.
func (d *Desk) liesAhead(day time.Time) bool {
	return day.Format(time.DateOnly) >= d.now().In(d.zone).Format(time.DateOnly)
}

// putTold writes to each of them, in the place of the reminder that waits; whoever has just decided it knows.
func (d *Desk) putTold(ctx context.Context, m *matter, t Told, to []union.MemberID, day time.Time, knows union.MemberID) error {
	if len(to) == 0 {
		return nil
	}
	people, err := d.members.GetMany(ctx, to)
	if err != nil {
		return err
	}
	if !day.IsZero() {
		t.Day = day.Format(time.DateOnly)
	}
	before := time.Date(day.Year(), day.Month(), day.Day()-1, 0, 0, 0, 0, d.zone).Add(remindAt)
	was := t.Was
	for _, id := range to {
		t.With, t.Was = nil, ""
		if slices.Contains(t.were, id) {
			t.Was = was
		}
		for _, other := range to {
			if p, ok := people[other]; ok && other != id {
				t.With = append(t.With, p)
			}
		}
		key := fmt.Sprintf("told/%d/%s/%d", m.ID, t.Field.Name, id)
		n := notice.Notice{
			Key: fmt.Sprintf("%s/%d", key, m.Version), Kind: notice.KindAnswer, Policy: notice.Resend, To: id, Case: int64(m.ID), Instead: key + "/before/", Body: d.words.Told(t),
		}
		if id == knows {
			n.Body = notice.Body{}
		}
		if err := d.outbox.Put(ctx, n); err != nil {
			return err
		}
		if t.Off || day.IsZero() || !before.After(d.now()) {
			continue
		}
		again := t
		again.Again, again.Was = true, ""
		err := d.outbox.Put(ctx, notice.Notice{
			Key: fmt.Sprintf("%s/before/%d", key, m.Version), Kind: notice.KindAnswer, Policy: notice.Resend, To: id, Case: int64(m.ID), Body: d.words.Told(again), NotBefore: before,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
