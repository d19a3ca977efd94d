package flows_test

import (
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

func TestASelfCheckTouchesNoSQLAndLeavesNothing(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	ledger := storage.NewLedger(h.stores.db, h.outbox, time.Now)
	in := bot.Input{Now: today}
	in.Message = bot.Message{Address: bot.Address{Channel: h.wecom, User: "zhangwei"}, Kind: bot.KindText}
	for i, text := range []string{"我是不是抑郁了", "6", "6", "6", "6", "6"} {
		in.Message.Text = text
		ctx, work := ledger.Open(t.Context(), bot.MessageID("check/"+string(rune('a'+i))), 1)
		out, err := h.router.Turn(ctx, in)
		check(t, err)
		if work.Touched() {
			t.Errorf("%s: touches SQL", text)
		}
		work.Rollback()
		in.Session = out.Session
	}
	if in.Session.Flow != "" || strings.Contains(string(in.Session.Data), "points") {
		t.Errorf("left is %+v", in.Session)
	}
}
