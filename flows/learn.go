package flows

import (
	"context"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union/service"
)

// learnEvery is how often it is looked whether other services are offered: a file was changed, or a day has begun on which
// another version is in force.
const learnEvery = 2 * time.Second

// KeepLearning learns what is offered, at once and whenever it has changed, until ctx ends. Learning takes half a second of
// CPU time: nobody who says something is to pay for it. A sentence that comes meanwhile waits for what is being learnt. learnt is
// called each time that something was, which leaves more behind than it keeps.
func KeepLearning(ctx context.Context, services Services, learnt func()) {
	ticker := time.NewTicker(learnEvery)
	defer ticker.Stop()
	offered := services.All()
	for learnAll(offered, learnt); ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if now := services.All(); !slices.Equal(now, offered) {
			offered = now
			learnAll(offered, learnt)
		}
	}
}

func learnAll(offered []*service.Service, learnt func()) {
	learn(offered)
	learnt()
}
