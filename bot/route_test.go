package bot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// order is a toy conversation of three questions.
type order struct {
	Tea  string `json:"tea"`
	Cups int    `json:"cups"`
}

type orderTurn = bot.Turn[order]

func orderFlow() bot.Flow {
	return bot.Define(bot.Spec[order]{
		Name: "order", Rev: 2, Title: "茶单", Expires: 10 * time.Minute, Return: "still",
		Starts: []bot.Trigger{bot.OnPhrase("喝茶"), bot.OnTap("tea"), bot.OnMenu("tea")},
		Understand: func(text string) []bot.Guess {
			switch {
			case strings.Contains(text, "泡杯茶"):
				return []bot.Guess{{Label: "点一杯茶", Score: 0.9}}
			case strings.Contains(text, "渴"):
				return []bot.Guess{{Label: "点一杯茶", Score: 0.5}}
			case strings.Contains(text, "累"):
				return []bot.Guess{{Label: "歇一会儿", Score: 0.1}}
			}
			return nil
		},
		Commands: map[bot.Word]func(context.Context, *orderTurn) (bot.Next, error){
			bot.WordBack: func(context.Context, *orderTurn) (bot.Next, error) { return bot.Goto("tea"), nil },
		},
		Steps: []bot.Step[order]{
			{Name: "tea", Ask: bot.Reply{Text: "什么茶?"}, To: []bot.StepName{"cups"},
				Handle: func(_ context.Context, t *orderTurn) (bot.Next, error) {
					if t.Text() == "水" {
						return bot.Goto("still"), nil // not declared
					}
					t.Data.Tea = t.Text()
					return bot.Goto("cups"), nil
				}},
			{Name: "cups", AskFunc: func(_ context.Context, t *orderTurn) (bot.Reply, error) {
				return bot.Reply{Text: t.Data.Tea + "几杯?"}, nil
			}, Handle: func(_ context.Context, t *orderTurn) (bot.Next, error) {
				n, ok := bot.Ordinal(t.Text())
				if !ok {
					return bot.Miss(), nil
				}
				t.Data.Cups = n
				t.Say(fmt.Sprintf("%s %d 杯", t.Data.Tea, n))
				return bot.End(), nil
			}},
			{Name: "still", Ask: bot.Reply{Text: "还要茶吗?"}, To: []bot.StepName{"tea"},
				Handle: func(context.Context, *orderTurn) (bot.Next, error) { return bot.Goto("tea"), nil }},
		},
	})
}

func toyFlows() []bot.Flow {
	say := func(text string) func(context.Context, *noteTurn) (bot.Next, error) {
		return func(_ context.Context, t *noteTurn) (bot.Next, error) {
			t.Say(text)
			return bot.End(), nil
		}
	}
	return []bot.Flow{
		orderFlow(),
		sound("time", func(s *bot.Spec[note]) {
			s.Starts, s.Steps, s.Begin = []bot.Trigger{bot.OnPhrase("几点了"), bot.OnWord(bot.WordMine)}, nil, say("八点")
		}),
		sound("list", func(s *bot.Spec[note]) {
			s.Starts, s.Passing = []bot.Trigger{bot.OnWord(bot.WordMenu)}, true
			s.Steps[0].Ask = bot.Reply{Text: "看什么?"}
			s.Steps[0].Handle = func(_ context.Context, t *noteTurn) (bot.Next, error) {
				if t.Text() != "1" {
					return bot.Miss(), nil
				}
				t.Say("看到了")
				return bot.End(), nil
			}
		}),
		sound("circle", func(s *bot.Spec[note]) {
			s.HandsTo = []string{"circle"}
			s.Begin = func(context.Context, *noteTurn) (bot.Next, error) { return bot.Hand(bot.Entry{Flow: "circle"}), nil }
		}),
		sound("restored", func(s *bot.Spec[note]) {
			s.Restore = func(_ context.Context, t *noteTurn) (bot.StepName, time.Time, bool, error) {
				return "first", t.Now.Add(-time.Second), t.Message.User == "half-way", nil
			}
			s.Steps[0].Handle = func(_ context.Context, t *noteTurn) (bot.Next, error) {
				t.Say("记下:" + t.Text())
				return bot.End(), nil
			}
		}),
	}
}

// chat is one person talking to a catalogue. Its session goes through JSON between messages, as a store keeps it.
type chat struct {
	t       *testing.T
	catalog *bot.Catalog
	session []byte
	now     time.Time
	user    bot.UserID
	waits   bot.Waits
	push    bool
}

func newChat(t *testing.T) *chat {
	t.Helper()
	catalog, err := bot.NewCatalog(toyFlows()...)
	if err != nil {
		t.Fatal(err)
	}
	return &chat{t: t, catalog: catalog, now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), user: "somebody"}
}

func (c *chat) send(m bot.Message) (string, error) {
	c.t.Helper()
	in := bot.Input{Message: m, Now: c.now, Fresh: c.session == nil, Waits: c.waits, Push: c.push}
	in.Message.User = c.user
	if c.session != nil {
		if err := json.Unmarshal(c.session, &in.Session); err != nil {
			c.t.Fatal(err)
		}
	}
	out, err := c.catalog.Turn(c.t.Context(), in)
	if err != nil {
		return "", err
	}
	if c.session, err = json.Marshal(out.Session); err != nil {
		c.t.Fatal(err)
	}
	var said []string
	for _, r := range out.Replies {
		text := r.Text
		for i, choice := range r.Choices {
			text += fmt.Sprintf(" %d%s", i+1, choice.Label)
		}
		said = append(said, text)
	}
	return strings.Join(said, "|"), nil
}

// say sends words and fails unless the answer is want.
func (c *chat) say(text, want string) {
	c.t.Helper()
	got, err := c.send(bot.Message{Kind: bot.KindText, Text: text})
	if err != nil {
		c.t.Fatalf("%s: %v", text, err)
	}
	if got != want {
		c.t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
	}
}

func (c *chat) store(s bot.Session) {
	c.t.Helper()
	var err error
	if c.session, err = json.Marshal(s); err != nil {
		c.t.Fatal(err)
	}
}

func TestAnInterruptionIsAnsweredAndTheSameQuestionComesBack(t *testing.T) {
	c := newChat(t)
	c.say("喝茶", "什么茶?")
	c.say("龙井", "龙井几杯?")
	c.say("几点了", "八点|接着刚才的茶单:龙井几杯?")
	c.say("菜单", "看什么?")
	c.say("我的", "八点|接着刚才的茶单:龙井几杯?")
	c.say("2", "龙井 2 杯")
}

func TestAPassingListGivesWayToWhatItHadInterrupted(t *testing.T) {
	c := newChat(t)
	c.say("喝茶", "什么茶?")
	c.say("菜单", "看什么?")
	c.say("龙井", "龙井几杯?")
	c.say("菜单", "看什么?")
	c.say("1", "看到了|接着刚才的茶单:龙井几杯?")
	c.say("菜单", "看什么?")
	c.say("继续", "接着刚才的茶单:龙井几杯?")
}

func TestAnExpiredFlowIsAnnouncedBeforeTheMessageIsNew(t *testing.T) {
	c := newChat(t)
	c.say("喝茶", "什么茶?")
	c.now = c.now.Add(10 * time.Minute)
	c.say("几点了", "刚才的茶单等得太久,先收起来了。|八点")
	c.say("继续", `现在没有正在填的内容。回复"菜单"看能办什么,回复"我的"看办过的。`)
}

func TestAnExpiredFlowReturnsWhenTheMessageMeansNothingElse(t *testing.T) {
	c := newChat(t)
	c.say("喝茶", "什么茶?")
	c.now = c.now.Add(time.Hour)
	c.say("龙井", "隔得有点久,刚才这条还没有记下。还要茶吗?")
	c.say("要", "什么茶?")
	c.now = c.now.Add(time.Hour)
	c.say("继续", "还要茶吗?")
}

func TestAnExpiredListIsGoneWithoutAWord(t *testing.T) {
	c := newChat(t)
	c.say("喝茶", "什么茶?")
	c.say("菜单", "看什么?")
	c.now = c.now.Add(2 * time.Minute)
	c.say("龙井", "龙井几杯?")
}

func TestASessionThatThisVersionCannotReadEndsWithANotice(t *testing.T) {
	later := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, s := range map[string]bot.Session{
		"flow":     {Flow: "gone", Rev: 1, Step: "first", Title: "茶单", ExpiresAt: later},
		"step":     {Flow: "order", Rev: 2, Step: "gone", Title: "茶单", ExpiresAt: later},
		"revision": {Flow: "order", Rev: 1, Step: "tea", Title: "茶单", ExpiresAt: later},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChat(t)
			c.store(s)
			c.say("几点了", "系统刚更新过,刚才的茶单要重新开始,抱歉。|八点")
			c.say("几点了", "八点")
		})
	}
	t.Run("underneath", func(t *testing.T) {
		c := newChat(t)
		c.store(bot.Session{
			Flow: "list", Rev: 1, Step: "first", ExpiresAt: later, Under: []bot.Frame{{Flow: "gone", Rev: 1, ExpiresAt: later}},
		})
		c.say("1", "看到了")
	})
}

func TestALostSessionIsRestoredAndTheMessageIsItsAnswer(t *testing.T) {
	c := newChat(t)
	c.user = "half-way"
	c.say("龙井", "记下:龙井")
	c.session = nil
	c.say("几点了", "八点|接着刚才的restored:?")
}

func TestMissesEndInAWayOutAndNeverInALoop(t *testing.T) {
	c := newChat(t)
	c.say("有点渴", "您是不是想: 1点一杯茶 2看看能办什么")
	c.say("真的很渴", "这句我没听懂,换个说法也行。要不: 1点一杯茶 2看看能办什么")
	c.say("渴死了", `还是没听懂,抱歉。回复"菜单"看能办什么,回复"人工"找人。`)
	c.say("渴", `还是没听懂,抱歉。回复"菜单"看能办什么,回复"人工"找人。`)
	c.say("泡杯茶", "什么茶?")
	c.say("龙井", "龙井几杯?")
	c.say("很多", "这个没对上。龙井几杯?")
	c.say("很多很多", `还是没对上。不想办了回复"取消",想找人回复"人工"。龙井几杯?`)
	c.say("多得很", `先停在这里:回复"继续"再看一遍问题,回复"取消"停下,回复"人工"找人。`)
	c.say("继续", "接着刚才的茶单:龙井几杯?")
	c.say("很多", "这个没对上。龙井几杯?")
}

func TestWhoSaysSomethingElseAfterTwoMissesIsOfferedThat(t *testing.T) {
	c := newChat(t)
	c.say("不知道", `没太明白。您可以直接说事,也可以回复"菜单"看能办什么。`)
	c.say("不知道", "这句我没听懂,换个说法也行。要不: 1看看能办什么")
	c.say("累", `还是没听懂,抱歉。回复"菜单"看能办什么,回复"人工"找人。`) // which is an unlikely guess
	c.say("有点渴", "这句我没听懂,换个说法也行。要不: 1点一杯茶 2看看能办什么")
	c.say("真的很渴", `还是没听懂,抱歉。回复"菜单"看能办什么,回复"人工"找人。`)
}

func TestAGuessIsTakenByItsNumber(t *testing.T) {
	c := newChat(t)
	c.say("有点渴", "您是不是想: 1点一杯茶 2看看能办什么")
	c.say("①", "什么茶?")
}

func TestAnUnlikelyGuessIsOfferedForWantOfABetterOne(t *testing.T) {
	c := newChat(t)
	c.say("累", "您是不是想: 1歇一会儿 2看看能办什么")
	c.say("2", "看什么?")
	c.say("不知道", `没太明白。您可以直接说事,也可以回复"菜单"看能办什么。`)
	c.say("不知道", "这句我没听懂,换个说法也行。要不: 1看看能办什么")
}

func TestEveryStepUnderstandsTheWords(t *testing.T) {
	c := newChat(t)
	c.say("取消", `现在没有正在填的内容。回复"菜单"看能办什么,回复"我的"看办过的。`)
	c.say("喝茶", "什么茶?")
	c.say("跳过", `这一步用不上"跳过"。什么茶?`)
	c.say("龙井", "龙井几杯?")
	c.say("上一步", "什么茶?")
	c.say("统计", `"统计"这个功能还在准备中。回复"菜单"看现在能办什么。`)
	c.say("同意", "同意几杯?")
	c.say("算了", "好的,茶单先不办了。")
	c.say("更多", "没有更多内容了。")
}

func TestMoreSaysThePartsOneByOne(t *testing.T) {
	c := newChat(t)
	c.store(bot.Session{More: []string{"二", "三", "四"}, MoreOf: 4})
	c.say("更多", "二\n回复\"更多\"看下一段(2/4)")
	c.say("更多", "三\n回复\"更多\"看下一段(3/4)")
	c.say("更多", "四")
	c.say("更多", "没有更多内容了。")
	c.store(bot.Session{More: []string{"二"}, MoreOf: 2})
	c.say("几点了", "八点")
	c.say("更多", "没有更多内容了。")
}

func TestATapIsNeverTheAnswerToTodaysQuestion(t *testing.T) {
	c := newChat(t)
	c.say("喝茶", "什么茶?")
	c.say("龙井", "龙井几杯?")
	for key, want := range map[string]string{"2": "这个按钮已经用不上了。回复\"待办\"看现在要办的。"} {
		got, err := c.send(bot.Message{Kind: bot.KindTap, Tap: &bot.Tap{Key: key}})
		if err != nil || got != want {
			t.Errorf("tap %s: got %s, %v, want %s", key, got, err, want)
		}
	}
	c.say("2", "龙井 2 杯")
}

func TestEventsThatNobodyWaitsForSayNothing(t *testing.T) {
	c := newChat(t)
	c.say("喝茶", "什么茶?")
	for _, m := range []bot.Message{{Kind: bot.KindEnter}, {Kind: bot.KindUnfollow}, {Kind: bot.KindEvent, Event: "x"}, {Kind: bot.KindScan}} {
		if got, err := c.send(m); got != "" || err != nil {
			t.Errorf("%s: got %q, %v", m.Kind, got, err)
		}
	}
	if got, err := c.send(bot.Message{Kind: bot.KindMenu, Key: "几点了"}); got != "八点|接着刚才的茶单:什么茶?" || err != nil {
		t.Errorf("menu entry that is a word: got %q, %v", got, err)
	}
}

func TestAnUndeclaredEdgeAndACircleAreFaults(t *testing.T) {
	c := newChat(t)
	c.say("喝茶", "什么茶?")
	if _, err := c.send(bot.Message{Kind: bot.KindText, Text: "水"}); err == nil || !strings.Contains(err.Error(), "does not declare") {
		t.Errorf("undeclared edge: got error %v", err)
	}
	if _, err := c.send(bot.Message{Kind: bot.KindText, Text: "circle"}); err == nil || !strings.Contains(err.Error(), "led through") {
		t.Errorf("circle: got error %v", err)
	}
	c.say("龙井", "龙井几杯?") // the session is as before
}
