package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// paperDesk tells of papers to whoever holds their code.
type paperDesk interface {
	Check(ctx context.Context, code string) (cases.Checked, error)
	FetchPaper(ctx context.Context, token string) (number string, file []byte, err error)
}

// paperWords is what the pages say.
type paperWords interface {
	Checked(c cases.Checked) (title string, lines []string)
	PaperRefused(err error) (title string, lines []string)
	TooManyAsked() (title string, lines []string)
}

// papers are the pages behind the codes and links of papers.
type papers struct {
	desk  paperDesk
	words paperWords
	pace  *pace
	log   *slog.Logger
}

// servePapers adds /check/ and /paper/.
func servePapers(mux *http.ServeMux, c config.Config, desk paperDesk, log *slog.Logger) error {
	days, err := openCalendar(c, newClock(c.ClockOffset).now)
	if err != nil {
		return fmt.Errorf("read calendar: %w", err)
	}
	p := &papers{desk: desk, words: flows.NewNotices(days, c.Language), pace: &pace{each: rate.Every(time.Second), burst: 30}, log: log.With("part", "papers")}
	mux.HandleFunc("GET "+cases.CheckPath+"{code}", p.paced(p.check))
	mux.HandleFunc("GET "+cases.PaperPath+"{code}", p.paced(p.fetch))
	return nil
}

// paced lets one address ask so often and no more, so that nobody goes through codes.
func (p *papers) paced(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !p.pace.allows(r.RemoteAddr, time.Now()) {
			w.Header().Set("Retry-After", "60")
			p.page(w, http.StatusTooManyRequests, p.words.TooManyAsked)
			return
		}
		next(w, r)
	}
}

func (p *papers) check(w http.ResponseWriter, r *http.Request) {
	c, err := p.desk.Check(r.Context(), r.PathValue("code"))
	if err != nil {
		p.refuse(w, err)
		return
	}
	p.page(w, http.StatusOK, func() (string, []string) { return p.words.Checked(c) })
}

func (p *papers) fetch(w http.ResponseWriter, r *http.Request) {
	number, file, err := p.desk.FetchPaper(r.Context(), r.PathValue("code"))
	if err != nil {
		p.refuse(w, err)
		return
	}
	privately(w.Header())
	w.Header().Set("Content-Type", cases.PaperType)
	w.Header().Set("Content-Disposition", fmt.Sprintf("inline; filename=%q", number+".pdf"))
	if _, err := w.Write(file); err != nil {
		p.log.Debug("write paper", "error", err)
	}
}

// refuse says why there is no paper. A code that was never made is told from nothing else.
func (p *papers) refuse(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, union.ErrNotFound):
		status = http.StatusNotFound
	case errors.Is(err, cases.ErrLinkOver), errors.Is(err, cases.ErrMoved):
		status = http.StatusGone
	default:
		p.log.Error("paper not shown", "error", err)
	}
	p.page(w, status, func() (string, []string) { return p.words.PaperRefused(err) })
}

// page writes a page, without html/template, which is half a percent of the binary.
func (p *papers) page(w http.ResponseWriter, status int, words func() (string, []string)) {
	title, lines := words()
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
		"<meta name=\"robots\" content=\"noindex\">\n<style>body{font:16px/1.7 sans-serif;max-width:36em;margin:2em auto;padding:0 1em;color:#222}</style>\n<title>")
	b.WriteString(html.EscapeString(title) + "</title>\n<h1>" + html.EscapeString(title) + "</h1>\n")
	for _, line := range lines {
		b.WriteString("<p>" + html.EscapeString(line) + "</p>\n")
	}
	b.WriteString("</html>\n")
	privately(w.Header())
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if _, err := w.Write([]byte(b.String())); err != nil {
		p.log.Debug("write page", "error", err)
	}
}

// privately keeps what is shown out of caches and of other pages' logs.
func privately(header http.Header) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
}

// pace counts how often each address asks.
type pace struct {
	each  rate.Limit
	burst int

	mu    sync.Mutex
	asked map[netip.Addr]*rate.Limiter
}

// mostPaced is how many addresses are remembered; then all begin anew.
const mostPaced = 10_000

func (p *pace) allows(remote string, now time.Time) bool {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	caller := callerOf(at.Addr().Unmap().WithZone(""))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked == nil || len(p.asked) >= mostPaced {
		p.asked = map[netip.Addr]*rate.Limiter{}
	}
	if p.asked[caller] == nil {
		p.asked[caller] = rate.NewLimiter(p.each, p.burst)
	}
	return p.asked[caller].AllowN(now, 1)
}
