package main

import (
	"testing"

	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// testBroadcastPoints kills a replica at each point of a chunk, one behind the other: each takes over what the one before has left.
// Everybody has the broadcast once, or is said to be uncertain.
func testBroadcastPoints(t *testing.T, binary string) {
	const begins, settles = "UPDATE broadcast_chunks SET state = 'sending', sent_calls", "UPDATE broadcast_receipts SET state"
	h := newCastHall(t, binary, newWorld, 120, 0)
	for i, p := range []struct {
		name     string
		answered bool
		words    []string
		// calls is true where the platform has taken some by then.
		calls bool
	}{
		{"before its calls are written down", false, []string{begins}, false},
		{"before its calls are made", true, []string{begins}, false},
		{"when the platform has answered, before that is written down", false, []string{settles}, true},
		{"when that is written down", true, []string{settles, "COMMIT"}, true},
	} {
		var hold *storagetest.Hold
		victim := h.serveWith(func(r *replica) { hold = r.database.HoldUp(p.answered, p.words...) })
		h.route(victim)
		if i == 0 {
			h.release("{姓名},行车轨道有裂纹,立即停用。")
		}
		h.await(hold.Reached())
		if !p.calls && h.delivered() > 0 {
			t.Errorf("struck %s, somebody has it", p.name)
		}
		if p.calls && h.delivered() == 0 {
			t.Errorf("struck %s, nobody has it", p.name)
		}
		victim.kill()
		hold.Release()
	}
	h.route(h.serve())
	h.ends()
	h.addsUp()
	if n := h.dropped(); n == 0 {
		t.Error("no call was made again")
	}
}

// delivered is how many have it.
func (h *castHall) delivered() (n int) {
	h.t.Helper()
	for _, person := range h.receivers {
		for _, e := range h.chat(person) {
			if e.Side == simulator.Bot && e.State != simulator.Dropped {
				n++
				break
			}
		}
	}
	return n
}
