package menubar_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union/menubar"
	"github.com/unionbot/unionbot/union/service"
)

var offered = []*service.Service{
	{Name: "suggestion", Short: service.Text{ZH: "建议"}, Menu: 1}, {Name: "hazard", Short: service.Text{ZH: "隐患"}, Menu: 2},
	{Name: "hidden", Short: service.Text{ZH: "后台"}}, {Name: "visit", Short: service.Text{ZH: "慰问"}, Menu: 3},
}

func lay(t *testing.T, text string) ([]menubar.Entry, error) {
	t.Helper()
	bar, err := menubar.Read([]byte(text))
	if err != nil {
		return nil, err
	}
	return bar.Lay(offered, []string{"menu", "mine"}, "zh-CN")
}

func TestServicesTakeThePlacesThatAreLeftForThem(t *testing.T) {
	laid, err := lay(t, `
bar:
  - label: 办事
    entries: [{label: '提{short}', services: 2}, {service: hazard}, {label: 全部, start: menu}]
  - {label: 我的, start: mine}
`)
	want := []menubar.Entry{
		{Label: "办事", Entries: []menubar.Entry{
			{Label: "提建议", Service: "suggestion"}, {Label: "提慰问", Service: "visit"}, {Label: "隐患", Service: "hazard"}, {Label: "全部", Start: "menu"},
		}},
		{Label: "我的", Start: "mine"},
	}
	if diff := cmp.Diff(want, laid); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestWhatThePlatformsRefuseIsSaidBefore(t *testing.T) {
	for text, want := range map[string]string{
		"bar: []": "1 to 3 entries",
		"bar: [{label: 六个汉字太长, start: mine}]":                                                               "5 Chinese characters",
		"bar: [{label: 我的, start: mein}]":                                                                   `"mein" is none of menu, mine`,
		"bar: [{label: 我的}]":                                                                                "one of service, start, say",
		"bar: [{label: 我的, start: mine, say: 我的}]":                                                          "one of service, start, say",
		"bar: [{label: 我的, service: nothing}]":                                                              "is not offered",
		"bar: [{label: 我的, begin: mine}]":                                                                   "line 1",
		"bar: [{label: a, entries: [{label: b, entries: [{label: c, say: c}]}]}]":                           "nothing stands below",
		"bar: [{label: a, entries: [{services: 9},{label: x,say: x},{label: y,say: y},{label: z,say: z}]}]": "at most 5 entries",
	} {
		if _, err := lay(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
