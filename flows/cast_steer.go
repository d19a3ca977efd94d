package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

type castSteerDesk interface {
	Steered(ctx context.Context, member union.MemberID, limit int) ([]broadcast.Broadcast, error)
	Report(ctx context.Context, member union.MemberID, number string) (broadcast.Report, error)
	Pause(ctx context.Context, member union.MemberID, number string) (broadcast.Broadcast, error)
	Resume(ctx context.Context, member union.MemberID, number string) (broadcast.Broadcast, error)
	Cancel(ctx context.Context, member union.MemberID, number string) (broadcast.Broadcast, error)
	Pace(ctx context.Context, member union.MemberID, number string, faster bool) (broadcast.Broadcast, error)
	Resend(ctx context.Context, member union.MemberID, number string, to broadcast.Again) (broadcast.Broadcast, int, error)
	// Leave has those told by a person of whom nobody knows whether it reached them, and Unsure lists them.
	Leave(ctx context.Context, member union.MemberID, number string) (broadcast.Broadcast, int64, error)
	Unsure(ctx context.Context, member union.MemberID, number string, limit int) (broadcast.Broadcast, []broadcast.Receipt, error)
	// Silent lists who has not answered, Missed whom it did not reach, with their phones.
	Silent(ctx context.Context, member union.MemberID, number string, limit int) (broadcast.Broadcast, []broadcast.Receipt, error)
	Missed(ctx context.Context, member union.MemberID, number string, limit int) (broadcast.Broadcast, []broadcast.Receipt, error)
	// Export sends all that as a workbook, once an occasion; broadcast.ErrMany.
	Export(ctx context.Context, member union.MemberID, number, occasion string) (broadcast.Broadcast, error)
}

// castSteer shows how a broadcast stands, and stops it, lets it go on, and makes it slower or faster.
type castSteer struct {
	people people
	words  castWords
	desk   castSteerDesk
}

type castSteerData struct {
	Word   bot.Word `json:"word"`
	Number string   `json:"number"`
}

type castSteerTurn = bot.Turn[castSteerData]

var cancelCastChoices = []bot.Choice{{Label: "取消群发"}, {Label: "先不取消"}}

func (f *castSteer) flow() bot.Flow {
	starts := []bot.Trigger{bot.OnPhrase("我的群发"), bot.OnPhrase("群发列表"), bot.OnPhrase("群发进度")}
	for _, w := range []bot.Word{bot.WordPause, bot.WordResume, bot.WordSlower, bot.WordFaster, bot.WordResend, bot.WordSilent, bot.WordMissed, bot.WordUnsure, bot.WordResendUnsure, bot.WordLeave, bot.WordExport} {
		starts = append(starts, bot.OnWord(w))
	}
	return bot.Define(bot.Spec[castSteerData]{
		Name: "cast_steer", Rev: 1, Title: "群发", Expires: listExpires, Passing: true,
		Starts: starts, Begin: f.begin, To: []bot.StepName{"sure"},
		Steps: []bot.Step[castSteerData]{{
			Name: "sure",
			AskFunc: func(_ context.Context, t *castSteerTurn) (bot.Reply, error) {
				return bot.Reply{Text: "要取消 " + t.Data.Number + " 吗?已经发出的收不回来,还没发的不再发。", Choices: cancelCastChoices}, nil
			},
			Handle: func(ctx context.Context, t *castSteerTurn) (bot.Next, error) {
				switch i, ok := bot.Choose(t.Text(), cancelCastChoices); {
				case !ok || !t.IsText():
					return bot.Miss(), nil
				case i == 1:
					t.Say("好的,照旧。")
					return bot.End(), nil
				}
				return f.act(ctx, t)
			},
		}},
	})
}

func (f *castSteer) begin(ctx context.Context, t *castSteerTurn) (bot.Next, error) {
	member, next, err := f.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	t.Data = castSteerData{Word: t.Command.Word, Number: t.Command.Number}
	if word, number, _, ok := parseCastKey(t.Entry.Key); ok {
		t.Data = castSteerData{Word: word, Number: number}
	}
	if t.Data.Number == "" {
		return f.list(ctx, t, member)
	}
	if t.Data.Word == bot.WordWithdraw {
		r, err := f.desk.Report(ctx, member, t.Data.Number)
		if err != nil {
			return castRefused(t.Talk, err, t.Data.Number)
		}
		if !r.State.Over() || r.State == broadcast.Done && r.Awaited() > 0 { // else there is nothing to be sure of
			return bot.Goto("sure"), nil
		}
	}
	return f.act(ctx, t)
}

// list names what the member may steer; a word that was said without a number is meant for the only one that it fits.
func (f *castSteer) list(ctx context.Context, t *castSteerTurn, member union.MemberID) (bot.Next, error) {
	all, err := f.desk.Steered(ctx, member, listed)
	if errors.Is(err, union.ErrForbidden) || err == nil && len(all) == 0 {
		t.Say("您没有群发。回复\"群发\"可以写一条。")
		return bot.End(), nil
	}
	if err != nil {
		return bot.Next{}, fmt.Errorf("list broadcasts: %w", err)
	}
	lines := []string{"您的群发(回复\"进度\"加编号看详情):"}
	if t.Data.Word != "" {
		lines = []string{"是哪一条?请写编号,如\"" + t.Data.Word.Name() + " " + all[0].Number + "\":"}
	}
	for _, b := range all {
		lines = append(lines, f.words.line(b))
	}
	t.Say(strings.Join(lines, "\n"))
	return bot.End(), nil
}

func (f *castSteer) act(ctx context.Context, t *castSteerTurn) (bot.Next, error) {
	member, err := f.people.acting(ctx, t.Talk)
	if err != nil {
		return castRefused(t.Talk, err, t.Data.Number)
	}
	text, err := f.do(ctx, t, member)
	switch {
	case errors.Is(err, broadcast.ErrMany):
		text = t.Data.Number + " 人太多,请管理员用 unionbot broadcasts receipts " + t.Data.Number + " 导出。"
	case errors.Is(err, broadcast.ErrNotNow):
		r, again := f.desk.Report(ctx, member, t.Data.Number)
		if again != nil {
			return castRefused(t.Talk, again, t.Data.Number)
		}
		text = t.Data.Number + " 现在是\"" + f.words.state(r.Broadcast) + "\",不能这样办。"
	case errors.Is(err, broadcast.ErrNobody):
		text = t.Data.Number + " 没有这样的人,不用办。"
	case err != nil:
		return castRefused(t.Talk, err, t.Data.Number)
	}
	t.Say(text)
	return bot.End(), nil
}

func (f *castSteer) do(ctx context.Context, t *castSteerTurn, member union.MemberID) (text string, err error) {
	number, word := t.Data.Number, t.Data.Word
	switch word {
	case bot.WordExport:
		_, err = f.desk.Export(ctx, member, number, string(t.Message.ID))
		return number + " 每个人的送达情况,表格正在发给您。", err
	case bot.WordPause:
		_, err = f.desk.Pause(ctx, member, number)
		return number + " 已暂停,回复\"继续 " + number + "\"接着发,一个不漏,也不会重发。", err
	case bot.WordResume:
		_, err = f.desk.Resume(ctx, member, number)
		return number + " 接着发。", err
	case bot.WordWithdraw:
		_, err = f.desk.Cancel(ctx, member, number)
		return number + " 已取消,还没发的不再发。回复\"进度 " + number + "\"看发到了哪些人。", err
	case bot.WordSlower, bot.WordFaster:
		b, err := f.desk.Pace(ctx, member, number, word == bot.WordFaster)
		return fmt.Sprintf("%s 现在按允许速度的 %d%% 发。", number, b.Speed), err
	case bot.WordResend:
		b, n, err := f.desk.Resend(ctx, member, number, broadcast.Missed)
		if b.Audience.ByFamily() {
			return number + " 只给没送到的人再发一次,\"不确定\"的不发。", err
		}
		return fmt.Sprintf("%s 只给没送到的 %d 人再发一次,\"不确定\"的不发。", number, n), err
	case bot.WordResendUnsure:
		b, n, err := f.desk.Resend(ctx, member, number, broadcast.Doubtful)
		if b.Audience.ByFamily() {
			return number + " 给不确定的再发一次,其中有人可能收到两遍。", err
		}
		return fmt.Sprintf("%s 给不确定的 %d 人再发一次,其中有人可能收到两遍。", number, n), err
	case bot.WordLeave:
		b, n, err := f.desk.Leave(ctx, member, number)
		if b.Audience.ByFamily() {
			return number + " 不确定的不再补发,改由人告知。", err
		}
		return fmt.Sprintf("%s 不确定的 %d 人不再补发,改由人告知。回复\"未送达 %s\"看电话。", number, n, number), err
	case bot.WordUnsure:
		b, list, err := f.desk.Unsure(ctx, member, number, listedReceipts+1)
		text := f.receipts(b, list, "不确定收到没有", true)
		if len(list) > 0 {
			text += fmt.Sprintf("\n可以先打电话问。回复\"补发不确定 %s\"再发一次(有人可能收到两遍),\"改由人告知 %s\"就不再发。", number, number)
		}
		return text, err
	case bot.WordSilent:
		b, list, err := f.desk.Silent(ctx, member, number, listedReceipts+1)
		if err == nil && !b.Urgent {
			return number + " 不是紧急群发,没有要大家回复。回复\"进度 " + number + "\"看发到了多少人。", nil
		}
		return f.receipts(b, list, "还没有回复\"收到\"", false), err
	case bot.WordMissed:
		b, list, err := f.desk.Missed(ctx, member, number, listedReceipts+1)
		return f.receipts(b, list, "没有送到,请打电话或当面告知", true), err
	default: // 进度
		r, err := f.desk.Report(ctx, member, number)
		return f.words.report(r), err
	}
}

// listedReceipts is how many names one answer has; an export has them all.
const listedReceipts = 30

func (f *castSteer) receipts(b broadcast.Broadcast, list []broadcast.Receipt, what string, phones bool) string {
	if b.State == broadcast.Draft || b.State == broadcast.Submitted {
		return b.Number + " 还没有放行,没有发给任何人。"
	}
	if len(list) == 0 {
		return b.Number + " 在您负责的范围里没有这样的人。"
	}
	lines := []string{b.Number + " " + what + ":"}
	for i, r := range list[:min(len(list), listedReceipts)] {
		line := fmt.Sprintf("%d. %s %s", i+1, r.Member.Name, r.Member.Unit())
		if phones && r.Member.Phone != "" {
			line += " " + r.Member.Phone
		}
		if phones {
			line += "(" + receiptNames[r.State] + ")"
		}
		lines = append(lines, line)
	}
	if len(list) > listedReceipts {
		lines = append(lines, "还有更多,回复\"导出 "+b.Number+"\"看全部。")
	}
	return strings.Join(lines, "\n")
}
