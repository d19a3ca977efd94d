package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// speaking is a flow that passes everything on to somebody, until that somebody has gone, and one that claims what begins
// with its mark.
type speaking struct {
	*chat
	gone bool
	// before is what was said shortly before the last that began.
	before []string
}

func newSpeaking(t *testing.T) *speaking {
	t.Helper()
	p := &speaking{chat: newChat(t)}
	line := sound("line", func(s *bot.Spec[note]) {
		s.Title, s.Starts, s.Expires = "对话", []bot.Trigger{bot.OnWord(bot.WordPerson)}, 24*time.Hour
		s.Keeps = func(*bot.Talk) bool { return true }
		s.HandsTo = []string{"order"}
		s.Begin = func(_ context.Context, t *noteTurn) (bot.Next, error) {
			p.before = t.Before
			return bot.Goto("first"), nil
		}
		s.Steps[0].Ask = bot.Reply{Text: "请说"}
		s.Steps[0].Handle = func(_ context.Context, t *noteTurn) (bot.Next, error) {
			switch {
			case p.gone:
				return bot.Pass(), nil
			case t.Text() == "来壶茶":
				return bot.Visit(bot.Entry{Flow: "order"}), nil
			}
			t.Say("转:" + t.Text() + t.Message.Key)
			return bot.Stay(), nil
		}
		s.Steps[0].Commands = map[bot.Word]func(context.Context, *noteTurn) (bot.Next, error){
			bot.WordCancel: func(context.Context, *noteTurn) (bot.Next, error) { return bot.End(), nil },
		}
	})
	cry := sound("cry", func(s *bot.Spec[note]) {
		s.Breaks = func(text string, _ bool) (string, bool) { return "", strings.Contains(text, "救命") }
		s.Steps, s.Begin = nil, func(_ context.Context, t *noteTurn) (bot.Next, error) {
			t.Say("快打 120")
			return bot.End(), nil
		}
	})
	claimer := sound("claimer", func(s *bot.Spec[note]) {
		s.Claims = func(_ context.Context, t *bot.Talk, last bool) (string, bool, error) {
			return "mine", strings.HasPrefix(t.Text(), "#") || last && strings.HasSuffix(t.Text(), "#"), nil
		}
		s.Steps, s.Begin = nil, func(_ context.Context, t *noteTurn) (bot.Next, error) {
			t.Say("收:" + t.Text() + t.Entry.Key)
			return bot.End(), nil
		}
	})
	var err error
	if p.catalog, err = bot.NewCatalog(append(toyFlows(), line, cry, claimer)...); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAFlowThatKeepsTakesWordsPhrasesAndMenusButNoCry(t *testing.T) {
	c := newSpeaking(t)
	c.say("喝茶", "什么茶?")
	c.say("人工", "请说")
	c.say("几点了", "转:几点了")
	c.say("我的", "转:我的")
	c.say("泡杯茶", "转:泡杯茶")
	if got, err := c.send(bot.Message{Kind: bot.KindMenu, Key: "tea"}); got != "转:tea" || err != nil {
		t.Errorf("a menu entry came to %q, %v", got, err)
	}
	c.say("救命", "快打 120|接着刚才的对话:请说")
	c.say("取消", "接着刚才的茶单:什么茶?")
}

func TestWhatIsPassedOnIsTakenAnewAndAnswersNoOldQuestion(t *testing.T) {
	c := newSpeaking(t)
	c.say("人工", "请说")
	c.gone = true
	c.say("几点了", "八点")
	c.gone = false
	c.say("喝茶", "什么茶?")
	c.say("人工", "请说")
	c.gone = true
	c.say("随便", "接着刚才的茶单:什么茶?")
	c.say("龙井", "龙井几杯?")
}

func TestAVisitedFlowLeadsBack(t *testing.T) {
	c := newSpeaking(t)
	c.say("人工", "请说")
	c.say("来壶茶", "什么茶?")
	c.say("龙井", "龙井几杯?")
	c.say("2", "龙井 2 杯|接着刚才的对话:请说")
}

func TestAFlowClaimsWhatIsItsFromAnywhere(t *testing.T) {
	c := newSpeaking(t)
	c.say("#一", "收:#一mine")
	c.say("喝茶", "什么茶?")
	c.say("#二", "收:#二mine|接着刚才的茶单:什么茶?")
	c.say("龙井#", "龙井#几杯?") // whoever is asked takes it first
	c.say("1", "龙井# 1 杯")
	c.say("不知道#", "收:不知道#mine")
	c.say("人工", "请说")
	c.say("#三", "转:#三") // it is said to somebody
}

func TestWhatLedNowhereIsTellableToWhoeverIsAskedNext(t *testing.T) {
	c := newSpeaking(t)
	for _, text := range []string{"天气真好", "真的好"} {
		if _, err := c.send(bot.Message{Kind: bot.KindText, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	c.say("人工", "请说")
	if got := strings.Join(c.before, "|"); got != "天气真好|真的好" {
		t.Errorf("before it was said %q", got)
	}
	c.say("取消", "")
	c.say("人工", "请说")
	if len(c.before) > 0 {
		t.Errorf("it was told twice: %q", c.before)
	}
}
