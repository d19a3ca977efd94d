package broadcast_test

import (
	"testing"

	"github.com/unionbot/unionbot/union/broadcast"
)

func TestWhatIsUrgentIsKeptFromNobody(t *testing.T) {
	for _, each := range []struct {
		text           string
		urgent, cheers bool
	}{{"祝大家元旦快乐", false, true}, {"祝大家元旦快乐", true, false}, {"明天停水", false, false}, {"庆祝五一表彰大会周五召开", false, false}} {
		b := broadcast.Broadcast{Urgent: each.urgent, Details: broadcast.Details{Text: each.text}}
		if b.Cheers() != each.cheers {
			t.Errorf("%q, urgent %v: cheers %v", each.text, each.urgent, b.Cheers())
		}
	}
}
