package delivery

import (
	"sync"
	"time"

	"github.com/unionbot/unionbot/bot"
)

const (
	// firstRetry doubles with every try, up to lastRetry.
	firstRetry = time.Second
	lastRetry  = 5 * time.Minute
	// slowFor is how long a channel waits after a frequency limit or an alarm. [b10: at least 60 s]
	slowFor = time.Minute
	// asideFor is how often it is looked whether what a silence keeps back may go out.
	asideFor = 15 * time.Minute
	// giveUpAfter is when an item that was tried in vain is listed as failed instead.
	giveUpAfter = 72 * time.Hour
	// minuteFull and hourFull are how long a lane waits whose recipient has had all that a minute or an hour allows.
	minuteFull = 15 * time.Second
	hourFull   = 5 * time.Minute
)

// pauses says until when a channel is left alone.
type pauses struct {
	mu    sync.Mutex
	until map[bot.ChannelID]time.Time
}

func (p *pauses) set(channel bot.ChannelID, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.until == nil {
		p.until = make(map[bot.ChannelID]time.Time)
	}
	if p.until[channel].Before(until) {
		p.until[channel] = until
	}
}

func (p *pauses) get(channel bot.ChannelID) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until[channel]
}

// later settles an item to be tried again, the later the more often it was tried.
func (d *Deliverer) later(item bot.Parcel, cause string) bot.Settlement {
	wait := lastRetry
	if item.Attempts < 9 {
		wait = min(lastRetry, firstRetry<<item.Attempts)
	}
	wait += time.Duration(d.Jitter() * float64(wait) / 4)
	return bot.Settlement{State: bot.ParcelAgain, Cause: cause, RetryAt: d.Now().Add(wait)}
}

// pause leaves the whole channel alone for a while, and with it the item.
func (d *Deliverer) pause(channel bot.ChannelID, cause string) bot.Settlement {
	until := d.Now().Add(slowFor + time.Duration(d.Jitter()*float64(slowFor)/4))
	d.pauses.set(channel, until)
	return bot.Settlement{State: bot.ParcelAgain, Cause: cause, RetryAt: until}
}
