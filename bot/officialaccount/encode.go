package officialaccount

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/callback"
)

// TextBytes is the longest text of one message, in bytes. No document says so: members of the platform's community
// measured it, and a longer passive reply shows the follower that the account is out of order.
const TextBytes = 2048

// Render writes a reply as the Official Account shows it: the text, then for every choice a numbered line that can be
// tapped, which sends what the choice says (weixin://bizmsgmenu) and which question it answers. No other link can come about, whatever members wrote.
func Render(r bot.Reply) string {
	return callback.Numbered(r, func(number int, label, say string) string {
		return line(say, callback.LineID(r.Question, number), strconv.Itoa(number)+" "+label)
	})
}

// Offer writes choices below the text of a notice. They have no numbers: a number that is written later would be about
// whatever was asked last.
func Offer(text string, choices []bot.Choice) string {
	return callback.Numbered(bot.Reply{Text: text, Choices: choices}, func(number int, label, say string) string {
		return line(say, callback.LineID(bot.NoticeQuestion, number), label)
	})
}

func line(say, id, shown string) string {
	// A blank as %20: the + that QueryEscape writes is a blank in forms only.
	content := strings.ReplaceAll(url.QueryEscape(say), "+", "%20")
	return `<a href="weixin://bizmsgmenu?msgmenucontent=` + content + `&msgmenuid=` + id + `">` + shown + `</a>`
}
