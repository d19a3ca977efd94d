package cases

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// ShieldStore keeps whom open cases keep from cheerful greetings.
type ShieldStore interface {
	// Shield keeps these members, and no others that the case named before, from being greeted unasked while it is open, be it by
	// what waits already to be delivered.
	Shield(ctx context.Context, id ID, members []union.MemberID) error
}

// shield keeps those from cheerful greetings whom the service says, while the case is open.
func (d *Desk) shield(ctx context.Context, m *matter) error {
	if len(m.service.Shields) == 0 {
		return nil
	}
	return d.store.Shields.Shield(ctx, m.ID, m.shielded())
}

// shielded are the author and the members of the form whom the case shields.
func (m *matter) shielded() (list []union.MemberID) {
	add := func(id union.MemberID) {
		if id != 0 && !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	for _, whom := range m.service.Shielded(factsOf(m.service, m.Values, len(m.Pictures))) {
		if whom == service.ShieldAuthor {
			add(m.Author)
			continue
		}
		var ref service.Ref
		if json.Unmarshal(m.Values[whom].Raw, &ref) != nil {
			continue
		}
		for _, id := range ref.IDs {
			add(union.MemberID(id))
		}
	}
	return list
}
