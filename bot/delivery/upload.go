package delivery

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

const (
	// uploadAgain is the wait after an upload that failed and may not the next time.
	uploadAgain = 15 * time.Second
	// sharedAgain is the wait of those whose file is being uploaded for somebody else.
	sharedAgain = 2 * time.Second
	// uploadGiveUp is after how long the words go out in place of a file.
	uploadGiveUp = 10 * time.Minute
	// shareLife is how long a file that was put there is used; the platforms keep it for mediaLife.
	shareLife = mediaLife - 12*time.Hour
)

// sendFile uploads the item's file and sends it. The platform's id of the file is part of the call and so frozen with
// it: a second try sends the same call, and does not upload again.
func (a *attempt) sendFile(ctx context.Context) ending {
	media, err := a.uploaded(ctx, *a.item.Body.File)
	if err == nil {
		a.media = &media
		return a.write(ctx, a.item.Body)
	}
	now := a.Now()
	select {
	case <-a.stopping:
		return settled(bot.Settlement{State: bot.ParcelAgain, Cause: "stopped", RetryAt: now})
	default:
	}
	if errors.Is(err, errUploading) {
		return settled(bot.Settlement{State: bot.ParcelAgain, Cause: err.Error(), RetryAt: now.Add(sharedAgain)})
	}
	if errors.Is(err, platform.ErrUnfit) || errors.Is(err, fs.ErrNotExist) {
		return a.insteadOfFile(ctx, err.Error())
	}
	switch a.channel.Uploader.JudgeMedia(err) {
	case platform.Slow, platform.Alarm, platform.Barred, platform.Refresh:
		a.Logger.Warn("channel takes no file", "channel", string(a.to.Channel), "cause", err.Error())
		return settled(a.pause(a.channel.ID, err.Error()))
	case platform.Drop, platform.Fault:
		return a.insteadOfFile(ctx, err.Error())
	}
	if now.Sub(a.item.Created) > uploadGiveUp {
		return a.insteadOfFile(ctx, err.Error())
	}
	return settled(bot.Settlement{State: bot.ParcelAgain, Cause: err.Error(), RetryAt: now.Add(uploadAgain)})
}

// errUploading says that a file which goes to many is on its way to the platform.
var errUploading = errors.New("the file is being uploaded")

// uploaded is a file that the platform has: one that goes to many is put there once, as long as it is kept there. Whoever comes
// while it is put there comes again: those who wait for an upload that hangs would keep everything else from being delivered.
func (a *attempt) uploaded(ctx context.Context, f bot.File) (platform.Media, error) {
	if !f.Shared || a.Uploads == nil {
		return a.upload(ctx, f)
	}
	if media, ok := a.had(ctx, f); ok {
		return media, nil
	}
	its := bot.Address{Channel: a.channel.ID, User: bot.UserID(f.Hash)}
	if _, busy := a.sharing.LoadOrStore(its, true); busy {
		return platform.Media{}, errUploading
	}
	defer a.sharing.Delete(its)
	if media, ok := a.had(ctx, f); ok { // since we have looked
		return media, nil
	}
	media, err := a.upload(ctx, f)
	if err != nil {
		return media, err
	}
	if err := a.Uploads.Put(ctx, a.channel.ID, f.Hash, media.Kind, media.ID, a.Now().Add(shareLife)); err != nil {
		a.Logger.Warn("not noted that the platform has a file", "channel", string(a.channel.ID), "err", err)
	}
	return media, nil
}

// had is the file as it was put at the platform for somebody else.
func (a *attempt) had(ctx context.Context, f bot.File) (media platform.Media, ok bool) {
	kind, id, err := a.Uploads.Get(ctx, a.channel.ID, f.Hash, a.Now())
	if err != nil {
		a.Logger.Warn("not known whether the platform has a file, it is put there again", "channel", string(a.channel.ID), "err", err)
	}
	a.again = err == nil && id != ""
	return platform.Media{Kind: kind, ID: id}, a.again
}

// uploadAnew puts a file at the platform again that was there and is not any more.
func (a *attempt) uploadAnew(ctx context.Context) ending {
	a.again, a.media = false, nil
	if err := a.Uploads.Put(ctx, a.channel.ID, a.item.Body.File.Hash, "", "", time.Time{}); err != nil {
		a.Logger.Warn("not noted that the platform has lost a file", "channel", string(a.channel.ID), "err", err)
		return a.insteadOfFile(ctx, err.Error())
	}
	return a.sendFile(ctx)
}

// upload is broken off when the process stops. It is one of the bounded number of calls.
func (a *attempt) upload(ctx context.Context, f bot.File) (platform.Media, error) {
	if a.channel.Uploader == nil || a.Files == nil {
		return platform.Media{}, platform.ErrUnfit
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-a.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	a.calls <- struct{}{}
	defer func() { <-a.calls }()
	return a.channel.Uploader.UploadMedia(ctx, f, func() (io.ReadSeekCloser, error) { return a.Files.Open(ctx, f.Hash) })
}

// insteadOfFile says what is said where the file cannot be sent.
func (a *attempt) insteadOfFile(ctx context.Context, cause string) ending {
	if a.item.Body.Text == "" {
		return settled(bot.Settlement{State: bot.ParcelFailed, Cause: "file not sent: " + cause})
	}
	a.Logger.Warn("file not sent, the words go out instead", "channel", string(a.to.Channel), "row", a.item.ID, "cause", cause)
	a.media, a.item.Body = nil, bot.Outgoing{Text: a.item.Body.Text}
	return a.write(ctx, a.item.Body)
}
