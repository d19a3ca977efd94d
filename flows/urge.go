package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// ClockDesk urges, prolongs and reminds.
type ClockDesk interface {
	Urge(ctx context.Context, member union.MemberID, number string) (cases.Urging, error)
	Extend(ctx context.Context, officer union.MemberID, number, why string) (cases.Case, time.Time, error)
	SetDigest(ctx context.Context, officer union.MemberID, clocks []time.Duration) (time.Time, error)
}

// urge puts a case before its officers' other work: 催办 JY26-0138, or 催办 alone.
type urge struct {
	people    people
	caseWords caseWords
	desk      interface {
		ClockDesk
		Mine(ctx context.Context, m union.MemberID) ([]cases.Summary, error)
	}
}

type urgeTurn = bot.Turn[pick]

func (u *urge) flow() bot.Flow {
	return bot.Define(bot.Spec[pick]{
		Name: "urge", Rev: 1, Title: "催办", Expires: listExpires, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordUrge)},
		Begin:  u.begin,
		Steps: []bot.Step[pick]{{
			Name: "which",
			AskFunc: func(_ context.Context, t *urgeTurn) (bot.Reply, error) {
				return bot.Reply{Text: "要催哪一件?", Choices: t.Data.choices()}, nil
			},
			Handle: func(ctx context.Context, t *urgeTurn) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), t.Data.choices())
				if !ok || !t.IsText() {
					return bot.Miss(), nil
				}
				return u.one(ctx, t, t.Data.Numbers[i])
			},
		}},
	})
}

func (u *urge) begin(ctx context.Context, t *urgeTurn) (bot.Next, error) {
	member, next, err := u.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	if t.Command.Number != "" {
		return u.one(ctx, t, t.Command.Number)
	}
	mine, err := u.desk.Mine(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list own cases: %w", err)
	}
	t.Data.list(mine, u.caseWords, func(c cases.Summary) bool { return c.State == cases.Open })
	switch len(t.Data.Numbers) {
	case 0:
		t.Say("您没有正在等人办的事项。回复\"我的\"看您提过的。")
		return bot.End(), nil
	case 1:
		return u.one(ctx, t, t.Data.Numbers[0])
	}
	return bot.Goto("which"), nil
}

func (u *urge) one(ctx context.Context, t *urgeTurn, number string) (bot.Next, error) {
	member, err := u.people.acting(ctx, t.Talk)
	var s cases.Urging
	if err == nil {
		s, err = u.desk.Urge(ctx, member, number)
	}
	switch {
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		t.Say("没有找到您提的 " + number + ",请核对编号。回复\"我的\"看您提过的。")
	case errors.Is(err, cases.ErrActNotAllowed):
		t.Say(number + " 现在不用催:已经办完,或者在等您回话。回复\"进度 " + number + "\"看看。")
	case err != nil:
		return bot.Next{}, fmt.Errorf("urge: %w", err)
	default:
		t.Say(u.standing(s))
	}
	return bot.End(), nil
}

// standing says who has a case since when and until when, and whether it was urged now.
func (u *urge) standing(s cases.Urging) string {
	c := u.caseWords.calendar
	if len(s.Officers) == 0 {
		return s.Case.Number + " 现在还没有人能接手,已请管理员安排;您催办也记下了,谁接手先办它。"
	}
	text := fmt.Sprintf("%s 从 %s 起在 %s 手上,%s 前答复您", s.Case.Number, c.Speech(s.Since), officers(s.Officers), promised(c, s.Case.DueAt))
	if !s.Again.IsZero() {
		return text + "。您已经催过,对方看得到;还没有结果,可以在 " + c.Speech(s.Again) + " 以后再催。"
	}
	return text + "。已替您催办,会排在对方待办的前面。"
}

// extend prolongs the time to finish: 延期 SQ26-0001 原因.
type extend struct {
	people    people
	caseWords caseWords
	desk      ClockDesk
}

type extendData struct {
	Number string `json:"number"`
}

func (e *extend) flow() bot.Flow {
	return bot.Define(bot.Spec[extendData]{
		Name: "extend", Rev: 1, Title: "延期", Expires: 30 * time.Minute,
		Starts: []bot.Trigger{bot.OnWord(bot.WordExtend)},
		Begin: func(ctx context.Context, t *bot.Turn[extendData]) (bot.Next, error) {
			member, next, err := e.people.known(ctx, t.Talk)
			if member == 0 {
				return next, err
			}
			if t.Command.Number == "" {
				t.Say("要给哪一件延期?请回复\"延期\"加编号和原因,如\"延期 SQ26-0001 要等上级批复\"。")
				return bot.End(), nil
			}
			t.Data.Number = t.Command.Number
			if why := strings.TrimSpace(t.Command.Rest); !wordless(why) {
				return e.do(ctx, t, why)
			}
			return bot.Goto("why"), nil
		},
		Steps: []bot.Step[extendData]{{
			Name: "why",
			AskFunc: func(_ context.Context, t *bot.Turn[extendData]) (bot.Reply, error) {
				return bot.Reply{Text: t.Data.Number + " 为什么要延期?会原样告诉提出人。(不延了回\"取消\")"}, nil
			},
			Handle: func(ctx context.Context, t *bot.Turn[extendData]) (bot.Next, error) {
				if !t.IsText() || wordless(t.Text()) {
					t.Lead("请用文字写。")
					return bot.Repeat(), nil
				}
				return e.do(ctx, t, strings.TrimSpace(t.Text()))
			},
			Commands: map[bot.Word]func(context.Context, *bot.Turn[extendData]) (bot.Next, error){
				bot.WordCancel: func(_ context.Context, t *bot.Turn[extendData]) (bot.Next, error) {
					t.Say("好的,不延期。")
					return bot.End(), nil
				},
			},
		}},
	})
}

// notExtended says why the time to finish is not prolonged.
var notExtended = []struct {
	err error
	why string
}{
	{cases.ErrNothingToExtend, "这类事项没有延期。"},
	{cases.ErrLookNotExtended, "复议、复核的期限不能延长。"},
	{cases.ErrExtended, "已经延过一次,只能延一次。"},
	{cases.ErrNotBegun, "办结期限还没开始算,等定了日子再说。"},
	{cases.ErrStandsStill, "期限现在停着,接着办了再说。"},
	{cases.ErrExtendedTooLate, "期限早就过了,延了也赶不上。"},
}

func (e *extend) do(ctx context.Context, t *bot.Turn[extendData], why string) (bot.Next, error) {
	officer, err := e.people.acting(ctx, t.Talk)
	var done cases.Case
	var until time.Time
	if err == nil {
		done, until, err = e.desk.Extend(ctx, officer, t.Data.Number, cut(why, noteRunes))
	}
	for _, no := range notExtended {
		if errors.Is(err, no.err) {
			t.Say(t.Data.Number + " 不能延期:" + no.why)
			return bot.End(), nil
		}
	}
	if words, ok := e.caseWords.refusal(err, t.Data.Number); ok {
		t.Say(words)
		return bot.End(), nil
	}
	if err != nil {
		return bot.Next{}, fmt.Errorf("extend: %w", err)
	}
	own := ""
	if done.DueAt.Before(until) { // others come after
		own = "其中您这一步 " + promised(e.caseWords.calendar, done.DueAt) + " 前办,"
	}
	t.Say(done.Number + " 的办理期限延长到 " + promised(e.caseWords.calendar, until) + "," + own + "只能延这一次。原因会告诉提出人。")
	return bot.End(), nil
}
