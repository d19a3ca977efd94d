package flows

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/bot"
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
	said := Notices{}.TalkGone(talk.View{}, 1, talk.Gone).Text
	if strings.Contains(said, "没有按时") || !strings.Contains(said, "不归您管") {
		t.Error(said)
	}
}
