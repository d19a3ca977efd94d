package cases

import (
	"context"
	"encoding/json"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// ShieldStore keeps whom cases keep from cheerful greetings.
type ShieldStore interface {
	// Shield keeps these members, and no others that the case named before, from being greeted unasked while it is open and for so
	// many days after, be it by what waits already to be delivered.
	Shield(ctx context.Context, id ID, days map[union.MemberID]int) error
}

// shield keeps those from cheerful greetings whom the service says.
func (d *Desk) shield(ctx context.Context, m *matter) error {
	if len(m.service.Shields) == 0 {
		return nil
	}
	return d.store.Shields.Shield(ctx, m.ID, m.shielded())
}

// shielded are the author and the members of the form whom the case shields, and for how many days after its end.
func (m *matter) shielded() map[union.MemberID]int {
	days := map[union.MemberID]int{}
	add := func(id union.MemberID, after int) {
		if id != 0 {
			days[id] = max(days[id], after)
		}
	}
	for whom, after := range m.service.Shielded(factsOf(m.service, m.Values, len(m.Pictures))) {
		if whom == service.ShieldAuthor {
			add(m.Author, after)
			continue
		}
		var ref service.Ref
		if json.Unmarshal(m.Values[whom].Raw, &ref) != nil {
			continue
		}
		for _, id := range ref.IDs {
			add(union.MemberID(id), after)
		}
	}
	return days
}
