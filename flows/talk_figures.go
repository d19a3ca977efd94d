package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

// talkFigures counts the talks of an officer's subtree: 统计 对话.
type talkFigures struct {
	people people
	desk   interface {
		Figures(ctx context.Context, officer union.MemberID) (talk.Figures, error)
	}
}

// talkFiguresScore goes before that of figures of a unit: 对话 is none.
const talkFiguresScore = digestScore + 0.001

var asksTalkFigures = regexp.MustCompile(`^(?:统计\s*(?:对话|人工)|(?:人工)?对话统计|人工统计)$`)

func (k talkFigures) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "talk_figures", Rev: 1, Title: "对话统计", Expires: time.Minute, Passing: true,
		Understand: func(text string) []bot.Guess {
			if asksTalkFigures.MatchString(strings.TrimSpace(text)) {
				return []bot.Guess{{Label: "看对话统计", Score: talkFiguresScore}}
			}
			return nil
		},
		Begin: k.begin,
	})
}

func (k talkFigures) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	member, next, err := k.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	f, err := k.desk.Figures(ctx, member)
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say("统计给分会主席、工会主席、归口部门等看自己管的范围。")
	case err != nil:
		return bot.Next{}, err
	default:
		t.Say(figuresText(f))
	}
	return bot.End(), nil
}

func figuresText(f talk.Figures) string {
	lines := []string{fmt.Sprintf("%s %d 年人工对话 %d 次:正在谈 %d,排队 %d,没等到回话就结束的 %d。", f.Unit, f.Since.Year(), f.Begun, f.Held, f.Waiting, f.Left)}
	if f.Answered > 0 {
		lines = append(lines, fmt.Sprintf("首次回话(从提出算,只算上班时间):按时 %d/%d(%s),一半在 %d 分钟内。",
			f.InTime, f.Answered, share(f.InTime, f.Answered), max(1, (f.Median+time.Minute-1)/time.Minute)))
	}
	if f.Asked > 0 {
		lines = append(lines, fmt.Sprintf("问了 %d 人:满意 %d,一般 %d,不满意 %d。", f.Asked, f.Content, f.SoSo, f.Discontent))
	}
	return strings.Join(lines, "\n")
}
