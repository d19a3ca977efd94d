package simulator

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// mediaLife is how long a platform keeps a file. [W96484, O media]
const mediaLife = 3 * 24 * time.Hour

// media is a file at a platform.
type media struct {
	ID          string
	Platform    Platform
	Kind        string // image, voice, video, file, thumb
	Name        string
	ContentType string
	Data        []byte
	At          time.Time
}

// shelf holds the files by id.
type shelf map[string]*media

// find gets a file that is still kept. One platform's ids mean nothing to the other.
func (m shelf) find(p Platform, id string, now time.Time) (*media, *apiError) {
	found := m[id]
	if found == nil || found.Platform != p || now.Sub(found.At) >= mediaLife {
		return nil, refuse(40007, "invalid media_id")
	}
	return found, nil
}

// shelve keeps a file under a new id. The caller holds mu.
func (s *Simulator) shelve(p Platform, kind, name, contentType string, data []byte) *media {
	m := &media{ID: randomName("MEDIA"), Platform: p, Kind: kind, Name: name, ContentType: contentType, Data: data, At: s.now()}
	s.shelf[m.ID] = m
	return m
}

// limits are the sizes that the platforms take, in bytes. [W96484, O media]
var limits = map[string]int{"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20, "thumb": 64 << 10}

// types are the extensions that go with a kind; a file may have any.
var types = map[string][]string{
	"image": {".jpg", ".jpeg", ".png"}, "voice": {".amr", ".mp3"}, "video": {".mp4"}, "thumb": {".jpg", ".jpeg"},
}

const fewestBytes = 6 // a file has more than five [W96484]

func (s *Simulator) upload(c *call) (any, *apiError) {
	kind := c.query.Get("type")
	limit, ok := limits[kind]
	if !ok || kind == "file" && c.platform == OfficialAccount || kind == "thumb" && c.platform == WeCom {
		return nil, refuse(40005, "invalid type")
	}
	name, data, err := part(c.header, c.body)
	switch {
	case err != nil:
		return nil, refuse(41005, "media data missing: "+err.Error())
	case len(data) < fewestBytes || len(data) > limit:
		return nil, refuse(40006, "invalid media size")
	case kind != "file" && !slices.Contains(types[kind], strings.ToLower(path.Ext(name))):
		return nil, refuse(40004, "invalid media type")
	}
	m := s.shelve(c.platform, kind, path.Base(name), http.DetectContentType(data), data)
	answer := map[string]any{"type": kind, "media_id": m.ID, "created_at": m.At.Unix()}
	if c.platform == WeCom {
		answer["created_at"] = fmt.Sprint(m.At.Unix()) // a string on WeCom [W96484]
	}
	return answer, nil
}

// part reads the form's field named media.
func part(header http.Header, body []byte) (name string, data []byte, err error) {
	_, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return "", nil, err
	}
	reader := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		p, err := reader.NextPart()
		if err != nil {
			return "", nil, err
		}
		if p.FormName() == "media" {
			data, err = io.ReadAll(p)
			return p.FileName(), data, err
		}
	}
}

// pieceBytes is the most that comes in one answer; more must be fetched in ranges. [W96486]
const pieceBytes = 20 << 20

func (s *Simulator) fetch(c *call) (any, *apiError) {
	m, err := s.shelf.find(c.platform, c.query.Get("media_id"), s.now())
	switch {
	case err != nil:
		return nil, err
	case m.Kind == "video" && c.platform == OfficialAccount:
		// A video comes as an address instead. [O api_getmedia]
		return map[string]any{"video_url": "https://video.invalid/" + m.ID}, nil
	case len(m.Data) > pieceBytes && c.header.Get("Range") == "":
		return nil, refuse(830002, "file too large, use Range")
	}
	return &download{contentType: m.ContentType, name: m.Name, data: m.Data}, nil
}
