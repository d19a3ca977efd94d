package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/watch"
)

// tracesGrace is how long the last traces may take to be sent when the process stops.
const tracesGrace = time.Second

// newWatch makes what everything is looked at with; close sends what is left of the traces.
func newWatch(ctx context.Context, c config.Config, log *slog.Logger) (w *watch.Watch, closeTraces func() error, err error) {
	is := thisBuild()
	build := watch.Build{Version: is.Version, Revision: is.Revision, Go: is.Go}
	if !c.Traces {
		return watch.New(build, time.Now, nil), func() error { return nil }, nil
	}
	tracer, closeTracer, err := watch.OpenTraces(ctx, is.Version, log.With("part", "traces"))
	if err != nil {
		return nil, nil, err
	}
	ctx = context.WithoutCancel(ctx)
	return watch.New(build, time.Now, tracer), func() error {
		patience, cancel := context.WithTimeout(ctx, tracesGrace)
		defer cancel()
		return closeTracer(patience)
	}, nil
}

// watchStores looks at the calls to the stores. It comes before anything uses them.
func watchStores(w *watch.Watch, s *stores, closeTraces func() error) {
	s.watch, s.closeTraces = w, closeTraces
	w.Delivers(bot.ReplyParcel)
	w.Delivers(notice.Kinds...)
	s.db.Watch(w.SQL)
	s.turns.Watch(w.Redis)
	w.Gauge("database_connections", "Connections to the database that are open.", func() float64 {
		open, _ := s.db.Connections()
		return float64(open)
	})
	w.Gauge("database_connections_in_use", "Connections to the database that are in use.", func() float64 {
		_, inUse := s.db.Connections()
		return float64(inUse)
	})
}

func watchDrafts(w *watch.Watch, desk *cases.Desk) {
	w.Counts("clock_moves_total", "What was done because nobody decided, by kind.", "kind", desk.Moves)
	w.Gauge("drafts_unsaved", "Half-filled forms that wait to be written to the database.", func() float64 {
		return float64(desk.UnsavedDrafts())
	})
}

// mostCounted ends the counting of what may be many.
const mostCounted = 10_000

// readQueues reads how the queues stand.
func readQueues(s *stores, desk *cases.Desk) func(context.Context) ([]watch.Queue, error) {
	inbox, record, talks := storage.NewInbox(s.db, s.outbox, time.Now), storage.NewAudit(s.db), storage.NewTalks(s.db)
	casts := storage.NewBroadcasts(s.db, "")
	return func(ctx context.Context) ([]watch.Queue, error) {
		outbox, err := s.outbox.Backlog(ctx)
		if err != nil {
			return nil, err
		}
		owed, oldest, err := inbox.Waiting(ctx)
		if err != nil {
			return nil, err
		}
		parked, err := s.parked.Untold(ctx, mostCounted)
		if err != nil {
			return nil, err
		}
		unlisted, since, err := record.Unlisted(ctx, mostCounted)
		if err != nil {
			return nil, err
		}
		clocks, err := desk.ClockBacklog(ctx, mostCounted)
		if err != nil {
			return nil, err
		}
		going, err := casts.Waiting(ctx, mostCounted)
		if err != nil {
			return nil, err
		}
		greetings, err := storage.NewGreetings(s.db).Overdue(ctx, time.Now(), mostCounted)
		if err != nil {
			return nil, err
		}
		people, err := talks.Backlog(ctx)
		if err != nil {
			return nil, err
		}
		return []watch.Queue{
			{Name: "broadcasts", Rows: going},
			{Name: "greetings", Rows: int64(greetings)},
			{Name: "talks", Rows: people.Held + people.Waiting, Oldest: people.Oldest},
			{Name: "talks_waiting", Rows: people.Waiting},
			{Name: "overdue", Rows: clocks.Overdue},
			{Name: "clocks", Rows: clocks.Failing, Oldest: time.Now().Add(-clocks.Behind)},
			{Name: "outbox", Rows: int64(outbox.Waiting), Oldest: outbox.Oldest},
			{Name: "in_hand", Rows: int64(outbox.Claimed)},
			{Name: "failed", Rows: int64(outbox.Failed)},
			{Name: "uncertain", Rows: int64(outbox.Uncertain)},
			{Name: "inbox", Rows: owed, Oldest: oldest},
			{Name: "parked", Rows: parked},
			{Name: "audit", Rows: unlisted, Oldest: since},
		}, nil
	}
}

// calls looks at the calls to a channel's platform, nil where nobody does.
func (s *stores) calls(channel bot.ChannelID) platform.Watch {
	if s.watch == nil {
		return nil
	}
	return s.watch.Call(channel)
}
