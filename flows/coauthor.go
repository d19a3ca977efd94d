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
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// CoAuthorDesk lets members say that they have no share of a case.
type CoAuthorDesk interface {
	Disown(ctx context.Context, member union.MemberID, number string) (cases.Case, error)
}

// coauthor takes a member off a case that somebody has filed with them: 不是我 CX26-0012.
type coauthor struct {
	people    people
	caseWords caseWords
	desk      CoAuthorDesk
}

var saysNotMine = regexp.MustCompile(`^(?:不是我|没有我|不是我的|我没参与|跟我没关系)(?:的|做的|提的)?[\s,，:：]*([A-Za-z]{2}\d{2}-\d{4,})[。.!！]?$`)

func (c *coauthor) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "coauthor", Rev: 1, Title: "共同提出人", Expires: time.Minute, Passing: true,
		Understand: func(text string) []bot.Guess {
			if saysNotMine.MatchString(strings.TrimSpace(text)) {
				return []bot.Guess{{Label: "不是我参与的", Score: decisionScore + 0.02}}
			}
			return nil
		},
		Begin: c.begin,
	})
}

func (c *coauthor) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	said := saysNotMine.FindStringSubmatch(strings.TrimSpace(t.Entry.Text))
	if said == nil {
		t.Say("哪一件不是您参与的?请回复\"不是我\"加编号,如:不是我 CX26-0012。")
		return bot.End(), nil
	}
	number := strings.ToUpper(said[1])
	member, next, err := c.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	done, err := c.desk.Disown(ctx, member, number)
	switch {
	case errors.Is(err, cases.ErrActNotAllowed):
		t.Say(number + " 已经办结或定了奖励,这里改不了了。请联系办理人或分会。")
	case errors.Is(err, union.ErrNotFound):
		t.Say(number + " 里没有您的份,不用管。")
	case err != nil:
		words, ok := c.caseWords.refusal(err, number)
		if !ok {
			return bot.Next{}, fmt.Errorf("disown case: %w", err)
		}
		t.Say(words)
	default:
		t.Say(fmt.Sprintf("好的,%s《%s》里不再有您,您的份额归还提出人,会告诉他。", done.Number, cut(done.Title, 30)))
	}
	return bot.End(), nil
}

// CoAuthor tells a member of a share.
func (n *Notices) CoAuthor(c cases.CoAuthorNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s,%s把您列为%s的共同提出人,您占 %d%%。随时回复\"进度 %s\"查看;不是您参与的,回复\"不是我 %[5]s\"。",
		master(c.Member.Name), c.Author.Name, n.named(c.Case, c.Service.Short.In(n.language), c.Service.Sensitive), c.Share, c.Case.Number)}
}

// Disowned tells the author that a co-author says it is not theirs.
func (n *Notices) Disowned(c cases.CoAuthorNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s,%s说没有参与%s,已从共同提出人里去掉,原来的 %d%% 归您。有出入请和对方再核对。",
		master(c.Author.Name), c.Member.Name, n.named(c.Case, c.Service.Short.In(n.language), c.Service.Sensitive), c.Share)}
}

// CoAuthorsAnswer tells the co-authors what was decided.
func (n *Notices) CoAuthorsAnswer(a cases.Answer) notice.Body {
	text := "您参与的" + n.named(a.Case, a.Service.Short.In(n.language), a.Service.Sensitive) + ":" + a.Officer.Name + "同志 " +
		n.calendar.SpeechDay(a.At) + " " + actWord(a.Step, a.Act, n.language)
	if a.Into.Number != "" {
		text += " " + a.Into.Number
	}
	if next, ok := a.Service.Step(a.Case.Step); ok && a.Case.State == cases.Open {
		text += ",接下来" + next.Title.In(n.language)
	}
	if a.Note != "" && !a.Service.Sensitive {
		text += "。" + a.Note
	}
	return notice.Body{Text: text}
}

// named is a case within a sentence; of a sensitive one no more than its number.
func (n *Notices) named(c cases.Case, short string, sensitive bool) string {
	if sensitive {
		return short + " " + c.Number
	}
	return short + " " + c.Number + "《" + cut(c.Title, 30) + "》"
}
