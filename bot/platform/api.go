package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

const (
	// callTimeout bounds one call, so that a stop that waits for running calls stays short.
	callTimeout = 5 * time.Second
	// idleConnections are kept for the next calls.
	idleConnections = 8
	// answerBytes bounds what is read of an answer in JSON.
	answerBytes = 1 << 20
)

// The errcodes by which both platforms say that a token is no longer good. [W90455, O]
const (
	codeBadCredential = 40001
	codeBadToken      = 40014
	codeExpiredToken  = 42001
)

// API is a platform's API as one account calls it.
type API struct {
	base   *url.URL
	http   *http.Client
	tokens *Tokens
	watch  Watch
}

// Watch sees every call, and hears how it ended; the path holds nobody's name.
type Watch func(ctx context.Context, path string) (end func(error))

// NewAPI makes the API at baseURL, such as https://qyapi.weixin.qq.com. A nil transport is one of its own, which
// honours HTTPS_PROXY and NO_PROXY, and speaks HTTP/1.1 as all that it was measured against. Tokens are added with UseTokens.
func NewAPI(baseURL string, transport http.RoundTripper) (*API, error) {
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, fmt.Errorf("API URL %q must look like https://host", Redact(baseURL))
	}
	if transport == nil {
		transport = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			MaxIdleConnsPerHost: idleConnections,
			IdleConnTimeout:     time.Minute,
			TLSHandshakeTimeout: callTimeout,
		}
	}
	return &API{base: base, watch: func(context.Context, string) func(error) { return func(error) {} }, http: &http.Client{
		Transport: transport,
		// A redirect would carry the token to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// UseWatch has every call seen; nil sees none.
func (a *API) UseWatch(w Watch) {
	if w != nil {
		a.watch = w
	}
}

// UseTokens says where the tokens of Post, Lend and Fetch come from.
func (a *API) UseTokens(t *Tokens) { a.tokens = t }

// Answer is an answer with errcode 0.
type Answer struct {
	Body []byte
	// Warning is the errmsg where it is more than "ok": the platform understood the body only by half.
	Warning string
}

// FetchToken calls without a token, to get one.
func (a *API) FetchToken(ctx context.Context, method, path string, query url.Values, body []byte) (token string, life time.Duration, err error) {
	answer, err := a.call(ctx, method, path, query, body)
	if err != nil {
		return "", 0, err
	}
	var got struct {
		Token   string `json:"access_token"`
		Seconds int64  `json:"expires_in"`
	}
	if err := json.Unmarshal(answer.Body, &got); err != nil {
		return "", 0, fmt.Errorf("read token: %w", err)
	}
	if got.Token == "" || got.Seconds <= 0 {
		return "", 0, errors.New("answer holds no token")
	}
	return got.Token, time.Duration(got.Seconds) * time.Second, nil
}

// Post calls with a token. A token that the platform no longer takes is fetched again and the call repeated, once.
func (a *API) Post(ctx context.Context, path string, body []byte) (Answer, error) {
	return a.withToken(ctx, func(token string) (Answer, error) {
		return a.call(ctx, http.MethodPost, path, url.Values{"access_token": {token}}, body)
	})
}

// Get is Post without a body; query holds what the platform wants beside the token.
func (a *API) Get(ctx context.Context, path string, query url.Values) (Answer, error) {
	return a.withToken(ctx, func(token string) (Answer, error) {
		with := url.Values{"access_token": {token}}
		maps.Copy(with, query)
		return a.call(ctx, http.MethodGet, path, with, nil)
	})
}

// CheckToken gets a token as any call does, and fails as any call would.
func (a *API) CheckToken(ctx context.Context) error {
	_, err := a.tokens.Token(ctx)
	return err
}

// Clock is the platform's time of day, which every answer of it carries, to the second.
func (a *API) Clock(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := a.open(ctx, http.MethodGet, "/", nil, nil, nil)
	if err != nil {
		return time.Time{}, err
	}
	_ = res.Body.Close() // only its head was wanted
	at, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return time.Time{}, fmt.Errorf("read the platform's time: %w", err)
	}
	return at, nil
}

func (a *API) withToken(ctx context.Context, call func(token string) (Answer, error)) (Answer, error) {
	token, err := a.tokens.Token(ctx)
	if err != nil {
		return Answer{}, err
	}
	answer, err := call(token)
	if !staleToken(err) {
		return answer, err
	}
	a.tokens.Invalidate(ctx, token)
	if token, err = a.tokens.Token(ctx); err != nil {
		return Answer{}, err
	}
	return call(token)
}

func staleToken(err error) bool {
	var refused *Error
	if !errors.As(err, &refused) {
		return false
	}
	return refused.Code == codeBadCredential || refused.Code == codeBadToken || refused.Code == codeExpiredToken
}

func (a *API) call(ctx context.Context, method, path string, query url.Values, body []byte) (answer Answer, err error) {
	end := a.watch(ctx, path)
	defer func() { end(err) }()
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := a.open(ctx, method, path, query, body, nil)
	if err != nil {
		return Answer{}, err
	}
	return read(path, res)
}

// read takes the answer in JSON, and closes it.
func read(path string, res *http.Response) (Answer, error) {
	defer res.Body.Close() //nolint:errcheck // the answer is read or the call has failed
	if res.StatusCode != http.StatusOK {
		return Answer{}, &Outage{Err: fmt.Errorf("%s: HTTP status %d", path, res.StatusCode)}
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, answerBytes))
	if err != nil {
		return Answer{}, &Outage{Err: fmt.Errorf("%s: read answer: %w", path, withoutURL(err))}
	}
	return understand(path, raw)
}

// open sends a request. Its error is an *Outage that tells whether anything left this machine.
func (a *API) open(ctx context.Context, method, path string, query url.Values, body []byte, header http.Header) (*http.Response, error) {
	req, err := a.request(ctx, method, path, query, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return a.do(path, req)
}

func (a *API) request(ctx context.Context, method, path string, query url.Values, body io.Reader) (*http.Request, error) {
	target := a.base.JoinPath(path)
	target.RawQuery = query.Encode()
	//nolint:gosec // the host is the configured one, whatever the path
	req, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return nil, &Outage{Unsent: true, Err: fmt.Errorf("%s: make request: %w", path, withoutURL(err))}
	}
	return req, nil
}

func (a *API) do(path string, req *http.Request) (*http.Response, error) {
	var wrote atomic.Bool
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }}))
	res, err := a.http.Do(req) //nolint:gosec // the host is the configured one, whatever the path
	if err != nil {
		return nil, &Outage{Unsent: !wrote.Load(), Err: fmt.Errorf("%s: %w", path, withoutURL(err))}
	}
	return res, nil
}

// understand reads the errcode that every answer in JSON carries, or lacks when all is well.
func understand(path string, raw []byte) (Answer, error) {
	var head struct {
		Code    int    `json:"errcode"`
		Message string `json:"errmsg"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return Answer{}, &Outage{Err: fmt.Errorf("%s: answer is not JSON", path)}
	}
	if head.Code != 0 {
		return Answer{}, &Error{API: path, Code: head.Code, Message: head.Message}
	}
	answer := Answer{Body: raw}
	if head.Message != "" && head.Message != "ok" {
		answer.Warning = Redact(head.Message)
	}
	return answer, nil
}
