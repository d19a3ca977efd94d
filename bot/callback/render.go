package callback

import (
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
)

var oneLine = strings.NewReplacer("\r", "", "\n", " ")

// Numbered makes a channel's Render. It writes the text of a reply and below it one line a choice, as the adapter's function writes it from the
// choice's number from 1, its label on one line, and what a tap says. Text and label quote what members wrote and are made plain,
// so that links come from the function only.
func Numbered(r bot.Reply, line func(number int, label, say string) string) string {
	var b strings.Builder
	b.WriteString(bot.Plain(r.Text))
	for i, c := range r.Choices {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		number := strconv.Itoa(i + 1)
		say := c.Say
		if say == "" {
			say = number
		}
		b.WriteString(line(i+1, bot.Plain(oneLine.Replace(c.Label)), say))
	}
	return b.String()
}
