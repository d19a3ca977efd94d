package delivery

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"slices"
	"sync"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// A file goes behind the words of a broadcast in calls of its own, to those who have the words: written down before they are made like
// all others, and made again only while the platform finds doubles. Whoever has the words has the broadcast; that the file did not
// arrive, or that nobody knows, is the cause of the receipt. In place of the words (Alone) it is the call itself.

const (
	// uploadSpare is what an upload leaves of the lease of its pass.
	uploadSpare = 3 * time.Second
	// uploadPatience is for how long uploads fail until the words go out without the file. Urgent words wait for one upload only.
	uploadPatience = 5 * time.Minute
)

func withoutFile(cause string) bot.Receipt {
	return bot.Receipt{State: bot.ParcelSent, Cause: bot.WithoutFile + cause}
}

// messages is how many messages each gets.
func (p *pass) messages() int {
	if p.batch.File != nil && !p.batch.Alone {
		return 2
	}
	return 1
}

// fetch has the file at the platform before the words are written down, whose lease it would outlast behind them. It is not ready
// while it is put there; where it is not to be had the words go out without it.
func (p *pass) fetch(ctx context.Context, channel *Channel) (ready bool) {
	if p.batch.File == nil || p.media != nil || p.bare != "" {
		return true
	}
	if p.putAgain > 0 { // it has been tried in this pass
		return false
	}
	if p.media, p.bare = p.file(ctx, channel); p.media == nil && p.bare == "" {
		p.later(p.putAgain)
		return false
	}
	if p.media == nil {
		p.Logger.Warn("file not sent, the words go out alone", "broadcast", p.batch.Number, "channel", string(channel.ID), "cause", p.bare)
	}
	return true
}

// alone is the file that goes in place of the words; nil where the words go.
func (p *pass) alone() *platform.Media {
	if p.batch.Alone {
		return p.media
	}
	return nil
}

// fileKey names a file of one broadcast: a platform that finds doubles would take the same picture of two broadcasts for one.
func (p *pass) fileKey() string {
	sum := sha256.Sum256([]byte(p.batch.Number + " " + p.batch.File.Hash))
	return hex.EncodeToString(sum[:])
}

// putting is a file that this process is putting at a platform.
type putting struct {
	sync.Mutex
	// since is when it first failed, and next when it is tried again; it has failed so often.
	since, next time.Time
	failed      int
}

// file is the file as the platform has it, put there if need be. With a cause the platform takes it never, without one it may later.
func (p *pass) file(ctx context.Context, channel *Channel) (media *platform.Media, cause string) {
	if channel.Uploader == nil || p.Files == nil || p.Uploads == nil {
		return nil, "no files go out"
	}
	key := p.fileKey()
	if media := p.there(ctx, channel, key); media != nil {
		return media, ""
	}
	one, _ := p.sharing.LoadOrStore(bot.Address{Channel: channel.ID, User: bot.UserID(key)}, &putting{})
	its, ok := one.(*putting)
	if p.putAgain = firstRetry; !ok || !its.TryLock() {
		return nil, ""
	}
	defer its.Unlock()
	if media := p.there(ctx, channel, key); media != nil { // whoever had the lock has just put it there
		return media, ""
	}
	if !p.Now().Before(its.next) {
		if media, cause = p.put(ctx, channel, key); media != nil || cause != "" {
			its.failed = 0
			return media, cause
		}
		if its.failed == 0 {
			its.since = p.Now()
		}
		its.next = p.Now().Add(min(lastRetry, firstRetry<<min(its.failed, 8)))
		if end := its.since.Add(uploadPatience); its.next.After(end) {
			its.next = end
		}
		its.failed++
	}
	if its.failed > 0 && (p.batch.Urgent || p.Now().Sub(its.since) >= uploadPatience) {
		return nil, "not put at the platform"
	}
	p.putAgain = max(firstRetry, its.next.Sub(p.Now()))
	return nil, ""
}

// there is the file if the platform has it.
func (p *pass) there(ctx context.Context, channel *Channel, key string) *platform.Media {
	kind, id, err := p.Uploads.Get(ctx, channel.ID, key, p.Now())
	if err != nil || id == "" {
		return nil
	}
	return &platform.Media{Kind: kind, ID: id}
}

// put puts the file at the platform, in the time that the lease leaves.
func (p *pass) put(ctx context.Context, channel *Channel, key string) (media *platform.Media, cause string) {
	ctx, cancel := context.WithTimeout(ctx, p.until.Sub(p.Now())-uploadSpare)
	defer cancel()
	up, err := channel.Uploader.UploadMedia(ctx, *p.batch.File, func() (io.ReadSeekCloser, error) { return p.Files.Open(ctx, p.batch.File.Hash) })
	if err == nil {
		if err = p.Uploads.Put(ctx, channel.ID, key, up.Kind, up.ID, p.Now().Add(shareLife)); err != nil {
			p.Logger.Warn("not noted that the platform has a file", "channel", string(channel.ID), "err", err)
		}
		return &up, ""
	}
	p.Logger.Warn("file not put at the platform", "broadcast", p.batch.Number, "channel", string(channel.ID), "err", err)
	if errors.Is(err, platform.ErrUnfit) || errors.Is(err, fs.ErrNotExist) {
		return nil, err.Error()
	}
	switch channel.Uploader.JudgeMedia(err) {
	case platform.Drop, platform.Fault:
		return nil, err.Error()
	}
	return nil, ""
}

// forgetFile has a file put at the platform again that is not there any more.
func (p *pass) forgetFile(ctx context.Context, id bot.ChannelID) {
	p.mu.Lock()
	p.media = nil
	p.mu.Unlock()
	if err := p.Uploads.Put(ctx, id, p.fileKey(), "", "", time.Time{}); err != nil {
		p.Logger.Warn("not noted that the platform has lost a file", "channel", string(id), "err", err)
	}
}

// hasWords notes who has the words.
func (p *pass) hasWords(channel bot.ChannelID, member int64, user bot.UserID) {
	if p.messages() == 1 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.worded = append(p.worded, bot.Recipient{Member: member, At: bot.Address{Channel: channel, User: user}})
}

// sendBehind sends the file to those who have the words, all on one channel.
func (p *pass) sendBehind(ctx context.Context) {
	for range 2 { // once more where the platform has lost the file
		if len(p.worded) == 0 {
			return
		}
		list, channel := p.worded, p.channels[p.worded[0].At.Channel]
		p.worded, p.lost = nil, false
		cause := p.begunBehind(ctx, channel, list)
		if cause != "" {
			p.setAll(list, withoutFile(cause))
		}
		if !p.lost {
			return
		}
	}
	p.setAll(p.worded, withoutFile("lost by the platform"))
}

func (p *pass) setAll(list []bot.Recipient, r bot.Receipt) {
	for _, to := range list {
		p.set([]int64{to.Member}, r)
	}
}

// earlier are the calls that stay written down beside those to a list: of which nobody knows what came, and of which that is known in
// this pass alone until it is settled. Else whoever dies before it writes to the same people again.
func (p *pass) earlier(list []bot.Recipient) []bot.BatchCall {
	kept := slices.Clone(p.doubtful)
	for _, call := range p.written {
		if !slices.ContainsFunc(call.Members, func(m int64) bool {
			return p.receipts[m].State == "" || slices.ContainsFunc(list, func(to bot.Recipient) bool { return to.Member == m })
		}) {
			kept = append(kept, call)
		}
	}
	for i := range kept {
		kept[i].Counted = true
	}
	return kept
}

// begunBehind writes the calls down and makes them; the cause says why it did not.
func (p *pass) begunBehind(ctx context.Context, channel *Channel, list []bot.Recipient) (cause string) {
	if p.media == nil && p.bare == "" { // lost meanwhile
		p.media, p.bare = p.file(ctx, channel)
	}
	if p.media == nil {
		return cmp.Or(p.bare, "not put at the platform")
	}
	calls := p.compose(channel, list, p.media)
	for i := range calls {
		calls[i].Behind = true
	}
	begins := p.Now()
	written := append(p.earlier(list), calls...)
	if err := p.Queue.Begin(ctx, p.batch, written, castLease); err != nil {
		return err.Error()
	}
	p.until, p.written = begins.Add(castLease), written
	p.mu.Lock()
	for _, call := range calls { // until it is known what came of it, the call says so, and not the receipts
		for _, m := range call.Members {
			delete(p.receipts, m)
		}
	}
	p.mu.Unlock()
	p.make(ctx, calls, false)
	return ""
}

// behindCame notes what came of a call that sends the file.
func (p *pass) behindCame(ctx context.Context, call bot.BatchCall, r platform.Result) (goOn bool) {
	switch r.Verdict {
	case platform.Done, platform.Drop:
		for i, user := range call.Users {
			receipt := bot.Receipt{State: bot.ParcelSent}
			if r.Of(user) != platform.Done {
				receipt = withoutFile(r.Cause)
			}
			p.set(call.Members[i:i+1], receipt)
		}
	case platform.Lost:
		p.forgetFile(ctx, call.Channel)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.lost = true
		for i, user := range call.Users {
			p.worded = append(p.worded, bot.Recipient{Member: call.Members[i], At: bot.Address{Channel: call.Channel, User: user}})
		}
	case platform.Slow, platform.Alarm, platform.Barred, platform.Refresh:
		p.slow(ctx, call, slowFor, r.Cause)
		p.behindUnmade(call, r.Cause)
		p.later(slowFor)
		return false
	case platform.Retry, platform.Unsent, platform.Unknown:
		p.behindUnmade(call, r.Cause)
		p.later(p.backOff())
	default:
		p.Logger.Error("file refused", "broadcast", p.batch.Number, "channel", string(call.Channel), "cause", r.Cause)
		p.set(call.Members, withoutFile(r.Cause))
	}
	return true
}

// behindUnmade has a call made again where the platform finds doubles; elsewhere the words stay alone.
func (p *pass) behindUnmade(call bot.BatchCall, cause string) {
	if p.dedupe(call) > 0 {
		p.doubt(call)
		return
	}
	p.set(call.Members, withoutFile(cause))
}
