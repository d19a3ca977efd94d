package turns_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

// onEachForm runs test on every form of Redis.
func onEachForm(t *testing.T, test func(t *testing.T, redis *turns.Turns)) {
	t.Helper()
	for name, url := range forms(t) {
		t.Run(name, func(t *testing.T) {
			redis, err := turns.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := redis.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			test(t, redis)
		})
	}
}

func TestAWindowAllowsSoManyMessagesForSoLongAfterAWord(t *testing.T) {
	onEachForm(t, func(t *testing.T, redis *turns.Turns) {
		at := time.Now()
		windows := turns.NewWindows(redis.Client(), turns.Allowance{Count: 2, Life: 48 * time.Hour}, turns.Allowance{Count: 3, Life: time.Minute}, func() time.Time { return at })
		who := bot.Address{Channel: "officialaccount:gh_1", User: bot.UserID(storagetest.Unique("o"))}
		take := func(want ...bool) {
			t.Helper()
			for i, w := range want {
				if ok, err := windows.Take(t.Context(), who); ok != w || err != nil {
					t.Errorf("Take %d = %v, %v; want %v", i+1, ok, err, w)
				}
			}
		}
		heard := func(kind bot.Kind, when time.Time) {
			t.Helper()
			if err := windows.Heard(t.Context(), who, kind, when); err != nil {
				t.Fatal(err)
			}
		}
		left := func(want int, ends time.Time) {
			t.Helper()
			n, until, known, err := windows.Left(t.Context(), who)
			if err != nil || n != want || want > 0 && until.UnixMilli() != ends.UnixMilli() || !known {
				t.Errorf("%d are left until %v, known: %v, %v; want %d until %v", n, until, known, err, want, ends)
			}
		}
		if _, _, known, err := windows.Left(t.Context(), who); known || err != nil {
			t.Errorf("what nobody knows is known: %v, %v", known, err)
		}
		take(true, true, true) // nothing is known: the platform decides

		heard(bot.KindText, at)
		left(2, at.Add(48*time.Hour))
		left(2, at.Add(48*time.Hour)) // looking takes none
		take(true)
		left(1, at.Add(48*time.Hour))
		take(true, false)
		left(0, time.Time{})
		heard(bot.KindText, at.Add(-time.Second)) // a late copy of an older word
		take(false)
		heard(bot.KindMenu, at)
		left(3, at.Add(time.Minute))
		take(true, true, true, false)
		heard(bot.KindUnfollow, at)
		take(false)
		heard(bot.KindImage, at.Add(time.Second))
		take(true)
		at = at.Add(49 * time.Hour)
		take(false)

		heard(bot.KindVoice, at)
		if err := windows.Shut(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		take(false)
	})
}
