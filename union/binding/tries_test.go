package binding

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWaitsGrowToADayAndEndInForgiveness(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
		var tries Tries
		var longest time.Duration
		for range rapid.IntRange(1, 40).Draw(t, "failures") {
			pause := time.Duration(rapid.IntRange(0, int(forgiven/time.Second)-1).Draw(t, "pause")) * time.Second
			now = now.Add(pause)
			if now.Before(tries.BlockedUntil) {
				now = tries.BlockedUntil
			}
			tries = tries.After(now)
			wait := tries.BlockedUntil.Sub(now)
			switch {
			case tries.Failures < FreeTries && !tries.BlockedUntil.IsZero():
				t.Fatalf("%d failures make one wait", tries.Failures)
			case tries.Failures >= FreeTries && (wait < max(firstWait, longest) || wait > longestWait):
				t.Fatalf("the wait after %d failures is %v, the one before was %v", tries.Failures, wait, longest)
			case tries.Failures >= FreeTries:
				longest = wait
			}
		}
		later := now.Add(forgiven)
		if tries.BlockedUntil.After(now) {
			later = tries.BlockedUntil.Add(forgiven)
		}
		if fresh := tries.After(later); fresh.Failures != 1 {
			t.Fatalf("a day later %d failures still count", fresh.Failures)
		}
	})
}
