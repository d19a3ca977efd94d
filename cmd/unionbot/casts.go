package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	mathrand "math/rand/v2"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/cases"
)

const (
	// castsEvery is how often broadcasts are looked at of which something is due: one look at an index.
	castsEvery = time.Second
	// heldEvery is how often it is looked for what a week's ceiling has held back.
	heldEvery = 10 * time.Minute
	// againEvery is how often it is looked for runs whose days come near.
	againEvery = time.Minute
)

func newCastStore(c config.Config, s *stores) *storage.Broadcasts {
	store := storage.NewBroadcasts(s.db, directoryChannel(c))
	store.UseCeiling(c.BroadcastsPerDay)
	return store
}

// newCastDesk makes what decides about broadcasts.
func newCastDesk(c config.Config, s *stores, clock *clock) (*broadcast.Desk, error) {
	days, err := openCalendar(c, clock.now)
	if err != nil {
		return nil, err
	}
	windows := castWindows{channel: string(officialAccountCallback(c.OfficialAccount).ChannelID())}
	if s.turns != nil { // else nobody asks who may be written to
		windows.windows = windowsOf(c.OfficialAccount, s)
	}
	return broadcast.NewDesk(broadcast.Deps{
		Store: newCastStore(c, s), Members: s.members, Outbox: s.outbox, Words: flows.NewNotices(days, c.Language),
		Hours: days, Zone: c.Timezone, Now: clock.now, NewID: s.db.NewID, Weekly: c.BroadcastsPerWeek, Keep: broadcast.Keep(keepSheet(s)),
		Lists:   storage.NewLists(storage.NewAttachments(s.db), s.media.Open, clock.now),
		Windows: windows, Notices: castNotices(c),
	}), nil
}

// castNotices are the kinds of business for which the Official Account has a template.
func castNotices(c config.Config) (list []broadcast.Business) {
	for _, b := range broadcast.Businesses {
		if c.OfficialAccount.On() && c.OfficialAccount.Templates[string(b)] != "" {
			list = append(list, b)
		}
	}
	return list
}

// castWindows tells who of an Official Account's followers may be written to now.
type castWindows struct {
	channel string
	windows *turns.Windows
}

// Open implements broadcast.Windows. Where nobody knows, the platform decides.
func (w castWindows) Open(ctx context.Context, who union.Identity) (bool, error) {
	if who.Channel != w.channel {
		return true, nil
	}
	n, _, known, err := w.windows.Left(ctx, bot.Address{Channel: bot.ChannelID(who.Channel), User: bot.UserID(who.User)})
	return n > 0 || !known, err
}

// newCasting makes what plans broadcasts, and what sends them. Replicas may do both at the same time.
func newCasting(c config.Config, s *stores, desk *broadcast.Desk, channels channels, clock *clock, log *slog.Logger) []job {
	drained := make(chan struct{}, 1)
	caster := delivery.NewCaster(delivery.CastConfig{
		Queue:    storage.NewBroadcastQueue(newCastStore(c, s), desk.Hours, c.Timezone, clock.now),
		Throttle: turns.NewThrottle(s.turns.Client()), Parking: s.parked, Flag: s.turns, Channels: channels.sending(),
		PerSecond: float64(c.BroadcastsPerSecond), Owner: rand.Text(), Now: time.Now, Jitter: mathrand.Float64,
		Logger: log.With("part", "broadcasts"), Settled: s.watch.Cast,
		Drained: func() {
			select {
			case drained <- struct{}{}:
			default:
			}
		},
	})
	return []job{{"broadcasts", caster.Run}, castPlans(desk, caster.Wake, drained, log)}
}

// castPlans moves broadcasts on until ctx ends, at once when one may have come to its end.
func castPlans(desk *broadcast.Desk, wake func(), drained <-chan struct{}, log *slog.Logger) job {
	return job{"broadcast plans", func(ctx context.Context) {
		often, seldom := time.NewTicker(castsEvery), time.NewTicker(heldEvery)
		again := time.NewTicker(againEvery)
		defer again.Stop()
		defer often.Stop()
		defer seldom.Stop()
		for {
			for moved := int64(1); moved > 0 && ctx.Err() == nil; {
				var err error
				if moved, err = desk.Advance(ctx, sweepBatch); err != nil && ctx.Err() == nil {
					log.Error("broadcasts stand still", "error", err)
				}
				if moved > 0 {
					wake()
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-seldom.C:
				sweep(ctx, chore{"held broadcasts", func(ctx context.Context) (int64, error) { return desk.Digest(ctx, sweepBatch) }}, log)
				sweep(ctx, chore{"lapsed broadcasts", func(ctx context.Context) (int64, error) { return desk.Lapse(ctx, sweepBatch) }}, log)
			case <-again.C:
				sweep(ctx, chore{"lists", func(ctx context.Context) (int64, error) { return 0, desk.TellLists(ctx, sweepBatch) }}, log)
				sweep(ctx, chore{"repeated broadcasts", func(ctx context.Context) (int64, error) { return desk.Repeat(ctx, sweepBatch) }}, log)
			case <-often.C:
			case <-drained:
			}
		}
	}}
}

// cameFile tells whoever sent a file what became of it, where that matters before it is asked for.
func cameFile(desk *cases.Desk, casts *broadcast.Desk) func(context.Context, cases.Attachment) error {
	return func(ctx context.Context, a cases.Attachment) error {
		if a.Kind != storage.ListAttachment {
			return desk.Came(ctx, a)
		}
		return casts.ListFetched(ctx, a.Owner, int64(a.ID), a.State == cases.AttachmentLost)
	}
}
