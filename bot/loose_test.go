package bot_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// holding is a flow that holds pictures, one that takes what is loose, and one that closes what it has interrupted.
func holding(t *testing.T) *chat {
	t.Helper()
	begin := func(name string, start bot.Trigger, do func(*noteTurn) bot.Next) bot.Flow {
		return sound(name, func(s *bot.Spec[note]) {
			s.Passing, s.Steps, s.Starts = true, nil, []bot.Trigger{start}
			s.Begin = func(_ context.Context, t *noteTurn) (bot.Next, error) { return do(t), nil }
		})
	}
	c := newChat(t)
	var err error
	c.catalog, err = bot.NewCatalog(append(toyFlows(),
		begin("hold", bot.OnKind(bot.KindImage), func(t *noteTurn) bot.Next {
			t.Hold()
			t.Say("收到")
			return bot.End()
		}),
		begin("file", bot.OnPhrase("报"), func(t *noteTurn) bot.Next {
			t.Say(fmt.Sprintf("带上 %d 张", len(t.Loose)))
			t.Loose = nil
			return bot.End()
		}),
		begin("go", bot.OnPhrase("走"), func(t *noteTurn) bot.Next {
			t.Say("走了")
			return bot.Close()
		}))...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *chat) picture(id, want string) {
	c.t.Helper()
	if got, err := c.send(bot.Message{Kind: bot.KindImage, Media: &bot.Media{ID: id}}); err != nil || got != want {
		c.t.Errorf("a picture: got %q, %v, want %q", got, err, want)
	}
}

func TestWhatIsSentFirstWaitsForTheSentence(t *testing.T) {
	c := holding(t)
	c.picture("a", "收到")
	c.say("几点了", "八点")
	c.picture("b", "收到")
	c.say("报", "带上 2 张")
	c.say("报", "带上 0 张")
	c.picture("c", "收到")
	c.now = c.now.Add(bot.LooseKept + time.Second)
	c.say("报", "带上 0 张")
	for i := range 20 {
		c.picture(fmt.Sprint(i), "收到")
	}
	c.say("报", "带上 12 张")
}

func TestWhatIsClosedAsksNothingMore(t *testing.T) {
	c := holding(t)
	c.say("喝茶", "什么茶?")
	c.say("几点了", "八点|接着刚才的茶单:什么茶?")
	c.say("走", `走了|刚才的茶单先放着,不急;想接着时回复"继续"。`)
	c.say("几点了", "八点")
	c.say("继续", "接着刚才的茶单:什么茶?")
	c.say("走", `走了|刚才的茶单先放着,不急;想接着时回复"继续"。`)
	c.say("菜单", "看什么?")
	c.say("继续", "接着刚才的茶单:什么茶?")
}
