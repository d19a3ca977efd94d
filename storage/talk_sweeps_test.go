package storage_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/talk"
)

// What a replica keeps that was never away leaves the pause that another one has noted.
func TestThePauseOutlivesThoseWhoHadNone(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		talks := storage.NewTalks(db)
		if p, err := talks.Pause(t.Context()); err != nil || !p.Swept.IsZero() {
			t.Errorf("before the first: %+v, %v", p, err)
		}
		nine := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
		noted := talk.Pause{Swept: nine, Since: nine.Add(-time.Hour), Back: nine}
		if err := talks.KeepPause(t.Context(), noted, true); err != nil {
			t.Fatal(err)
		}
		if err := talks.KeepPause(t.Context(), talk.Pause{Swept: nine.Add(time.Minute)}, false); err != nil {
			t.Fatal(err)
		}
		noted.Swept = nine.Add(time.Minute)
		if p, err := talks.Pause(t.Context()); err != nil || p != noted {
			t.Errorf("kept %+v, %v, want %+v", p, err, noted)
		}
	})
}
