package flows

import (
	"context"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// pictured says whether a message is a picture to keep. A video is taken like one: it is counted with the pictures and shown among them.
func pictured(m bot.Message) bool {
	return (m.Kind == bot.KindImage || m.Kind == bot.KindVideo) && m.Media != nil
}

// pictureKind is what an attachment is of which the message is one.
func pictureKind(kind bot.Kind) string {
	switch kind {
	case bot.KindVideo, bot.KindFile:
		return string(kind)
	}
	return string(bot.KindImage)
}

// gotPictures says that one more has come, and how many there are.
func gotPictures(kind bot.Kind, n int, unit, noun string) string {
	if kind == bot.KindVideo {
		return fmt.Sprintf("视频收到了,和照片一起算,共 %d %s。", n, unit)
	}
	return fmt.Sprintf("收到 %d %s%s。", n, unit, noun)
}

// keepPicture keeps the picture that has come with those before it, as long as there are not too many. It returns what is said of it. The
// sheet is which of the papers it is that have to be legible, from 1, or 0.
func keepPicture(ctx context.Context, t *bot.Talk, attach attacher, owner union.MemberID, sheet int, kept *[]cases.ID) (said string, err error) {
	if len(*kept) >= supplementPictures {
		return fmt.Sprintf("照片最多 %d 张,这一张没有收。", supplementPictures), nil
	}
	if t.Message.Kind == bot.KindVideo {
		sheet = 0 // nobody can say whether a video is legible
	}
	id, err := attach.Attach(ctx, cases.Attachment{
		Owner: owner, Channel: string(t.Message.Channel), MediaID: t.Message.Media.ID, Kind: pictureKind(t.Message.Kind), CreatedAt: t.Now, Sheet: sheet,
	})
	if err != nil {
		return "", fmt.Errorf("keep picture: %w", err)
	}
	if !slices.Contains(*kept, id) { // the same one sent twice is one
		*kept = append(*kept, id)
	}
	return gotPictures(t.Message.Kind, len(*kept), "张", "照片"), nil
}
