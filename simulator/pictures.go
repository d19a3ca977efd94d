package simulator

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
)

//go:embed pictures/*.jpg
var pictureFiles embed.FS

// picture is one that every phone has in its album.
type picture struct {
	Name  string `json:"name"`  // by which Act.Media asks for it
	Title string `json:"title"` // shown below it
	data  []byte
}

// builtInPictures are photographs as telephones take them: with a place and a camera in their EXIF data.
func builtInPictures() ([]picture, error) {
	album := []picture{{Name: "boiler", Title: "锅炉房"}, {Name: "rope", Title: "行车钢丝绳"}, {Name: "receipt", Title: "费用结算单"}}
	for i := range album {
		data, err := pictureFiles.ReadFile("pictures/" + album[i].Name + ".jpg")
		if err != nil {
			return nil, fmt.Errorf("read picture: %w", err)
		}
		album[i].data = data
	}
	return album, nil
}

// mediaFromPhone puts a picture of the phone at the platform: a built-in one by name, or one that was put there already
// by id. The caller holds mu.
func (s *Simulator) mediaFromPhone(p Platform, name string) (*media, error) {
	for _, pic := range s.pictures {
		if pic.Name == name {
			return s.shelve(p, "image", pic.Name+".jpg", "image/jpeg", pic.data), nil
		}
	}
	m, err := s.shelf.find(p, name, s.now())
	if err != nil || m.Kind != "image" {
		return nil, errors.New("no such picture")
	}
	return m, nil
}

// AddPicture puts a picture of the caller's own on a person's phone, to be sent with Act. It returns the name to send
// it by.
func (s *Simulator) AddPicture(person, name string, data []byte) (string, error) {
	contentType := http.DetectContentType(data)
	if contentType != "image/jpeg" && contentType != "image/png" || len(data) > limits["image"] {
		return "", errors.New("a picture is a JPEG or PNG of up to 10 MB")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.chat(person)
	if err != nil {
		return "", err
	}
	return s.shelve(c.person.Platform, "image", path.Base(name), contentType, data).ID, nil
}

const (
	voiceSeconds = 4
	amrFrame     = "\x3c" + // 12.2 kbit/s, 20 ms
		"\x91\x17\x16\xbe\x66\x78\x00\x00\x01\xe7\x8a\xf0\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	framesASecond = 50
)

// silence is a voice message in which nobody speaks, in AMR.
func silence(seconds int) []byte {
	return append([]byte("#!AMR\n"), bytes.Repeat([]byte(amrFrame), seconds*framesASecond)...)
}

// servePicture shows a file on a phone: by its id at a platform, or by its name in the album.
func (s *Simulator) servePicture(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	s.mu.Lock()
	found := s.shelf[id]
	s.mu.Unlock()
	contentType, data := "image/jpeg", []byte(nil)
	if found != nil {
		contentType, data = found.ContentType, found.Data
	}
	for _, pic := range s.pictures {
		if pic.Name == id {
			data = pic.data
		}
	}
	if data == nil {
		http.NotFound(w, r)
		return
	}
	if !strings.HasPrefix(contentType, "image/") {
		w.Header().Set("Content-Disposition", "attachment")
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "max-age=3600")
	if _, err := w.Write(data); err != nil {
		s.cfg.Logger.Debug("serve picture", "error", err)
	}
}
