package watch

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/unionbot/unionbot/bot"
)

// OpenTraces sends traces by OTLP over HTTP, as the standard's OTEL_ names in the environment say. close sends what is
// left. What cannot be sent is dropped and logged.
func OpenTraces(ctx context.Context, version string, log *slog.Logger) (tracer oteltrace.Tracer, closeTraces func(context.Context) error, err error) {
	client, err := newOTLP(os.Getenv) //nolint:forbidigo // the names are OpenTelemetry's, and its SDK reads others from there too
	if err != nil {
		return nil, nil, fmt.Errorf("configure traces: %w", err)
	}
	exporter, err := otlptrace.New(ctx, client)
	if err != nil {
		return nil, nil, fmt.Errorf("configure traces: %w", err)
	}
	// What the environment says comes last, so that it wins.
	is, err := resource.New(ctx, resource.WithAttributes(
		attribute.String("service.name", "unionbot"), attribute.String("service.version", version)), resource.WithFromEnv())
	if err != nil {
		return nil, nil, fmt.Errorf("describe the service in traces: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces not sent", "error", err) }))
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(is))
	return provider.Tracer("github.com/unionbot/unionbot"), provider.Shutdown, nil
}

// spanOf begins a span that nothing lies within; nil where there are no traces. A call that belongs to no callback,
// such as the look at a queue every second, is not worth a trace of its own.
func (w *Watch) spanOf(ctx context.Context, name string) oteltrace.Span {
	if w.tracer == nil || !oteltrace.SpanContextFromContext(ctx).IsValid() {
		return nil
	}
	_, span := w.tracer.Start(ctx, name)
	return span
}

func (w *Watch) spanOfTurn(ctx context.Context, platform string, id bot.MessageID) (context.Context, oteltrace.Span) {
	if w.tracer == nil {
		return ctx, nil
	}
	return w.tracer.Start(ctx, "turn "+platform, oteltrace.WithAttributes(attribute.String("message.hash", w.hashOf(id))))
}

// hashOf names a message without its number, which the platform's own records and the database would lead to a person. The key
// is this process's and is written nowhere.
func (w *Watch) hashOf(id bot.MessageID) string {
	sum := hmac.New(sha256.New, w.traceKey)
	sum.Write([]byte(id))
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// endOf ends a span. An error's words may quote a value, so that only its being there is told; so may a panic's, which
// span.End would tell if it were deferred itself.
func endOf(span oteltrace.Span, err error) {
	if span == nil {
		return
	}
	if err != nil {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

func endWith(span oteltrace.Span, name, value string, failed bool) {
	if span == nil {
		return
	}
	span.SetAttributes(attribute.String(name, value))
	if failed {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// Steps shows the step of a conversation as a span within its turn.
func (w *Watch) Steps(router bot.Router) bot.Router {
	if w.tracer == nil {
		return router
	}
	return steps{w, router}
}

// errPanicked is the error of a step that does not return.
var errPanicked = errors.New("step panicked")

type steps struct {
	w    *Watch
	next bot.Router
}

// Turn implements bot.Router.
func (s steps) Turn(ctx context.Context, in bot.Input) (out bot.Outcome, err error) {
	ctx, span := s.w.tracer.Start(ctx, "step")
	err = errPanicked
	defer func() { endOf(span, err) }()
	out, err = s.next.Turn(ctx, in)
	return out, err
}
