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
)

// PrintDesk puts cases on paper.
type PrintDesk interface {
	Print(ctx context.Context, r cases.PrintRequest) (cases.Printed, error)
}

// printing has a case sent as a paper: 打印 JY26-0138.
type printing struct {
	people   people
	calendar Calendar
	desk     PrintDesk
}

// asksPrint takes as a number whatever is not in Chinese: 打印机坏了 asks for something else.
var (
	asksPrint       = regexp.MustCompile(`^(?:请|帮我|给我|我要|我想)?打印(?:一下|编号)?\s*([^\p{Han}\s].*)?$`)
	asksPrintBehind = regexp.MustCompile(`^(\S{6,20}?)\s*(?:打印|打印一下)$`)
)

// mostNumber is longer than any number that was given.
const mostNumber = 20

// printScore is above that of a word of a service beside a number.
const printScore = 0.99

func (p *printing) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "print", Rev: 1, Title: "打印", Expires: time.Minute, Passing: true,
		Understand: func(text string) []bot.Guess {
			if number, ok := toPrint(text); ok {
				return []bot.Guess{{Label: "打印", Key: number, Score: printScore}}
			}
			return nil
		},
		Begin: p.begin,
	})
}

// toPrint reads which case is to be printed; number is what was written where it is none.
func toPrint(text string) (number string, ok bool) {
	text = strings.TrimRight(bot.Simplified(strings.TrimSpace(text)), "。!\uff01")
	if m := asksPrint.FindStringSubmatch(text); m != nil {
		if number, ok := bot.ParseNumber(m[1]); ok {
			return number, true
		}
		return m[1], true
	}
	if m := asksPrintBehind.FindStringSubmatch(text); m != nil {
		return bot.ParseNumber(m[1])
	}
	return "", false
}

func (p *printing) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	member, next, err := p.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	number, ok := bot.ParseNumber(t.Entry.Key)
	ok = ok && len(number) <= mostNumber
	switch {
	case t.Entry.Key == "":
		t.Say("要打印哪一件?请回复\"打印\"加编号,如\"打印 JY26-0138\"。回复\"我的\"或\"待办\"看编号。")
		return bot.End(), nil
	case !ok:
		t.Say("没有看懂编号。请照\"打印 JY26-0138\"这样回复。")
		return bot.End(), nil
	}
	done, err := p.desk.Print(ctx, cases.PrintRequest{
		Viewer: member, Number: number, Occasion: string(t.Message.ID), Link: !knowsMembers(p.people.directory, t.Message.Channel),
	})
	var notReady *cases.NotReadyError
	switch {
	case errors.Is(err, union.ErrNotFound):
		t.Say("没有找到 " + number + ",请核对编号。回复\"我的\"或\"待办\"看编号。")
	case errors.Is(err, cases.ErrNoSite):
		t.Say(p.noSite(t, number))
	case errors.As(err, &notReady):
		t.Say(noFont(number, notReady.Admins))
	case err != nil:
		return bot.Next{}, fmt.Errorf("print: %w", err)
	case done.Link != "":
		t.Say(paperLink(p.calendar, done.Number, done.Link, done.Until))
	default:
		t.Say(done.Number + " 的打印件正在发给您。这次打印记录在案。")
	}
	return bot.End(), nil
}

// noSite says why there is no link, to who is sent a file elsewhere, or to nobody.
func (p *printing) noSite(t *bot.Turn[struct{}], number string) string {
	if knowsMembers(p.people.directory, t.Message.Channel) {
		return number + " 是保密件,只能凭链接打开,而系统没有设公网地址(PUBLIC_URL),打印不了。请联系系统管理员。"
	}
	return "这里只能给链接,而系统没有设公网地址。请到企业微信上回复\"打印 " + number + "\"。"
}

// paperLink gives somebody the link to a paper.
func paperLink(c Calendar, number, link string, until time.Time) string {
	return number + " 的打印件请在 " + c.Speech(until) + " 前打开,过后再回复\"打印\"。链接只给您,别转发:\n" + link
}

func noFont(number string, admins []union.Member) string {
	who := "系统管理员"
	if len(admins) > 0 {
		who += " " + officers(admins)
	}
	return "现在打印不了:服务器上没有能用的中文字体。请联系" + who + "装一个,装好再回复\"打印 " + number + "\"。"
}
