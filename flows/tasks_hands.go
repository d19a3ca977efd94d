package flows

import (
	"regexp"

	"github.com/unionbot/unionbot/bot"
)

// handsByName knows who is to get a task, or to be drawn in, where no number is said: 委派 孙丽 看看电够不够. Behind the word stands a blank, for
// people write 转交安全科处理 of other things.
var handsByName = regexp.MustCompile(`^(转办|转交|委派|加签|抄送)(?:给)?[\s,,、::]+(\S.*)$`)

// handsOver is where such a sentence leads, about the task with that number; without one, about the only task that the officer has.
func handsOver(text, number string) (bot.Entry, bool) {
	m := handsByName.FindStringSubmatch(text)
	if m == nil {
		return bot.Entry{}, false
	}
	word := bot.ParseCommand(m[1]).Word
	e := handEntry(word, number)
	if word != bot.WordReassign {
		e.Flow = "aside"
	}
	e.Text = m[2]
	return e, true
}
