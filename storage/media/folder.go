// Package media keeps the files that members send, in a folder, each under the SHA-256 of its content, and without
// what a picture tells beside the picture: where, when and with which device it was taken. It knows no database, no
// platform and no owner of a file; whoever holds a hash may read it.
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
	"os"
	"path"
	"time"
)

// ErrTooLarge is returned by Keep for a file beyond the limit.
var ErrTooLarge = errors.New("file is too large")

// Kept says what was kept.
type Kept struct {
	// Hash is the SHA-256 of what was kept, in lower-case hex, by which Folder.Open finds it.
	Hash string
	// Size is in bytes, after stripping.
	Size int64
	// Type is the media type that the content shows, whatever the sender or the platform called it.
	Type string
}

// Folder is a store in a folder of the file system. Several processes may use one folder.
type Folder struct {
	root *os.Root
}

// Open opens the store in dir, makes the folder if it is missing, and clears it of what dead processes left there.
func Open(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make media folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open media folder: %w", err)
	}
	f := &Folder{root: root}
	if err := f.sweep(time.Now()); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return f, nil
}

// Close gives the folder up. Files that are being read stay readable.
func (f *Folder) Close() error { return f.root.Close() }

// Keep reads r to its end and keeps what it read: on disk, and found again by its hash, once Keep has returned. The
// metadata of a JPEG, PNG or WebP picture is left out, apart from its orientation. Keeping the same content again is
// harmless. More than limit bytes is ErrTooLarge and leaves nothing behind.
func (f *Folder) Keep(ctx context.Context, r io.Reader, limit int64) (Kept, error) {
	in := bufio.NewReader(&limited{ctx: ctx, r: r, left: limit})
	head, err := in.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return Kept{}, fmt.Errorf("read media: %w", err)
	}
	kind := sniff(head)
	var body io.Reader = in
	if strip, ok := strippers[kind]; ok {
		picture, err := io.ReadAll(in)
		if err != nil {
			return Kept{}, fmt.Errorf("read picture: %w", err)
		}
		body = bytes.NewReader(strip(picture))
	}
	kept, err := f.write(body)
	if err != nil {
		return Kept{}, fmt.Errorf("keep media: %w", err)
	}
	kept.Type = kind
	return kept, nil
}

// write puts the content in place in one step, so that a crash leaves either the whole file or none.
func (f *Folder) write(r io.Reader) (kept Kept, err error) {
	temp, name, err := f.createTemp()
	if err != nil {
		return Kept{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.root.Remove(name))
		}
	}()
	h := sha256.New()
	size, err := io.Copy(io.MultiWriter(temp, h), r)
	if err == nil {
		err = temp.Sync()
	}
	if err := errors.Join(err, temp.Close()); err != nil {
		return Kept{}, err
	}
	kept = Kept{Hash: hex.EncodeToString(h.Sum(nil)), Size: size}
	place := placeOf(kept.Hash)
	if err := f.root.Mkdir(path.Dir(place), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return Kept{}, err
	}
	if err := f.root.Rename(name, place); err != nil {
		return Kept{}, err
	}
	// A rename is lost in a power cut unless the folders that it changed are on disk too.
	return kept, errors.Join(f.syncFolder(path.Dir(place)), f.syncFolder("."))
}

func (f *Folder) syncFolder(name string) error {
	d, err := f.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open opens what was kept under the hash; the error is fs.ErrNotExist if nothing was.
func (f *Folder) Open(_ context.Context, hash string) (io.ReadSeekCloser, error) {
	if !isHash(hash) {
		return nil, fmt.Errorf("open media: %w", fs.ErrNotExist)
	}
	file, err := f.root.Open(placeOf(hash))
	if err != nil {
		return nil, fmt.Errorf("open media: %w", err)
	}
	return file, nil
}

// placeOf spreads the files over 256 folders.
func placeOf(hash string) string { return hash[:2] + "/" + hash[2:] }

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
