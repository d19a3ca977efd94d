package wecom

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/callback"
)

func TestATextReplyHoldsWhatThePublishedSampleHolds(t *testing.T) {
	sample, err := os.ReadFile("testdata/xml/wecom-passive-text.xml")
	if err != nil {
		t.Fatal(err)
	}
	want, err := callback.Parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	d := callback.Delivery{From: "toUser", To: "fromUser"}
	reply, err := callback.TextReply(d, "this is a test", time.Unix(1348831860, 0))
	if err != nil {
		t.Fatal(err)
	}
	got, err := callback.Parse(reply)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reply differs (-sample +ours):\n%s", diff)
	}
}

func TestAReplyStaysOneReplyWhateverItQuotes(t *testing.T) {
	for name, text := range map[string]string{
		"end of CDATA":       "a]]>b",
		"ends of CDATA":      "]]]]>]]>",
		"forged field":       "]]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA[",
		"control characters": "a\x00\x01\x0b\x1fb",
		"four bytes":         "好的😀👨‍👩‍👧𠮷",
		"broken text":        "a\xff\xe4\xbd",
		"entities":           "&lt;&amp;&#1;",
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, bot.Answer{Text: text})
			got := p.open(t, p.send(t, textMessage).Body.Bytes())
			want := reply{ToUserName: "ZhangWei", FromUserName: "wx5823bf96d3bd56c7", CreateTime: "1409659813", MsgType: "text", Content: string(callback.Clean([]byte(text)))}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("reply differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChoicesAreNumberedLinesAndNothingQuotedOpensATag(t *testing.T) {
	tests := map[string]struct {
		reply bot.Reply
		want  string
	}{
		"text only":    {bot.Reply{Text: "好的"}, "好的"},
		"choices only": {bot.Reply{Choices: []bot.Choice{{Label: "提交"}, {Label: "修改"}}}, "1 提交\n2 修改"},
		"both":         {bot.Reply{Text: "请核对:", Choices: []bot.Choice{{Label: "提交", Say: "提交"}, {Label: "匿名\n提交"}}}, "请核对:\n1 提交\n2 匿名 提交"},
		"a quoted tag": {bot.Reply{Text: `<a href="http://x">点我</a>`, Choices: []bot.Choice{{Label: "<b>"}}}, "＜a href=\"http://x\">点我＜/a>\n1 ＜b>"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Render(tt.reply); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
