package bot_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
)

type survey struct {
	Said []string `json:"said,omitempty"`
}

// surveyFlow asks two questions that offer the same answers in one step, and a list passes over it.
func surveyFlow() []bot.Flow {
	yesNo := []bot.Choice{{Label: "是"}, {Label: "否"}}
	return []bot.Flow{
		bot.Define(bot.Spec[survey]{
			Name: "survey", Rev: 1, Title: "问卷", Expires: time.Hour, Starts: []bot.Trigger{bot.OnPhrase("开始")},
			Steps: []bot.Step[survey]{{
				Name: "question",
				AskFunc: func(_ context.Context, t *bot.Turn[survey]) (bot.Reply, error) {
					if len(t.Data.Said) == 0 {
						return bot.Reply{Text: "冷吗?", Choices: yesNo, Key: "cold"}, nil
					}
					return bot.Reply{Text: "饿吗?", Choices: yesNo, Key: "hungry"}, nil
				},
				Handle: func(_ context.Context, t *bot.Turn[survey]) (bot.Next, error) {
					i, ok := bot.Choose(t.Text(), yesNo)
					if !ok {
						return bot.Miss(), nil
					}
					if t.Data.Said = append(t.Data.Said, yesNo[i].Label); len(t.Data.Said) == 2 {
						t.Say("记下:" + t.Data.Said[0] + t.Data.Said[1])
						return bot.End(), nil
					}
					return bot.Repeat(), nil
				},
			}},
		}),
		bot.Define(bot.Spec[survey]{
			Name: "list", Rev: 1, Expires: time.Hour, Passing: true, Starts: []bot.Trigger{bot.OnWord(bot.WordMine)},
			Steps: []bot.Step[survey]{{
				Name: "which", Ask: bot.Reply{Text: "看哪件?", Choices: []bot.Choice{{Label: "甲"}, {Label: "乙"}}},
				Handle: func(_ context.Context, t *bot.Turn[survey]) (bot.Next, error) {
					i, ok := bot.Choose(t.Text(), []bot.Choice{{Label: "甲"}, {Label: "乙"}})
					if !ok {
						return bot.Miss(), nil
					}
					t.Say([]string{"甲的详情", "乙的详情"}[i])
					return bot.End(), nil
				},
			}},
		}),
	}
}

// rateFlow understands what a line of a notice says.
func rateFlow() bot.Flow {
	return bot.Define(bot.Spec[survey]{
		Name: "rate", Rev: 1, Title: "评价", Expires: time.Hour,
		Understand: func(text string) []bot.Guess {
			if text != "满意 JY26-0138" {
				return nil
			}
			return []bot.Guess{{Label: "评价", Key: "1", Score: 1}}
		},
		Begin: func(_ context.Context, t *bot.Turn[survey]) (bot.Next, error) {
			t.Say("记为满意。")
			return bot.End(), nil
		},
	})
}

// phone is somebody whose channel shows choices as lines that can be tapped.
type phone struct {
	t       *testing.T
	catalog *bot.Catalog
	session bot.Session
	now     time.Time
}

func (p *phone) send(m bot.Message) bot.Reply {
	p.t.Helper()
	p.now = p.now.Add(time.Second)
	if m.Kind == "" {
		m.Kind = bot.KindText
	}
	out, err := p.catalog.Turn(p.t.Context(), bot.Input{Message: m, Session: p.session, Now: p.now})
	if err != nil || len(out.Replies) == 0 {
		p.t.Fatalf("%s: %d replies, %v", m.Text, len(out.Replies), err)
	}
	stored, err := json.Marshal(out.Session) // as a store keeps it
	if err != nil {
		p.t.Fatal(err)
	}
	p.session = bot.Session{}
	if err := json.Unmarshal(stored, &p.session); err != nil {
		p.t.Fatal(err)
	}
	return out.Replies[len(out.Replies)-1]
}

func (p *phone) say(text string) bot.Reply { p.t.Helper(); return p.send(bot.Message{Text: text}) }

// tap taps a line of an earlier reply.
func (p *phone) tap(on bot.Reply, number string) bot.Reply {
	p.t.Helper()
	if on.Question == 0 || on.Question > bot.MaxQuestion {
		p.t.Fatalf("%q asks question %d", on.Text, on.Question)
	}
	return p.send(bot.Message{Text: number, Question: on.Question})
}

func newPhone(t *testing.T) *phone {
	catalog, err := bot.NewCatalog(append(surveyFlow(), rateFlow())...)
	if err != nil {
		t.Fatal(err)
	}
	return &phone{t: t, catalog: catalog, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
}

func expect(t *testing.T, what string, got bot.Reply, want string) {
	t.Helper()
	if got.Text != want {
		t.Errorf("%s: got %q, want %q", what, got.Text, want)
	}
}

func TestATapOnAnEarlierQuestionsLineAnswersNothing(t *testing.T) {
	p := newPhone(t)
	cold := p.say("开始")
	hungry := p.tap(cold, "1")
	expect(t, "first tap", hungry, "饿吗?")
	expect(t, "the same line again", p.tap(cold, "1"), "这是前面的选项,这次没有算。饿吗?")
	expect(t, "the open question's line", p.tap(hungry, "2"), "记下:是否")
	expect(t, "once all is over", p.tap(hungry, "2"), "这是前面的选项,这次没有算。要办什么直接说,或回复\"菜单\"。")
}

func TestAWrittenNumberAnswersTheOpenQuestion(t *testing.T) {
	p := newPhone(t)
	p.say("开始")
	p.say("1")
	expect(t, "written", p.say("1"), "记下:是是")
}

func TestALineOfTheSameQuestionAskedBeforeStillCounts(t *testing.T) {
	p := newPhone(t)
	cold := p.say("开始")
	expect(t, "asked again", p.say("不知道"), "这个没对上。冷吗?")
	expect(t, "the first copy", p.tap(cold, "1"), "饿吗?")
}

func TestALineOfAnEarlierRoundIsNoneOfTodays(t *testing.T) {
	p := newPhone(t)
	old := p.say("开始")
	p.tap(old, "1")
	p.say("1")
	p.say("开始")
	expect(t, "the line of the first round", p.tap(old, "1"), "这是前面的选项,这次没有算。冷吗?")
}

func TestALineOfWhatAListPassedOverCounts(t *testing.T) {
	p := newPhone(t)
	cold := p.say("开始")
	list := p.say("我的")
	expect(t, "the question under the list", p.tap(cold, "2"), "饿吗?")
	expect(t, "the list that is gone", p.tap(list, "1"), "这是前面的选项,这次没有算。饿吗?")
}

func TestALineOfANoticeIsAboutWhatItNamesWhateverIsAsked(t *testing.T) {
	line := bot.Message{Text: "满意 JY26-0138", Question: bot.NoticeQuestion}
	button := bot.Message{Kind: bot.KindTap, Tap: &bot.Tap{TaskID: "rate-1", Key: bot.SayKey(line.Text)}}
	for name, tap := range map[string]bot.Message{"line": line, "button": button} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t)
			expect(t, "nothing is asked", p.send(tap), "记为满意。")
			p.say("开始")
			expect(t, "a question is open", p.send(tap), "接着刚才的问卷:冷吗?")
			gone := tap
			if gone.Tap != nil {
				gone.Tap = &bot.Tap{TaskID: "rate-1", Key: bot.SayKey("是")}
			} else {
				gone.Text = "是"
			}
			expect(t, "nobody understands it any more", p.send(gone), "这是前面的选项,这次没有算。冷吗?")
			expect(t, "the question goes on", p.say("是"), "饿吗?")
		})
	}
}
