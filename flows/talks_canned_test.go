package flows

import (
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/talk"
)

func TestAnAnswerWithFilesSaysWhatGoesAndWhatWaits(t *testing.T) {
	days, err := calendar.New(time.FixedZone("CST", 8*60*60))
	if err != nil {
		t.Fatal(err)
	}
	words := talkWords{calendar: days}
	for _, c := range []struct {
		left, papers int
		want         string
		waits        bool
	}{
		{0, 0, "公众号窗口已关", false},
		{0, 1, "公众号窗口已关", false},
		{1, 0, "还能发 0 条", false},
		{1, 1, "还能发 0 条", true},
		{2, 1, "还能发 0 条", false},
		{2, 2, "还能发 0 条", true},
		{4, 2, "还能发 1 条", false},
	} {
		got := words.goesOut(talk.Window{Limited: true, Known: true, Left: c.left}, c.papers)
		if !strings.Contains(got, c.want) || strings.Contains(got, "附件等") != c.waits {
			t.Errorf("%d left, %d files: %s", c.left, c.papers, got)
		}
	}
	if got := words.goesOut(talk.Window{}, 1); got != "正在发。" {
		t.Errorf("where anything may be sent: %s", got)
	}
}
