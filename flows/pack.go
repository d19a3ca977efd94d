package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// PackDesk hands over what belongs to a case, with its author's consent.
type PackDesk interface {
	Pack(ctx context.Context, r cases.PackRequest) (cases.PackView, error)
	GivePack(ctx context.Context, author union.MemberID, number string, give bool) (cases.PackView, error)
	// Mine lists a member's own cases.
	Mine(ctx context.Context, m union.MemberID) ([]cases.Summary, error)
}

// pack shows somebody the facts of their matter in the order of time, and hands them over with a yes: 事实材料 FL26-0001. Who has
// the case opens them by the same words.
type pack struct {
	people    people
	caseWords caseWords
	desk      PackDesk
}

// packData has the fields of withdrawData, so that the binary holds the code for both once. Title is how far the pack has come.
type packData withdrawData

type packTurn = bot.Turn[packData]

// packGiven stands in the place of a title once its author has said yes.
const packGiven = "given"

func (d packData) given() bool { return d.Title == packGiven }

// asksPack knows 事实材料 FL26-0001, 看看事实材料 and 收回事实材料.
var asksPack = regexp.MustCompile(`^(?:看看?|打开|交出|收回|我的)?(?:事实)?材料包?\s*([a-zA-Z]{2}\d{2}-\d{4,})?[。.!！]?$`)

// What hands it over is neither the first choice nor 提交: whoever says once more what has filed the case has said yes to nothing.
var (
	packGive = []bot.Choice{{Label: "先不交"}, {Label: "同意交给对方"}, {Label: "发我一份"}}
	packBack = []bot.Choice{{Label: "收回,先不交"}, {Label: "不收回"}, {Label: "发我一份"}}
)

func (p *pack) flow() bot.Flow {
	return bot.Define(bot.Spec[packData]{
		Name: "pack", Rev: 2, Title: "事实材料", Expires: listExpires,
		Understand: func(text string) []bot.Guess {
			if m := asksPack.FindStringSubmatch(strings.TrimSpace(bot.Simplified(text))); m != nil && strings.ContainsAny(text, "实實包") {
				return []bot.Guess{{Label: "事实材料", Key: strings.ToUpper(m[1]), Score: printScore}}
			}
			return nil
		},
		Begin: p.begin,
		To:    []bot.StepName{"which", "give"},
		Steps: []bot.Step[packData]{{
			Name: "which", To: []bot.StepName{"give"},
			AskFunc: func(_ context.Context, t *packTurn) (bot.Reply, error) {
				return bot.Reply{Text: "要看哪一件的事实材料?", Choices: t.Data.Which.choices()}, nil
			},
			Handle: func(ctx context.Context, t *packTurn) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), t.Data.Which.choices())
				if !ok || !t.IsText() {
					return bot.Miss(), nil
				}
				return p.show(ctx, t, t.Data.Which.Numbers[i])
			},
		}, {
			Name: "give",
			AskFunc: func(_ context.Context, t *packTurn) (bot.Reply, error) {
				return bot.Reply{Choices: t.Data.choices()}, nil
			},
			Handle: p.take,
			Commands: map[bot.Word]func(context.Context, *packTurn) (bot.Next, error){
				bot.WordConfirm: func(_ context.Context, t *packTurn) (bot.Next, error) { return askPackAgain(t), nil },
			},
		}},
	})
}

// filesIt are the words by which a case is filed.
var filesIt = regexp.MustCompile(`提交|确认|确定`)

// askPackAgain asks once more where somebody has only said again what files a case.
func askPackAgain(t *packTurn) bot.Next {
	if !t.Data.given() {
		t.Lead("事项已经提交好了。事实材料要不要交出?")
	}
	return bot.Repeat()
}

func (d packData) choices() []bot.Choice {
	if d.given() {
		return packBack
	}
	return packGive
}

func (p *pack) begin(ctx context.Context, t *packTurn) (bot.Next, error) {
	member, next, err := p.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	if t.Entry.Key != "" {
		return p.show(ctx, t, t.Entry.Key)
	}
	mine, err := p.desk.Mine(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list own cases: %w", err)
	}
	t.Data.Which.list(mine, p.caseWords, func(c cases.Summary) bool {
		s, ok := p.caseWords.services.Current(c.Service)
		return ok && s.Pack.On() && !c.State.Ended()
	})
	switch numbers := t.Data.Which.Numbers; len(numbers) {
	case 0:
		t.Say("您没有要整理材料的事项。办案的人请回复\"事实材料\"加编号。")
		return bot.End(), nil
	case 1:
		return p.show(ctx, t, numbers[0])
	}
	return bot.Goto("which"), nil
}

// show shows the pack to its author, and opens it to who has the case.
func (p *pack) show(ctx context.Context, t *packTurn, number string) (bot.Next, error) {
	v, err := p.look(ctx, t, number, false)
	if err != nil {
		return p.refused(t, number, err)
	}
	t.Data.Number = number
	if !v.Mine {
		return p.opened(ctx, t, v)
	}
	state := v.Pack()
	t.Lead(p.caseWords.packText(v.View))
	switch {
	case !state.Opened.IsZero():
		t.Say("\n" + p.caseWords.calendar.Speech(state.Opened) + " " + state.Name + " 打开过,收不回了;谁看过,回复\"我的数据\"都查得到。")
		return bot.End(), nil
	case v.State.Ended():
		t.Say("\n这件事已经办结,没有交给任何人。")
		return bot.End(), nil
	case !state.Given.IsZero():
		t.Lead("\n已同意交给 " + strings.Join(v.Officers, "、") + ",还没有人打开。")
		t.Data.Title = packGiven
	default:
		t.Lead("\n" + v.Service.Pack.Consent.In(p.caseWords.language) + "交出去吗?")
		t.Data.Title = ""
	}
	return bot.Goto("give"), nil
}

// look asks for the pack, as a file where that can be sent.
func (p *pack) look(ctx context.Context, t *packTurn, number string, file bool) (cases.PackView, error) {
	member, err := p.people.acting(ctx, t.Talk)
	if err != nil {
		return cases.PackView{}, err
	}
	v, err := p.desk.Pack(ctx, cases.PackRequest{Viewer: member, Number: number, Occasion: string(t.Message.ID), File: file && knowsMembers(p.people.directory, t.Message.Channel)})
	if err != nil {
		return cases.PackView{}, fmt.Errorf("look at pack: %w", err)
	}
	return v, nil
}

// opened shows the pack to who has the case.
func (p *pack) opened(ctx context.Context, t *packTurn, v cases.PackView) (bot.Next, error) {
	switch state := v.Pack(); {
	case v.State.Ended() && state.Opened.IsZero():
		t.Say(v.Number + " 已经了结,您在那以前没有打开过材料,现在打不开了。")
		return bot.End(), nil
	case state.Given.IsZero():
		t.Say(v.Number + " 的材料提出人还没有同意交给您。我正在请本人看一看;同意了会告诉您。")
		return bot.End(), nil
	}
	v, err := p.look(ctx, t, v.Number, true)
	if err != nil {
		return p.refused(t, v.Number, err)
	}
	t.Say(p.caseWords.packText(v.View) + packSent(v))
	return bot.End(), nil
}

// packSent says what is on its way besides the words.
func packSent(v cases.PackView) string {
	text := "\n这次打开记录在案,提出人看得到。"
	if v.Paper {
		text += "打印用的 PDF 正在发给您。"
	}
	if v.Pictures.Sent > 0 {
		text += fmt.Sprintf("照片 %d 张正在发。", v.Pictures.Sent)
	}
	return text
}

func (p *pack) take(ctx context.Context, t *packTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), t.Data.choices())
	if yes := readYesNo(t.Text()); !ok && t.IsText() && yes.ok() && !t.Data.given() {
		if filesIt.MatchString(bot.Simplified(t.Text())) {
			return askPackAgain(t), nil
		}
		if i, ok = 0, true; string(yes.value.Raw) == "true" {
			i = 1
		}
	}
	switch {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case t.Data.given() && i == 0:
		return p.decide(ctx, t, false)
	case !t.Data.given() && i == 1:
		return p.decide(ctx, t, true)
	case i == 2:
		v, err := p.look(ctx, t, t.Data.Number, true)
		switch {
		case err != nil:
			return p.refused(t, t.Data.Number, err)
		case v.Paper:
			t.Lead("PDF 正在发给您。")
		default:
			t.Lead("PDF 这里发不了,内容和上面写的一样;在企业微信上再回复\"事实材料\"试试。")
		}
		return bot.Repeat(), nil
	case t.Data.given():
		t.Say("好的,不收回。")
	default:
		t.Say("好的,没有交给任何人。想交了回复\"事实材料 " + t.Data.Number + "\"。")
	}
	return bot.End(), nil
}

// decide hands the pack over, or takes it back.
func (p *pack) decide(ctx context.Context, t *packTurn, give bool) (bot.Next, error) {
	member, err := p.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	v, err := p.desk.GivePack(ctx, member, t.Data.Number, give)
	switch {
	case err != nil:
		return p.refused(t, t.Data.Number, err)
	case give:
		t.Say("记下了:您同意把 " + v.Number + " 的材料交给 " + strings.Join(v.Officers, "、") + "。对方打开以前,回复\"事实材料 " + v.Number + "\"可以收回;一打开就有记录,也会告诉您。")
	default:
		t.Say("收回了,谁都没有打开过。想交了再回复\"事实材料 " + v.Number + "\"。")
	}
	return bot.End(), nil
}

func (p *pack) refused(t *packTurn, number string, err error) (bot.Next, error) {
	var settled *cases.Settled
	switch {
	case errors.Is(err, union.ErrStale), errors.As(err, &settled):
		t.Say(number + " 刚刚有变动,这一下没有算数。请再回复\"事实材料 " + number + "\"看一眼。")
	case errors.Is(err, union.ErrNotFound):
		t.Say("没有找到 " + number + " 的事实材料,请核对编号。回复\"我的\"看您提过的。")
	case errors.Is(err, cases.ErrActNotAllowed):
		t.Say(number + " 的材料已经有人打开过,或者事情办结了,现在改不了。回复\"事实材料 " + number + "\"看是谁、什么时候。")
	default:
		return bot.Next{}, err
	}
	return bot.End(), nil
}
