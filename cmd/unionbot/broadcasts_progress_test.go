package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// casts are broadcasts as they are looked at: TZ26-0001 and TZ26-0002, both as set last.
type casts struct {
	mu     sync.Mutex
	report broadcast.Report
	// looks counts, and twice is true if one looked while another did.
	looks   atomic.Int32
	looking atomic.Int32
	twice   atomic.Bool
}

func (c *casts) set(state broadcast.State, waits, sent int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.report = broadcast.Report{Counts: map[broadcast.ReceiptState]int{broadcast.Waits: waits, broadcast.Sent: sent}}
	c.report.State, c.report.Head = state, waits+sent
	if state.Over() {
		c.report.EndedAt = time.Now()
	}
}

func (c *casts) look(_ context.Context, number string) (broadcast.Report, error) {
	if c.looking.Add(1) > 1 {
		c.twice.Store(true)
	}
	defer c.looking.Add(-1)
	c.looks.Add(1)
	if number != "TZ26-0001" && number != "TZ26-0002" {
		return broadcast.Report{}, union.ErrNotFound
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.report
	r.Number = number
	return r, nil
}

// progressOf serves the progress of casts; a request has to be read sooner than a stream lasts.
func progressOf(t *testing.T, c *casts) (p castProgress, url string) {
	t.Helper()
	p = castProgress{watch: newCastWatch(c.look), zone: time.UTC, patience: time.Minute, log: slog.New(slog.DiscardHandler)}
	p.watch.every = time.Millisecond
	server := httptest.NewUnstartedServer(innerHandler(http.NotFoundHandler(), p))
	server.Config.ReadTimeout = 50 * time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	return p, server.URL + "/broadcasts/"
}

// followed is a stream that somebody reads.
type followed struct {
	t     *testing.T
	lines *bufio.Scanner
	leave func()
}

func ask(t *testing.T, url string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

func follow(t *testing.T, url string) followed {
	t.Helper()
	res := ask(t, url)
	if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("%s answers %s with %s", url, res.Status, kind)
	}
	return followed{t, bufio.NewScanner(res.Body), func() { _ = res.Body.Close() }}
}

// next is the next event: "progress TZ26-0001 sending 2 of 3"; empty when there is none any more.
func (f followed) next() string {
	f.t.Helper()
	var name string
	for f.lines.Scan() {
		switch what, said, _ := strings.Cut(f.lines.Text(), ": "); what {
		case "event":
			name = said
		case "data":
			var line broadcastLine
			if err := json.Unmarshal([]byte(said), &line); err != nil {
				f.t.Fatal(err)
			}
			return fmt.Sprintf("%s %s %s %d of %d", name, line.Number, line.State, line.Counts["sent"], line.Head)
		}
	}
	if err := f.lines.Err(); err != nil {
		f.t.Fatal(err)
	}
	return ""
}

func (f followed) want(said string) {
	f.t.Helper()
	if got := f.next(); got != said {
		f.t.Errorf("said is %q, want %q", got, said)
	}
}

// Every change is told once, and the end, also after the time in which a request must have been read.
func TestProgressIsStreamed(t *testing.T) {
	c := &casts{}
	c.set(broadcast.Sending, 3, 0)
	_, url := progressOf(t, c)
	f := follow(t, url+"tz26-0001/progress")
	f.want("progress TZ26-0001 sending 0 of 3")
	for seen := c.looks.Load(); c.looks.Load() < seen+60; { // nothing changes
		time.Sleep(time.Millisecond)
	}
	c.set(broadcast.Sending, 2, 1)
	f.want("progress TZ26-0001 sending 1 of 3")
	c.set(broadcast.Paused, 2, 1)
	f.want("progress TZ26-0001 paused 1 of 3")
	c.set(broadcast.Done, 0, 3)
	f.want("end TZ26-0001 done 3 of 3")
	f.want("")
	if res := ask(t, url+"TZ26-0003/progress"); res.StatusCode != http.StatusNotFound {
		t.Errorf("one that is not there is answered with %s", res.Status)
	}
}

// However many follow, one looks; when the last has left, nobody does.
func TestAllWhoFollowShareOneLook(t *testing.T) {
	c := &casts{}
	c.set(broadcast.Sending, 3, 0)
	p, url := progressOf(t, c)
	var all []followed
	for range 8 {
		all = append(all, follow(t, url+"TZ26-0001/progress"))
	}
	for _, sent := range []int{0, 1, 2} {
		c.set(broadcast.Sending, 3-sent, sent)
		for _, f := range all {
			f.want(fmt.Sprintf("progress TZ26-0001 sending %d of 3", sent))
		}
	}
	if c.twice.Load() {
		t.Error("two looked at the same time")
	}
	for _, f := range all {
		f.leave()
	}
	p.nobodyFollows(t)
	c.set(broadcast.Done, 0, 3) // who comes later begins anew
	follow(t, url+"TZ26-0001/progress").want("end TZ26-0001 done 3 of 3")
}

// nobodyFollows waits until all are known to have left.
func (p castProgress) nobodyFollows(t *testing.T) {
	t.Helper()
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		p.watch.mu.Lock()
		followers, watched := p.watch.followers, len(p.watch.watched)
		p.watch.mu.Unlock()
		if followers == 0 && watched == 0 {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("%d still follow %d broadcasts", followers, watched)
		}
	}
}

func TestNoMoreFollowThanAnInstanceCanBear(t *testing.T) {
	c := &casts{}
	c.set(broadcast.Sending, 3, 0)
	p, url := progressOf(t, c)
	p.watch.most = 2
	first := follow(t, url+"TZ26-0001/progress")
	second := follow(t, url+"TZ26-0002/progress")
	res := ask(t, url+"TZ26-0001/progress")
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("the third is answered with %s, %v", res.Status, res.Header)
	}
	first.leave()
	second.leave()
	p.nobodyFollows(t)
	follow(t, url+"TZ26-0001/progress").want("progress TZ26-0001 sending 0 of 3")
}

// oneConn is a listener with one connection, of which nothing is buffered.
type oneConn struct {
	conn net.Conn
	once sync.Once
	end  chan struct{}
}

func (l *oneConn) Accept() (conn net.Conn, err error) {
	l.once.Do(func() { conn = l.conn })
	if conn == nil {
		<-l.end
		err = net.ErrClosed
	}
	return conn, err
}

func (l *oneConn) Close() error   { return nil }
func (l *oneConn) Addr() net.Addr { return l.conn.LocalAddr() }

func TestAReaderThatStandsStillIsGivenUp(t *testing.T) {
	c := &casts{}
	c.set(broadcast.Sending, 3, 0)
	p, _ := progressOf(t, c)
	p.patience = 10 * time.Millisecond
	ours, theirs := net.Pipe()
	listener := &oneConn{conn: theirs, end: make(chan struct{})}
	server := newInnerServer(innerHandler(http.NotFoundHandler(), p), slog.New(slog.DiscardHandler))
	go func() { _ = server.Serve(listener) }()
	defer func() {
		close(listener.end)
		_ = server.Close()
		_ = ours.Close()
	}()
	if _, err := fmt.Fprintf(ours, "GET /broadcasts/TZ26-0001/progress HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(20 * time.Second); c.looks.Load() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("nobody looks")
		}
	}
	p.nobodyFollows(t)
}
