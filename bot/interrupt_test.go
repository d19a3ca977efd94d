package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

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
		s.Steps = []bot.Step[note]{{Name: "hurt", Ask: bot.Reply{Text: "伤了?"}, Handle: func(context.Context, *noteTurn) (bot.Next, error) { return bot.End(), nil }}}
		s.Breaks = func(text string, asks bool) (string, bool) {
			return "", !asks && strings.HasPrefix(text, "塌") || text == "救命"
		}
		s.Begin = func(_ context.Context, t *noteTurn) (bot.Next, error) {
			if strings.HasPrefix(t.Entry.Text, "塌了您") {
				return bot.Yield(), nil
			}
			t.Say("叫人:" + t.Entry.Text)
			if strings.HasSuffix(t.Entry.Text, "疼") {
				return bot.Goto("hurt"), nil
			}
			return bot.End(), nil
		}
	})
	doubt := sound("doubt", func(s *bot.Spec[note]) {
		s.Passing, s.Awaits, s.HandsTo = true, []string{"cry"}, []string{"cry"}
		s.Expired = func(*noteTurn) string { return "没叫人。" }
		s.Interrupts = func(text string) []bot.Guess {
			if strings.HasPrefix(text, "塌") {
				return []bot.Guess{{Score: bot.BreakingScore}}
			}
			return nil
		}
		s.Steps = []bot.Step[note]{{Name: "sure", Ask: bot.Reply{Text: "真的?"}, Handle: func(_ context.Context, t *noteTurn) (bot.Next, error) {
			if t.Text() == "呃" {
				return bot.Miss(), nil
			}
			return bot.Hand(bot.Entry{Flow: "cry", Text: "塌了," + t.Text()}), nil
		}}}
	})
	written := func(ask string) []bot.Step[note] {
		return []bot.Step[note]{{Name: "text", Verbatim: true, Ask: bot.Reply{Text: ask}, Handle: func(_ context.Context, t *noteTurn) (bot.Next, error) {
			t.Say("写了:" + t.Text())
			return bot.Stay(), nil
		}}}
	}
	letter := sound("letter", func(s *bot.Spec[note]) {
		s.Starts, s.Steps = []bot.Trigger{bot.OnPhrase("写信")}, written("写什么?")
	})
	reason := sound("reason", func(s *bot.Spec[note]) {
		s.Starts, s.Steps, s.Passing = []bot.Trigger{bot.OnPhrase("退回它")}, written("为什么?"), true
	})
	kept := sound("kept", func(s *bot.Spec[note]) {
		s.Starts, s.Keeps, s.Steps = []bot.Trigger{bot.OnPhrase("谈话")}, func(*bot.Talk) bool { return true }, written("请说。")
		s.Steps[0].Verbatim = false
	})
	var err error
	if c.catalog, err = bot.NewCatalog(append(toyFlows(), cry, doubt, letter, reason, kept)...); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACryInDoubtIsAskedAboutAndBreaksInWhereNobodyCanBeAsked(t *testing.T) {
	for start, ask := range map[string]string{"写信": "写什么?", "退回它": "为什么?", "谈话": "请说。"} {
		name := map[string]string{"写信": "letter", "退回它": "reason", "谈话": "kept"}[start]
		back := "刚才那句要是写在这里的,请再发一次。接着刚才的" + name + ":" + ask
		c := doubting(t)
		c.say(start, ask)
		c.say("塌了", "叫人:塌了|"+back)
		c.say("塌了", "写了:塌了")
		c.say("塌了", "叫人:塌了|"+back)
		c.say("好", "写了:好")
		c.say("塌了,疼", "叫人:塌了,疼|伤了?")
		c.say("没有", back)
		c.say("塌了,疼", "写了:塌了,疼")
		c.say("塌了您别急", "写了:塌了您别急")
		c.say("救命", "叫人:救命|接着刚才的"+name+":"+ask)
		c.say("救命", "叫人:救命|接着刚才的"+name+":"+ask)
	}
	c := doubting(t)
	c.say("喝茶", "什么茶?")
	c.say("塌了", "真的?")
	c.say("救命", "叫人:塌了,救命|接着刚才的茶单:什么茶?")
}

func TestACryInDoubtIsAskedAboutAgainWhereNobodyHasAnswered(t *testing.T) {
	c := doubting(t)
	c.say("喝茶", "什么茶?")
	c.say("塌了", "真的?")
	c.say("取消", "没叫人。\n好的。|接着刚才的茶单:什么茶?")
	c.say("塌了", "真的?")
	c.now = c.now.Add(5 * time.Minute)
	c.say("塌了", "没叫人。|真的?")
	c.say("几点了", "没叫人。\n八点|接着刚才的茶单:什么茶?")
	c.say("塌了", "真的?")
	c.say("菜单", "没叫人。\n看什么?")
	c.say("塌了", "真的?")
	c.say("呃", "没叫人。\n呃几杯?")
	c.say("塌了", "真的?")
	c.say("对", "叫人:塌了,对|接着刚才的茶单:呃几杯?")
}
