package flows

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/notice"
)

var _ broadcast.Words = (*Notices)(nil)

func (n *Notices) cast() castWords { return castWords{n.calendar} }

// Broadcast implements broadcast.Words. The number keeps one that says the same as another from being taken for it.
func (n *Notices) Broadcast(b broadcast.Broadcast) string {
	switch {
	case b.Number == "":
		return b.Text
	case b.Urgent:
		return "【紧急】" + b.Text + "\n请马上回复\"收到\"。(编号 " + b.Number + ")"
	}
	return b.Text + "\n(编号 " + b.Number + ")"
}

// ReleaseAsked implements broadcast.Words. Nobody releases what they were not shown: what a card would cut goes before it in full.
func (n *Notices) ReleaseAsked(b broadcast.Broadcast, author union.Member, to union.MemberID) []notice.Body {
	card := n.releaseCard(b, author, to)
	card.Buttons = []notice.Button{
		{Text: "同意", Key: castTapKey(bot.WordAccept, b), Style: 1}, {Text: "退回", Key: castTapKey(bot.WordReturn, b), Style: 2},
	}
	all := "请放行群发 " + b.Number + "(" + author.Name + " 撰写):\n" + b.Text + "\n" + rows(card.Rows)
	var before []notice.Body
	if b.File != nil { // nobody releases what they have not seen
		before = []notice.Body{{Text: n.FileLacks(b), File: b.File}}
	}
	how := "请回复\"同意 " + b.Number + "\"或\"退回 " + b.Number + " 原因\"。"
	if n.onCard(b) {
		return append(before, notice.Body{Text: all + "\n" + how, Card: &card})
	}
	return append(before, notice.Body{Text: all}, notice.Body{Text: "群发 " + b.Number + " 的全文见上一条。" + how, Card: &card})
}

// onCardRunes and audienceRunes are how much of a text, and of an audience, a card shows on every platform.
const (
	onCardRunes   = 100
	audienceRunes = 30
)

// onCard says whether a card shows the whole of a broadcast.
func (n *Notices) onCard(b broadcast.Broadcast) bool {
	return utf8.RuneCountInString(b.Text) <= onCardRunes && utf8.RuneCountInString(n.cast().audience(b.Audience)) <= audienceRunes
}

// ReleaseSettled implements broadcast.Words.
func (n *Notices) ReleaseSettled(b broadcast.Broadcast, author union.Member, how broadcast.State, by union.Member, to union.MemberID) notice.Body {
	card := n.releaseCard(b, author, to)
	word := map[broadcast.State]string{broadcast.Released: "已放行", broadcast.Draft: "已退回", broadcast.Cancelled: "已取消"}[how]
	if how == broadcast.Draft && by.ID == author.ID {
		word = "撰写人撤回修改"
	}
	card.Settled = word
	card.Rows = append(card.Rows, notice.Row{Name: "结果", Value: word + " " + by.Name})
	return notice.Body{Text: b.Number + " " + word + "(" + by.Name + ")。", Card: &card}
}

func (n *Notices) releaseCard(b broadcast.Broadcast, author union.Member, to union.MemberID) notice.Card {
	detail := b.Text
	if !n.onCard(b) {
		detail = cut(b.Text, onCardRunes-8) + "(全文见上一条)"
	}
	card := notice.Card{
		Source: "工会群发", Title: "请放行群发 " + b.Number, Detail: detail, TaskID: fmt.Sprintf("cast-%d-%d-%d", b.ID, b.Version, to),
		Rows: []notice.Row{
			{Name: "发给", Value: n.cast().audience(b.Audience)}, {Name: "人数", Value: andAlso(strings.TrimSuffix(n.cast().heads(b.Audience, b.Head), " 人"), n.cast().joiners(b))},
			{Name: "时间", Value: n.cast().when(b, time.Time{})}, {Name: "撰写", Value: nameAndUnit(author)},
		},
	}
	if attached := n.cast().attachment(b); attached != "" {
		card.Rows = append(card.Rows, notice.Row{Name: "附件", Value: attached})
	}
	if b.Notice != broadcast.Wait {
		card.Rows = append(card.Rows, notice.Row{Name: "公众号", Value: castBusinesses[b.Notice] + "提醒"})
	}
	if kept := keptFrom(b); kept != "" { // which a notice of the Official Account never has, so that the rows are not too many
		card.Rows = append(card.Rows, notice.Row{Name: "祝福", Value: kept})
	}
	return card
}

// Released implements broadcast.Words.
func (n *Notices) Released(b broadcast.Broadcast, by union.Member, again broadcast.Repeat) notice.Body {
	return notice.Body{Text: fmt.Sprintf("您的群发 %s 已由 %s 放行,%s%s。回复\"进度 %s\"看发到哪了。", b.Number, by.Name, n.cast().starts(b), n.cast().henceforth(again), b.Number)}
}

// ReturnedTo implements broadcast.Words.
func (n *Notices) ReturnedTo(b broadcast.Broadcast, by union.Member) notice.Body {
	return notice.Body{Text: fmt.Sprintf("您的群发 %s 被 %s 退回:%s。回复\"改通知 %s\"修改后重新提交。", b.Number, by.Name, b.Returned, b.Number)}
}

// Trial implements broadcast.Words.
func (n *Notices) Trial(text string) notice.Body {
	return notice.Body{Text: "(试发给您自己)" + text}
}

// Finished implements broadcast.Words.
func (n *Notices) Finished(r broadcast.Report) notice.Body {
	return notice.Body{Text: n.cast().report(r)}
}

// Unreached implements broadcast.Words.
func (n *Notices) Unreached(b broadcast.Broadcast, branch string, some []union.Member, count int) notice.Body {
	unit := union.Organisation{Path: branch}.Unit()
	var names []string
	for _, m := range some {
		if unit == branch { // the chair of the whole union, or of several branches, knows them by their units
			names = append(names, nameAndUnit(m))
		} else {
			names = append(names, m.Name)
		}
	}
	who := strings.Join(names, "、")
	if count > len(names) {
		who += " 等"
	}
	return notice.Body{Text: fmt.Sprintf("群发 %s《%s》没有送到 %s 的 %d 人:%s。请打电话或当面告知,回复\"未送达 %s\"看电话。",
		b.Number, cut(b.Text, 20), cmp.Or(unit, "您负责的各单位"), count, who, b.Number)}
}

// ReceiptState implements broadcast.Words.
func (n *Notices) ReceiptState(s broadcast.ReceiptState) string { return receiptNames[s] }

// NoReceipts implements broadcast.Words.
func (n *Notices) NoReceipts(b broadcast.Broadcast) string {
	return b.Number + " 的名单表格这里发不了。请在企业微信上回复\"导出 " + b.Number + "\",或请管理员用 unionbot broadcasts receipts 导出。"
}

// HeldBack implements broadcast.Words.
func (n *Notices) HeldBack(texts []string) notice.Body {
	return notice.Body{Text: fmt.Sprintf("这一周通知比较多,下面 %d 条合在一起发给您:\n\n", len(texts)) + strings.Join(texts, "\n\n")}
}
