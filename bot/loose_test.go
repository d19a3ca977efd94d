package bot_test

import (
	"context"
	"fmt"
	"strings"
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
	c.say("走", `走了|刚才的茶单先放着,想接着时回复"继续"。`)
	c.say("几点了", "八点")
	c.say("继续", "接着刚才的茶单:什么茶?")
	c.say("走", `走了|刚才的茶单先放着,想接着时回复"继续"。`)
	c.say("菜单", "看什么?")
	c.say("继续", "接着刚才的茶单:什么茶?")
}

// resting is holding with what a draft keeps, something half done that lasts, and a large memory.
func resting(t *testing.T) (c *chat, draftAt *time.Time) {
	t.Helper()
	c, draftAt = holding(t), new(time.Time)
	flow := func(name string, spoil func(*bot.Spec[note])) bot.Flow {
		return sound(name, func(s *bot.Spec[note]) {
			s.Title, s.Expires, s.Starts = name, time.Hour, []bot.Trigger{bot.OnPhrase(name)}
			s.Steps[0].Ask.Text = name + "?"
			spoil(s)
		})
	}
	all := append(toyFlows(),
		flow("form", func(s *bot.Spec[note]) {
			s.Starts = append(s.Starts, bot.OnWord(bot.WordContinue))
			s.Begin = func(_ context.Context, t *noteTurn) (bot.Next, error) {
				if t.Command.Word == bot.WordContinue {
					t.Say(fmt.Sprintf("草稿,带上 %d 张", len(t.Loose)))
					t.Loose = nil
					return bot.End(), nil
				}
				return bot.Goto("first"), nil
			}
			s.Restore = func(context.Context, *noteTurn) (bot.StepName, time.Time, bool, error) {
				return "first", *draftAt, !draftAt.IsZero(), nil
			}
			s.Rest = func(*noteTurn) (string, bool) { return "", true }
		}),
		flow("half", func(*bot.Spec[note]) {}),
		flow("long", func(s *bot.Spec[note]) {
			s.Begin = func(_ context.Context, t *noteTurn) (bot.Next, error) {
				t.Data.Words = []string{strings.Repeat("长", 3000)}
				return bot.Goto("first"), nil
			}
		}),
		flow("rings", func(s *bot.Spec[note]) {
			s.Rest = func(*noteTurn) (string, bool) { return "照常在响", false }
		}),
		sound("go", func(s *bot.Spec[note]) {
			s.Passing, s.Steps, s.Starts = true, nil, []bot.Trigger{bot.OnPhrase("走")}
			s.Begin = func(_ context.Context, t *noteTurn) (bot.Next, error) { return bot.Close(), nil }
		}),
		sound("hold", func(s *bot.Spec[note]) {
			s.Passing, s.Steps, s.Starts = true, nil, []bot.Trigger{bot.OnKind(bot.KindImage)}
			s.Begin = func(_ context.Context, t *noteTurn) (bot.Next, error) {
				t.Hold()
				t.Say("收到")
				return bot.End(), nil
			}
		}))
	var err error
	if c.catalog, err = bot.NewCatalog(all...); err != nil {
		t.Fatal(err)
	}
	return c, draftAt
}

func putAside(title string) string {
	return fmt.Sprintf(`刚才的%s先放着,想接着时回复"继续"。`, title)
}

// A copy of what is kept anyway would be asked on when that was handed in long ago, and would not take what was sent since.
func TestWhatHasADraftRestsThere(t *testing.T) {
	c, draftAt := resting(t)
	c.say("form", "form?")
	c.say("走", putAside("form"))
	*draftAt = c.now
	c.picture("a", "收到")
	c.now = c.now.Add(2 * time.Hour)
	c.picture("b", "收到")
	c.say("继续", "草稿,带上 1 张")
	// What was written since goes before what rests.
	c.say("half", "half?")
	c.say("走", putAside("half"))
	c.now = c.now.Add(time.Minute)
	*draftAt = c.now
	c.say("继续", "草稿,带上 0 张")
	*draftAt = time.Time{}
	c.say("继续", "接着刚才的half:half?")
}

func TestWhatRestsIsTakenUpOneByOne(t *testing.T) {
	c, _ := resting(t)
	c.say("rings", "rings?")
	c.say("走", "照常在响")
	c.say("half", "half?")
	c.say("走", putAside("half"))
	c.say("继续", "接着刚才的half:half?")
	c.say("好", "")
	c.say("几点了", "八点")
	c.say("继续", "接着刚才的rings:rings?")
	c.say("走", "照常在响")
	c.now = c.now.Add(2 * time.Hour)
	c.say("half", "half?")
	c.say("走", putAside("half"))
	c.say("继续", "接着刚才的half:half?")
	c.say("好", "")
	c.say("继续", "刚才的rings等得太久,先收起来了。")
	c.say("half", "half?")
	c.now = c.now.Add(time.Minute)
	c.say("几点了", "八点|接着刚才的half:half?")
}

func TestWhatRestsLeavesRoom(t *testing.T) {
	c, _ := resting(t)
	c.say("long", "long?")
	c.say("走", putAside("long"))
	c.say("long", "long?|放着的long太多放不下,先收起来了;要办请重新开始。")
	if len(c.session) > bot.SessionBytes {
		t.Errorf("the session has %d bytes", len(c.session))
	}
}
