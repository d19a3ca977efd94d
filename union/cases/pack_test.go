package cases

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// TestAPackOpenedBeforeItsOpenersWereNoted reads what was written when only the first who opened a pack was kept.
func TestAPackOpenedBeforeItsOpenersWereNoted(t *testing.T) {
	m := &matter{Case: Case{Author: 1, Values: map[string]Value{
		service.FieldPack: {Raw: []byte(`{"given":"2026-11-22T20:00:00Z","opened":"2026-11-22T20:00:00Z","by":7,"name":"何平"}`)},
		"facts":           {Text: "口头辞退"}, Supplement: {Text: "又说"},
	}}, service: &service.Service{Pack: service.Pack{Holds: []string{"facts"}}}}
	said := []Event{{Actor: 1, Kind: EventAdded, Note: "又说", At: time.Unix(0, 0)}, {Actor: 7, Kind: EventPassed, Note: "接"}}
	for viewer, open := range map[union.MemberID]bool{1: true, 7: true, 8: false, 0: false} {
		c, events := m.withoutPack(viewer, m.Case, said)
		if got := c.Values["facts"].Text != "" && c.Values[Supplement].Text != "" && events[0].Note != ""; got != open {
			t.Errorf("to %d it is open: %t, with %v and %v", viewer, got, c.Values, events)
		}
		if !open && (c.Values["facts"].Text != "" || c.Values[Supplement].Text != "" || events[0].Note != "" || !c.Pack().Opened.IsZero() || c.Pack().Given.IsZero()) {
			t.Errorf("to %d a part of it is open: %v, %v", viewer, c.Values, events)
		}
		if events[1].Note != "接" {
			t.Errorf("to %d an officer's word is withheld: %v", viewer, events)
		}
	}
	if said[0].Note == "" || m.Values["facts"].Text == "" {
		t.Error("what is kept was changed by who looked at it")
	}
}
