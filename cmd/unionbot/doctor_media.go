package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/media"
)

// newestFiles is how many files are looked for: what a copy of the media lacks is what came last.
const newestFiles = 200

// examineFiles looks whether the files that cases name are there, as they are not where media older than the database were
// put back, or none.
func examineFiles(ctx context.Context, p *patient) []finding {
	const name = "media files"
	if p.schemaErr(ctx) != nil {
		return nil
	}
	kept, err := storage.NewAttachments(p.db).Newest(ctx, newestFiles)
	if err != nil || len(kept) == 0 {
		return unknown(name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, bucketPatience)
	defer cancel()
	lost, err := p.lost(ctx, kept)
	return lostFinding(name, len(kept), lost, err)
}

// lostFinding says what is gone, also where the others could not be looked for.
func lostFinding(name string, kept int, lost []string, err error) []finding {
	if len(lost) == 0 && err != nil {
		return unknown(name, err)
	}
	if len(lost) == 0 {
		return []finding{fine(name, "the newest %d that cases name are there", kept)}
	}
	others := ""
	if err != nil {
		others = fmt.Sprintf("; the others could not be looked for: %v", err)
	}
	return []finding{bad(name, "put the copy of the media back, as docs/backup.md says; MEDIA_URL must be where it is",
		"of the newest %d that cases name some are gone, of %s%s", kept, shortList(lost), others)}
}

// unknown is the finding where it could not be looked, none where there was nothing to look at.
func unknown(name string, err error) []finding {
	if err == nil {
		return nil
	}
	return []finding{warning(name, "run doctor again", "could not be looked for: %v", err)}
}

// lost lists the numbers of the cases whose files are gone, those found before an error with it.
func (p *patient) lost(ctx context.Context, kept []storage.KeptFile) (numbers []string, err error) {
	open := func(context.Context, string) (io.ReadSeekCloser, error) { return nil, fs.ErrNotExist }
	// A folder that is not there is not made, for the reason of examineKeys.
	folder, ok := p.config.MediaFolder()
	if ok {
		_, err = os.Stat(folder)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil {
		store, err := media.Open(p.config.MediaURL.Reveal())
		if err != nil {
			return nil, err
		}
		defer func() { _ = store.Close() }() // it was only read
		open = store.Open
	}
	return lostFiles(ctx, kept, open)
}

func lostFiles(ctx context.Context, kept []storage.KeptFile, open func(context.Context, string) (io.ReadSeekCloser, error)) (numbers []string, err error) {
	for _, k := range kept {
		file, openErr := open(ctx, k.Hash)
		switch {
		case errors.Is(openErr, fs.ErrNotExist):
			numbers = append(numbers, k.Number)
		case openErr != nil:
			err = openErr
		default:
			_ = file.Close() // it was only read
		}
		if err != nil {
			break
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), err
}
