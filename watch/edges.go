package watch

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// Callback measures the handler of a channel's callback address, also where it breaks the connection on purpose.
func (w *Watch) Callback(channel bot.ChannelID, next http.Handler) http.Handler {
	name := Platform(channel)
	seconds := w.metrics.callbackSeconds.WithLabelValues(name)
	return http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		began := w.now()
		defer func() { seconds.Observe(w.now().Sub(began).Seconds()) }()
		if w.tracer == nil {
			next.ServeHTTP(to, r)
			return
		}
		ctx, span := w.tracer.Start(r.Context(), "callback "+name)
		defer endOf(span, nil)
		next.ServeHTTP(to, r.WithContext(ctx))
	})
}

// Count is the webhooks' hook: what a callback came to.
func (w *Watch) Count(channel bot.ChannelID, outcome string) {
	if reason, ok := strings.CutPrefix(outcome, "refused_"); ok {
		w.metrics.refused.WithLabelValues(Platform(channel), reason).Inc()
		return
	}
	w.metrics.callbacks.WithLabelValues(Platform(channel), outcome).Inc()
}

// Call is the hook of the calls to one channel's platform.
func (w *Watch) Call(channel bot.ChannelID) func(ctx context.Context, path string) (end func(error)) {
	name := Platform(channel)
	seconds := w.metrics.callSeconds.WithLabelValues(name)
	return func(ctx context.Context, path string) func(error) {
		began := w.now()
		span := w.spanOf(ctx, "call "+path)
		return func(err error) {
			seconds.Observe(w.now().Sub(began).Seconds())
			result := "ok"
			var refused *platform.Error
			switch {
			case errors.As(err, &refused):
				result = w.errcodes.of(strconv.Itoa(refused.Code))
			case err != nil:
				result = "away"
			}
			w.metrics.calls.WithLabelValues(name, result).Inc()
			endWith(span, "result", result, err != nil)
		}
	}
}

// Delivering sees an item on its way out.
func (w *Watch) Delivering(ctx context.Context, kind string) (within context.Context, end func()) {
	if w.tracer == nil {
		return ctx, func() {}
	}
	ctx, span := w.tracer.Start(ctx, "deliver "+w.kinds.of(kind))
	return ctx, func() { span.End() }
}

// Cast is the hook of who sends broadcasts: how many of their receivers came to a state.
func (w *Watch) Cast(state bot.ParcelState, n int) {
	w.metrics.deliveries.WithLabelValues("broadcast", string(state)).Add(float64(n))
}

// Settled is delivery's hook: what became of an item.
func (w *Watch) Settled(item bot.Parcel, state bot.ParcelState) {
	kind := w.kinds.of(item.Kind)
	w.metrics.deliveries.WithLabelValues(kind, string(state)).Inc()
	if state == bot.ParcelSent {
		w.metrics.deliverySeconds.WithLabelValues(kind).Observe(w.now().Sub(item.Created).Seconds())
	}
}
