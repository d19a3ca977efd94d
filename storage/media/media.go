// Package media keeps the files that members send, in a folder or in a bucket of an S3-compatible store, each under the
// SHA-256 of its content, and without what a picture tells beside the picture: where, when and with which device it was
// taken. It knows no database, no platform and no owner of a file; whoever holds a hash may read it.
package media

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
)

// ErrTooLarge is returned by Keep for a file beyond the limit.
var ErrTooLarge = errors.New("file is too large")

// Kept says what was kept.
type Kept struct {
	// Hash is the SHA-256 of what was kept, in lower-case hex, by which Store.Open finds it.
	Hash string
	// Size is in bytes, after stripping.
	Size int64
	// Type is the media type that the content shows, whatever the sender or the platform called it.
	Type string
	// Doubt says why a paper can hardly be read; empty where nothing speaks against it, or nobody looked.
	Doubt string
}

// Store keeps files. Several processes may use one place.
type Store struct {
	place place
}

// place is where files rest, by hash.
type place interface {
	// write puts all of r in place in one step: a crash leaves either the whole file or none.
	write(ctx context.Context, r io.Reader) (Kept, error)
	// open finds a file; the error is fs.ErrNotExist if there is none.
	open(ctx context.Context, hash string) (io.ReadSeekCloser, error)
	// has says whether the file is there.
	has(ctx context.Context, hash string) (bool, error)
	// remove is Store.Remove.
	remove(ctx context.Context, hash string) (gone bool, err error)
	// list hands out the hashes of all files, until yield returns an error.
	list(ctx context.Context, yield func(hash string) error) error
	// check writes, reads and removes a file that means nothing.
	check(ctx context.Context) error
	close() error
}

// Open opens the store that rawURL names: file:path or s3://key:secret@host/bucket?region=&tls=&style=. A folder is made
// if it is missing, and cleared of what dead processes left there. A bucket is not asked for anything yet. The error never
// contains the secret.
func Open(rawURL string) (*Store, error) {
	var p place
	var err error
	if path, ok := strings.CutPrefix(rawURL, "file:"); ok {
		p, err = openFolder(path)
	} else {
		p, err = openBucket(rawURL)
	}
	if err != nil {
		return nil, err
	}
	return &Store{place: p}, nil
}

// Close gives the store up. Files that are being read stay readable.
func (s *Store) Close() error { return s.place.close() }

// Check writes, reads and removes a file that means nothing.
func (s *Store) Check(ctx context.Context) error { return s.place.check(ctx) }

// Keep reads r to its end and keeps what it read: safe, and found again by its hash, once Keep has returned. The
// metadata of a JPEG, PNG or WebP picture is left out, apart from its orientation. Keeping the same content again is
// harmless. More than limit bytes is ErrTooLarge and leaves nothing behind.
func (s *Store) Keep(ctx context.Context, r io.Reader, limit int64) (Kept, error) {
	return s.keep(ctx, r, limit, func([]byte) string { return "" })
}

// KeepPaper is Keep, and looks whether the picture of a paper can be read.
func (s *Store) KeepPaper(ctx context.Context, r io.Reader, limit int64) (Kept, error) {
	return s.keep(ctx, r, limit, doubt)
}

func (s *Store) keep(ctx context.Context, r io.Reader, limit int64, look func(picture []byte) string) (Kept, error) {
	in := bufio.NewReader(&limited{ctx: ctx, r: r, left: limit})
	head, err := in.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return Kept{}, fmt.Errorf("read media: %w", err)
	}
	kind := sniff(head)
	var body io.Reader = in
	doubt := ""
	if strip, ok := strippers[kind]; ok {
		picture, err := io.ReadAll(in)
		if err != nil {
			return Kept{}, fmt.Errorf("read picture: %w", err)
		}
		doubt = look(picture)
		body = bytes.NewReader(strip(picture))
	}
	kept, err := s.place.write(ctx, body)
	if err != nil {
		return Kept{}, fmt.Errorf("keep media: %w", err)
	}
	kept.Type, kept.Doubt = kind, doubt
	return kept, nil
}

// Open opens what was kept under the hash; the error is fs.ErrNotExist if nothing was.
func (s *Store) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	if !isHash(hash) {
		return nil, fmt.Errorf("open media: %w", fs.ErrNotExist)
	}
	file, err := s.place.open(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("open media: %w", err)
	}
	return file, nil
}

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == s
}

// limited ends with ErrTooLarge where io.LimitReader would pass a file that was cut off for a whole one.
type limited struct {
	ctx  context.Context
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	if l.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err
}

// sniffBytes is what http.DetectContentType looks at.
const sniffBytes = 512

// sniff adds to the standard library's the sound formats in which the platforms deliver voice.
func sniff(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("#!AMR")):
		return "audio/amr"
	case bytes.HasPrefix(head, []byte("#!SILK")), bytes.HasPrefix(head, []byte("\x02#!SILK")):
		return "audio/silk"
	}
	return http.DetectContentType(head)
}
