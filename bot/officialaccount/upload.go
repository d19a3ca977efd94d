package officialaccount

import (
	"context"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// mediaKinds is what the account takes as what. It has no message for other files. [O media]
var mediaKinds = platform.MediaKinds{
	"image/jpeg": {Kind: "image", Extension: ".jpg", Bytes: 10 << 20},
	"image/png":  {Kind: "image", Extension: ".png", Bytes: 10 << 20},
	"audio/amr":  {Kind: "voice", Extension: ".amr", Bytes: 2 << 20},
}

// UploadMedia puts a file at the platform; platform.ErrUnfit is returned for one that an account cannot send.
func (c *Client) UploadMedia(ctx context.Context, f bot.File, open platform.OpenFile) (platform.Media, error) {
	return c.api.Upload(ctx, f, open, mediaKinds)
}
