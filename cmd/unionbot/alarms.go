package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/union/cases"
)

// Alarms that nobody answers ring the next rung: whoever waits for help waits this much longer at most.
const (
	alarmsEvery = 2 * time.Second
	alarmsBatch = 100
)

// alarms rings what is due until ctx ends. Replicas may do it at the same time, and a start after an outage begins with
// what has waited longest.
func alarms(desk *cases.Desk, log *slog.Logger) job {
	return job{"alarms", func(ctx context.Context) {
		tick := time.NewTicker(alarmsEvery)
		defer tick.Stop()
		for {
			for n := int64(alarmsBatch); n >= alarmsBatch && ctx.Err() == nil; {
				var err error
				if n, err = desk.RingAlarms(ctx, alarmsBatch); err != nil && ctx.Err() == nil {
					log.Error("an alarm could not ring on", "error", err)
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}}
}
