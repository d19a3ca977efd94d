package platform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
)

// The client library knows the platform's hosts as constants, takes no context, writes < as \u003c, prints URLs with
// tokens into its errors and has one HTTP client for the whole process. So it is given a loan in place of a token:
// its request comes back here, where the loan says which account calls, in which context, with which token and with
// which exact body. The library never sees a token.
type loan struct {
	api *API
	// ctx is here because the library has no parameter for it. A loan lives as long as its call.
	ctx    context.Context
	token  string
	body   []byte
	answer Answer
	err    error
	used   bool
}

var (
	loans     sync.Map // the loan by its name
	loanCount atomic.Int64
	installed sync.Once
)

// Install gives set the HTTP client for the library, once in the life of the process.
func Install(set func(*http.Client)) {
	installed.Do(func() { set(&http.Client{Transport: lender{}}) })
}

var (
	errNoLoan = errors.New("the library called without a loan")
	// errSeeLoan goes into the library, which prints it; the cause stays in the loan.
	errSeeLoan = errors.New("call failed")
)

// Lend calls through the library: call gets what to use as the access token, and body is what is sent, whatever the
// library makes of it. The answer is judged here; what call returns matters only if it sent nothing.
func (a *API) Lend(ctx context.Context, body []byte, call func(token string) error) (Answer, error) {
	return a.withToken(ctx, func(token string) (Answer, error) {
		l := &loan{api: a, ctx: ctx, token: token, body: body}
		name := "loan-" + strconv.FormatInt(loanCount.Add(1), 10)
		loans.Store(name, l)
		defer loans.Delete(name)
		if err := call(name); err != nil && !l.used {
			return Answer{}, &Outage{Unsent: true, Err: fmt.Errorf("call library: %w", withoutURL(err))}
		}
		return l.answer, l.err
	})
}

// lender carries out the library's requests.
type lender struct{}

// RoundTrip implements http.RoundTripper.
func (lender) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close() //nolint:errcheck // the library's own bytes in memory
	}
	query := req.URL.Query()
	found, _ := loans.Load(query.Get("access_token"))
	l, ok := found.(*loan)
	if !ok || l.used {
		return nil, errNoLoan
	}
	l.used = true
	query.Set("access_token", l.token)
	l.answer, l.err = l.api.call(l.ctx, req.Method, req.URL.Path, query, l.body)
	if l.err != nil {
		return nil, errSeeLoan
	}
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(bytes.NewReader(l.answer.Body)),
		Request:    req,
	}, nil
}
