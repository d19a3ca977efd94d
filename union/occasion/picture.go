package occasion

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/reference"
)

// keptFor is how long a picture that was kept counts as there: a kept file that nobody refers to goes after a day.
const keptFor = time.Hour

// shelf remembers which pictures were kept.
type shelf struct {
	mu   sync.Mutex
	data *reference.Data
	at   time.Time
	album
}

// album is pictures as they are sent, by the name of their file.
type album map[string]*notice.File

// image finds the picture of a greeting.
func image(data *reference.Data, o Occasion, to union.Member) (reference.Image, bool) {
	return data.Picture(who(to, o.Day), o.names()...)
}

func (k album) of(data *reference.Data, o Occasion, to Candidate) *notice.File {
	if len(k) == 0 {
		return nil
	}
	picture, _ := image(data, o, to.Member)
	return k[picture.Name]
}

// pictures sees to it that the pictures of what is due are kept, before the transaction begins: a large file is no matter for one.
func (d *Desk) pictures(ctx context.Context, due []Due, data *reference.Data) (album, error) {
	if d.Keep == nil || len(data.Greetings.Pictures) == 0 {
		return nil, nil
	}
	d.shelf.mu.Lock()
	defer d.shelf.mu.Unlock()
	if now := d.Now(); d.shelf.data != data || now.Sub(d.shelf.at) >= keptFor {
		d.shelf.data, d.shelf.at, d.shelf.album = data, now, album{}
	}
	all := album{}
	for _, g := range due {
		o, err := find(g.Greeting, data)
		if err != nil {
			continue // what became of it is said when it is handed over
		}
		picture, ok := image(data, o, g.To.Member)
		if !ok {
			continue
		}
		file := d.shelf.album[picture.Name]
		if file == nil {
			if file, err = d.keep(ctx, picture); err != nil {
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				d.Logger.Error("picture not sent, the words go out without it", "picture", picture.Name, "err", err)
				continue
			}
			d.shelf.album[picture.Name] = file
		}
		all[picture.Name] = file
	}
	return all, nil
}

func (d *Desk) keep(ctx context.Context, picture reference.Image) (*notice.File, error) {
	content, mime, err := picture.Read()
	if err != nil {
		return nil, err
	}
	hash, err := d.Keep(ctx, bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("keep picture %s: %w", picture.Name, err)
	}
	return &notice.File{Hash: hash, Type: mime, Name: "greeting", Shared: true}, nil
}
