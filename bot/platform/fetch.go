package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// fetchTimeout bounds the download of one piece of a file.
	fetchTimeout = time.Minute
	// PieceBytes is the most of a file that one request may ask for. [W96486]
	PieceBytes = 20 << 20
	// codeTooLarge says that a file must be fetched in pieces. [W96486]
	codeTooLarge = 830002
)

// ErrTooLarge says that a file is larger than the caller's limit.
var ErrTooLarge = errors.New("file is larger than allowed")

// Fetch writes the file that path and query name to w; more than limit bytes are ErrTooLarge, a refusal is an *Error.
// An answer in JSON without errcode is no file but returned: a video of the Official Account is such an answer.
func (a *API) Fetch(ctx context.Context, path string, query url.Values, w io.Writer, limit int64) (Answer, error) {
	return a.withToken(ctx, func(token string) (Answer, error) {
		authorised := url.Values{"access_token": {token}}
		for name, values := range query {
			authorised[name] = values
		}
		out := &capped{w: w, left: limit}
		answer, err := a.fetchPiece(ctx, path, authorised, out, nil)
		var refused *Error
		if errors.As(err, &refused) && refused.Code == codeTooLarge {
			return Answer{}, a.fetchPieces(ctx, path, authorised, out)
		}
		return answer, err
	})
}

func (a *API) fetchPieces(ctx context.Context, path string, query url.Values, out *capped) error {
	for from := int64(0); ; from += PieceBytes {
		before := out.left
		piece := &span{from: from, to: from + PieceBytes - 1}
		if _, err := a.fetchPiece(ctx, path, query, out, piece); err != nil {
			return err
		}
		if before-out.left < PieceBytes || from+PieceBytes >= piece.total {
			return nil
		}
	}
}

// span is a part of a file; total is filled from the answer, 0 if it does not say.
type span struct{ from, to, total int64 }

func (a *API) fetchPiece(ctx context.Context, path string, query url.Values, w io.Writer, part *span) (answer Answer, err error) {
	end := a.watch(ctx, path)
	defer func() { end(err) }()
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	header := http.Header{}
	if part != nil {
		header.Set("Range", fmt.Sprintf("bytes=%d-%d", part.from, part.to))
	}
	res, err := a.open(ctx, http.MethodGet, path, query, nil, header)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close() //nolint:errcheck // read to its end, or the fetch has failed
	// The failure of a download is an answer in JSON, with status 200; a file has a name. [W96486]
	if res.Header.Get("Content-Disposition") == "" && isJSON(res.Header.Get("Content-Type")) {
		raw, err := io.ReadAll(io.LimitReader(res.Body, answerBytes))
		if err != nil {
			return Answer{}, &Outage{Err: fmt.Errorf("%s: read answer: %w", path, withoutURL(err))}
		}
		return understand(path, raw)
	}
	switch {
	case part == nil && res.StatusCode == http.StatusOK:
	case part != nil && res.StatusCode == http.StatusPartialContent:
		part.total = totalOf(res.Header.Get("Content-Range"))
	default:
		return Answer{}, &Outage{Err: fmt.Errorf("%s: HTTP status %d", path, res.StatusCode)}
	}
	if _, err := io.Copy(w, res.Body); err != nil {
		if errors.Is(err, ErrTooLarge) {
			return Answer{}, err
		}
		return Answer{}, &Outage{Err: fmt.Errorf("%s: read file: %w", path, withoutURL(err))}
	}
	return Answer{}, nil
}

// isJSON also takes text/plain, as which the Official Account sends its answers.
func isJSON(contentType string) bool {
	mimeType, _, err := mime.ParseMediaType(contentType)
	return err == nil && (mimeType == "application/json" || mimeType == "text/plain")
}

// totalOf reads the size of the whole file from a Content-Range such as bytes 0-99/1234.
func totalOf(contentRange string) int64 {
	_, total, _ := strings.Cut(contentRange, "/")
	n, err := strconv.ParseInt(total, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// capped refuses what goes beyond a number of bytes.
type capped struct {
	w    io.Writer
	left int64
}

func (c *capped) Write(p []byte) (int, error) {
	if int64(len(p)) > c.left {
		return 0, ErrTooLarge
	}
	n, err := c.w.Write(p)
	c.left -= int64(n)
	return n, err
}
