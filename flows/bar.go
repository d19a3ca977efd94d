package flows

import (
	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/menubar"
)

// BarStarts are the conversations that an entry of the bar may begin.
var BarStarts = []string{"menu", "mine", "progress", "tasks", "enrol", "bind"}

// Bar is the bar as the platforms take it.
func Bar(laid []menubar.Entry) (entries []bot.MenuEntry) {
	for _, e := range laid {
		entry := bot.MenuEntry{Label: e.Label, Entries: Bar(e.Entries)}
		switch {
		case e.Service != "":
			entry.Key = "service:" + e.Service
		case e.Start != "":
			entry.Key = e.Start
		case e.Say != "": // a key that begins nothing is taken for words
			entry.Key = e.Say
		case e.Scan:
			entry.Key, entry.Scan = "scan", true
		}
		entries = append(entries, entry)
	}
	return entries
}
