package broadcast

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Picture says whether what goes behind the text is one; else it is a file.
func (d Details) Picture() bool { return d.File != nil && strings.HasPrefix(d.File.Type, "image/") }

const (
	// pictureBytes and fileBytes are the largest that the platforms send.
	pictureBytes = 10 << 20
	fileBytes    = 20 << 20
	// filesKept is for how long beyond its day the file of a broadcast is kept: the run of next year has it, too.
	filesKept = 400 * 24 * time.Hour
)

// Illustrate keeps a picture or a file that a writer sends, to be fetched.
func (d *Desk) Illustrate(ctx context.Context, writer union.MemberID, channel, media string) (int64, error) {
	id, err := d.Lists.Illustrate(ctx, writer, channel, media)
	if err != nil {
		return 0, fmt.Errorf("keep picture: %w", err)
	}
	return id, nil
}

// Illustration is a picture or a file that was sent. It returns ErrFetching, ErrLost, or ErrLarge for one that no platform sends.
func (d *Desk) Illustration(ctx context.Context, writer union.MemberID, id int64) (notice.File, error) {
	f, size, err := d.Lists.Kept(ctx, writer, id)
	if err != nil {
		return f, fmt.Errorf("find picture: %w", err)
	}
	if (Details{File: &f}).Picture() && size > pictureBytes || size > fileBytes {
		return f, ErrLarge
	}
	return f, nil
}

// holdFile keeps the file of a broadcast as long as that may go out.
func (d *Desk) holdFile(ctx context.Context, b Broadcast) error {
	if b.File == nil {
		return nil
	}
	day := d.Now()
	if b.StartsAt.After(day) {
		day = b.StartsAt
	}
	return d.Lists.Hold(ctx, b.File.Hash, day.Add(filesKept))
}

// shows is what is shown of a broadcast in several notices, the file behind the text.
func (d Details) shows(text notice.Body, instead string) []notice.Body {
	if d.File == nil {
		return []notice.Body{text}
	}
	f := *d.File
	picture := notice.Body{Text: instead, File: &f}
	if d.Alone {
		return []notice.Body{picture}
	}
	return []notice.Body{text, picture}
}
