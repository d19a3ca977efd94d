package flows

import (
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/talk"
)

func TestAPlaceAndALinkReachTheOtherWhole(t *testing.T) {
	for want, m := range map[string]bot.Message{
		"[位置] 二号门(纬度 39.90420,经度 116.40740)": {Kind: bot.KindLocation, Location: &bot.Location{Latitude: 39.9042, Longitude: 116.4074, Label: "二号门"}},
		"[位置](纬度 39.90420,经度 116.40740)":     {Kind: bot.KindLocation, Location: &bot.Location{Latitude: 39.9042, Longitude: 116.4074}},
		"[链接] 通知 https://example.com/1":      {Kind: bot.KindLink, Link: &bot.Link{Title: "通知", URL: "https://example.com/1"}},
		"[一条消息]":                             {Kind: bot.KindUnknown},
	} {
		w, err := wordOf(t.Context(), &bot.Talk{Message: m}, nil, 0)
		if got := lineText(talk.Line{Text: w.Text, Form: w.Form}); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}

func TestWhoLosesATalkWithTheirOfficeIsNotToldThatTheyWereLate(t *testing.T) {
	said := (&Notices{}).TalkGone(talk.View{}, 1, talk.Gone).Text
	if strings.Contains(said, "没有按时") || !strings.Contains(said, "不归您管") {
		t.Error(said)
	}
}

func TestWhatWaitsForAMemberShowsALineThatNamesNobody(t *testing.T) {
	days, err := calendar.New(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	n := Notices{calendar: days}
	v := talk.View{Talk: talk.Talk{State: talk.Held, Asks: true}, Holder: union.Member{Name: "李芳"}, Worker: union.Member{Name: "张伟"}}
	waiting := v
	waiting.State, waiting.Asks = talk.Waiting, false
	l := talk.Line{Text: "给炉口加护栏"}
	for what, body := range map[string]notice.Body{
		"answer": n.TalkAnswered(v, l), "file": n.TalkFile(v, l, true), "moved": n.TalkMoved(v, "王芳", talk.Silence), "queued": n.TalkMoved(waiting, "王芳", talk.Back),
		"unanswered": n.TalkUnanswered(v), "delayed": n.TalkDelayed(v, true), "closed": n.TalkEnded(v, talk.Closed), "lapsed": n.TalkEnded(waiting, talk.Lapsed), "orphaned": n.TalkEnded(v, talk.Orphaned),
		"proposed": n.TalkProposed(v, l),
	} {
		if body.Line == "" || len([]rune(body.Line)) > 20 || strings.Contains(body.Line, "李芳") || strings.Contains(body.Line, "护栏") {
			t.Errorf("%s shows %q", what, body.Line)
		}
	}
}
