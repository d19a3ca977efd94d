package officialaccount

import (
	"testing"

	"github.com/unionbot/unionbot/bot"
)

func TestChoicesAreLinesToTapAndNothingQuotedOpensATag(t *testing.T) {
	tests := map[string]struct {
		reply bot.Reply
		want  string
	}{
		"text only": {bot.Reply{Text: "好的"}, "好的"},
		"a number": {
			bot.Reply{Text: "请核对:", Choices: []bot.Choice{{Label: "提交"}}, Question: 41},
			"请核对:\n" + `<a href="weixin://bizmsgmenu?msgmenucontent=1&msgmenuid=4101">1 提交</a>`,
		},
		"words": {
			bot.Reply{Choices: []bot.Choice{{Label: "同意", Say: `同意 JY26-0138 "a&b+c"`}}},
			`<a href="weixin://bizmsgmenu?msgmenucontent=%E5%90%8C%E6%84%8F%20JY26-0138%20%22a%26b%2Bc%22&msgmenuid=1">1 同意</a>`,
		},
		"a quoted tag": {
			bot.Reply{Text: `<a href="http://x">点我</a>`, Choices: []bot.Choice{{Label: "</a>\n<a>"}}},
			"＜a href=\"http://x\">点我＜/a>\n" + `<a href="weixin://bizmsgmenu?msgmenucontent=1&msgmenuid=1">1 ＜/a> ＜a></a>`,
		},
	}
	if got, want := Offer("办得怎么样?<", []bot.Choice{{Label: "满意", Say: "满意 JY26-0138"}}), "办得怎么样?＜\n"+
		`<a href="weixin://bizmsgmenu?msgmenucontent=%E6%BB%A1%E6%84%8F%20JY26-0138&msgmenuid=1000000001">满意</a>`; got != want {
		t.Errorf("below a notice\ngot  %q\nwant %q", got, want)
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Render(tt.reply); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}
