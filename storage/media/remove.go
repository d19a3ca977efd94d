package media

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/minio/minio-go/v7"
)

// settled is how old a file must be before Remove takes it: whoever keeps the same content again writes it anew, and
// may not have noted yet whose it is.
const settled = time.Hour

// Remove removes what is kept under the hash. It says no, and leaves the file, if the same content was kept within the
// last hour; that nothing is there is no error. Nobody may note the hash for a file kept longer ago meanwhile.
func (s *Store) Remove(ctx context.Context, hash string) (gone bool, err error) {
	if !isHash(hash) {
		return true, nil
	}
	return s.place.remove(ctx, hash)
}

func (f *folder) remove(_ context.Context, hash string) (gone bool, err error) {
	place := placeOf(hash)
	if young, err := f.young(place); err != nil || young {
		return false, err
	}
	// It is moved aside and looked at again: a Keep between a look and a removal would lose its file.
	aside := tempPrefix + rand.Text()
	if err := f.root.Rename(place, aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return true, nil
		}
		return false, fmt.Errorf("remove media: %w", err)
	}
	young, err := f.young(aside)
	if err != nil || young {
		return false, errors.Join(err, f.root.Rename(aside, place))
	}
	if err := f.root.Remove(aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("remove media: %w", err)
	}
	return true, nil
}

// remove cannot move an object aside. Should the same content be kept again in the moment between the look and the
// removal, that file is lost; no request of S3 closes this gap of milliseconds, an hour or more after the last keeping.
func (b *bucket) remove(ctx context.Context, hash string) (gone bool, err error) {
	info, err := b.statObject(ctx, b.name, placeOf(hash), minio.StatObjectOptions{})
	if err != nil {
		if err = b.missing(ctx, hash, err); errors.Is(err, fs.ErrNotExist) {
			return true, nil
		}
		return false, fmt.Errorf("remove media: %w", err)
	}
	if time.Since(info.LastModified) < settled {
		return false, nil
	}
	err = b.explain(b.removeObject(ctx, b.name, placeOf(hash), minio.RemoveObjectOptions{}))
	if err != nil {
		return false, fmt.Errorf("remove media: %w", err)
	}
	return true, nil
}

// young says whether a file was kept a short while ago.
func (f *folder) young(name string) (bool, error) {
	info, err := f.root.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at media: %w", err)
	}
	return time.Since(info.ModTime()) < settled, nil
}
