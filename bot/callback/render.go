package callback

import (
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
)

// A reply is shown as text with links, and quotes what members wrote: the full-width sign looks the same and opens no tag.
var noTags = strings.NewReplacer("<", "＜")

var oneLine = strings.NewReplacer("<", "＜", "\r", "", "\n", " ")

// Numbered writes the text of a reply and below it one line a choice, as the adapter's function writes it from the
// choice's number, its label without tags and line breaks, and what a tap says.
func Numbered(r bot.Reply, line func(number, label, say string) string) string {
	var b strings.Builder
	b.WriteString(noTags.Replace(r.Text))
	for i, c := range r.Choices {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		number := strconv.Itoa(i + 1)
		say := c.Say
		if say == "" {
			say = number
		}
		b.WriteString(line(number, oneLine.Replace(c.Label), say))
	}
	return b.String()
}
