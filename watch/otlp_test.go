package watch

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

func variables(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func TestSpansAreSentAsTheStandardSays(t *testing.T) {
	var calls atomic.Int32
	var got tracepb.TracesData
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || proto.Unmarshal(body, &got) != nil {
			t.Errorf("read body: %v", err)
		}
		if r.URL.Path != "/base/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" || r.Header.Get("Api-Key") != "a b" {
			t.Errorf("got %s %v", r.URL, r.Header)
		}
	}))
	defer server.Close()
	o, err := newOTLP(variables(map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL + "/base/", "OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20b, other=1",
	}))
	if err != nil {
		t.Fatal(err)
	}
	spans := []*tracepb.ResourceSpans{{SchemaUrl: "here", ScopeSpans: []*tracepb.ScopeSpans{{Spans: []*tracepb.Span{{Name: "turn"}}}}}}
	if err := o.UploadTraces(t.Context(), spans); err != nil {
		t.Fatal(err)
	}
	if len(got.GetResourceSpans()) != 1 || got.GetResourceSpans()[0].GetScopeSpans()[0].GetSpans()[0].GetName() != "turn" || calls.Load() != 2 {
		t.Errorf("after %d calls the collector has %v", calls.Load(), &got)
	}
}

func TestARefusalOfSpansIsNotRepeated(t *testing.T) {
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	o, err := newOTLP(variables(map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": server.URL + "/mine"}))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.UploadTraces(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "401") || calls.Load() != 1 {
		t.Errorf("after %d calls: %v", calls.Load(), err)
	}
}

func TestWrongNamesOfTracesAreRefused(t *testing.T) {
	for name, pairs := range map[string]map[string]string{
		"no host":      {"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4318"},
		"headers":      {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://h", "OTEL_EXPORTER_OTLP_HEADERS": "geheim"},
		"time-out":     {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://h", "OTEL_EXPORTER_OTLP_TIMEOUT": "soon"},
		"no such port": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://h:x"},
	} {
		if _, err := newOTLP(variables(pairs)); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
