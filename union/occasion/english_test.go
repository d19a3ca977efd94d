package occasion

import (
	"strings"
	"testing"
	"unicode"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/reference"
)

// Whoever reads English is told of no festival and no goods in Chinese: the shipped data have a name for each.
func TestEnglishTextsHaveNoChineseInThem(t *testing.T) {
	data := loaded(t)
	data.Greetings.Gifts[0].Notes, data.Greetings.Gifts[0].InPlace, data.Greetings.Gifts[0].InPlaceEn = []string{"糖尿病"}, "无糖点心", "pastries"
	d := &Desk{Data: reference.NewBook(data), Language: "zh-CN"}
	to := Candidate{Choice: Choice{Language: English}, Member: union.Member{Name: "Zhang Wei", OrgPath: "Group/Plant", Joined: "2008-05-16", Notes: "糖尿病"}}
	occasions := []Occasion{{Name: Birthday}, {Name: Anniversary}, {Name: Retirement}}
	for i := range data.Festivals.Festivals {
		if f := &data.Festivals.Festivals[i]; f.Says() {
			occasions = append(occasions, Occasion{Name: f.Name, Festival: f})
		}
	}
	for _, o := range occasions {
		o.Day = day(t, "2026-10-01")
		text, err := d.say(Greeting{Gift: data.Greetings.Gifts[0].Key, GiftUntil: "2026-10-30"}, o, to, "Li Fang, Plant", o.Day)
		if err != nil || text == "" || strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s: %q, %v", o.Name, text, err)
		}
		to := to
		to.Choice.Language = ""
		chinese, err := d.say(Greeting{}, o, to, "一分厂分会 李芳", o.Day)
		if err != nil || !strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("who has not asked for English reads %q of %s, %v", chinese, o.Name, err)
		}
		if o.Name == Birthday && !strings.Contains(text, "pastries") {
			t.Errorf("no pastries: %q", text)
		}
	}
}
