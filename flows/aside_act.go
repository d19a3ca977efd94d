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

// do does what the word says with those who were chosen.
func (a *aside) do(ctx context.Context, t *asideTurn) (bot.Next, error) {
	officer, err := a.people.acting(ctx, t.Talk)
	if err != nil {
		return a.refused(t, err)
	}
	to := slices.Concat(t.Data.Chosen...)
	first := union.MemberID(0)
	if len(to) > 0 {
		first = to[0]
	}
	asked := cases.Handing{Number: t.Data.Number, From: officer, To: first, Say: t.Data.Say}
	text := ""
	switch t.Data.Word {
	case bot.WordDelegate:
		var done cases.Handed
		if done, err = a.desk.Delegate(ctx, asked); err == nil {
			text = a.delegated(done)
		}
	case bot.WordCopy:
		var done cases.Copied
		if done, err = a.desk.CopyTo(ctx, cases.Copying{Number: t.Data.Number, From: officer, To: to}); err == nil {
			text = copiedWords(done)
		}
	case bot.WordAddSigner:
		var done cases.Joined
		if done, err = a.desk.AddSigners(ctx, cases.Adding{Number: t.Data.Number, From: officer, To: t.Data.Chosen, Place: t.Data.Place, InTurn: t.Data.InTurn, Say: t.Data.Say}); err == nil {
			text = a.joined(done)
		}
	default:
		var done cases.Recalled
		if done, err = a.desk.Recall(ctx, asked); err == nil {
			text = recalledWords(t.Data.Number, done)
		}
	}
	if unfit := (*cases.UnfitError)(nil); errors.As(err, &unfit) {
		return t.Data.anew(t, a.unfit(unfit, t.Data)), nil
	}
	if err != nil {
		return a.refused(t, err)
	}
	t.Say(text)
	return bot.End(), nil
}

func (a *aside) delegated(done cases.Handed) string {
	return fmt.Sprintf("已请 %s 核实 %s。这一件还在您手上,期限不变:%s。有了答复会告诉您;不等了可以直接办,或回复\"收回 %s\"。",
		officerName(done.To), done.Case.Number, promised(a.caseWords.calendar, done.Case.DueAt), done.Case.Number)
}

func (a *aside) joined(done cases.Joined) string {
	names, together := make([]string, len(done.To)), false
	for i, people := range done.To {
		names[i] = eitherOfficer(people)
		together = together || len(people) > 1
	}
	text, all := " 加签,", "都同意才算,有一位不同意就不通过。"
	if done.InTurn && len(done.To) > 1 {
		text = " 依次加签,前一位签了同意再到下一位,"
	}
	switch {
	case together && len(done.To) == 1:
		all = "有一位签就行,签的那位不同意就不通过。"
	case together:
		all = "\"或\"的有一位签就行,有一位不同意就不通过。"
	}
	text = done.Case.Number + " 已请 " + strings.Join(names, "、") + text
	switch {
	case done.Place == cases.Before:
		text += "加签人签了同意再到您。"
	case done.Place == cases.After:
		text += "您签了同意再到加签人。"
	case done.InTurn:
		text += "您什么时候签都行。"
	default:
		text += "不分先后。"
	}
	return text + all + "期限不变:" + promised(a.caseWords.calendar, done.Case.DueAt) +
		"。不等了,回复\"收回 " + done.Case.Number + "\"。"
}

func recalledWords(number string, done cases.Recalled) string {
	text := "好的," + number
	if len(done.Helpers) > 0 {
		text += " 不用 " + officers(done.Helpers) + " 答复了。"
	}
	if len(done.Signers) > 0 {
		text += " 不用 " + officers(done.Signers) + " 加签了。"
	}
	return text
}

func copiedWords(done cases.Copied) string {
	var text string
	if len(done.To) > 0 {
		text = fmt.Sprintf("%s 已抄送 %s。只给看,不用办;看没看,回复\"进度 %s\"。", done.Case.Number, officers(done.To), done.Case.Number)
	}
	if len(done.Before) > 0 {
		text += memberNames(done.Before) + " 之前抄送过了。"
	}
	return text
}

func (a *aside) unfit(e *cases.UnfitError, d asideData) string {
	if d.Word == bot.WordDelegate {
		return nameAndUnit(e.Who) + " 不能受委派核实 " + d.Number + ":不在您管的范围、没有这方面的职责、已经在办,或按规定要回避。"
	}
	if d.Word == bot.WordAddSigner {
		return nameAndUnit(e.Who) + " 不能加签 " + d.Number + ":没有这个范围的职责、已经在办、后面还有由本人办的步骤,或按规定要回避。谁都没有加。"
	}
	return nameAndUnit(e.Who) + " 不能看 " + d.Number + ":没有这个范围的职责,或按规定要回避。谁都没有抄送。"
}

func (a *aside) refused(t *asideTurn, err error) (bot.Next, error) {
	var words string
	switch {
	case errors.Is(err, cases.ErrClosedCase):
		words = t.Data.Number + " 是密件,只能由经办人自己办,不委派、不抄送、不加签。"
	case errors.Is(err, cases.ErrAskedAlready):
		words = t.Data.Number + " 已经委派给这一位,还没有答复。要换一句,先回复\"收回 " + t.Data.Number + "\"。"
	case errors.Is(err, cases.ErrAskedEnough):
		words = fmt.Sprintf("%s 已经同时委派了 %d 位,等他们答复,或先回复\"收回 %s\"。", t.Data.Number, cases.MostHelps, t.Data.Number)
	case errors.Is(err, cases.ErrCopiesEnough):
		words = fmt.Sprintf("%s 已经抄送给很多人了,最多 %d 位。", t.Data.Number, cases.MostCopies)
	case errors.Is(err, cases.ErrAddedEnough):
		words = fmt.Sprintf("%s 最多加签 %d 位。", t.Data.Number, cases.MostAdded)
	case errors.Is(err, cases.ErrPlaceNotAllowed):
		words = t.Data.Number + " 这一步本来就由几位一起签:都要签的只能\"并\"加签,别的不能加签。"
	case errors.Is(err, cases.ErrActNotAllowed) && t.Data.Word == bot.WordRecall:
		words = t.Data.Number + " 现在没有等人答复的委派,也没有等人签的加签。"
	default:
		var ok bool
		if words, ok = a.caseWords.refusal(err, t.Data.Number); !ok {
			return bot.Next{}, fmt.Errorf("draw others in: %w", err)
		}
	}
	t.Say(words)
	return bot.End(), nil
}
