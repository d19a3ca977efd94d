package platform_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot/platform"
)

// plain is an API with one token that never changes.
func plain(t *testing.T, url string) *platform.API {
	t.Helper()
	api, err := platform.NewAPI(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	fetch := func(context.Context) (string, time.Duration, error) { return "the-token", time.Hour, nil }
	api.UseTokens(platform.NewTokens("k", alone{}, fetch, time.Now, nil))
	return api
}

// alone is a store that shares nothing.
type alone struct{}

func (alone) Token(context.Context, string) (string, time.Time, error)  { return "", time.Time{}, nil }
func (alone) SetToken(context.Context, string, string, time.Time) error { return nil }
func (alone) DropToken(context.Context, string, string) error           { return nil }
func (alone) LockToken(context.Context, string, time.Duration) (func(), bool, error) {
	return func() {}, true, nil
}

// library calls as the real one does: by the process' one client, with hosts of its own.
var library *http.Client

func call(token, body string) error {
	platform.Install(func(c *http.Client) { library = c })
	res, err := library.Post("https://qyapi.weixin.qq.com/cgi-bin/message/send?debug=1&access_token="+token, "", strings.NewReader(body))
	if err != nil {
		return err
	}
	return res.Body.Close()
}

func TestEveryLoanReachesItsOwnAPIWithItsExactBody(t *testing.T) {
	serve := func(name string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			_, _ = fmt.Fprintf(w, `{"errcode":0,"errmsg":"ok","said":%q}`, name+" "+r.URL.Path+" "+r.URL.RawQuery+" "+string(body))
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	var all sync.WaitGroup
	for _, name := range []string{"a", "b"} {
		api := plain(t, serve(name))
		for i := range 20 {
			all.Go(func() {
				exact := fmt.Sprintf("<%s%d>", name, i)
				answer, err := api.Lend(t.Context(), []byte(exact), func(token string) error {
					if token == "the-token" {
						t.Error("the library sees the token")
					}
					return call(token, "what the library made of it")
				})
				want := name + " /cgi-bin/message/send access_token=the-token&debug=1 " + exact
				if err != nil || !strings.Contains(string(answer.Body), want) {
					t.Errorf("answer %s, %v; want %s", answer.Body, err, want)
				}
			})
		}
	}
	all.Wait()
}

func TestTheLibraryCannotCallWithoutALoanOrTwiceWithOne(t *testing.T) {
	if err := call("stolen", ""); err == nil {
		t.Error("a call without a loan went through")
	}
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		_, _ = io.WriteString(w, `{"errcode":0}`)
	}))
	t.Cleanup(server.Close)
	_, err := plain(t, server.URL).Lend(t.Context(), nil, func(token string) error {
		return errors.Join(call(token, ""), call(token, ""))
	})
	if err != nil || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func TestACallEndsWithItsContext(t *testing.T) {
	hold := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hold }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(hold) })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := plain(t, server.URL).Lend(ctx, nil, func(token string) error { return call(token, "") })
	var outage *platform.Outage
	if !errors.As(err, &outage) || outage.Unsent {
		t.Errorf("err is %v, want an outage in which the request went out", err)
	}
}

func TestARedirectIsNotFollowedWithTheToken(t *testing.T) {
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the token went to %s", r.URL)
	}))
	t.Cleanup(thief.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL+r.URL.RequestURI(), http.StatusTemporaryRedirect)
	}))
	t.Cleanup(server.Close)
	if _, err := plain(t, server.URL).Post(t.Context(), "/cgi-bin/x", []byte("{}")); err == nil {
		t.Error("a redirect was taken for an answer")
	}
}

func TestAnAPIURLMustBeOne(t *testing.T) {
	for _, url := range []string{"", "qyapi.weixin.qq.com", "ftp://host", "https://", "://x"} {
		if _, err := platform.NewAPI(url, nil); err == nil {
			t.Errorf("%q was taken", url)
		}
	}
}
