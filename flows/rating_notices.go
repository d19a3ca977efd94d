package flows

import (
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/talk"
)

var _ cases.RatingWords = (*Notices)(nil)

// saidHow asks an author how a case was handled, below the answer.
const saidHow = "\n办得怎么样?点一下,或回复\"满意\"、\"一般\"或\"不满意\"。"

// ratingWords are the answers, in the order in which they are offered: that of the ratings of cases and talks.
var ratingWords = []string{"满意", "一般", "不满意"}

// saidRated stands on a card that was answered, before the answer.
const saidRated = "已评:"

func rateCard(id cases.ID) string { return "rate-" + strconv.FormatInt(int64(id), 10) }

func rateTalkCard(id talk.ID) string { return "rate-talk-" + strconv.FormatInt(int64(id), 10) }

// askRating asks by one tap. The number stands on the card only where the text beside it has it.
func askRating(c cases.Case, named bool) notice.Ask {
	ask := notice.Ask{Title: "办得怎么样?", TaskID: rateCard(c.ID)}
	if named {
		ask.Title = c.Number + " " + ask.Title
	}
	for _, word := range ratingWords {
		ask.Choices = append(ask.Choices, notice.Choice{Label: word, Say: word + " " + c.Number})
	}
	return ask
}

// askTalkRating asks how a talk was, by the day on which it ended.
func (n *Notices) askTalkRating(v talk.View) notice.Ask {
	ask := notice.Ask{Title: "对话结束了,满意吗?", TaskID: rateTalkCard(v.ID)}
	for _, word := range ratingWords {
		ask.Choices = append(ask.Choices, notice.Choice{Label: word, Say: word + " " + plainDay(n.calendar, v.EndedAt) + "的对话"})
	}
	return ask
}

// plainDay is a day without its weekday: 11月22日.
func plainDay(c interface{ SpeechDay(t time.Time) string }, at time.Time) string {
	day, _, _ := strings.Cut(c.SpeechDay(at), "(")
	return day
}

// RatedCard implements cases.RatingWords.
func (n *Notices) RatedCard(c cases.Case, r cases.Rating) notice.Body {
	return notice.Answered(rateCard(c.ID), saidRated+ratingWords[r-1])
}

// TalkRated implements talk.Words.
func (n *Notices) TalkRated(v talk.View) notice.Body {
	return notice.Answered(rateTalkCard(v.ID), saidRated+ratingWords[v.Rating-1])
}

// Discontent tells somebody above why an author is not content.
func (n *Notices) Discontent(c cases.Case, sensitive bool, author, why string) notice.Body {
	if sensitive {
		return notice.Body{Text: c.Number + " 保密事项:提出人对结果不满意。请过问,回复\"进度 " + c.Number + "\"查看原因。"}
	}
	return notice.Body{Text: c.Number + "《" + cut(c.Title, 30) + "》:" + author + " 对结果不满意,原因:" + cut(why, noteRunes) +
		"\n结果和钱不能重定,请您过问并告诉提出人。回复\"进度 " + c.Number + "\"看经过。"}
}
