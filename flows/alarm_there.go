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

// fromThere knows how people report from where they have gone: 到了,已经断电; 火已经灭了; 险情解除. 现场: begins anything else. What is
// wished for or asked about is none, for it is not to be told to whoever reported a danger.
var (
	fromThere = regexp.MustCompile(`^(?:(?:好的?|收到|报告)[,，\s]*)?(?:我们?|人|大家)?(?:已经?|刚刚?|都|也)*(?:到了|到达|到现场了?|到场了?|赶到了?|到位了?)(?:[,，。.!！\s]|现场|$)|^现场[,，:：\s]|` +
		`^(?:险情|危险|警报|火情?|火势|明火|泄漏|漏点|阀门|电源?|煤气|设备|现场|人员?)?(?:已经?|都|全|全部)(?:被|经)?(?:解除|扑灭|灭了|排除|控制住|断电|断气|断开|关掉|关了|切断|停机|停下|停了|疏散|撤开|撤出|撤离|救出|送上|送医)|` +
		`^(?:险情|危险|警报|火情?|火势)(?:解除|灭了|排除|控制住)`)
	fromElsewhere = regexp.MustCompile(`[?？]|想|申请|咨询|怎么|吗|找人|不服|报名|补贴|补助|工资|退休|慰问|我(?:被|家|爸|妈|老婆|老公|孩子)`)
)

// claims takes the words of whoever went to a danger, where they mean nothing else.
func (a *alarm) claims(ctx context.Context, t *bot.Talk, last bool) (key string, ok bool, err error) {
	if !last && t.Interrupts || !t.IsText() || !tellsFromThere(bot.Simplified(strings.TrimSpace(t.Text()))) {
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

func tellsFromThere(text string) bool {
	return fromThere.MatchString(text) && !fromElsewhere.MatchString(text)
}

// there passes on what whoever went there says.
func (a *alarm) there(ctx context.Context, t *alarmTurn, key string) (bot.Next, error) {
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
