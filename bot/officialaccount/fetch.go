package officialaccount

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot/platform"
)

// FetchMedia writes a file that a follower sent to w; more than limit bytes are platform.ErrTooLarge. Of a video the
// platform tells only where it lies.
func (c *Client) FetchMedia(ctx context.Context, mediaID string, w io.Writer, limit int64) error {
	answer, err := c.api.Fetch(ctx, "/cgi-bin/media/get", url.Values{"media_id": {mediaID}}, w, limit)
	if err != nil || answer.Body == nil {
		return err
	}
	var got struct {
		VideoURL string `json:"video_url"`
	}
	if err := json.Unmarshal(answer.Body, &got); err != nil || got.VideoURL == "" {
		return errors.New("media/get: answer is no file")
	}
	return c.fetchVideo(ctx, got.VideoURL, w, limit)
}

// JudgeMedia says what an error of FetchMedia means: platform.Drop when the file is gone.
func (c *Client) JudgeMedia(err error) platform.Verdict { return mediaVerdicts.Judge(err) }

const videoTimeout = time.Minute

func newVideoClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		Timeout:       videoTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// fetchVideo follows the platform's word to its own hosts, without a token.
func (c *Client) fetchVideo(ctx context.Context, videoURL string, w io.Writer, limit int64) error {
	u, err := url.Parse(videoURL)
	if err != nil || !isPlatformHost(u) {
		return errors.New("media/get: video lies at a host that is not the platform's")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fmt.Errorf("fetch video: %w", err)
	}
	res, err := c.video.Do(req)
	if err != nil {
		return &platform.Outage{Err: errors.New("fetch video: no answer")}
	}
	defer res.Body.Close() //nolint:errcheck // read to its end, or the fetch has failed
	if res.StatusCode != http.StatusOK {
		return &platform.Outage{Err: fmt.Errorf("fetch video: HTTP status %d", res.StatusCode)}
	}
	n, err := io.Copy(w, io.LimitReader(res.Body, limit+1))
	switch {
	case n > limit:
		return platform.ErrTooLarge
	case err != nil:
		return &platform.Outage{Err: errors.New("fetch video: connection broken")}
	}
	return nil
}

// isPlatformHost takes Tencent's video hosts, by name and port.
func isPlatformHost(u *url.URL) bool {
	host := strings.ToLower(u.Host)
	return (u.Scheme == "https" || u.Scheme == "http") && u.User == nil &&
		(strings.HasSuffix(host, ".qq.com") || strings.HasSuffix(host, ".qpic.cn"))
}
