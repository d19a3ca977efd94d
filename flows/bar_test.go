package flows_test

import (
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/flows/menubar"
	"github.com/unionbot/unionbot/flows/services/servicestest"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
	menu "github.com/unionbot/unionbot/union/menubar"
	"github.com/unionbot/unionbot/union/service"
)

// Every entry of the bar that comes along begins something, and so does everything that another bar may name.
func TestEveryEntryOfTheBarBeginsSomething(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	bar, err := menu.Read(menubar.Default)
	check(t, err)
	laid, err := bar.Lay(servicestest.Set(t).On(service.DayOf(today)).All(), flows.BarStarts, "zh-CN")
	check(t, err)
	var keys []string
	for _, e := range flows.Bar(laid) {
		for _, one := range append([]bot.MenuEntry{e}, e.Entries...) {
			if len(one.Entries) == 0 && !one.Scan {
				keys = append(keys, one.Key)
			}
		}
	}
	if len(keys) < 8 {
		t.Fatalf("only %d entries are tapped: %q", len(keys), keys)
	}
	catalog, ok := h.router.(*bot.Catalog)
	if !ok {
		t.Fatalf("the router is %T", h.router)
	}
	for _, key := range append(keys, flows.BarStarts...) {
		if !catalog.Begins(key) {
			t.Errorf("the entry %q begins nothing", key)
		}
	}
}
