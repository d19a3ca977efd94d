package flows

import (
	"context"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// keepPicture keeps the picture that has come with those before it, as long as there are not too many. It returns what is said of it. The
// sheet is which of the papers it is that have to be legible, from 1, or 0.
func keepPicture(ctx context.Context, t *bot.Talk, attach attacher, owner union.MemberID, sheet int, kept *[]cases.ID) (said string, err error) {
	if len(*kept) >= supplementPictures {
		return fmt.Sprintf("照片最多 %d 张,这一张没有收。", supplementPictures), nil
	}
	id, err := attach.Attach(ctx, cases.Attachment{
		Owner: owner, Channel: string(t.Message.Channel), MediaID: t.Message.Media.ID, Kind: "image", CreatedAt: t.Now, Sheet: sheet,
	})
	if err != nil {
		return "", fmt.Errorf("keep picture: %w", err)
	}
	if !slices.Contains(*kept, id) { // the same one sent twice is one
		*kept = append(*kept, id)
	}
	return fmt.Sprintf("收到 %d 张照片。", len(*kept)), nil
}
