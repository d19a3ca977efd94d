package simulator_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
)

// control sends a command over HTTP and decodes what comes back.
func (s *stage) control(method, path, body string, into any) int {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), method, s.url+"/control/"+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	if method != http.MethodGet {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end below
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(data, into); err != nil {
			s.Fatalf("%s: %v", data, err)
		}
	}
	return resp.StatusCode
}

func TestTheControlInterfaceSpeaksForAPerson(t *testing.T) {
	s := newStage(t, nil)
	var sent simulator.Entry
	if status := s.control("POST", "act", `{"person":"wecom:zhangwei","do":"say","text":"你好"}`, &sent); status != 200 || sent.ID == 0 {
		t.Fatalf("status %d, entry %+v", status, sent)
	}
	var newer []simulator.Entry
	s.control("GET", "chat?person=wecom:zhangwei&wait=10s&after=0", "", &newer)
	if len(newer) != 2 || newer[1].Text != "echo: 你好" {
		t.Errorf("the phone shows %+v", newer)
	}
	for _, body := range []string{`{"person":"wecom:ghost","do":"say","text":"x"}`, `{"person":"wecom:zhangwei","do":"dance"}`, `{"who":"me"}`} {
		var refusal struct{ Error string }
		if status := s.control("POST", "act", body, &refusal); status != 400 || refusal.Error == "" {
			t.Errorf("%s: status %d, %q", body, status, refusal.Error)
		}
	}
}

func TestTheControlInterfaceMovesClockAndFaults(t *testing.T) {
	s := newStage(t, nil)
	var shot struct {
		Offset float64 `json:"offset_seconds"`
		Faults simulator.Faults
	}
	s.control("POST", "clock", `{"advance":"49h"}`, nil)
	s.control("PUT", "faults", `{"duplicate":"after","drop_answers":1}`, nil)
	s.control("GET", "state", "", &shot)
	if shot.Offset != (49*time.Hour).Seconds() || shot.Faults != (simulator.Faults{Duplicate: "after", DropAnswers: 1}) {
		t.Errorf("the state is %+v", shot)
	}
	moved := newEchoBot(t)
	if status := s.control("PUT", "callbacks", `{"platform":"wecom","urls":["`+moved.URL+`/wecom"]}`, nil); status != 200 {
		t.Fatalf("status %d", status)
	}
	s.say(zhangwei, "你好")
	if len(moved.all()) == 0 || len(s.bot.all()) != 0 {
		t.Error("the callback went to the former address")
	}
}

func TestAPageOfAnotherOriginCannotCommand(t *testing.T) {
	s := newStage(t, nil)
	resp, err := http.Post(s.url+"/control/act", "text/plain", strings.NewReader(`{"person":"wecom:zhangwei","do":"say","text":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	if resp.StatusCode != http.StatusUnsupportedMediaType || len(s.chat(zhangwei)) != 0 {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestChangesAreStreamed(t *testing.T) {
	s := newStage(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/control/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // a stream that does not end
	lines := bufio.NewScanner(resp.Body)
	lines.Scan()
	if lines.Text() != `data: {"what":"open"}` {
		t.Fatalf("the stream begins %q", lines.Text())
	}
	s.say(zhangwei, "你好")
	for lines.Scan() {
		if strings.Contains(lines.Text(), "echo: 你好") {
			return
		}
	}
	t.Errorf("the answer was not streamed: %v", lines.Err())
}

func TestCloseEndsDeliveriesUnderWay(t *testing.T) {
	s := newStage(t, func(c *simulator.Config) { c.RetryPause = time.Hour })
	s.bot.answers(func(w http.ResponseWriter, _ inbound) { w.WriteHeader(http.StatusServiceUnavailable) })
	if _, err := s.sim.Act(simulator.Act{Person: zhangwei, Do: "say", Text: "你好"}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := s.sim.Await(ctx, zhangwei, 0, func(e simulator.Entry) bool { return e.State == simulator.Retrying }); err != nil {
		t.Fatal(err)
	}
	if err := s.sim.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := s.sim.Act(simulator.Act{Person: zhangwei, Do: "say", Text: "还在吗"}); err == nil {
		t.Error("a closed simulator takes messages")
	}
}

func TestAllProblemsOfAConfigurationAreReportedTogether(t *testing.T) {
	_, err := simulator.New(simulator.Config{
		WeCom:   &simulator.App{CorpID: corpID},
		Account: &simulator.Account{AppID: appID, Mode: simulator.Safe},
		People:  []simulator.Person{{Platform: "sms", ID: "x", Name: "y"}},
		Phones:  []string{"wecom:ghost"},
	})
	for _, part := range []string{"wecom:", "official account:", "sms:x", "wecom:ghost"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not speak of %s: %v", part, err)
		}
	}
}
