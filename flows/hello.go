package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

// hello answers a greeting, with the form that was left half filled if there is one, thanks, and goodbye.
type hello struct {
	people people
	drafts DraftDesk
	form   form
	// greetings knows whether the thanks are for a birthday wish.
	greetings GreetingDesk
}

var (
	greetings = []string{"你好", "您好", "在吗", "在不在", "hi", "hello", "早上好", "上午好", "中午好", "下午好", "晚上好", "嗨"}
	goodbyes  = []string{"再见", "拜拜", "bye", "byebye"}
	thanks    = []string{"谢谢", "谢谢你", "谢谢您", "多谢", "感谢", "thanks", "thank you", "辛苦了", "好的谢谢"}
)

func (h *hello) flow() bot.Flow {
	var starts []bot.Trigger
	for _, phrase := range slices.Concat(greetings, thanks) {
		starts = append(starts, bot.OnPhrase(phrase))
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "hello", Rev: 1, Title: "问候", Expires: time.Minute, Passing: true, Greets: true,
		Starts: starts,
		Understand: func(text string) []bot.Guess {
			if isGoodbye(text) {
				return []bot.Guess{{Label: "再见", Score: bot.SureScore}} // which answers a question rather than leaves it
			}
			if yes, _ := isThanks(text); yes {
				return []bot.Guess{{Label: "道谢", Key: thanksKey, Score: bot.SureScore}}
			}
			return nil
		},
		Claims:  h.claims,
		HandsTo: []string{"form", "menu"},
		Begin:   h.begin,
	})
}

// thanksKey begins the flow for thanks.
const thanksKey = "thanks"

// saidFarewell is for thanks that may be a farewell: what sounds worse is heard by others before.
const saidFarewell = "不客气,这些年您也辛苦了。要是心里有事、想找人说说,回复\"心理咨询\"。"

func isGoodbye(text string) bool {
	return slices.Contains(goodbyes, strings.TrimRight(strings.ToLower(strings.TrimSpace(bot.Simplified(text))), "。.!！~啦了哦"))
}

func (h *hello) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	yes, goes := isThanks(t.Text())
	if yes || t.Entry.Key == thanksKey || slices.ContainsFunc(thanks, func(p string) bool { return strings.HasPrefix(t.Text(), p) }) {
		if goes {
			t.Say(saidFarewell)
			return bot.End(), nil
		}
		text, err := h.welcome(ctx, t)
		t.Say(text)
		return bot.End(), err
	}
	if isGoodbye(t.Text()) {
		t.Say("好的,有事随时说。")
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

// welcome answers thanks: for a wish, with another one.
func (h *hello) welcome(ctx context.Context, t *bot.Turn[struct{}]) (string, error) {
	const plain = "不客气,有事随时说。"
	member, err := h.people.find(ctx, t.Talk)
	if err != nil || member == 0 || t.Interrupts {
		return plain, err
	}
	last, _, err := h.greetings.Greeted(ctx, member)
	switch {
	case errors.Is(err, union.ErrNotFound):
		return plain, nil
	case err != nil:
		return "", err
	case last.Occasion == occasion.Birthday:
		return "不客气,祝您今天开心!", nil
	case last.Occasion == occasion.Retirement:
		return "不客气,往后的日子也常来坐坐。", nil
	case last.Occasion == occasion.Ask:
		return plain, nil
	}
	return "不客气,也祝您和家人都好。", nil
}
