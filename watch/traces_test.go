package watch_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/watch"
)

// newTraced is a Watch whose spans are kept.
func newTraced() (*watch.Watch, *tracetest.SpanRecorder) {
	recorder := tracetest.NewSpanRecorder()
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(recorder))
	return watch.New(watch.Build{}, time.Now, provider.Tracer("test")), recorder
}

type routerFunc func(context.Context, bot.Input) (bot.Outcome, error)

func (f routerFunc) Turn(ctx context.Context, in bot.Input) (bot.Outcome, error) { return f(ctx, in) }

// The value of a panic may quote what a person wrote, and a callback is broken off on purpose by one.
func TestAPanicPassesThroughAndIsNotQuoted(t *testing.T) {
	w, recorder := newTraced()
	router := w.Steps(routerFunc(func(context.Context, bot.Input) (bot.Outcome, error) { panic("what 张伟 wrote") }))
	callback := w.Callback("wecom:1", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	for name, do := range map[string]func(){
		"what 张伟 wrote":           func() { _, _ = router.Turn(t.Context(), bot.Input{}) },
		"net/http: abort Handler": func() { callback.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", nil)) },
	} {
		if got := panicOf(do); got != name {
			t.Errorf("the panic %q comes out as %q", name, got)
		}
	}
	if got := len(recorder.Ended()); got != 2 {
		t.Errorf("%d spans have ended", got)
	}
	for _, span := range recorder.Ended() {
		if len(span.Events()) > 0 || slices.ContainsFunc(span.Attributes(), func(a attribute.KeyValue) bool { return strings.Contains(a.Value.String(), "张伟") }) {
			t.Errorf("%s tells %v, %v", span.Name(), span.Attributes(), span.Events())
		}
	}
}

func panicOf(do func()) (text string) {
	defer func() {
		switch p := recover().(type) {
		case error:
			text = p.Error()
		case string:
			text = p
		}
	}()
	do()
	return ""
}
