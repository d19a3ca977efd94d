package flows_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union"
)

func TestATurnInTheMiddleOfAFormTouchesNoSQL(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	ledger := storage.NewLedger(h.stores.db, h.outbox, time.Now)
	in := bot.Input{Now: today, Fresh: true}
	in.Message = bot.Message{Address: bot.Address{Channel: h.wecom, User: "zhangwei"}, Kind: bot.KindText}
	steps := []struct {
		text    string
		touches bool
	}{
		{"提个建议,给锅炉房加个护栏", true}, // who is it, and is there one like it
		{"夜班巡检经过炉口没有护栏", false},
		{"说明", false},
		{"上一步", false},
		{"炉口没有护栏", false},
		{"改 类别 设备", false},
		{"继续", false},
		{"跳过", true}, // the summary keeps the draft
	}
	for _, s := range steps {
		in.Message.Text = s.text
		ctx, work := ledger.Open(t.Context(), bot.MessageID("m/"+s.text), 1)
		out, err := h.router.Turn(ctx, in)
		if err != nil {
			t.Fatalf("%s: %v", s.text, err)
		}
		if work.Touched() != s.touches {
			t.Errorf("%s: touches SQL %t, want %t", s.text, work.Touched(), s.touches)
		}
		work.Rollback()
		in.Session, in.Fresh = out.Session, false
	}
}

func TestALongFormFitsIntoASession(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	in := bot.Input{Now: today, Fresh: true}
	in.Message = bot.Message{Address: bot.Address{Channel: h.official, User: "o-zhangwei"}, Kind: bot.KindText}
	check(t, h.members.Bind(t.Context(), union.Identity{
		Channel: string(h.official), User: "o-zhangwei", Member: h.member("张伟"), Proof: union.ProofCode, BoundAt: today,
	}))
	chinese, escaped := strings.Repeat("长", 2000), strings.Repeat("<", 1999)+"长"
	for _, s := range []struct {
		text, want string
	}{
		{"提建议", "您建议怎么做"}, {chinese + "长", "写了 2001 字"}, {escaped, "哪一类"}, {"1", "什么情况"},
		{chinese, "精简一些"}, {"短", "什么效果"}, {"短", "…"}, {"1", "JY26-0001"},
	} {
		in.Message.Text = s.text
		out, err := h.router.Turn(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, r := range out.Replies {
			said += r.Text
		}
		if !strings.Contains(said, s.want) {
			t.Errorf("%.10s…: got %.200s, want %s", s.text, said, s.want)
		}
		encoded, err := json.Marshal(out.Session)
		check(t, err)
		if len(encoded)+len(said) > bot.SessionBytes { // what does not fit into one message waits in the session
			t.Errorf("%.10s…: session of %d bytes, answer of %d", s.text, len(encoded), len(said))
		}
		in.Session, in.Fresh = out.Session, false
	}
}
