package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/calendar"
)

var unionZone = time.FixedZone("CST", 8*60*60)

// celebrating lets these people keep their birthday today, the first by the lunar calendar, and it is about noon.
func (w *world) celebrating(users ...string) calendar.Date {
	w.t.Helper()
	now := time.Now().In(unionZone)
	w.common = append(w.common, fmt.Sprintf("UNIONBOT_CLOCK_OFFSET=%+dh", 12-now.Hour()))
	today := calendar.Date{Year: now.Year(), Month: now.Month(), Day: now.Day()}
	lunar := calendar.LunarOf(today)
	lunar.Year = 0
	source, err := seed.ReadFile(seedFile)
	if err != nil {
		w.t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(source))).ReadAll()
	if err != nil {
		w.t.Fatal(err)
	}
	text := "staff_no,name,organisation,birthday,lunar_birthday\n"
	for _, row := range rows {
		i := slices.IndexFunc(users, func(user string) bool { return slices.Contains(row, strings.TrimPrefix(user, "wecom:")) })
		switch {
		case i == 0:
			text += strings.Join([]string{row[0], row[1], row[7], "-", lunar.String()}, ",") + "\n"
		case i > 0:
			text += strings.Join([]string{row[0], row[1], row[7], fmt.Sprintf("1980-%02d-%02d", today.Month, today.Day), "-"}, ",") + "\n"
		}
	}
	path := filepath.Join(w.t.TempDir(), "birthdays.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.command("members", "import", path)
	return today
}

const wishes = "生日快乐"

// testGreetings sends a day's greetings several times at once, after two senders were killed in the middle of it, on MariaDB and beside nobody.
func testGreetings(t *testing.T, binary string) {
	w := newWorld(t, binary)
	who := []string{zhangWei, "wecom:xiatian", "wecom:cuikai"}
	today := w.celebrating(who...).String()
	w.pictured()
	var plan struct {
		Greetings []plannedGreeting
		Counts    map[string]int
	}
	if err := json.Unmarshal([]byte(w.command("greetings", "plan", "--date", today, "--json")), &plan); err != nil {
		t.Fatal(err)
	}
	found := map[string]plannedGreeting{}
	for _, g := range plan.Greetings {
		if g.Occasion == "birthday" {
			found[g.StaffNo] = g
		}
	}
	for _, user := range who {
		g := found[staffNoOf(t, strings.TrimPrefix(user, "wecom:"))]
		if g.State != "planned" || !strings.Contains(g.Text, wishes) || g.Picture != "cake.png" {
			t.Errorf("the plan for %s is %+v", user, g)
		}
	}
	if mine := found[staffNoOf(t, "zhangwei")]; !strings.Contains(mine.Text, "今天是农历") {
		t.Errorf("by the lunar calendar: %s", mine.Text)
	}
	for _, user := range who {
		if w.count(user, wishes) != 0 {
			t.Errorf("the plan has greeted %s", user)
		}
	}
	w.dies(today, false, "UPDATE greetings SET state", "COMMIT") // before a row is handed over
	if n := len(w.onPhones(who, wishes)); n != 0 {
		t.Errorf("%d are greeted before their rows were handed over", n)
	}
	w.dies(today, false, "UPDATE outbox SET state", "cause = CASE WHEN cause") // after the platform's answer, before it is written down
	if n := len(w.onPhones(who, wishes)); n == 0 {
		t.Error("it died before the platform had answered")
	}
	var senders sync.WaitGroup
	for range 3 {
		senders.Go(func() {
			if out, err := w.try("greetings", "send", "--date", today); err != nil {
				t.Errorf("send: %v\n%s", err, out)
			}
		})
	}
	senders.Wait()
	var report greetingReport
	if err := json.Unmarshal([]byte(w.command("greetings", "send", "--date", today, "--json")), &report); err != nil || report.Delivered["sent"] < len(who) {
		t.Errorf("reported %+v, %v", report, err)
	}
	w.greetedOnce(who...)
	var media []string
	for _, user := range who {
		media = append(media, w.onePicture(user))
	}
	if slices.Sort(media); len(slices.Compact(media)) > 2 { // the victim may have died before it said that it had put it there
		t.Errorf("the picture was put at the platform more than once: %v", media)
	}
	if text := w.command("greetings", "plan"); !strings.Contains(text, " sent\n") {
		t.Errorf("after it was sent: %s", text)
	}
	w.refusesUse("greetings", "send", "--date", "2026-02-30")
	w.refusesUse("greetings", "send", "--at", "25:00")
	w.refusesUse("greetings", "send", "--date", "2099-01-01")
}

// dies sends a day's greetings, and is killed when these words pass to its database.
func (w *world) dies(day string, answered bool, words ...string) {
	w.t.Helper()
	link, database := storagetest.LinkTo(w.t, w.database)
	hold := link.HoldUp(answered, words...)
	victim := exec.CommandContext(w.t.Context(), w.binary, "greetings", "send", "--date", day)
	victim.Env = slices.Concat(w.common, []string{"UNIONBOT_DATABASE_URL=" + database, "UNIONBOT_REDIS_URL=" + w.redis})
	if err := victim.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.await(hold.Reached())
	_ = victim.Process.Kill()
	_ = victim.Wait() // it was killed
	hold.Release()
}

// onPhones are those of people who have heard something.
func (w *world) onPhones(who []string, said string) (heard []string) {
	for _, user := range who {
		if w.count(user, said) > 0 {
			heard = append(heard, user)
		}
	}
	return heard
}

func (w *world) greetedOnce(who ...string) {
	w.t.Helper()
	for _, user := range who {
		if w.count(user, wishes) != 1 {
			w.t.Errorf("%s is not greeted once:\n%s", user, w.phone(user))
		}
	}
}

// refusesUse runs the program, which was called wrongly.
func (w *world) refusesUse(args ...string) {
	w.t.Helper()
	c := exec.CommandContext(w.t.Context(), w.binary, args...)
	c.Env = slices.Concat(w.common, []string{"UNIONBOT_DATABASE_URL=" + w.database, "UNIONBOT_REDIS_URL=" + w.redis})
	if out, err := c.CombinedOutput(); err == nil || c.ProcessState.ExitCode() != exitUsage {
		w.t.Errorf("unionbot %s ended with %v: %s", strings.Join(args, " "), err, out)
	}
}

// testGreetingsEmbedded sends beside an instance that has everything in itself, and after it alone.
func testGreetingsEmbedded(t *testing.T, binary string) {
	w := newWorldOn(t, binary, storagetest.MigratedSQLiteURL(t), "embedded")
	today := w.celebrating("wecom:xiatian").String()
	r := w.serve()
	w.route(r)
	w.command("greetings", "send", "--date", today)
	w.command("greetings", "send", "--date", today)
	w.greetedOnce("wecom:xiatian")
	w.ask("wecom:xiatian", "谢谢", "祝您今天开心")
	w.ask("wecom:xiatian", "以后别发了", "不再发生日祝福")
	r.stop()
	w.command("greetings", "send", "--date", today)
	w.greetedOnce("wecom:xiatian")
}

func TestTheDemoGreetsSomebody(t *testing.T) {
	demo := startDemo(t, buildBinary(t), "--addr", "127.0.0.1:0")
	switch hour := time.Now().In(unionZone).Hour(); { // by day at once, at night in the morning
	case hour < 12:
		demo.advance(12 - hour)
	case hour >= 21:
		demo.advance(12)
	}
	const who = "wecom:shenguodong"
	var chat []simulator.Entry
	for deadline := time.Now().Add(patience); len(chat) == 0 && time.Now().Before(deadline); {
		demo.ask("GET", "/control/chat?person="+who+"&wait=5s", nil, &chat)
	}
	if len(chat) != 1 || !strings.Contains(chat[0].Text, wishes) || !strings.Contains(chat[0].Text, "一分厂分会 李芳") {
		t.Errorf("the phone shows %+v; the demo said:\n%s", chat, demo.log)
	}
	if thanks := demo.say(who, "谢谢"); thanks != "不客气,祝您今天开心!" {
		t.Errorf("thanked: %s", thanks)
	}
}

// advance moves the clock of the demo.
func (r *running) advance(hours int) {
	r.t.Helper()
	var done any
	r.ask("POST", "/control/clock", fmt.Appendf(nil, `{"advance":"%dh"}`, hours), &done)
}

// pictured sends a picture with birthdays.
func (w *world) pictured() {
	w.t.Helper()
	dir := w.t.TempDir()
	words, err := fs.ReadFile(shipped.Files, "greetings.yaml")
	if err != nil {
		w.t.Fatal(err)
	}
	var cake bytes.Buffer
	if err := png.Encode(&cake, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		w.t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"greetings.yaml": append(words, []byte("pictures:\n  - {for: birthday, file: cake.png}\n")...), "cake.png": cake.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	w.common = append(w.common, "UNIONBOT_REFERENCE_DIR="+dir)
}

// onePicture is how the platform has the one picture that a person got, behind the words.
func (w *world) onePicture(user string) (media string) {
	w.t.Helper()
	n, words := 0, false
	for _, e := range w.chat(user) {
		words = words || strings.Contains(e.Text, wishes)
		if e.Side == simulator.Bot && e.Kind == simulator.Picture && words {
			n, media = n+1, e.Media
		}
	}
	if n != 1 {
		w.t.Errorf("%s has %d pictures behind the words:\n%s", user, n, w.phone(user))
	}
	return media
}
