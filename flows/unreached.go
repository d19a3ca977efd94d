package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

// UnreachedDesk knows whom nothing reaches.
type UnreachedDesk interface {
	Unreached(ctx context.Context, officer, after union.MemberID, known int) (list []occasion.Lost, more int, err error)
	ToldInPerson(ctx context.Context, officer union.MemberID, called string) (union.Member, error)
	ExportUnreached(ctx context.Context, officer union.MemberID, occasion string) (n int, more bool, err error)
}

// unreached lists to a branch whom nothing reaches, so that somebody rings them up: 联系不上, 已告知 100101, 导出 联系不上.
type unreached struct {
	people people
	desk   OccasionDesk
}

// unreachedTurn has the same data as care, for each kind of them makes the program larger: ID is the last who was shown.
type unreachedTurn = careTurn

var (
	asksUnreached    = regexp.MustCompile(`^联系不上(?:名单|的|的人|的会员)?[。?？]?$`)
	tellsUnreached   = regexp.MustCompile(`^(?:已告知|已经告知|告知了|已通知到)\s*(\S{2,20})$`)
	exportsUnreached = regexp.MustCompile(`^导出\s*联系不上(?:名单|的|的人|的会员)?[。]?$`)
)

func (u *unreached) flow() bot.Flow {
	return bot.Define(bot.Spec[careData]{
		Name: "unreached", Rev: 1, Title: "联系不上", Expires: listExpires, Passing: true,
		// As phrases, for a sentence with 联系不上 in it may be about somebody in danger.
		Starts: []bot.Trigger{bot.OnPhrase("导出 联系不上"), bot.OnPhrase("导出联系不上"), bot.OnPhrase("导出联系不上名单"), bot.OnPhrase("联系不上名单")},
		Understand: func(text string) []bot.Guess {
			text = strings.TrimSpace(text)
			for _, said := range []*regexp.Regexp{asksUnreached, tellsUnreached, exportsUnreached} {
				if said.MatchString(text) {
					return []bot.Guess{{Label: "联系不上的会员", Score: decisionScore}}
				}
			}
			return nil
		},
		Begin: u.begin,
		To:    []bot.StepName{"shown"},
		Steps: []bot.Step[careData]{{
			Name: "shown",
			AskFunc: func(_ context.Context, t *unreachedTurn) (bot.Reply, error) {
				return bot.Reply{Text: fmt.Sprintf("后面还有 %d 人,回复\"更多\"往下看。", t.Data.More)}, nil
			},
			Handle:   func(context.Context, *unreachedTurn) (bot.Next, error) { return bot.Pass(), nil },
			Commands: map[bot.Word]func(context.Context, *unreachedTurn) (bot.Next, error){bot.WordMore: u.more},
		}},
	})
}

func (u *unreached) begin(ctx context.Context, t *unreachedTurn) (bot.Next, error) {
	officer, next, err := u.people.known(ctx, t.Talk)
	if officer == 0 {
		return next, err
	}
	text := strings.TrimSpace(t.Entry.Text)
	switch m := tellsUnreached.FindStringSubmatch(text); {
	case m != nil:
		err = u.told(ctx, t, officer, m[1])
	case exportsUnreached.MatchString(text):
		err = u.export(ctx, t, officer)
	default:
		return u.page(ctx, t, officer, 0)
	}
	return bot.End(), u.refuse(t, err)
}

func (u *unreached) refuse(t *unreachedTurn, err error) error {
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say("联系不上的名单由分会主席和工会主席在自己管的范围里看。")
	case errors.Is(err, occasion.ErrUnknown):
		t.Say("您负责的范围里没有这个人,请核对姓名或工号。")
	case errors.Is(err, occasion.ErrSeveral):
		t.Say("您负责的范围里不止一人叫这个名字,请写工号。")
	default:
		return err
	}
	return nil
}

func (u *unreached) more(ctx context.Context, t *unreachedTurn) (bot.Next, error) {
	officer, err := u.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	return u.page(ctx, t, officer, union.MemberID(t.Data.ID))
}

var saidWhy = map[occasion.Why]string{
	occasion.NoAccount: "没有账号(没绑定,不在通讯录)", occasion.Unfollowed: "取消了关注", occasion.Failing: "消息没送到", occasion.AwaitsWord: "等本人说话才收得到",
}

func (u *unreached) page(ctx context.Context, t *unreachedTurn, officer, after union.MemberID) (bot.Next, error) {
	list, more, err := u.desk.Unreached(ctx, officer, after, t.Data.More)
	if err != nil {
		return bot.End(), u.refuse(t, err)
	}
	switch {
	case len(list) == 0 && after != 0:
		t.Say("后面没有了。")
		return bot.End(), nil
	case len(list) == 0:
		t.Say("没有联系不上的会员。")
		return bot.End(), nil
	}
	var lines []string
	if after == 0 {
		lines = []string{"这些会员消息送不到,请打电话或送一张纸:"}
	}
	for _, l := range list {
		lines = append(lines, "· "+u.line(l))
	}
	if after == 0 {
		lines = append(lines, "告诉了一位就回复\"已告知 工号\",不再列出;要表格回复\"导出 联系不上\"。")
	}
	t.Say(strings.Join(lines, "\n"))
	if more == 0 {
		return bot.End(), nil
	}
	t.Data = careData{ID: int64(list[len(list)-1].To.ID), More: more}
	return bot.Goto("shown"), nil
}

func (u *unreached) line(l occasion.Lost) string {
	what := saidWhy[l.Why]
	if l.Occasion != "" {
		what += "," + u.desk.Label(l.Occasion) + " " + dayOf(l.Day)
	}
	phone := l.Phone
	if phone == "" {
		phone = "没有登记电话"
	}
	return fmt.Sprintf("%s %s(%s)%s,%s", l.To.StaffNo, l.To.Name, l.To.Unit(), what, phone)
}

func (u *unreached) told(ctx context.Context, t *unreachedTurn, officer union.MemberID, called string) error {
	m, err := u.desk.ToldInPerson(ctx, officer, called)
	if err == nil {
		t.Say("记下了,已告知 " + m.Name + "(" + m.Unit() + ")。以后再有没送到的,还会列出来。")
	}
	return err
}

func (u *unreached) export(ctx context.Context, t *unreachedTurn, officer union.MemberID) error {
	n, more, err := u.desk.ExportUnreached(ctx, officer, string(t.Message.ID))
	if err == nil {
		t.Say(saidSheet(n, more, "没有联系不上的会员。", "联系不上的会员 %d 人,有电话,请妥善保管"))
	}
	return err
}

// UnreachedSheet implements occasion.Words.
func (n *Notices) UnreachedSheet(list []occasion.Lost, labels func(string) string) occasion.Sheet {
	rows := [][]string{{"工号", "姓名", "单位", "电话", "原因", "没送到的祝福", "日子"}}
	for _, l := range list {
		label := ""
		if l.Occasion != "" {
			label = labels(l.Occasion)
		}
		rows = append(rows, []string{l.To.StaffNo, l.To.Name, l.To.Unit(), l.Phone, saidWhy[l.Why], label, l.Day})
	}
	return occasion.Sheet{Name: "联系不上的会员", Rows: rows}
}

// NoSheetHere implements occasion.Words.
func (n *Notices) NoSheetHere(name string) string {
	return name + "的表格这里发不了,请在企业微信上再要一次。"
}
