package bottest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
)

func TestATranscriptIsReadAndWrittenAlike(t *testing.T) {
	const file = `# a note

张伟> 第一行
  第二行
<  答复
   还有一行
李芳< 待办
> [图片]
@ 31m
=
! restart
`
	lines, err := parse(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range lines {
		out = append(out, l.format())
	}
	if got := strings.Join(out, "\n") + "\n"; got != file {
		t.Errorf("written differently:\n%s", difference(file, got))
	}
	if _, err := parse("没有标记的一行\n"); err == nil {
		t.Error("a line without a mark is taken")
	}
}

func TestTimePassesInTheUnitsPeopleUse(t *testing.T) {
	for text, want := range map[string]time.Duration{"31m": 31 * time.Minute, "2 天": 48 * time.Hour, "3小时": 3 * time.Hour, "5 分钟": 5 * time.Minute} {
		if got, err := duration(text); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
		}
	}
	if _, err := duration("soon"); err == nil {
		t.Error("soon is taken for a time")
	}
}

func TestATapFindsTheNewestCardThatFits(t *testing.T) {
	card := func(title, key string) *bot.Card {
		return &bot.Card{Title: title, TaskID: key, Buttons: []bot.CardButton{{Text: "受理", Key: key}}, Menu: []bot.CardButton{{Text: "退回", Key: key + "/r"}}}
	}
	cards := []*bot.Card{card("一", "k1"), card("二", "k2"), {Title: "二", TaskID: "k2", Settled: "已办结"}}
	for what, want := range map[string]string{"受理": "k2", "受理 一": "k1", "退回": "k2/r"} {
		m, err := message("[点 "+what+"]", "id", cards)
		if err != nil || m.Tap == nil || m.Tap.Key != want {
			t.Errorf("%s: got %+v, %v, want key %s", what, m.Tap, err, want)
		}
	}
	for _, what := range []string{"[点 不受理]", "[点 受理 三]", "[点]", "[跳舞]"} {
		if _, err := message(what, "id", cards); err == nil {
			t.Errorf("%s finds something", what)
		}
	}
}

// parrot is a harness without a service: it repeats what it hears, and answers a second delivery as told.
type parrot struct {
	again func(string) string
	heard map[bot.MessageID]bool
	now   time.Time
}

func (p *parrot) Address(who string) (bot.Address, bool) {
	return bot.Address{Channel: "c", User: bot.UserID(who)}, who != "谁"
}

func (p *parrot) Deliver(_ context.Context, m bot.Message) (string, error) {
	if p.heard[m.ID] {
		return p.again(m.Text), nil
	}
	p.heard[m.ID] = true
	return m.Text, nil
}

func (p *parrot) Arrived(context.Context) ([]Arrival, error) { return nil, nil }
func (p *parrot) Now() time.Time                             { return p.now }
func (p *parrot) Advance(d time.Duration)                    { p.now = p.now.Add(d) }
func (p *parrot) Control(context.Context, string) error      { return nil }
func newParrot(again func(string) string) *parrot {
	return &parrot{again: again, heard: map[bot.MessageID]bool{}}
}
func same(text string) string { return text }
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "play.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUpdateWritesWhatWasPlayedAndNeverInCI(t *testing.T) {
	const wrong, right = "甲> 好\n<  不好\n", "甲> 好\n<  好\n"
	t.Setenv("CI", "")
	path := write(t, wrong)
	Play(t, path, newParrot(same), Options{Update: true})
	if got, err := os.ReadFile(path); err != nil || string(got) != right {
		t.Errorf("file holds %q, %v, want %q", got, err, right)
	}
	Play(t, path, newParrot(same), Options{Double: true})

	t.Setenv("CI", "true")
	path = write(t, wrong)
	j := &judge{T: t}
	if Play(j, path, newParrot(same), Options{Update: true}); !j.failed {
		t.Error("a transcript that runs differently passes in CI")
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != wrong {
		t.Errorf("file was changed to %q, %v", got, err)
	}
}

func TestASecondDeliveryThatIsAnsweredDifferentlyFails(t *testing.T) {
	path := write(t, "甲> 好\n<  好\n")
	other := newParrot(func(string) string { return "又好" })
	j := &judge{T: t}
	if Play(j, path, other, Options{Double: true}); !j.failed {
		t.Error("a different second answer passes")
	}
}

// judge notes whether Play would have failed its test.
type judge struct {
	*testing.T
	failed bool
}

func (j *judge) Errorf(string, ...any) { j.failed = true }
