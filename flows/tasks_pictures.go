package flows

import (
	"context"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
)

// actPictures is what the button's key says in place of an act.
const actPictures cases.Act = "pictures"

// attached names what a case holds besides words: on the button and in the list's view, and within a sentence.
func attached(c cases.Case) (show, name string, ok bool) {
	pictures, voices := len(c.Pictures) > 0, len(c.Voices()) > 0
	switch {
	case pictures && voices:
		return "看照片听语音", "照片和语音", true
	case voices:
		return "听语音", "语音", true
	}
	return "看照片", "照片", pictures
}

// sendPictures has the pictures of a case sent to the officer, once a message, and says how many come.
func (k tasks) sendPictures(ctx context.Context, t *tasksTurn, v cases.TaskView, then bot.Next) (bot.Next, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, v.Case.Number)
	}
	sent, err := k.desk.SendPictures(ctx, officer, v.Case.ID, string(t.Message.ID))
	if err != nil {
		return k.refused(t, err, v.Case.Number)
	}
	_, name, _ := attached(v.Case)
	t.Say(picturesSent(name, sent, knowsMembers(k.people.directory, t.Message.Channel)))
	return then, nil
}

// picturesSent tells what comes and what does not. Whoever is in the directory gets the pictures there, wherever they
// were asked for.
func picturesSent(name string, p cases.Pictures, inDirectory bool) string {
	unit := "张"
	if name != "照片" {
		unit = "个"
	}
	var parts []string
	if p.Sent > 0 {
		where := "正在发给您"
		if !inDirectory {
			where += "(用企业微信的,发在企业微信里)"
		}
		switch before := p.Sent - p.After; {
		case p.After > 0 && before > 0:
			where += fmt.Sprintf(",先是【前】%d %s(办理前),再是【后】%[3]d %[2]s(办理后)", before, unit, p.After)
		case p.After > 0:
			where += ",都是【后】(办理后)"
		}
		parts = append(parts, fmt.Sprintf("%d %s%s", p.Sent, unit, where))
	}
	if p.Pending > 0 {
		parts = append(parts, fmt.Sprintf("%d %s还在接收,稍后再看", p.Pending, unit))
	}
	if p.Lost > 0 {
		parts = append(parts, fmt.Sprintf("%d %s在平台上已过期,没能留下", p.Lost, unit))
	}
	if len(parts) == 0 {
		return p.Number + " 没有" + name + "。"
	}
	return p.Number + " 的" + name + ":" + strings.Join(parts, ";") + "。"
}
