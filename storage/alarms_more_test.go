package storage_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/cases"
)

// Whoever is in danger is told that it is over by nothing but its end: not by somebody else who says more at the same moment.
func TestWhatIsSaidAtOnceOfAnAlarmIsAllKept(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPlant(t, db)
		raised := p.raise(t, "三号行车钢丝绳快断了")
		all, start := sync.WaitGroup{}, make(chan struct{})
		adds := []cases.AlarmAddition{
			{Text: "地点 三车间/3号行车", Place: "三车间/3号行车", Sent: true},
			{Text: "从东门进"}, {Text: "伤了两个人"}, {Text: "断电了"},
		}
		for _, add := range adds {
			all.Go(func() {
				<-start
				if err := p.AddToAlarm(t.Context(), p.worker.ID, raised.Case.ID, add); err != nil {
					t.Errorf("%s: %v", add.Text, err)
				}
			})
		}
		close(start)
		all.Wait()
		c, err := storage.NewCases(p.db).ByID(t.Context(), raised.Case.ID)
		if err != nil {
			t.Fatal(err)
		}
		events, err := storage.NewTimeline(p.db).Of(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, add := range adds {
			found := false
			for _, e := range events {
				found = found || e.Note == add.Text
			}
			if !found {
				t.Errorf("%s is not kept", add.Text)
			}
		}
		if !strings.Contains(c.Title, "三车间/3号行车") {
			t.Errorf("the place of somebody else's addition is lost: %q", c.Title)
		}
	})
}
