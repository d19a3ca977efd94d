package watch

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/trace"

	"github.com/unionbot/unionbot/bot"
)

// Watch is how one instance is looked at. It is safe for concurrent use.
type Watch struct {
	registry *prometheus.Registry
	now      func() time.Time
	metrics  metrics
	errcodes label
	kinds    label
	tracer   trace.Tracer // nil where nobody asked for traces
	traceKey []byte       // by which messages are named in traces
}

// Build says which program this is.
type Build struct{ Version, Revision, Go string }

// New makes a Watch with a registry of its own. now is the machine's clock; tracer may be nil.
func New(build Build, now func() time.Time, tracer trace.Tracer) *Watch {
	w := &Watch{registry: prometheus.NewRegistry(), now: now, tracer: tracer, traceKey: make([]byte, sha256.Size)}
	_, _ = rand.Read(w.traceKey) // never fails
	w.metrics = newMetrics()
	w.metrics.register(w.registry, build)
	return w
}

// Delivers names kinds of what goes out, so that the first that is not delivered is seen to be one more than none.
func (w *Watch) Delivers(kinds ...string) {
	for _, kind := range kinds {
		for _, state := range []bot.ParcelState{bot.ParcelFailed, bot.ParcelUncertain} {
			w.metrics.deliveries.WithLabelValues(w.kinds.of(kind), string(state))
		}
	}
}

// Handler serves the metrics, for operators only.
func (w *Watch) Handler() http.Handler {
	return promhttp.HandlerFor(w.registry, promhttp.HandlerOpts{})
}

// Turn is the engine's hook: it sees a turn begin, and what it came to.
func (w *Watch) Turn(ctx context.Context, channel bot.ChannelID, id bot.MessageID) (within context.Context, end func(outcome string)) {
	began, name := w.now(), Platform(channel)
	ctx, span := w.spanOfTurn(ctx, name, id)
	return ctx, func(outcome string) {
		w.metrics.turns.WithLabelValues(name, outcome).Inc()
		w.metrics.turnSeconds.WithLabelValues(name).Observe(w.now().Sub(began).Seconds())
		endWith(span, "outcome", outcome, outcome == bot.OutcomeFault)
	}
}

// SQL is the database's hook: one statement, or what begins and ends a transaction. It is told by its verb alone: the tables that a
// turn touches would tell a sealed report from others, and its moment.
func (w *Watch) SQL(ctx context.Context, verb, _ string) (end func(error)) {
	began := w.now()
	span := w.spanOf(ctx, "SQL "+verb)
	return func(err error) {
		w.metrics.sqlSeconds.WithLabelValues(verb).Observe(w.now().Sub(began).Seconds())
		switch {
		case errors.Is(err, bot.ErrUnavailable):
			w.metrics.sqlErrors.WithLabelValues("away").Inc()
		case errors.Is(err, bot.ErrConflict):
			w.metrics.sqlErrors.WithLabelValues("conflict").Inc()
		}
		endOf(span, err)
	}
}

// Redis is the hook of the calls to Redis, named by their script or command.
func (w *Watch) Redis(ctx context.Context, call string) (end func(error)) {
	began := w.now()
	span := w.spanOf(ctx, "Redis "+call)
	return func(err error) {
		w.metrics.redisSeconds.WithLabelValues(call).Observe(w.now().Sub(began).Seconds())
		if err != nil {
			w.metrics.redisErrors.WithLabelValues("away").Inc()
		}
		endOf(span, err)
	}
}
