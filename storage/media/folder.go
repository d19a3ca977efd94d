package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"
)

// folder is a place in the file system.
type folder struct {
	root *os.Root
}

func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make media folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open media folder: %w", err)
	}
	f := &folder{root: root}
	if err := f.sweep(time.Now()); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return f, nil
}

func (f *folder) close() error { return f.root.Close() }

func (f *folder) write(_ context.Context, r io.Reader) (kept Kept, err error) {
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

func (f *folder) syncFolder(name string) error {
	d, err := f.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (f *folder) open(_ context.Context, hash string) (io.ReadSeekCloser, error) {
	file, err := f.root.Open(placeOf(hash))
	if err != nil {
		return nil, err
	}
	return file, nil
}

func (f *folder) has(_ context.Context, hash string) (bool, error) {
	_, err := f.root.Stat(placeOf(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (f *folder) list(ctx context.Context, yield func(hash string) error) error {
	return fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		hash := path.Base(path.Dir(name)) + path.Base(name)
		if d.IsDir() || !isHash(hash) {
			return nil
		}
		return yield(hash)
	})
}

func (f *folder) check(context.Context) error {
	temp, name, err := f.createTemp()
	if err != nil {
		return err
	}
	return errors.Join(temp.Close(), f.root.Remove(name))
}

// placeOf spreads the files over 256 folders.
func placeOf(hash string) string { return hash[:2] + "/" + hash[2:] }
