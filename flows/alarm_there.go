package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// thereKey begins the key of what somebody says who went to a danger; the case's id follows.
const thereKey = "there:"

// fromThere knows how people report from where they have gone: 到了,已经断电. 现场: begins anything else.
var fromThere = regexp.MustCompile(`^(?:(?:好的?|收到|报告)[,，\s]*)?(?:我们?|人|大家)?(?:已经?|刚刚?|都|也)*(?:到了|到达|到现场|到场|到位|在现场|赶到|到跟前)|^现场|` +
	`^[^,，。]{0,8}(?:已经?|都|被)(?:经|被|给)?(?:解除|扑灭|灭|排除|控制|处理|断电|断气|断开|停|关|切断|疏散|撤|救|送|安全|没事)|^(?:险情|危险|警报|火情?|火势)(?:解除|灭|排除|控制|不大)`)

// claims takes the words of whoever went to a danger, where they mean nothing else.
func (a alarm) claims(ctx context.Context, t *bot.Talk, last bool) (key string, ok bool, err error) {
	if !last && t.Interrupts || !t.IsText() || !fromThere.MatchString(bot.Simplified(strings.TrimSpace(t.Text()))) {
		return "", false, nil
	}
	officer, err := a.people.find(ctx, t)
	if err != nil || officer == 0 {
		return "", false, err
	}
	going, err := a.desk.GoingTo(ctx, officer)
	if err != nil || len(going) == 0 {
		return "", false, err
	}
	to := going[0]
	for _, c := range going {
		if strings.Contains(strings.ToUpper(t.Text()), c.Number) {
			to = c
		}
	}
	return thereKey + strconv.FormatInt(int64(to.ID), 10) + ":" + to.Number, true, nil
}

// there passes on what whoever went there says.
func (a alarm) there(ctx context.Context, t *alarmTurn, key string) (bot.Next, error) {
	id, number, _ := strings.Cut(key, ":")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return bot.Next{}, fmt.Errorf("read alarm %q: %w", id, err)
	}
	officer, err := a.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	switch err := a.desk.TellFromThere(ctx, officer, cases.ID(n), t.Text()); {
	case errors.Is(err, cases.ErrActNotAllowed), errors.Is(err, union.ErrNotFound):
		t.Say(number + " 已经了结,这一句没有转给任何人。")
	case err != nil:
		return bot.Next{}, fmt.Errorf("tell from there: %w", err)
	default:
		t.Say("好的,这一句我正在转给 " + number + " 的报告人,也记进了经过。")
	}
	return bot.End(), nil
}
