package flows

import (
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/cases"
)

// FuzzParseTap reads the key of a card's button, which comes back over the platform: it names what a button can say.
func FuzzParseTap(f *testing.F) {
	f.Add(tapKey(cases.Accept, 7))
	f.Add(tapPrefix + ":accept:-1")
	f.Add(tapPrefix + "::9223372036854775807")
	f.Add(tapPrefix + ":a:1:2")
	f.Add("tap")
	f.Fuzz(func(t *testing.T, key string) {
		act, task, ok := parseTap(key)
		if !ok {
			return
		}
		if task <= 0 {
			t.Errorf("%q names task %d", key, task)
		}
		if a, n, again := parseTap(tapKey(act, task)); !again || a != act || n != task {
			t.Errorf("%q is read as %q and %d, which is written %q", key, act, task, tapKey(act, task))
		}
	})
}

// FuzzParseCastKey reads the key of a release card's button.
func FuzzParseCastKey(f *testing.F) {
	f.Add(castTapKey(bot.WordAccept, broadcast.Broadcast{Number: "QF26-0001", Version: 3}))
	f.Add("cast:::0")
	f.Add("cast:accept:QF26-0001:9223372036854775808")
	f.Fuzz(func(t *testing.T, key string) {
		word, number, version, ok := parseCastKey(key)
		if !ok {
			return
		}
		w, n, v, again := parseCastKey(castTapKey(word, broadcast.Broadcast{Number: number, Version: version}))
		if !again || w != word || n != number || v != version {
			t.Errorf("%q is read as %q, %q and %d, which come back as %q, %q and %d", key, word, number, version, w, n, v)
		}
	})
}
