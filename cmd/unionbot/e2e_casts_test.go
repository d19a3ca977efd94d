package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/unionbot/unionbot/simulator"
)

const castFile = `id: crane-tracks
author: "100130"
text: "{姓名},行车轨道有裂纹,立即停用。"
organisations: [集团公司/一分厂]
urgent: true
`

// testBroadcasts sends a broadcast with a text for each while the platform fails in every way, a replica is killed and
// another stands still for longer than its lease: everybody has it once.
func testBroadcasts(t *testing.T, binary string) {
	w := newWorld(t, binary)
	w.common = append(w.common, "UNIONBOT_BROADCASTS_PER_SECOND=4")
	first := w.serve()
	w.route(first)
	file := filepath.Join(t.TempDir(), "cracks.yaml")
	if err := os.WriteFile(file, []byte(castFile), 0o600); err != nil {
		t.Fatal(err)
	}
	var line broadcastLine
	for range 2 { // handed in twice it is one
		if err := json.Unmarshal([]byte(w.command("broadcasts", "send", file, "--json")), &line); err != nil {
			t.Fatal(err)
		}
	}
	const released = "wecom:lifang"
	w.tap(released, w.hears(released, 0, "请放行群发 "+line.Number), "同意")
	w.platforms.SetFaults(simulator.Faults{Path: "message/send", Fail: 1, FailStatus: 503})
	w.hears(released, 0, line.Number+" 已放行")
	receivers := receiversBelow(t, "集团公司/一分厂")
	if len(receivers) != line.Head {
		t.Fatalf("%d receivers are counted, the seed has %d", line.Head, len(receivers))
	}
	reached := w.first(receivers, "立即停用")
	w.platforms.ExpireTokens()
	first.kill()

	second := w.serve()
	w.platforms.SetFaults(simulator.Faults{Path: "message/send", LoseAnswers: 2})
	copied := w.doubled(reached, 0) // it makes the calls again that the first had begun
	second.signal(syscall.SIGSTOP)
	third := w.serve()
	w.route(third)
	w.doubled(reached, copied)
	w.platforms.SetFaults(simulator.Faults{Path: "message/send", Fail: 1, FailCode: 45033})
	w.hearsWithin(4*patience, "wecom:sunli", 0, "已发完") // the channel stands still for twenty seconds, and then goes at half the rate
	second.signal(syscall.SIGCONT)

	for _, person := range receivers {
		if n := w.count(person, "请马上回复", line.Number); n != 1 {
			t.Errorf("%s has it %d times:\n%s", person, n, w.phone(person))
		}
	}
	w.ask(zhangWei, "收到", "已记下您收到了 "+line.Number)
	w.ask("wecom:sunli", "未回 "+line.Number, "还没有回复")
	if err := json.Unmarshal([]byte(w.command("broadcasts", "show", line.Number, "--json")), &line); err != nil {
		t.Fatal(err)
	}
	if line.State != "done" || line.Counts["sent"]+line.Counts["answered"] != len(receivers) || line.Counts["answered"] != 1 {
		t.Errorf("the report is %+v", line)
	}
	out := filepath.Join(t.TempDir(), "receipts.csv")
	w.command("broadcasts", "receipts", line.Number, "--out", out)
	if table, err := os.ReadFile(out); err != nil || strings.Count(string(table), "\n") != len(receivers)+1 || !strings.Contains(string(table), "已回复收到") {
		t.Errorf("the receipts are %s, %v", table, err)
	}
}

// first waits until one of these people hears something, and says who.
func (w *world) first(people []string, wanted string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	heard := make(chan string, len(people))
	for _, person := range people {
		go func() {
			_, err := w.platforms.Await(ctx, person, 0, func(e simulator.Entry) bool { return e.Side == simulator.Bot && e.Card == nil && says(e, wanted) })
			if err == nil {
				heard <- person
			}
		}()
	}
	select {
	case person := <-heard:
		return person
	case <-ctx.Done():
		w.t.Fatalf("nobody hears %q; a phone shows:\n%s", wanted, w.phone(people[0]))
		return ""
	}
}

// doubled waits until the platform drops one more copy of what somebody has already, behind a line of the phone.
func (w *world) doubled(person string, after int64) int64 {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	e, err := w.platforms.Await(ctx, person, after, func(e simulator.Entry) bool { return e.State == simulator.Dropped })
	if err != nil {
		w.t.Fatalf("no second copy came to %s: %v\n%s", person, err, w.phone(person))
	}
	return e.ID
}

// receiversBelow are the members of the seed below an organisation, by their phones on WeCom.
func receiversBelow(t *testing.T, org string) (list []string) {
	t.Helper()
	file, err := seed.ReadFile(seedFile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		cells := strings.Split(line, ",")
		if len(cells) > 11 && regexp.MustCompile(`^`+org+`(/|$)`).MatchString(cells[7]) && cells[10] != "" && cells[12] == "active" {
			list = append(list, "wecom:"+cells[10])
		}
	}
	return list
}
