package watch

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sethvargo/go-retry"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// otlp sends spans by OTLP over HTTP, in protobuf (https://opentelemetry.io/docs/specs/otlp/#otlphttp). OpenTelemetry's own
// client for it links the whole of gRPC, 2 MB of a program that must stay small for a method that is one POST.
type otlp struct {
	endpoint string
	headers  http.Header
	client   *http.Client
}

var _ otlptrace.Client = (*otlp)(nil)

const otlpTimeout = 10 * time.Second // the standard's default

// newOTLP reads the standard's names: OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS and _TIMEOUT (milliseconds), and those of traces
// alone, OTEL_EXPORTER_OTLP_TRACES_…, which win.
func newOTLP(getenv func(string) string) (*otlp, error) {
	const all, traces = "OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_"
	o := &otlp{endpoint: getenv(traces + "ENDPOINT"), headers: http.Header{}}
	if o.endpoint == "" {
		o.endpoint = strings.TrimRight(getenv(all+"ENDPOINT"), "/") + "/v1/traces"
	}
	if u, err := url.Parse(o.endpoint); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%sENDPOINT must be an http:// or https:// URL", all)
	}
	for pair := range strings.SplitSeq(cmp.Or(getenv(traces+"HEADERS"), getenv(all+"HEADERS")), ",") {
		name, value, ok := strings.Cut(pair, "=")
		plain, err := url.PathUnescape(strings.TrimSpace(value))
		switch {
		case strings.TrimSpace(pair) == "":
		case !ok || err != nil:
			return nil, fmt.Errorf("%sHEADERS must be name=value pairs, joined by commas", all)
		default:
			o.headers.Set(strings.TrimSpace(name), plain)
		}
	}
	timeout := otlpTimeout
	if given := cmp.Or(getenv(traces+"TIMEOUT"), getenv(all+"TIMEOUT")); given != "" {
		ms, err := strconv.Atoi(given)
		if err != nil || ms <= 0 {
			return nil, fmt.Errorf("%sTIMEOUT must be milliseconds", all)
		}
		timeout = time.Duration(ms) * time.Millisecond
	}
	o.client = &http.Client{Timeout: timeout, Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, IdleConnTimeout: time.Minute}}
	return o, nil
}

// retryable says whether the standard calls a status so.
func retryable(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// Start implements otlptrace.Client.
func (o *otlp) Start(context.Context) error { return nil }

// Stop implements otlptrace.Client.
func (o *otlp) Stop(context.Context) error {
	o.client.CloseIdleConnections()
	return nil
}

// UploadTraces implements otlptrace.Client. TracesData is the request of the standard's export call, under another name.
func (o *otlp) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	body, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: spans})
	if err != nil {
		return fmt.Errorf("encode traces: %w", err)
	}
	wait := retry.WithMaxRetries(3, retry.WithCappedDuration(5*time.Second, retry.NewExponential(time.Second)))
	err = retry.Do(ctx, wait, func(ctx context.Context) error {
		status, err := o.post(ctx, body)
		switch {
		case err != nil:
			return retry.RetryableError(err)
		case retryable(status):
			return retry.RetryableError(fmt.Errorf("status %d", status))
		case status/100 != 2:
			return fmt.Errorf("status %d", status)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("send traces: %w", err)
	}
	return nil
}

// otlpAnswer is more than a collector says.
const otlpAnswer = 64 << 10

func (o *otlp) post(ctx context.Context, body []byte) (status int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.endpoint, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header = o.headers.Clone()
	r.Header.Set("Content-Type", "application/x-protobuf")
	answer, err := o.client.Do(r)
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, otlpAnswer)) // so that the connection is used again
	return answer.StatusCode, answer.Body.Close()
}
