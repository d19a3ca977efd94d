package service_test

import (
	"testing"
	"time"
)

func TestHowOftenACaseMayBeUrgedIsTheFilesToSay(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 24 * time.Hour, "urge_every: 4\n": 4 * time.Hour, "urge_every: 720\n": 720 * time.Hour} {
		s, ok := loaded(t, folder("idea.yaml", text+small)).On("").Get("idea")
		if !ok || s.UrgeAgainAfter() != want {
			t.Errorf("%q: again after %s, want %s", text, s.UrgeAgainAfter(), want)
		}
	}
}
