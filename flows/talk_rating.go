package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

// saysTalkRating is what the buttons behind a talk say, with the day on which it ended: nobody is asked twice in one.
var saysTalkRating = regexp.MustCompile(`^(满意|一般|不满意)\s*((?:\d{4}年)?\d{1,2}月\d{1,2}日)的对话[。!]?$`)

// entryRate begins the key under which a talk is rated: rate:满意:11月22日.
const entryRate = "rate:"

// personFirst knows 人工 工资的事: the word with what it is about.
var personFirst = regexp.MustCompile(`^(?:转|找)?人工(?:服务)?[\s,，:：]+\S`)

// understand hears a talk rated, or somebody asked for.
func (k *talking) understand(text string) []bot.Guess {
	if m := saysTalkRating.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
		return []bot.Guess{{Label: "评价对话", Key: entryRate + m[1] + ":" + m[2], Score: ratingScore}}
	}
	if personFirst.MatchString(text) {
		return []bot.Guess{{Label: "找工会的人", Score: 1}}
	}
	return k.reader.about(topicPerson, "找工会的人", "")(text)
}

// rateDay rates the talk that ended on a day, if that is still waited for. One that is open goes on.
func (k *talking) rateDay(ctx context.Context, t *talkTurn, key string) (bot.Next, error) {
	said, day, _ := strings.Cut(strings.TrimPrefix(key, entryRate), ":")
	given := talk.Rating(ratingOf(said))
	member, err := k.people.acting(ctx, t.Talk)
	var v talk.View
	if err == nil {
		v, err = k.desk.Unrated(ctx, member)
	}
	if err == nil && plainDay(k.words.calendar, v.EndedAt) != day {
		err = union.ErrNotFound
	}
	if err == nil {
		_, err = k.desk.Rate(ctx, member, given)
	}
	switch {
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		t.Say(day + "的对话不用评了:已经评过,或者过了一天。谢谢!")
	case err != nil:
		return bot.Next{}, fmt.Errorf("rate talk: %w", err)
	default:
		t.Say(saidTalkRated[given])
	}
	if _, err := k.desk.Of(ctx, member); err == nil {
		t.Data.Quiet = true
		return bot.Goto("talking"), nil
	} else if !errors.Is(err, union.ErrNotFound) {
		return bot.Next{}, fmt.Errorf("find talk: %w", err)
	}
	return bot.End(), nil
}

// saidTalkRated answers whoever has rated a talk.
var saidTalkRated = map[talk.Rating]string{
	talk.Content: "谢谢您!记为满意。", talk.SoSo: "谢谢,记下了。我们接着改进。", talk.Discontent: "记下了,对不住。想请另一位同志谈,回复\"人工\"。",
}
