package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// ChallengeDesk takes a case from an officer of whom its author asks that they stay out of it.
type ChallengeDesk interface {
	Challengeable(ctx context.Context, author union.MemberID, number string) ([]union.Member, error)
	Challenge(ctx context.Context, c cases.Challenge) (cases.Recused, error)
}

// ofOwn takes 回避 BF26-0031 李芳 她和我有矛盾 from whoever filed the case; own is false for anybody else, who means themselves.
func (r *recuse) ofOwn(ctx context.Context, t *recuseTurn, number, said string) (next bot.Next, own bool, err error) {
	member, err := r.people.acting(ctx, t.Talk)
	if err != nil {
		return next, false, nil //nolint:nilerr // the other way refuses it
	}
	have, err := r.desk.Challengeable(ctx, member, number)
	switch {
	case errors.Is(err, union.ErrNotFound):
		return next, false, nil
	case err != nil:
		next, err = r.challengeRefused(t, err, number)
		return next, true, err
	case len(have) == 0:
		t.Say(number + " 现在还没有人能接手,已请管理员安排。谁接手了会告诉您,到时候再说。")
		return bot.End(), true, nil
	}
	t.Data = recuseData{Number: number, Of: linesOf(have)}
	name, why := toSomebody(said)
	if i := slices.IndexFunc(have, func(o union.Member) bool { return name == o.Name || name == o.StaffNo }); i >= 0 {
		t.Data.Whom = t.Data.Of[i]
		next, err = r.because(ctx, t, why)
		return next, true, err
	}
	if name != "" {
		t.Lead("\"" + cut(name, 12) + "\"现在不办这一件。")
	}
	return bot.Goto("whom"), true, nil
}

func (r *recuse) askWhom(_ context.Context, t *recuseTurn) (bot.Reply, error) {
	reply := bot.Reply{Text: t.Data.Number + " 要请谁回避?现在在办的是:(不申请了回\"取消\")"}
	for _, line := range t.Data.Of {
		reply.Choices = append(reply.Choices, bot.Choice{Label: line.Label})
	}
	return reply, nil
}

func (r *recuse) takeWhom(ctx context.Context, t *recuseTurn) (bot.Next, error) {
	reply, _ := r.askWhom(ctx, t)
	name, why := toSomebody(t.Text())
	i, ok := bot.Choose(t.Text(), reply.Choices)
	if !ok {
		i = slices.IndexFunc(t.Data.Of, func(line handLine) bool { return strings.HasPrefix(line.Label, name+"(") })
	}
	if i < 0 || !t.IsText() || !ok && name == "" {
		return bot.Miss(), nil
	}
	if t.Data.Whom = t.Data.Of[i]; ok {
		why = ""
	}
	return r.because(ctx, t, why)
}

func (r *recuse) askWhy(_ context.Context, t *recuseTurn) (bot.Reply, error) {
	return bot.Reply{Text: t.Data.Number + " 为什么请 " + t.Data.Whom.Label + " 回避?写一句,如有亲属关系、有矛盾、和这件事有利害关系。上一级按这个定,办这一件的人都看得到。(不申请了回\"取消\")"}, nil
}

func (r *recuse) takeWhy(ctx context.Context, t *recuseTurn) (bot.Next, error) {
	if !t.IsText() {
		t.Lead("请用文字写。")
		return bot.Repeat(), nil
	}
	return r.because(ctx, t, t.Text())
}

// because hands the wish in once there is a reason for it.
func (r *recuse) because(ctx context.Context, t *recuseTurn, why string) (bot.Next, error) {
	why = strings.TrimSpace(why)
	if wordless(why) || oneFigure(why) {
		return bot.Goto("why"), nil
	}
	member, err := r.people.acting(ctx, t.Talk)
	var done cases.Recused
	if err == nil {
		done, err = r.desk.Challenge(ctx, cases.Challenge{Number: t.Data.Number, Author: member, Officer: t.Data.Whom.Member, Why: cut(why, noteRunes)})
	}
	if err != nil {
		return r.challengeRefused(t, err, t.Data.Number)
	}
	name, _, _ := strings.Cut(t.Data.Whom.Label, "(")
	text := done.Case.Number + " 请 " + name + " 回避的申请交上去了,定下来之前 " + name + " 不能办这一件。"
	if done.Stuck || len(done.Next) == 0 {
		t.Say(text + "现在上面没有能定的人,已请管理员安排。")
		return bot.End(), nil
	}
	t.Say(text + "由 " + officers(done.Next) + " 定:同意就由 " + memberNames(done.Next) + " 接着办,不同意会交回 " + name + " 并告诉您原因。" + promised(r.caseWords.calendar, done.Case.DueAt) + " 前答复您。")
	return bot.End(), nil
}

func (r *recuse) challengeRefused(t *recuseTurn, err error, number string) (bot.Next, error) {
	switch {
	case errors.Is(err, cases.ErrActNotAllowed):
		t.Say(number + " 现在不等谁来定:已经办完,或者在等您回话。自己提的事,本来也不由自己办。")
	case errors.Is(err, cases.ErrSigned):
		t.Say(number + " 这一步由几位一起签,一个人定不了。有顾虑请回复\"补充 " + number + "\"写明,签的人都看得到;或回复\"人工\"。")
	case errors.Is(err, cases.ErrNotTheirs):
		t.Say(number + " 已经不在 " + t.Data.Whom.Label + " 手上了。回复\"进度 " + number + "\"看看。")
	case errors.Is(err, cases.ErrChallenged):
		t.Say(number + " 已经请 " + t.Data.Whom.Label + " 回避过一次,没有同意,不能再申请。结果不满意,可以申请复议;也可以回复\"人工\"。")
	default:
		words, ok := r.caseWords.refusal(err, number)
		if !ok {
			return bot.Next{}, fmt.Errorf("challenge: %w", err)
		}
		t.Say(words)
	}
	return bot.End(), nil
}
