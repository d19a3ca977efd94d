package flows

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
)

// whetherPlaced asks where it is, once people were rung, unless that was said already.
func (a *alarm) whetherPlaced(t *alarmTurn) bot.Next {
	switch {
	case len(t.Data.Which) > 0:
		return bot.Goto("which")
	case !t.Data.Placed:
		return bot.Goto("where")
	}
	return a.over(t)
}

// over ends what is asked of somebody in danger. No form follows.
func (a *alarm) over(t *alarmTurn) bot.Next {
	t.Say(a.waits(t))
	return bot.End()
}

var (
	// noPlace is how people say that they do not know where they are, or only that they have heard.
	noPlace = regexp.MustCompile(`^(?:不知道|不清楚|说不清|没有了?|跳过|好的?|好的?,?谢谢.{0,3}|嗯+|行|收到|知道了?|明白了?|谢谢.{0,3}|就这些)[。.!！~]*$`)
	// noAnswer is what they say of people and of haste where they were asked for a place: it is passed on, and no place.
	noAnswer = regexp.MustCompile(`^(?:快|赶紧|赶快|马上|救|来人)[^。]{0,12}$|撤(?:出|走|离|完|开)|没(?:有)?人?受?伤|(?:都|人)(?:已经)?(?:出来|跑)了`)
)

func (a *alarm) takeWhere(ctx context.Context, t *alarmTurn) (bot.Next, error) {
	if !t.IsText() {
		return a.takeSent(ctx, t)
	}
	said := strings.TrimSpace(t.Text())
	s, err := a.caseWords.services.ByHash(ctx, t.Data.Hash)
	if err != nil {
		return bot.Next{}, fmt.Errorf("find service: %w", err)
	}
	found := a.placesIn(ctx, t, s, said)
	switch {
	case asksForOne(a.services, said):
		return bot.Pass(), nil // it was not said in answer to this
	case noPlace.MatchString(bot.Simplified(said)):
		return a.over(t), nil
	case len(found) == 0 && placeIn(said) == "" && noAnswer.MatchString(bot.Simplified(said)):
		if over, err := a.add(ctx, t, said); over || err != nil {
			return bot.End(), err
		}
		t.Lead("这句我正在转给他们。")
		return bot.Repeat(), nil
	case soundsOfDanger(s.Alarm, said) == alarmSure: // the same once more, or another
		a.hear(ctx, t, s, said)
		return a.raise(ctx, t, s, false)
	}
	return a.tellFound(ctx, t, s, said, found)
}
