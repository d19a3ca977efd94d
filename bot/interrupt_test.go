package bot_test

import (
	"context"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/bot"
)

// asking is a flow that answers questions in the middle of others, and one whose words are for somebody else.
func asking(t *testing.T) *chat {
	t.Helper()
	answers := sound("answers", func(s *bot.Spec[note]) {
		s.Passing, s.Steps = true, nil
		s.Interrupts = func(text string) []bot.Guess {
			switch {
			case strings.HasSuffix(text, "?"):
				return []bot.Guess{{Key: "sure", Score: bot.BreakingScore}}
			case strings.Contains(text, "?"):
				return []bot.Guess{{Key: "unsure", Score: bot.BreakingScore - 0.01}}
			}
			return nil
		}
		s.Begin = func(_ context.Context, t *noteTurn) (bot.Next, error) {
			t.Say("答:" + t.Text())
			return bot.End(), nil
		}
	})
	letter := sound("letter", func(s *bot.Spec[note]) {
		s.Starts = []bot.Trigger{bot.OnPhrase("写信")}
		s.Steps = []bot.Step[note]{{Name: "text", Verbatim: true, Ask: bot.Reply{Text: "写什么?"},
			Handle: func(_ context.Context, t *noteTurn) (bot.Next, error) {
				t.Say("写了:" + t.Text())
				return bot.End(), nil
			}}}
	})
	c := newChat(t)
	var err error
	if c.catalog, err = bot.NewCatalog(append(toyFlows(), answers, letter)...); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAQuestionInterruptsAStepThatTakesAnyWords(t *testing.T) {
	c := asking(t)
	c.say("喝茶", "什么茶?")
	c.say("有龙井?", "答:有龙井?|接着刚才的茶单:什么茶?")
	c.say("龙井?两杯", "龙井?两杯几杯?")
	c.say("几杯好?", "答:几杯好?|接着刚才的茶单:龙井?两杯几杯?")
	c.say("2", "龙井?两杯 2 杯")
}

func TestTheSameQuestionSaidAgainIsTheAnswer(t *testing.T) {
	c := asking(t)
	c.say("喝茶", "什么茶?")
	c.say("有龙井?", "答:有龙井?|接着刚才的茶单:什么茶?")
	c.say("有龙井?", "有龙井?几杯?")
	c.say("有龙井?", "答:有龙井?|接着刚才的茶单:有龙井?几杯?")
	c.say("几杯好?", "答:几杯好?|接着刚才的茶单:有龙井?几杯?")
	c.say("有龙井?", "答:有龙井?|接着刚才的茶单:有龙井?几杯?")
}

func TestAnOfficersWordIsNoQuestion(t *testing.T) {
	c := asking(t)
	c.say("喝茶", "什么茶?")
	c.say("同意,要龙井吗?", "同意,要龙井吗?几杯?")
}

func TestNothingInterruptsWordsForSomebodyElse(t *testing.T) {
	c := asking(t)
	c.say("写信", "写什么?")
	c.say("你好吗?", "写了:你好吗?")
	c.say("有人吗?", `没太明白。您可以直接说事,也可以回复"菜单"看能办什么。`)
}

// doubting is a cry that is asked about first where that can be, by a passing flow of which its words are the answer.
func doubting(t *testing.T) *chat {
	t.Helper()
	c := asking(t)
	cry := sound("cry", func(s *bot.Spec[note]) {
		s.Steps = nil
		s.Breaks = func(text string, asks bool) (string, bool) {
			return "", !asks && strings.HasPrefix(text, "塌") || text == "救命"
		}
		s.Begin = func(_ context.Context, t *noteTurn) (bot.Next, error) {
			t.Say("叫人:" + t.Entry.Text)
			return bot.End(), nil
		}
	})
	doubt := sound("doubt", func(s *bot.Spec[note]) {
		s.Passing, s.Awaits, s.HandsTo = true, []string{"cry"}, []string{"cry"}
		s.Interrupts = func(text string) []bot.Guess {
			if strings.HasPrefix(text, "塌") {
				return []bot.Guess{{Score: bot.BreakingScore}}
			}
			return nil
		}
		s.Steps = []bot.Step[note]{{Name: "sure", Ask: bot.Reply{Text: "真的?"}, Handle: func(_ context.Context, t *noteTurn) (bot.Next, error) {
			return bot.Hand(bot.Entry{Flow: "cry", Text: "塌了," + t.Text()}), nil
		}}}
	})
	letter := sound("letter", func(s *bot.Spec[note]) {
		s.Starts = []bot.Trigger{bot.OnPhrase("写信")}
		s.Steps = []bot.Step[note]{{Name: "text", Verbatim: true, Ask: bot.Reply{Text: "写什么?"},
			Handle: func(context.Context, *noteTurn) (bot.Next, error) { return bot.End(), nil }}}
	})
	kept := sound("kept", func(s *bot.Spec[note]) {
		s.Starts, s.Keeps = []bot.Trigger{bot.OnPhrase("谈话")}, func(*bot.Talk) bool { return true }
		s.Steps = []bot.Step[note]{{Name: "text", Ask: bot.Reply{Text: "请说。"},
			Handle: func(context.Context, *noteTurn) (bot.Next, error) { return bot.End(), nil }}}
	})
	var err error
	if c.catalog, err = bot.NewCatalog(append(toyFlows(), cry, doubt, letter, kept)...); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACryInDoubtIsAskedAboutAndBreaksInWhereNobodyCanBeAsked(t *testing.T) {
	c := doubting(t)
	c.say("写信", "写什么?")
	c.say("塌了", "叫人:塌了|接着刚才的letter:写什么?")
	c = doubting(t)
	c.say("谈话", "请说。")
	c.say("塌了", "叫人:塌了|接着刚才的kept:请说。")
	c = doubting(t)
	c.say("喝茶", "什么茶?")
	c.say("塌了", "真的?")
	c.say("救命", "叫人:塌了,救命|接着刚才的茶单:什么茶?")
}
