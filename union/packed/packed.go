// Package packed reads texts that come with the program and are packed for the size of the binary: a txtar archive within
// bzip2, which takes a quarter of the room that they would. What is packed lies beside its archive and is written to it by
// go generate; Stale tells whether that was done. It knows nothing of what the texts mean.
package packed

import (
	"bytes"
	"compress/bzip2"
	"fmt"
	"io"
	"io/fs"

	"golang.org/x/tools/txtar"
)

// Text is what was packed, as a whole. It panics where that cannot be read: it was built in, and a test reads it.
func Text(archive []byte) []byte {
	text, err := io.ReadAll(bzip2.NewReader(bytes.NewReader(archive)))
	if err != nil {
		panic(fmt.Sprintf("read what was packed: %v", err)) //nolint:forbidigo // a fault of the build
	}
	return text
}

// Files are the files of an archive, without folders. It panics as Text does.
func Files(archive []byte) fs.FS { return Parted(Text(archive)) }

// Parted are the files that a text holds, as Text returns it. It panics as Text does.
func Parted(text []byte) fs.FS {
	files, err := txtar.FS(txtar.Parse(text))
	if err != nil {
		panic(fmt.Sprintf("read what was packed: %v", err)) //nolint:forbidigo // a fault of the build
	}
	return files
}

// Stale names the files of a folder that match the pattern and were not packed as they are, and the packed ones that are gone.
func Stale(folder, packed fs.FS, pattern string) (names []string, err error) {
	seen := map[string]bool{}
	for _, files := range []fs.FS{folder, packed} {
		matches, err := fs.Glob(files, pattern)
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", pattern, err)
		}
		for _, name := range matches {
			if seen[name] {
				continue
			}
			seen[name] = true
			beside, _ := fs.ReadFile(folder, name)
			inside, _ := fs.ReadFile(packed, name)
			if beside == nil || inside == nil || !bytes.Equal(beside, inside) {
				names = append(names, name)
			}
		}
	}
	return names, nil
}
