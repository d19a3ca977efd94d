package bot_test

import (
	"testing"

	"github.com/unionbot/unionbot/bot"
)

func TestPlainTextOpensNothingAndStaysReadable(t *testing.T) {
	for text, want := range map[string]string{
		"厂门口 a>b & c,见 https://example.com/x?a=1&lt=2#3": "厂门口 a>b & c,见 https://example.com/x?a=1&lt=2#3",
		`<a href="http://x">工会</a>`:                      `＜a href="http://x">工会＜/a>`,
		"<<a>":                                           "＜＜a>",
		"&lt;a&LT;b&#60;c&#0060;d&#x3C;e&#X03c;f&amp;":   "＆lt;a＆LT;b＆#60;c＆#0060;d＆#x3C;e＆#X03c;f&amp;",
		"&l<t;":                "&l＜t;",
		"&l\x01t;a\u0085":      "＆lt;a",
		"一\n二\t三\u202e四\u2069": "一\n二\t三四",
	} {
		got := bot.Plain(text)
		if got != want {
			t.Errorf("Plain(%q) = %q, want %q", text, got, want)
		}
		if again := bot.Plain(got); again != got {
			t.Errorf("Plain twice is %q, once %q", again, got)
		}
	}
}
