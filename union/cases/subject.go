package cases

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// SubjectStore keeps whom cases are for besides their authors: the members that a form names. What is about them is deleted with
// them. Noting a member once more adds that.
type SubjectStore interface {
	Note(ctx context.Context, id ID, at time.Time, about bool, members ...union.MemberID) error
	// Forget drops whom a case named.
	Forget(ctx context.Context, id ID) error
	// Cases lists the latest cases that name a member, newest first.
	Cases(ctx context.Context, member union.MemberID, limit int) ([]ID, error)
}

// noteSubjects keeps whom a new case names. A sealed one is found by nobody.
func (d *Desk) noteSubjects(ctx context.Context, m *matter) error {
	if m.service.Sealed {
		return nil
	}
	for _, f := range m.service.Form {
		if f.Shares || f.Kind != service.KindMember && f.Kind != service.KindMembers {
			continue
		}
		var ref service.Ref
		if json.Unmarshal(m.Values[f.Name].Raw, &ref) != nil {
			continue
		}
		var named []union.MemberID
		for _, id := range ref.IDs {
			if id := union.MemberID(id); id != m.Author {
				named = append(named, id)
			}
		}
		if err := d.store.Subjects.Note(ctx, m.ID, m.FiledAt, f.About, named...); err != nil {
			return err
		}
	}
	return nil
}

// ofMember lists the latest cases that a member has filed, alone or with others, or that name the member, newest first.
func (d *Desk) ofMember(ctx context.Context, member union.MemberID, most int) ([]Case, error) {
	list, err := d.ownAndShared(ctx, member, most)
	if err != nil {
		return nil, err
	}
	ids, err := d.store.Subjects.Cases(ctx, member, most)
	if err != nil || len(ids) == 0 {
		return list, err
	}
	named, err := d.store.Cases.Many(ctx, slices.DeleteFunc(ids, func(id ID) bool {
		return slices.ContainsFunc(list, func(c Case) bool { return c.ID == id })
	}))
	if err != nil {
		return nil, err
	}
	for _, c := range named {
		list = append(list, c)
	}
	sortNewest(list)
	return list[:min(len(list), most)], nil
}
