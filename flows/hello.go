package flows

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// hello answers a greeting, with the form that was left half filled if there is one, and thanks.
type hello struct {
	people people
	drafts DraftDesk
	form   form
}

var (
	greetings = []string{"你好", "您好", "在吗", "在不在", "hi", "hello", "早上好", "上午好", "中午好", "下午好", "晚上好", "嗨"}
	thanks    = []string{"谢谢", "谢谢你", "谢谢您", "多谢", "感谢", "thanks", "thank you", "辛苦了", "好的谢谢"}
)

func (h hello) flow() bot.Flow {
	var starts []bot.Trigger
	for _, phrase := range slices.Concat(greetings, thanks) {
		starts = append(starts, bot.OnPhrase(phrase))
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "hello", Rev: 1, Title: "问候", Expires: time.Minute, Passing: true, Greets: true,
		Starts:  starts,
		HandsTo: []string{"form", "menu"},
		Begin:   h.begin,
	})
}

func (h hello) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	if isThanks := slices.ContainsFunc(thanks, func(p string) bool { return strings.HasPrefix(t.Text(), p) }); isThanks {
		t.Say("不客气,有事随时说。")
		return bot.End(), nil
	}
	if t.Interrupts {
		t.Lead("您好!")
		return bot.End(), nil
	}
	member, err := h.people.find(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if member != 0 {
		drafts, err := h.drafts.Drafts(ctx, member)
		if err != nil {
			return bot.Next{}, fmt.Errorf("list drafts: %w", err)
		}
		if i := slices.IndexFunc(drafts, worthKeeping); i >= 0 {
			t.Lead("您好!")
			return bot.Hand(bot.Entry{Flow: "form", Key: entryOffer + strconv.FormatInt(int64(drafts[i].ID), 10)}), nil
		}
	}
	t.Lead("您好!")
	return bot.Hand(bot.Entry{Flow: "menu"}), nil
}
