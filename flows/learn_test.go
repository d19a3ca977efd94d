package flows

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unionbot/unionbot/union/service"
)

// changing offers what it was told last.
type changing struct {
	Services
	all atomic.Pointer[[]*service.Service]
}

func (c *changing) All() []*service.Service { return *c.all.Load() }

func isLearnt(all []*service.Service) bool {
	learnt.Lock()
	defer learnt.Unlock()
	_, ok := learnt.bySet[setOf(all)]
	return ok
}

// TestWhatIsOfferedIsLearntBeforeAnybodySpeaks offers sets that no other test has, and nobody says a word.
func TestWhatIsOfferedIsLearntBeforeAnybodySpeaks(t *testing.T) {
	all := offered(t)
	first, second := all[:3], all[1:3]
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var services changing
		services.all.Store(&first)
		times := 0
		go KeepLearning(ctx, &services, func() { times++ })
		synctest.Wait()
		if !isLearnt(first) {
			t.Error("what is offered is not learnt")
		}
		services.all.Store(&second)
		time.Sleep(learnEvery + time.Millisecond) // of the bubble's own time
		synctest.Wait()
		if !isLearnt(second) {
			t.Error("what is offered now is not learnt")
		}
		if times != 2 {
			t.Errorf("it was told %d times that something was learnt, want 2", times)
		}
		stop()
	})
}
