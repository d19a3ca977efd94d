package watch_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/watch"
)

var update = flag.Bool("update", false, "write docs/metrics.md")

func newWatch() *watch.Watch {
	return watch.New(watch.Build{Version: "v1", Revision: "abc", Go: "go1"}, time.Now, nil)
}

// use calls every hook as a busy replica would.
func use(w *watch.Watch, n int) {
	ctx := context.Background()
	odd := fmt.Sprintf("张伟 %d", n)
	for _, channel := range []bot.ChannelID{bot.ChannelID(fmt.Sprintf("wecom:%d", n)), "officialaccount:gh_1"} {
		for _, outcome := range bot.TurnOutcomes {
			_, end := w.Turn(ctx, channel, bot.MessageID(odd))
			end(outcome)
		}
		w.Count(channel, "replied")
		w.Count(channel, "refused_signature")
		call := w.Call(channel)
		call(ctx, "/cgi-bin/"+odd)(nil)
		call(ctx, "/cgi-bin/"+odd)(errors.New(odd))
		call(ctx, "/cgi-bin/"+odd)(&platform.Error{API: odd, Code: n, Message: odd})
		to := httptest.NewRecorder()
		w.Callback(channel, http.NotFoundHandler()).ServeHTTP(to, httptest.NewRequest(http.MethodGet, "/?user=zhangwei", nil))
	}
	w.SQL(ctx, "select", "SELECT "+odd)(fmt.Errorf("%s: %w", odd, bot.ErrUnavailable))
	w.SQL(ctx, "select", "SELECT "+odd)(fmt.Errorf("%s: %w", odd, bot.ErrConflict))
	w.Redis(ctx, "begin")(nil)
	w.Redis(ctx, "begin")(errors.New(odd))
	over, cancel := context.WithCancel(ctx)
	cancel()
	w.ReadQueues(func(context.Context) ([]watch.Queue, error) {
		return []watch.Queue{{Name: "outbox", Rows: 3, Oldest: time.Now().Add(-time.Hour)}}, nil
	}, slog.New(slog.DiscardHandler))(over)
	w.Settled(bot.Parcel{Key: odd, Kind: "task", Lane: odd, Created: time.Now()}, bot.ParcelSent)
}

func scrape(t *testing.T, w *watch.Watch) string {
	t.Helper()
	to := httptest.NewRecorder()
	w.Handler().ServeHTTP(to, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if to.Code != http.StatusOK {
		t.Fatalf("metrics: %d %s", to.Code, to.Body)
	}
	return to.Body.String()
}

func TestOddValuesNeitherAddSeriesNorAreTold(t *testing.T) {
	w := newWatch()
	for n := range 1000 {
		use(w, 40000+n)
	}
	told := scrape(t, w)
	if found := regexp.MustCompile(`\p{Han}|zhangwei|gh_1`).FindString(told); found != "" {
		t.Errorf("the metrics tell of %s", found)
	}
	series := 0
	for line := range strings.Lines(told) {
		if strings.HasPrefix(line, "unionbot_") {
			series++
		}
	}
	// 64 errcodes at each of two platforms are the most of them.
	if series > 400 {
		t.Errorf("%d series after a thousand odd inputs:\n%s", series, told)
	}
	if !strings.Contains(told, `unionbot_platform_calls_total{channel="wecom",result="other"}`) {
		t.Error("errcodes without end are not put together")
	}
}

// An alert looks at the increase, and a counter that begins with 1 has none.
func TestWhatIsNotDeliveredIsCountedFromZero(t *testing.T) {
	w := newWatch()
	w.Delivers("task", "answer")
	told := scrape(t, w)
	for _, kind := range []string{"task", "answer"} {
		for _, state := range []string{"failed", "uncertain"} {
			if line := fmt.Sprintf("unionbot_deliveries_total{kind=%q,state=%q} 0\n", kind, state); !strings.Contains(told, line) {
				t.Errorf("there is no %s", line)
			}
		}
	}
}

// TestTheListOfMetricsIsCurrent keeps docs/metrics.md what the code counts.
func TestTheListOfMetricsIsCurrent(t *testing.T) {
	w := newWatch()
	use(w, 45009)
	const page = "../docs/metrics.md"
	told := scrape(t, w)
	help := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^# HELP (unionbot_\w+) (.*)$`).FindAllStringSubmatch(told, -1) {
		help[m[1]] = m[2]
	}
	kinds := regexp.MustCompile(`(?m)^# TYPE (unionbot_\w+) (\w+)$`).FindAllStringSubmatch(told, -1)
	var rows []string
	for _, m := range kinds {
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |\n", m[1], m[2], help[m[1]]))
	}
	slices.Sort(rows)
	current, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "| --- | --- | --- |\n"
	head, listed, found := strings.Cut(string(current), mark)
	if !found {
		t.Fatalf("%s has no table", page)
	}
	// The gauges of cmd are told where they are made; the table here is of those that every Watch has.
	listed, rest, _ := strings.Cut(listed, "\n\n")
	want := strings.Join(rows, "")
	if listed+"\n" == want {
		return
	}
	if !*update {
		t.Fatalf("%s is not current; go test ./watch -update writes it. It should list:\n%s", page, want)
	}
	if err := os.WriteFile(page, []byte(head+mark+want+"\n"+rest), 0o644); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkHooksOfATurn is what a form turn pays for being looked at: its callback, the turn and two calls to Redis.
func BenchmarkHooksOfATurn(b *testing.B) {
	w := newWatch()
	ctx := b.Context()
	const channel = "wecom:1000002"
	callback := w.Callback(channel, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		_, end := w.Turn(ctx, channel, "m")
		w.Redis(ctx, "begin")(nil)
		w.Redis(ctx, "commit")(nil)
		end(bot.OutcomeAnswered)
		w.Count(channel, "replied")
	}))
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	b.ReportAllocs()
	for b.Loop() {
		callback.ServeHTTP(nil, r)
	}
}
