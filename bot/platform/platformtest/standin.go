// Package platformtest is a platform's API in a test: it hands out tokens, answers as it is told, and remembers what
// was called. It checks what every call must be on either platform.
package platformtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Call is one request that came with a good token.
type Call struct {
	Path   string
	Body   string
	Header http.Header
	Query  map[string][]string
}

// API is the stand-in.
type API struct {
	URL string

	mu      sync.Mutex
	minted  int
	good    string
	calls   []Call
	answers map[string][]http.HandlerFunc
}

// Secret is the only secret that the API hands out tokens for.
const Secret = "s3cr3t-of-the-app"

// New starts an API that ends with the test.
func New(t testing.TB) *API {
	t.Helper()
	a := &API{answers: make(map[string][]http.HandlerFunc)}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	a.URL = server.URL
	return a
}

// Answer makes the next call of path be answered so; answers queue up. Without one a call is answered with errcode 0.
func (a *API) Answer(path string, answer http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers[path] = append(a.answers[path], answer)
}

// JSON is an answer with this body.
func JSON(format string, args ...any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		_, _ = fmt.Fprintf(w, format, args...)
	}
}

// Errcode is a refusal.
func Errcode(code int) http.HandlerFunc {
	return JSON(`{"errcode":%d,"errmsg":"refused for a test"}`, code)
}

// Hangup breaks the connection after the request was read.
func Hangup(http.ResponseWriter, *http.Request) {
	panic(http.ErrAbortHandler) //nolint:forbidigo // net/http's way to break a connection
}

// Expire makes the token that is out no longer good.
func (a *API) Expire() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.good = ""
}

// Minted says how many tokens were handed out.
func (a *API) Minted() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.minted
}

// Calls returns what was called so far with a good token.
func (a *API) Calls() []Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Call(nil), a.calls...)
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch r.URL.Path {
	case "/cgi-bin/gettoken":
		a.mint(w, r, r.URL.Query().Get("corpsecret"))
	case "/cgi-bin/stable_token":
		var request struct {
			Secret string `json:"secret"`
			Force  bool   `json:"force_refresh"`
		}
		if json.Unmarshal(body, &request) != nil || request.Force {
			Errcode(47001)(w, r)
			return
		}
		a.mint(w, r, request.Secret)
	default:
		a.serve(w, r, string(body))
	}
}

func (a *API) mint(w http.ResponseWriter, r *http.Request, secret string) {
	if secret != Secret {
		Errcode(40001)(w, r)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.minted++
	a.good = fmt.Sprintf("access-%d", a.minted)
	JSON(`{"errcode":0,"errmsg":"ok","access_token":%q,"expires_in":7200}`, a.good)(w, r)
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, body string) {
	a.mu.Lock()
	if token := r.URL.Query().Get("access_token"); token == "" || token != a.good {
		a.mu.Unlock()
		Errcode(42001)(w, r)
		return
	}
	a.calls = append(a.calls, Call{Path: r.URL.Path, Body: body, Header: r.Header, Query: r.URL.Query()})
	answer := JSON(`{"errcode":0,"errmsg":"ok"}`)
	if queue := a.answers[r.URL.Path]; len(queue) > 0 {
		answer, a.answers[r.URL.Path] = queue[0], queue[1:]
	}
	a.mu.Unlock()
	if strings.Contains(strings.ReplaceAll(body, `\\`, ""), `\u`) {
		Errcode(40033)(w, r) // a body must not be \u-escaped [W90455]
		return
	}
	answer(w, r)
}
