package flows

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

// askedKey begins the flow for the bare answer to what was asked about the birthday.
const askedKey = "asked"

// bareCalendar is such an answer: 农历, 过阳历的, 农历冬月十九, 冬月十九. Without the question it would mean nothing.
var bareCalendar = regexp.MustCompile(`^(?:我?(?:过|是|按|用|平时过|一直过))?\s*(?:(?:(?:农历|阴历|旧历)(?:的|是)?\s*)?(闰?(?:正|一|二|三|四|五|六|七|八|九|十|冬|腊|十一|十二)月(?:初[一二三四五六七八九十]|十[一二三四五六七八九]?|[二廿]十?[一二三四五六七八九]?|三十))|(阳历|公历|新历|农历|阴历|旧历))(?:生日|的|吧|啊|呢)*[。.!]?$`)

// claims takes a bare calendar, or a bare day of the lunar one, for the answer to the question by which the birthday is kept, while
// that is fresh.
func (g *greeting) claims(ctx context.Context, t *bot.Talk, last bool) (key string, ok bool, err error) {
	if last || t.Interrupts || !t.IsText() || !bareCalendar.MatchString(strings.TrimSpace(bot.Simplified(t.Text()))) {
		return "", false, nil
	}
	member, err := g.people.find(ctx, t)
	if err != nil || member == 0 {
		return "", false, err
	}
	asked, _, err := g.desk.Greeted(ctx, member)
	if errors.Is(err, union.ErrNotFound) {
		return "", false, nil
	}
	return askedKey, err == nil && asked.Occasion == occasion.Ask, err
}
