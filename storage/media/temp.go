package media

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
)

// A file that is being written stands beside the folders of the kept ones, under a name that no kept one can have.
const tempPrefix = "part-"

// tempAge is how old a part must be before it counts as left behind by a process that died.
const tempAge = 24 * time.Hour

func (f *folder) createTemp() (*os.File, string, error) {
	name := tempPrefix + rand.Text()
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	return file, name, err
}

// sweep removes what processes that died left half-written; another process may be writing the younger ones.
func (f *folder) sweep(now time.Time) error {
	entries, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return fmt.Errorf("list media folder: %w", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), tempPrefix) {
			continue
		}
		info, err := e.Info()
		if err != nil || now.Sub(info.ModTime()) < tempAge {
			continue // gone in the meantime, or young
		}
		if err := f.root.Remove(e.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove left-over: %w", err)
		}
	}
	return nil
}
