package wecom

import (
	"context"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// mediaKinds is what WeCom takes as what. [W96484]
var mediaKinds = platform.MediaKinds{
	"image/jpeg": {Kind: "image", Extension: ".jpg", Bytes: 10 << 20},
	"image/png":  {Kind: "image", Extension: ".png", Bytes: 10 << 20},
	"image/gif":  {Extension: ".gif"},
	"image/webp": {Extension: ".webp"},
	"audio/amr":  {Kind: "voice", Extension: ".amr", Bytes: 2 << 20},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {Kind: "file", Extension: ".xlsx", Bytes: 20 << 20},
	"application/pdf": {Kind: "file", Extension: ".pdf", Bytes: 20 << 20},
	"":                {Kind: "file", Bytes: 20 << 20},
}

// UploadMedia puts a file at WeCom. A type that it does not show goes as a file.
func (c *Client) UploadMedia(ctx context.Context, f bot.File, open platform.OpenFile) (platform.Media, error) {
	return c.api.Upload(ctx, f, open, mediaKinds)
}
