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

// PublicityDesk shows public notices, and takes what members have against them.
type PublicityDesk interface {
	Publicities(ctx context.Context, reader union.MemberID) ([]cases.Publicity, error)
	Object(ctx context.Context, member union.MemberID, number, text string) error
}

// publicity shows the public notices that run, and takes objections: 公示, 异议 BF26-0031 他家有两套房.
type publicity struct {
	people    people
	caseWords caseWords
	desk      PublicityDesk
	calendar  Calendar
}

type publicityData struct {
	Number string `json:"number,omitempty"`
}

var (
	asksPublic = regexp.MustCompile(`^(?:看|查|查看)?(?:公示|公示名单|公示栏|正在公示的|现在公示什么)[?？。!！]?$`)
	objects    = regexp.MustCompile(`^(?:我有)?异议\s*([A-Za-z]{2}\d{2}-\d{4,})?[\s:：,,]*((?s:.*))$`)
)

func (p *publicity) flow() bot.Flow {
	return bot.Define(bot.Spec[publicityData]{
		Name: "publicity", Rev: 1, Title: "公示", Expires: listExpires, Passing: true,
		Understand: func(text string) []bot.Guess {
			text = strings.TrimSpace(text)
			m := objects.FindStringSubmatch(text)
			if asksPublic.MatchString(text) || m != nil && (m[1] != "" || m[2] == "") {
				return []bot.Guess{{Label: "公示", Score: decisionScore + 0.01}}
			}
			return nil
		},
		Begin: p.begin,
		Steps: []bot.Step[publicityData]{{
			Name: "why", Verbatim: true,
			AskFunc: func(_ context.Context, t *bot.Turn[publicityData]) (bot.Reply, error) {
				return bot.Reply{Text: "您对 " + t.Data.Number + " 有什么异议?写清楚事实。只给经办人看,不告诉申请人是谁提的。"}, nil
			},
			Handle: func(ctx context.Context, t *bot.Turn[publicityData]) (bot.Next, error) {
				if !t.IsText() || wordless(t.Text()) {
					t.Lead("请用文字写。")
					return bot.Repeat(), nil
				}
				return p.object(ctx, t, t.Text())
			},
		}},
	})
}

func (p *publicity) begin(ctx context.Context, t *bot.Turn[publicityData]) (bot.Next, error) {
	text := strings.TrimSpace(t.Entry.Text)
	if m := objects.FindStringSubmatch(text); m != nil {
		t.Data.Number = strings.ToUpper(m[1])
		switch {
		case t.Data.Number == "":
			t.Say("对哪一件有异议?回复\"异议\"加编号再写事实;编号回复\"公示\"就能看到。")
			return bot.End(), nil
		case wordless(m[2]):
			return bot.Goto("why"), nil
		}
		return p.object(ctx, t, m[2])
	}
	member, next, err := p.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	list, err := p.desk.Publicities(ctx, member)
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say(saidMembersOnly)
		return bot.End(), nil
	case err != nil:
		return bot.Next{}, err
	case len(list) == 0:
		t.Say("现在没有正在公示的事项。")
		return bot.End(), nil
	}
	lines := []string{"正在公示:"}
	for _, one := range list {
		lines = append(lines, fmt.Sprintf("· %s %s(到 %s,还有 %d 天)", one.Number, one.Text, p.calendar.Speech(one.Until), daysLeft(t.Now, one.Until)))
	}
	t.Say(strings.Join(append(lines, "有异议请私下回复\"异议 编号 事实\",不告诉申请人是谁提的。"), "\n"))
	return bot.End(), nil
}

// daysLeft counts days that have begun.
func daysLeft(now, until time.Time) int {
	return int((until.Sub(now) + 24*time.Hour - 1) / (24 * time.Hour))
}

func (p *publicity) object(ctx context.Context, t *bot.Turn[publicityData], text string) (bot.Next, error) {
	member, next, err := p.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	if longNoteOf(text) {
		t.Data.Number = strings.ToUpper(t.Data.Number)
		t.Lead(fmt.Sprintf("最多写 %d 字,请精简一些。", noteRunes))
		return bot.Goto("why"), nil
	}
	err = p.desk.Object(ctx, member, t.Data.Number, strings.TrimSpace(text))
	switch {
	case errors.Is(err, union.ErrNotFound):
		t.Say(t.Data.Number + " 没有在公示,或公示已经结束。回复\"公示\"看正在公示的。")
	case errors.Is(err, union.ErrForbidden):
		t.Say("这一件您不能提异议。")
	case errors.Is(err, cases.ErrEnough):
		t.Say("您对 " + t.Data.Number + " 已经提过几次了,都在核实。还有新的事实请找集团工会。")
	case err != nil:
		return bot.Next{}, err
	default:
		t.Say("记下了,您对 " + t.Data.Number + " 的异议只给经办人看,不告诉申请人是谁提的。经办人会核实。")
	}
	return bot.End(), nil
}

func longNoteOf(text string) bool { return len([]rune(text)) > noteRunes }

// Public is what members may read of a case.
func (n *Notices) Public(t cases.TaskView) string { return t.Public(n.language) }

// PublicityToPost is the notice ready to be forwarded to the branch's group and put up on the wall.
func (n *Notices) PublicityToPost(p cases.Publicity) notice.Body {
	return notice.Body{Text: "请转发到分会群并张贴(下面整段可以直接转发):\n【公示】" + n.calendar.SpeechDay(p.From) + " 至 " + n.calendar.Speech(p.Until) + ":" + p.Text +
		"\n异议请私下回复工会账号:\"异议 " + p.Number + " 事实\"。"}
}

// PublicityToTakeDown is for those who have put the notice up.
func (n *Notices) PublicityToTakeDown(p cases.Publicity) notice.Body {
	return notice.Body{Text: p.Number + " 的公示提前结束,不再算数。请撤下张贴的,并在分会群里说明:\n【公示】" + p.Text}
}

// Objected tells an officer that somebody objects, and neither who nor what: it is read where the task is opened.
func (n *Notices) Objected(number string) notice.Body {
	return notice.Body{Text: number + " 公示收到一条异议,请核实后再办。回复\"待办\"打开查看,不要告诉申请人是谁提的。"}
}
