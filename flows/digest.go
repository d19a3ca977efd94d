package flows

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/calendar"
)

// digest lets an officer choose when to be reminded: 提醒 9:00 15:00, 提醒 关.
type digest struct {
	people   people
	calendar Calendar
	desk     ClockDesk
}

// asksDigest knows nothing but the word and what belongs to it.
var asksDigest = regexp.MustCompile(`^(?:待办)?提醒(?:时间)?[\s:]*(关闭?|开启?|[\d:：,，、和\s]*)$`)

const digestScore = 0.98 // it says nothing else

func (d *digest) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "digest", Rev: 1, Title: "待办提醒", Expires: time.Minute, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordRemind)},
		Understand: func(text string) []bot.Guess {
			if m := asksDigest.FindStringSubmatch(strings.TrimSpace(text)); m != nil && m[1] != "" {
				return []bot.Guess{{Label: "设提醒时间", Key: strings.TrimSpace(m[1]), Score: digestScore}}
			}
			return nil
		},
		Begin: d.begin,
	})
}

func (d *digest) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	member, next, err := d.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	const how = "每个工作日按时把待办汇总给您一次。要改时间请回复如\"提醒 9:00 15:00\",不要了回复\"提醒 关\"。"
	said := t.Entry.Key
	var clocks []time.Duration
	switch {
	case said == "":
		t.Say(how)
		return bot.End(), nil
	case strings.HasPrefix(said, "关"):
		if _, err := d.set(ctx, t, nil); err != nil {
			return bot.Next{}, err
		}
		t.Say("好的,新来的不再提醒。快到期和超期的每个工作日 " + calendar.ClockText(d.calendar.Digests()[0]) +
			" 说一次,有人催的、别人转来的和紧急的照样告诉您。想恢复回复\"提醒 开\"。")
		return bot.End(), nil
	case strings.HasPrefix(said, "开"):
		clocks = d.calendar.Digests()
	default:
		var ok bool
		duty := d.calendar.DutyHours()
		if clocks, ok = timesWithin(said, duty); !ok {
			t.Say(fmt.Sprintf("没有听懂这个时间。请写 1 到 4 个钟点,在 %s 到 %s 之间,如\"提醒 9:00 15:00\"。",
				calendar.ClockText(duty.From), calendar.ClockText(duty.To)))
			return bot.End(), nil
		}
	}
	soonest, err := d.set(ctx, t, clocks)
	if err != nil {
		return bot.Next{}, err
	}
	all := make([]string, len(clocks))
	for i, c := range clocks {
		all[i] = calendar.ClockText(c)
	}
	t.Say("好的,工作日 " + strings.Join(all, "、") + " 提醒您,下一次是 " + d.calendar.Speech(soonest) + "。没有待办就不打扰。")
	return bot.End(), nil
}

// timesWithin reads up to four times of day that lie within a span.
func timesWithin(said string, duty calendar.Span) (clocks []time.Duration, ok bool) {
	const most = 4
	clocks, err := calendar.ParseClocks(said)
	return clocks, err == nil && len(clocks) <= most && clocks[0] >= duty.From && clocks[len(clocks)-1] < duty.To
}

func (d *digest) set(ctx context.Context, t *bot.Turn[struct{}], clocks []time.Duration) (time.Time, error) {
	member, err := d.people.acting(ctx, t.Talk)
	if err != nil {
		return time.Time{}, err
	}
	return d.desk.SetDigest(ctx, member, clocks)
}
