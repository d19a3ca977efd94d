package audit_test

import (
	"slices"
	"testing"

	"github.com/unionbot/unionbot/union/audit"
)

// plainKeys sign with what they sign.
type plainKeys struct{}

func (plainKeys) Sign(data []byte) string { return "k" + string(data) }

func (plainKeys) Verify(data []byte, signature string) (valid, held bool) {
	return signature == "k"+string(data), signature == "" || signature[0] == 'k'
}

// Of a case from before the record, what came before the first signed event is old, and nothing else.
func TestWhatIsOldStandsBeforeTheRecord(t *testing.T) {
	const old, whole, damaged, unproved = audit.Old, audit.Whole, audit.Damaged, audit.Unproved
	for _, c := range []struct {
		name           string
		first, version int64 // of the first signed event, and of the one without marks
		change         func([]audit.StoredEvent) []audit.StoredEvent
		want           []audit.Standing
	}{
		{"older than the record", 5, 4, nil, []audit.Standing{old, whole, whole, whole}},
		{"of the same version", 5, 5, nil, []audit.Standing{old, whole, whole, whole}},
		{"later than the first that is signed", 5, 6, nil, []audit.Standing{damaged, whole, whole, whole}},
		{"before what was filed under the record", 1, 1, nil, []audit.Standing{damaged, whole, whole, whole}},
		{"where one is missing", 5, 4, func(l []audit.StoredEvent) []audit.StoredEvent { return slices.Delete(l, 2, 3) }, []audit.Standing{damaged, whole, unproved}},
		{"where the first was changed", 5, 4, func(l []audit.StoredEvent) []audit.StoredEvent { l[1].Version = 9; return l }, []audit.Standing{unproved, damaged, whole, whole}},
		{"where the first is under a key that is not held", 5, 4, func(l []audit.StoredEvent) []audit.StoredEvent {
			l[1].Signature, l[1].Link = "x", &audit.Link{Place: 1, Case: 1, CasePlace: 1, Digest: l[1].Written}
			return l
		}, []audit.Standing{unproved, unproved, damaged, whole}},
	} {
		list, before := []audit.StoredEvent{{Event: audit.Event{Case: 1, Version: c.version}, Stored: audit.Stored{ID: 9, Salt: []byte("s")}}}, ""
		for place := int64(1); place <= 3; place++ {
			e := audit.StoredEvent{Event: audit.Event{Case: 1, Version: c.first + place - 1}, Place: place, Stored: audit.Stored{ID: place, Salt: []byte("s")}}
			e.Written = e.Digest(e.Salt)
			e.Signature = audit.SignEvent(plainKeys{}, 1, place, before, e.Written)
			before = e.Signature
			list = append(list, e)
		}
		if c.change != nil {
			list = c.change(list)
		}
		var got []audit.Standing
		for _, v := range audit.NewChecker(plainKeys{}, audit.Link{}).Timeline(list) {
			got = append(got, v.Standing)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
