package flows

import (
	"context"
	"slices"
	"time"
)

// learnEvery is how often it is looked whether other services are offered: a file was changed, or a day has begun on which
// another version is in force.
const learnEvery = 2 * time.Second

// KeepLearning learns what is offered, at once and whenever it has changed, until ctx ends. Learning takes half a second of
// CPU time: nobody who says something is to pay for it. A sentence that comes meanwhile waits for what is being learnt.
func KeepLearning(ctx context.Context, services Services) {
	ticker := time.NewTicker(learnEvery)
	defer ticker.Stop()
	offered := services.All()
	for learn(offered); ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if now := services.All(); !slices.Equal(now, offered) {
			offered = now
			learn(offered)
		}
	}
}
