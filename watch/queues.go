package watch

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// queuesEvery is how often the queues are read: it must cost nothing beside the work, and an alert waits longer.
const queuesEvery = 10 * time.Second

// Queue is how one queue stands.
type Queue struct {
	Name string
	Rows int64
	// Oldest is since when its oldest row has been due; zero where none is, or it does not matter.
	Oldest time.Time
}

// ReadQueues reads the queues now and then until ctx ends, so that looking at the metrics costs the database nothing.
func (w *Watch) ReadQueues(read func(context.Context) ([]Queue, error), log *slog.Logger) func(context.Context) {
	return func(ctx context.Context) {
		tick := time.NewTicker(queuesEvery)
		defer tick.Stop()
		for {
			queues, err := read(ctx)
			switch {
			case err == nil:
				w.show(queues)
			case ctx.Err() == nil:
				log.Warn("queues not read", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}
}

func (w *Watch) show(queues []Queue) {
	now := w.now()
	for _, q := range queues {
		w.metrics.queueRows.WithLabelValues(q.Name).Set(float64(q.Rows))
		age := 0.0
		if !q.Oldest.IsZero() && q.Oldest.Before(now) {
			age = now.Sub(q.Oldest).Seconds()
		}
		w.metrics.queueOldest.WithLabelValues(q.Name).Set(age)
	}
	w.metrics.queueRead.Set(float64(now.UnixMilli()) / 1000)
}

// Gauge shows a number that is asked for when somebody looks: it must cost nothing to tell.
func (w *Watch) Gauge(name, help string, tell func() float64) {
	w.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "unionbot_" + name, Help: help}, tell))
}
