package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"time"

	"github.com/unionbot/unionbot/bot"
)

const (
	// uploadTimeout bounds an upload. It is shorter than the lease of the message that waits for it.
	uploadTimeout = 20 * time.Second
	uploadPath    = "/cgi-bin/media/upload" // on both platforms
	uploadField   = "media"
)

// ErrUnfit says that the platform has no message for such a file.
var ErrUnfit = errors.New("platform has no message for such a file")

// MediaKind is how a platform takes files of one MIME type.
type MediaKind struct {
	Kind      string // the platform's word
	Extension string // by which the platform knows the type
	Bytes     int64  // the largest
}

// MediaKinds are a platform's, by MIME type. That of "" is for every other type, and for files too large for theirs.
type MediaKinds map[string]MediaKind

// of returns ErrUnfit for a file that goes as nothing.
func (k MediaKinds) of(mimeType string, size int64) (MediaKind, error) {
	kind := k[mimeType]
	if kind.Kind == "" || size > kind.Bytes {
		other := k[""]
		kind.Kind, kind.Bytes = other.Kind, other.Bytes
	}
	if kind.Kind == "" || size > kind.Bytes {
		return MediaKind{}, ErrUnfit
	}
	return kind, nil
}

// OpenFile opens a kept file at its beginning.
type OpenFile func() (io.ReadSeekCloser, error)

// Upload puts a file at the platform, streamed, and again if the token has died. Its error is ErrUnfit for a file that
// the platform would not take, an *Error for a refusal and an *Outage where there was no answer.
func (a *API) Upload(ctx context.Context, f bot.File, open OpenFile, kinds MediaKinds) (Media, error) {
	ctx, cancel := context.WithTimeout(ctx, uploadTimeout)
	defer cancel()
	var kind MediaKind
	answer, err := a.withToken(ctx, func(token string) (Answer, error) {
		file, err := open()
		if err != nil {
			return Answer{}, err
		}
		size, err := file.Seek(0, io.SeekEnd)
		if err == nil {
			_, err = file.Seek(0, io.SeekStart)
		}
		if err == nil {
			kind, err = kinds.of(f.Type, size)
		}
		if err != nil {
			return Answer{}, errors.Join(err, file.Close())
		}
		form := uploadForm{name: f.Name + kind.Extension, mimeType: f.Type, size: size}
		return a.post(ctx, url.Values{"access_token": {token}, "type": {kind.Kind}}, form, file)
	})
	if err != nil {
		return Media{}, err
	}
	var got struct {
		MediaID string `json:"media_id"`
	}
	if err := json.Unmarshal(answer.Body, &got); err != nil || got.MediaID == "" {
		return Media{}, &Outage{Err: errors.New(uploadPath + ": answer names no media_id")}
	}
	return Media{Kind: kind.Kind, ID: got.MediaID}, nil
}

// uploadForm is a form with one field, a file.
type uploadForm struct {
	name, mimeType string
	size           int64
}

// frame is what stands before and after the file.
func (f uploadForm) frame() (contentType string, head, tail []byte, err error) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	_, err = form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition(uploadField, f.name)},
		"Content-Type":        {f.mimeType},
	})
	if err != nil {
		return "", nil, nil, err
	}
	split := b.Len()
	if err := form.Close(); err != nil {
		return "", nil, nil, err
	}
	return form.FormDataContentType(), b.Bytes()[:split], b.Bytes()[split:], nil
}

// post sends the form, and closes the file: net/http may read it for a moment longer than it takes to answer.
func (a *API) post(ctx context.Context, query url.Values, form uploadForm, file io.ReadCloser) (answer Answer, err error) {
	end := a.watch(ctx, uploadPath)
	defer func() { end(err) }()
	contentType, head, tail, err := form.frame()
	if err != nil {
		return Answer{}, errors.Join(fmt.Errorf("write form: %w", err), file.Close())
	}
	body := struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), file, bytes.NewReader(tail)), file}
	req, err := a.request(ctx, http.MethodPost, uploadPath, query, body)
	if err != nil {
		return Answer{}, errors.Join(err, file.Close())
	}
	req.ContentLength = int64(len(head)) + form.size + int64(len(tail)) // without it the body would go out in chunks
	req.Header.Set("Content-Type", contentType)
	res, err := a.do(uploadPath, req)
	if err != nil {
		return Answer{}, err
	}
	return read(uploadPath, res)
}
