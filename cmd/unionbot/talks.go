package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/talk"
)

// talksEvery is how often it is looked for talks that move on and files that have come: two looks at indexes.
const talksEvery = 2 * time.Second

// movingTalks moves on what nobody answers, passes on files and empties the queues until ctx ends. Replicas may do it at
// the same time.
func movingTalks(desk *talk.Desk, log *slog.Logger) job {
	return repeating("talks", talksEvery, log, chore{"talks", func(ctx context.Context) (int64, error) { return desk.Sweep(ctx, sweepBatch) }})
}

// newTalkDesk makes what lets members talk to a person.
func newTalkDesk(c config.Config, s *stores, clock *clock, days *calendar.Calendar, book *reference.Book, words *flows.Notices, all channels, log *slog.Logger) *talk.Desk {
	return talk.NewDesk(talk.Deps{
		Store: storage.NewTalks(s.db), Members: s.members, StandIns: storage.NewStandIns(s.db), Outbox: s.outbox, Words: words, Calendar: days, Book: book,
		Windows: windowsFor(notice.KindTalk, c, clock, all, log), Now: clock.now, NewID: s.db.NewID, Most: c.TalkLoad, Keep: talk.Keep(keepSheet(s)),
	})
}

// talkWindows tells how much the members' accounts may be sent.
type talkWindows struct {
	channels channels
	// announced is true where a template says that an answer waits.
	announced bool
	now       func() time.Time
	log       *slog.Logger
}

// windowsFor tells of notices of a kind.
func windowsFor(kind string, c config.Config, clock *clock, all channels, log *slog.Logger) talkWindows {
	return talkWindows{all, c.OfficialAccount.Templates[kind] != "", clock.now, log.With("part", kind)}
}

// Window implements talk.Windows. A count that cannot be read keeps nobody from talking.
func (w talkWindows) Window(ctx context.Context, who union.Identity) (talk.Window, error) {
	at := w.channels.window(bot.ChannelID(who.Channel))
	if at == nil {
		return talk.Window{}, nil
	}
	n, until, known, err := at.Left(ctx, bot.Address{Channel: bot.ChannelID(who.Channel), User: bot.UserID(who.User)})
	if err != nil {
		w.log.Warn("window not known", "channel", who.Channel, "err", err)
		return talk.Window{Limited: true, Announced: w.announced}, nil
	}
	if known && !until.After(w.now()) { // the clock of a demo runs ahead of the machine's, by which the count is kept
		n = 0
	}
	return talk.Window{Limited: true, Known: known, Left: n, Until: until, Announced: w.announced}, nil
}
