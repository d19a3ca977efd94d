package flows

import (
	"context"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// actPictures is what the button's key says in place of an act.
const actPictures cases.Act = "pictures"

// hearing are words that ask for what belongs to a case besides words, before or behind its number.
var hearing = []string{"听语音", "听原声", "听录音", "看照片听语音", "看照片", "看图片"}

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

// shownWords say what a picture shows: in few words, and in full.
var shownWords = map[cases.Shows]struct{ name, full string }{
	cases.ShowsBefore: {"前", "办理前"},
	cases.ShowsAfter:  {"后", "办理后"},
	cases.ShowsCheck:  {"复查", "复查时"},
	cases.ShowsSaid:   {"意见", "办理的人说的"},
}

// picturesOfCase counts the pictures of a case, by what they show once any shows something else than how it was: 3 张(前 1,后 2), 1 张(办理后).
func picturesOfCase(c cases.Case, s *service.Service) string {
	text := fmt.Sprintf("%d 张", len(c.Pictures))
	shown := c.Shown(s)
	if shown[cases.ShowsBefore] == len(c.Pictures) {
		return text
	}
	var parts []string
	for _, what := range cases.AllShows {
		if n := shown[what]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", shownWords[what].name, n))
		}
		if shown[what] == len(c.Pictures) {
			return text + "(" + shownWords[what].full + ")"
		}
	}
	return text + "(" + strings.Join(parts, ",") + ")"
}

// shownInTurn tells what those that are sent show: 先是【前】1 张(办理前),再是【后】1 张(办理后).
func shownInTurn(shown map[cases.Shows]int, unit string) string {
	var parts []string
	for _, what := range cases.AllShows {
		if n := shown[what]; n > 0 {
			parts = append(parts, fmt.Sprintf("是【%s】%d %s(%s)", shownWords[what].name, n, unit, shownWords[what].full))
		}
	}
	if len(parts) == 1 {
		return "都" + parts[0]
	}
	return "先" + strings.Join(parts, ",再")
}

// sendPictures has the pictures of a case sent to the officer, once a message, and says how many come.
func (k *tasks) sendPictures(ctx context.Context, t *tasksTurn, v cases.TaskView, then bot.Next) (bot.Next, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, v.Case.Number)
	}
	said, err := sendAttached(ctx, t.Talk, k.people, k.desk, officer, v.Case)
	if err != nil {
		return k.refused(t, err, v.Case.Number)
	}
	t.Say(said)
	return then, nil
}

// picturesDesk sends what belongs to a case besides words to a member who may see it, once an occasion.
type picturesDesk interface {
	SendPictures(ctx context.Context, viewer union.MemberID, id cases.ID, occasion string) (cases.Pictures, error)
}

// sendAttached has what a case holds besides words sent, once a message, and says how much comes.
func sendAttached(ctx context.Context, t *bot.Talk, p people, desk picturesDesk, viewer union.MemberID, c cases.Case) (string, error) {
	sent, err := desk.SendPictures(ctx, viewer, c.ID, string(t.Message.ID))
	if err != nil {
		return "", err
	}
	_, name, _ := attached(c)
	return picturesSent(name, sent, knowsMembers(p.directory, t.Message.Channel)), nil
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
		if p.Shows[cases.ShowsBefore] < p.Sent {
			where += "," + shownInTurn(p.Shows, unit)
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
		return p.Number + " 没有照片,也没有语音。"
	}
	return p.Number + " 的" + name + ":" + strings.Join(parts, ";") + "。"
}
