package cases

import (
	"context"

	"github.com/unionbot/unionbot/union"
)

// Holders are those who would have a step, were the form handed in as it stands: the first one where none is named. It writes nothing,
// and fails with union.ErrNoOfficer where there is nobody.
func (d *Desk) Holders(ctx context.Context, draft Draft, step string) ([]union.Member, error) {
	author, err := d.members.Get(ctx, draft.Owner)
	if err != nil {
		return nil, err
	}
	s, err := d.services.ByHash(ctx, draft.Hash)
	if err != nil {
		return nil, err
	}
	draft = draft.Filed(s)
	m := &matter{service: s, author: author, from: author.Lineage, Case: Case{
		Service: s.Name, Hash: s.Hash, Author: author.ID, Org: author.Org, Lineage: author.Lineage, Values: draft.Values, FiledAt: d.now(),
	}}
	if s.Sealed {
		if err := d.sealFor(ctx, m); err != nil {
			return nil, err
		}
	}
	asked, ok := s.Step(step)
	if first := s.StepsFor(draft.Facts(s)); step == "" && len(first) > 0 {
		asked, ok = first[0], true
	}
	if !ok {
		return nil, union.ErrNoOfficer
	}
	m.Step = asked.Name
	return d.officers(ctx, asked, m)
}

// sealFor makes a case that is never kept know its author as a sealed one does.
func (d *Desk) sealFor(ctx context.Context, m *matter) error {
	crowd, err := d.members.Crowd(ctx, m.author.Lineage, smallGroup)
	if err != nil {
		return err
	}
	m.Seal = &Seal{Mark: mark(nil, m.Author), From: crowd.Name}
	m.Author, m.Org, m.Lineage, m.Anonymous, m.author = 0, crowd.ID, crowd.Lineage, true, union.Member{}
	return nil
}
