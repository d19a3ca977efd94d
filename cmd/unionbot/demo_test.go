package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
)

// running is a demo in a process of its own.
type running struct {
	t       *testing.T
	command *exec.Cmd
	log     *journal
	ended   chan struct{}
	url     string // of the page with the phones
}

var phonesAt = regexp.MustCompile(`\n  (http://127\.0\.0\.1:\d+)\n`)

// startDemo starts a demo and waits for the address that it prints. The end of the test stops it.
func startDemo(t *testing.T, binary string, args ...string) *running {
	t.Helper()
	r := &running{t: t, log: newJournal(), ended: make(chan struct{})}
	r.command = exec.Command(binary, append([]string{"demo"}, args...)...)
	r.command.Stdout, r.command.Stderr = r.log, r.log
	// A demo takes nothing from the environment; of somebody's settings it must not even hear.
	r.command.Env = append(os.Environ(), "UNIONBOT_LISTEN=nonsense")
	if err := r.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = r.command.Wait() // its end is looked at in ProcessState
		close(r.ended)
	}()
	t.Cleanup(r.stop)
	r.url = r.log.await(t, r.ended, phonesAt)[1]
	return r
}

// stop ends the demo as Ctrl-C does, within ten seconds and without complaint, if it has not ended.
func (r *running) stop() {
	r.t.Helper()
	select {
	case <-r.ended:
		return
	default:
	}
	if err := r.command.Process.Signal(os.Interrupt); err != nil {
		r.t.Errorf("stop: %v", err)
	}
	select {
	case <-r.ended:
	case <-time.After(10 * time.Second):
		_ = r.command.Process.Kill()
		<-r.ended
		r.t.Error("the demo did not end within ten seconds")
	}
	if code := r.command.ProcessState.ExitCode(); code != exitDone {
		r.t.Errorf("the demo ended with %s and said:\n%s", r.command.ProcessState, r.log)
	}
}

// kill ends the demo as a power cut would.
func (r *running) kill() {
	r.t.Helper()
	if err := r.command.Process.Kill(); err != nil {
		r.t.Fatal(err)
	}
	<-r.ended
}

// say says words on a phone and returns what the bot answers.
func (r *running) say(person, words string) string {
	r.t.Helper()
	body, err := json.Marshal(simulator.Act{Person: person, Do: "say", Text: words})
	if err != nil {
		r.t.Fatal(err)
	}
	var said simulator.Entry
	r.ask("POST", "/control/act", body, &said)
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		var newer []simulator.Entry
		query := url.Values{"person": {person}, "after": {strconv.FormatInt(said.ID, 10)}, "wait": {"5s"}}
		r.ask("GET", "/control/chat?"+query.Encode(), nil, &newer)
		for _, e := range newer {
			if e.Side == simulator.Bot && e.Text != "" { // a card may come in between
				return e.Text
			}
		}
	}
	r.t.Fatalf("%s said %q and got no answer", person, words)
	return ""
}

func (r *running) ask(method, path string, body []byte, answer any) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		r.t.Fatalf("%s %s: %s %s %v", method, path, response.Status, content, err)
	}
	if err := json.Unmarshal(content, answer); err != nil {
		r.t.Fatalf("%s %s: %v in %s", method, path, err, content)
	}
}

func TestADemoThatIsKilledGoesOnFromItsFolder(t *testing.T) {
	binary, data := buildBinary(t), t.TempDir()
	first := startDemo(t, binary, "--addr", "127.0.0.1:0", "--data", data)
	first.say(zhangWei, "我想给锅炉房提个建议,加个护栏")
	first.say(zhangWei, "夜班巡检经过炉口没有护栏")
	summary := first.say(zhangWei, "跳过")
	first.kill() // what was shown for confirmation is kept, however soon

	second := startDemo(t, binary, "--addr", "127.0.0.1:0", "--data", data)
	if found := second.say(zhangWei, "你好"); !strings.HasPrefix(summary, "请核对") || !strings.HasSuffix(found, summary) {
		t.Errorf("after the restart it said %q, and before %q", found, summary)
	}
	if filed := second.say(zhangWei, "1"); !strings.Contains(filed, "收到,谢谢张师傅!建议 JY") {
		t.Errorf("it was not filed: %q", filed)
	}

	// Its sessions are inside the process: a second one on the same folder would not know of them.
	out, err := exec.CommandContext(t.Context(), binary, "demo", "--addr", "127.0.0.1:0", "--data", data).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "unionbot.db is served already: another process has it: process "+strconv.Itoa(second.command.Process.Pid)) {
		t.Errorf("a second demo on the folder ended with %v and said:\n%s", err, out)
	}
	second.stop()

	third := startDemo(t, binary, "--addr", "127.0.0.1:0", "--data", data)
	if list := third.say(liFang, "待办"); !strings.Contains(list, "1 件待办") {
		t.Errorf("the officer sees %q", list)
	}
}

func TestADemoTakesAnotherPortWhenItsOwnIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	address := taken.Addr().String()
	said, ended := newJournal(), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	var result error
	go func() {
		result = (&app{stdout: said, stderr: said}).demo(ctx, demoOptions{address: address})
		close(ended)
	}()
	if at := said.await(t, ended, phonesAt)[1]; at == "http://"+address || !strings.Contains(said.String(), address+" is in use") {
		t.Errorf("it said:\n%s", said)
	}
	folder := said.await(t, ended, regexp.MustCompile(`Data is in (\S+)\. Ctrl-C`))[1]
	stop()
	<-ended
	if result != nil {
		t.Error(result)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("%s was left behind: %v", folder, err)
	}
}
