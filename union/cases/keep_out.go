package cases

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// swap is a step that went past those who may not decide it to others.
type swap struct{ from, to []union.Member }

// named are the members whom the form's answers name: who profits, or is complained about. Those whom the file lets decide are not.
func (m *matter) named() (ids []union.MemberID) {
	for _, f := range m.service.Form {
		var ref service.Ref
		if f.NamesParty() && json.Unmarshal(m.Values[f.Name].Raw, &ref) == nil {
			for _, id := range ref.IDs {
				ids = append(ids, union.MemberID(id))
			}
		}
	}
	return ids
}

// keepOut notes who of those with these holdings is passed over as a party to the matter. Of a sealed case nobody is: it would
// tell who filed it. Of one without a name only those are whom its officers read of in the form, or who have said so.
func (m *matter) keepOut(holdings []union.Holding, step service.Step) {
	if m.service.Sealed {
		return
	}
	for _, h := range holdings {
		hidden := m.Anonymous && (h.Member == m.Author || !slices.Contains(append(m.named(), m.steppedBack()...), h.Member))
		switch {
		case hidden, !m.placed(h, step), slices.Contains(m.kept, h.Member):
		case slices.Contains(m.parties(h.Member), h.Member):
			m.kept = append(m.kept, h.Member)
		}
	}
}

// replace notes that these are asked in the place of those who were passed over.
func (d *Desk) replace(ctx context.Context, m *matter, asked []union.Member) error {
	if len(m.kept) == 0 {
		return nil
	}
	from, err := d.people(ctx, m.kept)
	m.kept = nil
	if len(from) > 0 {
		m.swaps = append(m.swaps, swap{from: from, to: slices.Clone(asked)})
	}
	return err
}

func inPlaceOf(from, to []union.Member) string {
	return "由 " + namesOf(to) + " 代替 " + namesOf(from)
}

// noteSwaps puts on record who is asked in whose place.
func (d *Desk) noteSwaps(ctx context.Context, m *matter, officers []union.Member) error {
	var said []string
	for _, s := range m.swaps {
		note := inPlaceOf(s.from, s.to)
		if slices.Contains(said, note) || !slices.ContainsFunc(officers, func(o union.Member) bool { return o.ID == s.to[0].ID }) {
			continue // said already, or not asked now
		}
		said = append(said, note)
		if err := d.happened(ctx, m, d.byItself(ctx, m, EventKeptOut, note)); err != nil {
			return err
		}
	}
	if len(said) > 0 {
		m.swaps = nil
	}
	return nil
}
