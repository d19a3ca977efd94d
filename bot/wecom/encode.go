package wecom

import (
	"strconv"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/callback"
)

// TextBytes is the longest text of one message, in bytes; WeCom cuts a longer one without a word
// (developer.work.weixin.qq.com/document/path/90236 and 96469).
const TextBytes = 2048

// Render writes a reply as WeCom shows it: the text, then a numbered line for every choice. A member's < cannot begin a
// link, for the text may quote what members wrote.
func Render(r bot.Reply) string {
	return callback.Numbered(r, func(number int, label, _ string) string { return strconv.Itoa(number) + " " + label })
}
