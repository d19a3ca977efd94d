package flows

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
)

var joinersAsked = fmt.Sprintf("放行以后才来、才转进来的人,也发给他们吗?写到哪一天为止,如:12月10日(最多 %d 天)。每人只发一次。", broadcast.MostJoining)

var joinersChoices = []bot.Choice{{Label: "不发,只发给放行时在的人"}}

// joinersSaid is how the setting is said at the summary: 新来的也发,到12月10日.
var joinersSaid = regexp.MustCompile(`^(?:新来|后来|新进|新入职|新调来|以后来)的?(?:人|同志|职工)?(也发|不发)[,，、\s]*(?:发)?(?:到|至)?(.*?)(?:为止)?[。!！]?$`)

func (f *cast) takeJoiners(_ context.Context, t *castTurn) (bot.Next, error) {
	if !t.IsText() {
		return bot.Miss(), nil
	}
	if _, ok := bot.Choose(t.Text(), joinersChoices); ok {
		t.Data.Joiners = calendar.Date{}
		return bot.Goto("sure"), nil
	}
	return f.joinUntil(t, t.Text()), nil
}

// saidJoiners takes the setting where it is said at the summary; ok is false where it is not.
func (f *cast) saidJoiners(t *castTurn) (bot.Next, bool) {
	m := joinersSaid.FindStringSubmatch(bot.Simplified(t.Text()))
	switch {
	case m == nil || t.Data.Urgent:
		return bot.Next{}, false
	case m[1] == "不发":
		t.Data.Joiners = calendar.Date{}
		return bot.Goto("sure"), true
	case strings.TrimSpace(m[2]) == "":
		return bot.Goto("joiners"), true
	}
	return f.joinUntil(t, m[2]), true
}

// joinUntil takes the last day on which who comes later gets it.
func (f *cast) joinUntil(t *castTurn, text string) bot.Next {
	now := f.words.calendar.Local(t.Now)
	at, problem := momentOf(bot.Simplified(strings.TrimSpace(text)), now, 23, 59)
	switch {
	case at.IsZero() && problem == "":
		return bot.Miss()
	case at.IsZero():
		t.Lead(problem + "\n")
		return bot.Goto("joiners")
	case at.After(now.AddDate(0, 0, broadcast.MostJoining)):
		t.Lead(fmt.Sprintf("太远了,最多 %d 天。\n", broadcast.MostJoining))
		return bot.Goto("joiners")
	}
	y, m, d := at.Date()
	t.Data.Joiners = calendar.Date{Year: y, Month: m, Day: d}
	return bot.Goto("sure")
}

// joiners says up to which day who comes later gets it; "" where nobody does.
func (castWords) joiners(b broadcast.Broadcast) string {
	if b.Joiners == (calendar.Date{}) {
		return ""
	}
	return fmt.Sprintf("新来的也发,到 %d月%d日", b.Joiners.Month, b.Joiners.Day)
}

// joined says how many came later, and what became of it for them.
func (w castWords) joined(r broadcast.Report) string {
	n := 0
	for _, count := range r.Joined {
		n += count
	}
	switch until := w.joiners(r.Broadcast); {
	case until == "":
		return ""
	case n == 0:
		return until + "。"
	default:
		return fmt.Sprintf("%s;其中后来的 %d 人:%s。", until, n, w.counts(r.Joined))
	}
}

// counts lists receivers by state.
func (castWords) counts(of map[broadcast.ReceiptState]int) string {
	var counts []string
	for _, s := range broadcast.ReceiptStates {
		if n := of[s]; n > 0 {
			counts = append(counts, fmt.Sprintf("%s %d", receiptNames[s], n))
		}
	}
	return strings.Join(counts, " · ")
}
