package delivery_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/notice"
)

// silent keeps an item back as long as it is on.
type silent struct {
	*storage.Outbox
	key string
	on  atomic.Bool
}

func (s *silent) Begin(ctx context.Context, item bot.Parcel, to bot.Address, call []byte, life time.Duration) error {
	if s.on.Load() && item.Key == s.key {
		return bot.ErrAside
	}
	return s.Outbox.Begin(ctx, item, to, call, life)
}

// A silence lasts for days: what it keeps back of a person's goes out behind it, and what comes after that does not wait so long.
func TestWhatASilenceKeepsBackHoldsUpNothingBehindIt(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("lifang")}
	s := &silent{Outbox: p.outbox, key: "wish"}
	s.on.Store(true)
	p.queue = s
	digest := func(key, text string) notice.Notice {
		n := say(key, 1, text)
		n.Kind = notice.KindBroadcast
		return n
	}
	p.put(digest("wish", "本周通知:祝大家中秋快乐"), digest("water", "明天停水"))
	p.start()
	p.eventually("what comes behind it was sent", func() bool { return len(p.wecom.Calls()) == 1 })
	p.settled()
	p.put(digest("later", "后天停电"))
	p.eventually("what came later was sent", func() bool { return len(p.wecom.Calls()) == 2 })
	p.settled()
	s.on.Store(false)
	p.clock.advance(time.Hour)
	p.deliverer.Wake()
	p.eventually("the silence is over", func() bool { return len(p.wecom.Calls()) == 3 })
	p.settled()
	p.wantSent(p.wecom, sendPath, "lifang: 明天停水", "lifang: 后天停电", "lifang: 本周通知:祝大家中秋快乐")
}
