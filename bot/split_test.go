package bot_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/bot"
)

func TestSplitCutsBetweenSentences(t *testing.T) {
	link := `<a href="weixin://bizmsgmenu?msgmenucontent=1&msgmenuid=1">1 接着写</a>`
	tests := []struct {
		name string
		text string
		max  int
		want []string
	}{
		{"a text that fits is one part", "您好。", 9, []string{"您好。"}},
		{"an empty text is one empty part", "", 9, []string{""}},
		{"cut after a sentence", "一二三。四五六。", 14, []string{"一二三。", "四五六。"}},
		{"cut at a line's end, without the line's end", "一二三\n四五六", 12, []string{"一二三", "四五六"}},
		{"cut between characters where a sentence is too long", "一二三四五", 8, []string{"一二", "三四", "五"}},
		{"a sentence that ends too early is no place to cut", "一。二三四五六七八九十", 24, []string{"一。二三四五六七", "八九十"}},
		{"a link stays whole", "您要办什么?请选一个吧" + link, len(link) + 8, []string{"您要办什么?请选一个吧", link}},
		{"a link longer than a part is cut like text", strings.ReplaceAll(link, "?", "/"), 40,
			[]string{`<a href="weixin://bizmsgmenu/msgmenucont`, `ent=1&msgmenuid=1">1 接着写</a>`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, bot.Split(tt.text, tt.max)); diff != "" {
				t.Errorf("Split(%q, %d) (-want +got):\n%s", tt.text, tt.max, diff)
			}
		})
	}
}

func TestSplitLosesNothingAndKeepsTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := []string{"建议", "。", "\n", " ", "a", "😀", `<a href="x">一</a>`, "<a ", "\xff", "！"}
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 60).Draw(t, "text"), "")
		limit := rapid.IntRange(24, 120).Draw(t, "limit")
		parts := bot.Split(text, limit)
		for _, p := range parts {
			if len(p) > limit {
				t.Fatalf("a part has %d bytes, limit %d: %q", len(p), limit, p)
			}
			if utf8.ValidString(text) && !utf8.ValidString(p) {
				t.Fatalf("a character was cut: %q", p)
			}
			if !strings.Contains(text, "<a <a ") && strings.Count(p, `<a href="x">`) != strings.Count(p, "</a>") {
				t.Fatalf("a link was cut: %q", p)
			}
		}
		blank := strings.NewReplacer(" ", "", "\n", "")
		if got, want := blank.Replace(strings.Join(parts, "")), blank.Replace(text); got != want {
			t.Fatalf("parts hold %q, text %q", got, want)
		}
	})
}
