package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/notice"
)

type castPictureDesk interface {
	// Illustrate keeps a picture or a file that is to go out, to be fetched. Illustration returns broadcast.ErrFetching, broadcast.ErrLost
	// or broadcast.ErrLarge.
	Illustrate(ctx context.Context, writer union.MemberID, channel, media string) (int64, error)
	Illustration(ctx context.Context, writer union.MemberID, id int64) (notice.File, error)
}

// pictureSaid is what is done with a picture at the summary: left out, sent in place of the text, or behind it.
var pictureSaid = regexp.MustCompile(`^(?:(不要|去掉|删掉|删除)|(只发|光发|单发)|(?:正文和|连正文))(?:这张|这个)?(?:图片?|照片|文件|附件)(?:一起发|都发)?[。!！]?$`)

// illustrate takes a picture or a file that is to go out.
func (f *cast) illustrate(ctx context.Context, t *castTurn) (bot.Next, error) {
	if t.Message.Media == nil {
		t.Lead("这个文件平台没有转给我们,发不了。\n")
		return bot.Repeat(), nil
	}
	member, err := f.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if t.Data.Picture, err = f.desk.Illustrate(ctx, member, string(t.Message.Channel), t.Message.Media.ID); err != nil {
		return bot.Next{}, err
	}
	t.Data.Attached, t.Data.Alone = nil, false
	t.Lead("收到,跟在正文后面发。\n")
	return bot.Repeat(), nil
}

// saidPicture does at the summary what is said of the picture; ok is false where nothing is.
func (f *cast) saidPicture(t *castTurn) (ok bool) {
	m := pictureSaid.FindStringSubmatch(bot.Simplified(t.Text()))
	if m == nil || t.Data.Picture == 0 && t.Data.Attached == nil {
		return false
	}
	if t.Data.Alone = m[2] != ""; m[1] != "" {
		t.Data.Picture, t.Data.Attached = 0, nil
	}
	return true
}

// attached finds the picture that was sent, as soon as it was fetched; ready is false, and the writer was told, where it is not there.
func (f *cast) attached(ctx context.Context, t *castTurn, member union.MemberID) (ready bool, err error) {
	if t.Data.Picture == 0 || t.Data.Attached != nil {
		return true, nil
	}
	file, err := f.desk.Illustration(ctx, member, t.Data.Picture)
	switch {
	case err == nil:
		t.Data.Attached = &file
		return true, nil
	case errors.Is(err, broadcast.ErrFetching):
		t.Lead("图片或文件还在取,请过几秒再试。\n")
	case errors.Is(err, broadcast.ErrLost):
		t.Data.Picture = 0
		t.Lead("图片或文件没有取到,请再发一次。\n")
	case errors.Is(err, broadcast.ErrLarge):
		t.Data.Picture = 0
		t.Lead("太大了,图片最大 10 MB,文件最大 20 MB。\n")
	default:
		return false, fmt.Errorf("find picture: %w", err)
	}
	return false, nil
}

// attachment says what goes behind the text, or in its place; "" where nothing does.
func (castWords) attachment(b broadcast.Broadcast) string {
	what := "一个文件"
	if b.Picture() {
		what = "一张图片"
	}
	switch {
	case b.File == nil:
		return ""
	case b.Alone:
		return "只发" + what + ",收不了的人收到正文"
	}
	return "正文后面跟" + what
}

// FileLacks implements broadcast.Words.
func (n *Notices) FileLacks(b broadcast.Broadcast) string {
	return "(群发 " + b.Number + " 的图片或文件在这里显示不出来:" + n.cast().attachment(b) + ")"
}
