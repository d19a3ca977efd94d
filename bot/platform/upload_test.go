package platform_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
)

// memory is a kept file that tells when it is closed.
type memory struct {
	*bytes.Reader
	closed chan<- struct{}
}

func (m memory) Close() error {
	m.closed <- struct{}{}
	return nil
}

var kinds = platform.MediaKinds{
	"image/jpeg": {Kind: "image", Extension: ".jpg", Bytes: 100},
	"image/webp": {Extension: ".webp"},
	"":           {Kind: "file", Bytes: 200},
}

// uploading is an API whose tokens come from the stand-in.
func uploading(t *testing.T, standIn *platformtest.API) *platform.API {
	t.Helper()
	api, err := platform.NewAPI(standIn.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	fetch := func(ctx context.Context) (string, time.Duration, error) {
		return api.FetchToken(ctx, "GET", "/cgi-bin/gettoken", map[string][]string{"corpsecret": {platformtest.Secret}}, nil)
	}
	api.UseTokens(platform.NewTokens("k", alone{}, fetch, time.Now, nil))
	return api
}

func TestAFileGoesAsWhatThePlatformTakesIt(t *testing.T) {
	standIn := platformtest.New(t)
	api := uploading(t, standIn)
	const path = "/cgi-bin/media/upload"
	for _, test := range []struct {
		mime       string
		size       int
		kind, name string // no kind: it does not go at all
	}{
		{"image/jpeg", 100, "image", "JY26-0001-1.jpg"},
		{"image/jpeg", 101, "file", "JY26-0001-1.jpg"},
		{"image/jpeg", 201, "", ""},
		{"image/webp", 10, "file", "JY26-0001-1.webp"},
		{"audio/silk", 10, "file", "JY26-0001-1"},
	} {
		standIn.Answer(path, platformtest.JSON(`{"errcode":0,"errmsg":"ok","media_id":"M"}`))
		closed := make(chan struct{}, 9)
		file := strings.Repeat("x", test.size)
		before := len(standIn.Calls())
		got, err := api.Upload(t.Context(), bot.File{Type: test.mime, Name: "JY26-0001-1"}, func() (io.ReadSeekCloser, error) {
			return memory{bytes.NewReader([]byte(file)), closed}, nil
		}, kinds)
		<-closed
		calls := standIn.Calls()[before:]
		if test.kind == "" {
			if !errors.Is(err, platform.ErrUnfit) || len(calls) != 0 {
				t.Errorf("%s of %d bytes: %v after %d calls, want ErrUnfit", test.mime, test.size, err, len(calls))
			}
			continue
		}
		if err != nil || got != (platform.Media{Kind: test.kind, ID: "M"}) || len(calls) != 1 {
			t.Fatalf("%s of %d bytes: %+v, %v after %d calls", test.mime, test.size, got, err, len(calls))
		}
		for _, part := range []string{`name="media"; filename="` + test.name + `"`, "Content-Type: " + test.mime, "\r\n\r\n" + file + "\r\n--"} {
			if !strings.Contains(calls[0].Body, part) {
				t.Errorf("%q is not in the form:\n%s", part, calls[0].Body)
			}
		}
		if calls[0].Query["type"][0] != test.kind || calls[0].Header.Get("Content-Length") != fmt.Sprint(len(calls[0].Body)) {
			t.Errorf("uploaded as %v with length %q", calls[0].Query["type"], calls[0].Header.Get("Content-Length"))
		}
	}
}

func TestAfterADeadTokenTheWholeFileIsUploadedAgain(t *testing.T) {
	standIn := platformtest.New(t)
	api := uploading(t, standIn)
	closed := make(chan struct{}, 9)
	upload := func() (platform.Media, error) {
		return api.Upload(t.Context(), bot.File{Type: "image/jpeg", Name: "n"}, func() (io.ReadSeekCloser, error) {
			return memory{bytes.NewReader([]byte("the whole file")), closed}, nil
		}, kinds)
	}
	var outage *platform.Outage
	if _, err := upload(); !errors.As(err, &outage) {
		t.Errorf("an answer without an id gives %v", err)
	}
	standIn.Expire()
	standIn.Answer("/cgi-bin/media/upload", platformtest.JSON(`{"errcode":0,"errmsg":"ok","media_id":"M"}`))
	if got, err := upload(); err != nil || got.ID != "M" {
		t.Fatalf("upload: %+v, %v", got, err)
	}
	for range 3 { // every file that was opened is closed
		<-closed
	}
	calls := standIn.Calls()
	if body := calls[len(calls)-1].Body; standIn.Minted() != 2 || !strings.Contains(body, "the whole file") {
		t.Errorf("%d tokens, then\n%s", standIn.Minted(), body)
	}
}

func TestAnUploadThatFailsNamesNoToken(t *testing.T) {
	standIn := platformtest.New(t)
	standIn.Answer("/cgi-bin/media/upload", platformtest.Hangup)
	closed := make(chan struct{}, 9)
	_, err := uploading(t, standIn).Upload(t.Context(), bot.File{Type: "image/jpeg"}, func() (io.ReadSeekCloser, error) {
		return memory{bytes.NewReader([]byte("x")), closed}, nil
	}, kinds)
	var outage *platform.Outage
	if !errors.As(err, &outage) || strings.Contains(err.Error(), "access-") {
		t.Errorf("error is %v", err)
	}
	<-closed
}
