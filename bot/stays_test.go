package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// withList has a passing list whose question stays, one whose question does not, and a cry that breaks in.
func withList(t *testing.T) *chat {
	t.Helper()
	list := func(name string, stays bool) bot.Flow {
		return sound(name, func(s *bot.Spec[note]) {
			s.Passing, s.Stays, s.Title, s.Expires = true, stays, "清单", 2*time.Minute
			s.Starts = []bot.Trigger{bot.OnPhrase("看" + name)}
			s.Steps = []bot.Step[note]{{Name: "which", Ask: bot.Reply{Text: "哪一个?"}, Handle: func(_ context.Context, t *noteTurn) (bot.Next, error) {
				if t.Text() != "1" {
					return bot.Miss(), nil
				}
				t.Say("办了 1")
				return bot.End(), nil
			}}}
		})
	}
	cry := sound("cry", func(s *bot.Spec[note]) {
		s.Expires = time.Hour
		s.Breaks = func(text string, _ bool) (string, bool) { return "", strings.HasPrefix(text, "救命") }
		s.Steps = []bot.Step[note]{{Name: "call", Ask: bot.Reply{Text: "打电话吗?"}, Handle: func(_ context.Context, t *noteTurn) (bot.Next, error) {
			if t.Text() != "不" {
				return bot.Repeat(), nil
			}
			t.Say("好。")
			return bot.End(), nil
		}}}
	})
	c := newChat(t)
	var err error
	if c.catalog, err = bot.NewCatalog(append(toyFlows(), list("stays", true), list("passes", false), cry)...); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAPassingQuestionThatStaysWaitsForWhatBreaksIn(t *testing.T) {
	c := withList(t)
	c.say("看stays", "哪一个?")
	c.say("救命", "打电话吗?")
	c.say("不", "好。|接着刚才的清单:哪一个?")
	c.say("1", "办了 1")
	c.say("看passes", "哪一个?")
	c.say("救命", "打电话吗?")
	c.say("不", "好。")
}

func TestAPassingQuestionThatStaysGivesWayToWhatThePersonGoesOnTo(t *testing.T) {
	c := withList(t)
	c.say("看stays", "哪一个?")
	c.say("喝茶", "什么茶?")
	c.say("龙井", "龙井几杯?")
	c.say("2", "龙井 2 杯")
}

func TestWhereAQuestionThatStaysHasExpiredWhatItHadInterruptedGoesOn(t *testing.T) {
	c := withList(t)
	c.say("喝茶", "什么茶?")
	c.say("看stays", "哪一个?")
	c.say("救命", "打电话吗?")
	c.now = c.now.Add(3 * time.Minute)
	c.say("救命啊", "打电话吗?")
	c.say("不", "好。|接着刚才的茶单:什么茶?")
}

func TestAQuestionThatStaysIsAskedOnceMoreForWhatNobodyUnderstands(t *testing.T) {
	c := withList(t)
	c.say("看stays", "哪一个?")
	c.say("嗯啊", "这个没对上。哪一个?")
	c.say("1", "办了 1")
	c.say("看stays", "哪一个?")
	c.say("嗯啊", "这个没对上。哪一个?")
	c.say("嗯哪", "这句我没听懂,换个说法也行。要不: 1看看能办什么")
	c.say("看passes", "哪一个?")
	c.say("嗯啊", "没太明白。您可以直接说事,也可以回复\"菜单\"看能办什么。")
}
