package simulator_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/simulator"
)

func article(n int) string {
	return fmt.Sprintf("<MsgType>news</MsgType><ArticleCount>%d</ArticleCount><Articles>", n) +
		strings.Repeat("<item><Title>职工之家</Title><Description>开放</Description></item>", n) + "</Articles>"
}

func TestPassiveRepliesOfEveryKindAreShown(t *testing.T) {
	tests := []struct {
		name, person, reply string
		kind                simulator.Kind
	}{
		{"one article on the official account", wangqi, article(1), simulator.News},
		{"two articles in answer to a message, on the official account", wangqi, article(2), simulator.Notice}, // O Passive reply
		{"eight articles on wecom", zhangwei, article(8), simulator.News},
		{"hand-over to a person", wangqi, "<MsgType>transfer_customer_service</MsgType>", simulator.Notice},
		{"a picture", wangqi, "<MsgType>image</MsgType><Image><MediaId>%s</MediaId></Image>", simulator.Picture},
		{"a voice", wangqi, "<MsgType>voice</MsgType><Voice><MediaId>%s</MediaId></Voice>", simulator.Voice},
		{"a video", wangqi, "<MsgType>video</MsgType><Video><MediaId>%s</MediaId><Title>安全课</Title></Video>", simulator.Video},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newStage(t, nil)
			s.bot.answers(func(w http.ResponseWriter, m inbound) {
				s.bot.reply(w, m, strings.ReplaceAll(test.reply, "%s", m.MediaID))
			})
			if strings.Contains(test.reply, "%s") {
				s.do(simulator.Act{Person: test.person, Do: "picture", Media: "receipt"})
			} else {
				s.say(test.person, "你好")
			}
			if got := s.last(test.person); got.Kind != test.kind || got.Side == simulator.Mine {
				t.Errorf("the phone shows %+v", got)
			}
		})
	}
}

func TestAWholeCardInThePassiveReplyReplacesTheTappersCard(t *testing.T) {
	s := newStage(t, nil) // W96469: element names in CamelCase
	s.bot.answers(func(w http.ResponseWriter, m inbound) {
		s.bot.reply(w, m, "<MsgType>update_template_card</MsgType><TemplateCard><CardType>button_interaction</CardType>"+
			"<MainTitle><Title>已办结</Title></MainTitle><HorizontalContentList><KeyName>结果</KeyName><Value>受理</Value></HorizontalContentList>"+
			"<ReplaceText>已受理</ReplaceText></TemplateCard>")
	})
	s.wants(s.wecom("message/send", cardTo("zhangwei", "T-1")), 0)
	s.do(simulator.Act{Person: zhangwei, Do: "tap", Entry: s.last(zhangwei).ID, Key: "accept"})
	got := s.chat(zhangwei)[0].Card
	if got.MainTitle.Title != "已办结" || got.ReplaceText != "已受理" || got.TaskID != "T-1" || got.Horizontal[0].Value != "受理" {
		t.Errorf("the card is %+v", got)
	}
}

func TestMessagesOfEveryKindAreShown(t *testing.T) {
	s := newStage(t, nil) // W90236
	tests := []struct {
		content string
		kind    simulator.Kind
		code    int
	}{
		{`"msgtype":"markdown","markdown":{"content":"**好**"}`, simulator.Markdown, 0},
		{`"msgtype":"markdown","markdown":{}`, "", 44004},
		{`"msgtype":"textcard","textcard":{"title":"通知","description":"周五开会","url":"https://example.com"}`, simulator.News, 0},
		{`"msgtype":"textcard","textcard":{"description":"周五开会"}`, "", 41016},
		{`"msgtype":"textcard","textcard":{"title":"通知"}`, "", 41033},
		{`"msgtype":"news","news":{"articles":[{"title":"通知"}]}`, simulator.News, 0},
		{`"msgtype":"file","file":{"media_id":"X"}`, "", 40007},
		{`"msgtype":"template_card"`, "", 42031},
	}
	for _, test := range tests {
		before := len(s.chat(lifang))
		s.wants(s.wecom("message/send", `{"touser":"lifang","agentid":1000002,`+test.content+`}`), test.code)
		switch after := s.chat(lifang); {
		case test.code != 0 && len(after) != before:
			t.Errorf("%s: the refused message is shown", test.content)
		case test.code == 0 && after[len(after)-1].Kind != test.kind:
			t.Errorf("%s: shown as %s", test.content, after[len(after)-1].Kind)
		}
	}
}

func TestAPictureFromDiskCanBeSent(t *testing.T) {
	s := newStage(t, nil)
	data, err := os.ReadFile(filepath.Join("pictures", "rope.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(s.url+"/control/media?person="+wangqi+"&name=a.jpg", "image/jpeg", strings.NewReader(string(data)))
	id := s.read(resp, err).text("media")
	s.do(simulator.Act{Person: wangqi, Do: "picture", Media: id})
	if got := s.bot.all()[0].MediaID; got != id || id == "" {
		t.Errorf("the bot got %q, want %q", got, id)
	}
	if _, err := s.sim.AddPicture(wangqi, "a.txt", []byte("no picture")); err == nil {
		t.Error("a text was taken for a picture")
	}
}

func TestFollowersAreListedWithoutNames(t *testing.T) {
	s := newStage(t, nil) // O user/info
	s.wants(s.official("user/get", ""), 0)
	got := s.wants(s.official("user/info?openid=o_wangqiang", ""), 0)
	if _, named := got["nickname"]; named || got.number("subscribe") != 1 {
		t.Errorf("the follower is %v", got)
	}
	s.do(simulator.Act{Person: wangqi, Do: "unfollow"})
	if got := s.official("user/info?openid=o_wangqiang", ""); got.number("subscribe") != 0 {
		t.Errorf("who left is %v", got)
	}
	if got := s.official("user/get", ""); got.number("total") != 0 {
		t.Errorf("followers: %v", got)
	}
}
