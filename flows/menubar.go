package flows

import (
	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/service"
)

// barServices is how many services the bar shows by name: the platforms take five entries below one, and the last leads
// to all the others.
const barServices = 4

// MenuBar lays out the bar at the bottom of the chat: what can be filed, one's own matters, and everything else.
func MenuBar(services []*service.Service, language string) []bot.MenuEntry {
	var file []bot.MenuEntry
	for _, s := range services {
		if s.Menu > 0 && len(file) < barServices {
			file = append(file, bot.MenuEntry{Label: "提" + s.Short.In(language), Key: "service:" + s.Name})
		}
	}
	first := bot.MenuEntry{Label: "办事", Entries: append(file, bot.MenuEntry{Label: "全部", Key: "menu"})}
	if len(file) == 1 {
		first = file[0]
	}
	return []bot.MenuEntry{
		first,
		{Label: "我的", Entries: []bot.MenuEntry{
			{Label: "我的事项", Key: "mine"},
			{Label: "最近进度", Key: "progress"},
			{Label: "报名竞赛活动", Key: "enrol"},
			{Label: "待办(工会干部)", Key: "tasks"},
		}},
		{Label: "帮助", Key: "menu"},
	}
}
