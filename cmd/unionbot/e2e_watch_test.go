package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// traceSink takes traces as a collector would.
type traceSink struct {
	*httptest.Server
	mu    sync.Mutex
	told  strings.Builder
	spans []*tracepb.Span
}

func newTraceSink(t *testing.T) *traceSink {
	t.Helper()
	s := &traceSink{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var got collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &got)
		}
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("traces to %s cannot be read: %v", r.URL.Path, err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, resource := range got.GetResourceSpans() {
			s.told.WriteString(resource.GetResource().String())
			for _, scope := range resource.GetScopeSpans() {
				s.spans = append(s.spans, scope.GetSpans()...)
				for _, span := range scope.GetSpans() {
					bare, ok := proto.Clone(span).(*tracepb.Span)
					if !ok {
						continue
					}
					bare.TraceId, bare.SpanId, bare.ParentSpanId = nil, nil, nil // random bytes
					s.told.WriteString(bare.String() + "\n")
				}
			}
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(s.Close)
	return s
}

// chains are the names of the spans of a trace from its root to each span, joined by " > ".
func (s *traceSink) chains() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	byID := map[string]*tracepb.Span{}
	for _, span := range s.spans {
		byID[string(span.GetSpanId())] = span
	}
	var all []string
	for _, span := range s.spans {
		chain := span.GetName()
		for up := byID[string(span.GetParentSpanId())]; up != nil; up = byID[string(up.GetParentSpanId())] {
			chain = up.GetName() + " > " + chain
		}
		all = append(all, chain)
	}
	return all
}

var innerServing = regexp.MustCompile(`"msg":"serving metrics","address":"([^"]+)"`)

// scrape reads the metrics of a replica that serves them.
func (r *replica) scrape() string {
	r.w.t.Helper()
	response, err := http.Get("http://" + r.log.await(r.w.t, r.ended, innerServing)[1] + "/metrics")
	if err != nil {
		r.w.t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // it is read
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		r.w.t.Fatalf("metrics: %s, %v", response.Status, err)
	}
	return string(body)
}

// testWatched files and decides a suggestion, and looks at what an operator sees of it: what was done, and nobody.
func testWatched(t *testing.T, binary string) {
	sink := newTraceSink(t)
	w := newWorld(t, binary)
	inner := slices.Index(w.common, "UNIONBOT_INNER_LISTEN=off")
	w.common[inner] = "UNIONBOT_INNER_LISTEN=127.0.0.1:0"
	w.common = append(w.common, "OTEL_EXPORTER_OTLP_ENDPOINT="+sink.URL)
	r := w.serve()
	w.route(r)
	number := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	card := w.hears(liFang, 0, number, "受理")
	w.hears(liFang, w.tap(liFang, card, "受理").ID, number+" 已记为受理")
	w.hears(zhangWei, 0, "谢谢您的建议 "+number)
	forged, err := http.Get("http://" + r.address + "/callback/wecom?timestamp=张伟&13800000000=1")
	if err != nil {
		t.Fatal(err)
	}
	if err := forged.Body.Close(); err != nil {
		t.Fatal(err)
	}
	metrics := r.scrape()
	for _, wanted := range []string{
		`unionbot_turns_total{channel="wecom",outcome="answered"} [1-9]`,
		`unionbot_turn_seconds_count{channel="wecom"} [1-9]`,
		`unionbot_callbacks_total{channel="wecom",outcome="replied"} [1-9]`,
		`unionbot_callbacks_refused_total{channel="wecom",reason="time"} 1`,
		`unionbot_deliveries_total{kind="task",state="sent"} [1-9]`,
		`unionbot_deliveries_total{kind="answer",state="failed"} 0`,
		`unionbot_deliveries_total{kind="reply",state="uncertain"} 0`,
		`unionbot_platform_calls_total{channel="wecom",result="ok"} [1-9]`,
		`unionbot_database_seconds_count{verb="commit"} [1-9]`,
		`unionbot_redis_seconds_count{call="begin"} [1-9]`,
		`unionbot_queue_rows{queue="outbox"} \d`,
		`unionbot_database_errors_total{cause="away"} 0`,
	} {
		if !regexp.MustCompile(`(?m)^` + wanted).MatchString(metrics) {
			t.Errorf("no metric is like %s", wanted)
		}
	}
	r.stop() // it sends what it has left
	chains := sink.chains()
	for _, wanted := range []string{
		"callback wecom > turn wecom > Redis begin",
		"callback wecom > turn wecom > step > SQL select",
		"callback wecom > turn wecom > SQL commit",
		"callback wecom > turn wecom > Redis commit",
		"deliver task > call /cgi-bin/message/send",
	} {
		if !slices.Contains(chains, wanted) {
			t.Errorf("no span is %s", wanted)
		}
	}
	if t.Failed() {
		slices.Sort(chains)
		t.Logf("metrics:\n%s\nspans:\n%s", metrics, strings.Join(slices.Compact(chains), "\n"))
	}
	for name, told := range map[string]string{"the metrics": metrics, "the traces": sink.told.String()} {
		if hanzi.MatchString(told) {
			t.Errorf("%s quote somebody: %q", name, hanzi.FindAllString(told, 5))
		}
		for _, each := range slices.Concat(w.secrets, w.numbersOfPeople(), []string{"zhangwei", "lifang", "13800000000", number}) {
			if strings.Contains(told, each) {
				t.Errorf("%s contain %q", name, each)
			}
		}
	}
}
