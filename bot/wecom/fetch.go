package wecom

import (
	"context"
	"errors"
	"io"
	"net/url"

	"github.com/unionbot/unionbot/bot/platform"
)

// FetchMedia writes a file that a member sent to w; more than limit bytes are platform.ErrTooLarge.
func (c *Client) FetchMedia(ctx context.Context, mediaID string, w io.Writer, limit int64) error {
	answer, err := c.api.Fetch(ctx, "/cgi-bin/media/get", url.Values{"media_id": {mediaID}}, w, limit)
	if err == nil && answer.Body != nil {
		return errors.New("media/get: answer is no file")
	}
	return err
}

// JudgeMedia says what an error of FetchMedia means: platform.Drop when the file is gone.
func (c *Client) JudgeMedia(err error) platform.Verdict { return mediaVerdicts.Judge(err) }
