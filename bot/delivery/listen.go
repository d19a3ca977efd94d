package delivery

import (
	"context"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// Receiver takes messages in (bot.Engine).
type Receiver interface {
	Receive(ctx context.Context, m bot.Message) bot.Answer
}

// Hearing is what delivery learns from messages that arrive.
type Hearing struct {
	// Heard opens the windows of the channels that have one; nil where none has.
	Heard func(ctx context.Context, who bot.Address, kind bot.Kind, at time.Time) error
	// Tapped records the fresh response code of a card.
	Tapped func(ctx context.Context, taskID string, to bot.Address, code string, at time.Time) error
	// Unshown notes that somebody was not shown a notice that the platform had taken; it may be nil.
	Unshown func(ctx context.Context, who bot.Address, notice bot.Unshown) error
	// Windowed says whether a channel has windows.
	Windowed func(bot.ChannelID) bool
	Logger   *slog.Logger
}

// hearTimeout bounds what a message is delayed when a store is away, for its turn waits for the same store again and
// the person should read words within a second. What is not noted costs a parked notice, or the words instead of an
// updated card.
const hearTimeout = 150 * time.Millisecond

// Listen notes what arriving messages mean for delivery, before next gets them: its effects may be sent at once.
func Listen(next Receiver, h Hearing) Receiver {
	if h.Logger == nil {
		h.Logger = slog.New(slog.DiscardHandler)
	}
	return listener{next, h}
}

type listener struct {
	next Receiver
	Hearing
}

// Receive implements Receiver.
func (l listener) Receive(ctx context.Context, m bot.Message) bot.Answer {
	l.note(ctx, m)
	return l.next.Receive(ctx, m)
}

func (l listener) note(ctx context.Context, m bot.Message) {
	ctx, cancel := context.WithTimeout(ctx, hearTimeout)
	defer cancel()
	if m.Tap != nil && m.Tap.TaskID != "" {
		if err := l.Tapped(ctx, m.Tap.TaskID, m.Address, m.Tap.ResponseCode, m.SentAt); err != nil {
			l.Logger.Warn("tap not noted", "channel", string(m.Channel), "err", err)
		}
	}
	for _, notice := range m.Unshown {
		if l.Unshown == nil {
			break
		}
		if err := l.Unshown(ctx, m.Address, notice); err != nil {
			l.Logger.Warn("notice that was not shown not noted", "channel", string(m.Channel), "notice", notice.ID, "err", err)
		}
	}
	if l.Heard != nil && l.Windowed(m.Channel) {
		if err := l.Heard(ctx, m.Address, m.Kind, m.SentAt); err != nil {
			l.Logger.Warn("word not noted", "channel", string(m.Channel), "err", err)
		}
	}
}
