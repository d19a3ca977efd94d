package folder

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// MaxBytes keeps a mistaken file from being read into memory whole; ours have 10 kB.
const MaxBytes = 1 << 20

// Files are the files of some folders that end alike, by stem; those of later folders stand in the place of earlier ones.
type Files struct {
	Sources  map[string][]byte
	Problems Problems
	ending   string
}

// Read reads the files of the folders whose names end in ending, such as ".md". A nil folder is passed over.
func Read(ending string, folders ...fs.FS) (Files, error) {
	f := Files{Sources: map[string][]byte{}, ending: ending}
	for _, folder := range folders {
		if folder == nil {
			continue
		}
		own, problems, err := ReadOne(ending, folder)
		if err != nil {
			return Files{}, err
		}
		maps.Copy(f.Sources, own)
		f.Problems = append(f.Problems, problems...)
	}
	return f, nil
}

// ReadOne reads one folder. Names that begin with a dot are an editor's or Kubernetes' own.
func ReadOne(ending string, folder fs.FS) (sources map[string][]byte, problems Problems, err error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, nil, fmt.Errorf("list files: %w", err)
	}
	sources = map[string][]byte{}
	for _, entry := range entries {
		name := entry.Name()
		switch ext := path.Ext(name); {
		case strings.HasPrefix(name, "."):
		case ext == ending:
			source, err := readFile(folder, name)
			if err != nil {
				return nil, nil, fmt.Errorf("read file: %w", err)
			}
			sources[strings.TrimSuffix(name, ending)] = source
		case strings.EqualFold(ext, ending), ending == ".yaml" && strings.EqualFold(ext, ".yml"):
			problems = append(problems, Problem{File: name, Line: 1, Text: "the name of a file here ends in " + ending})
		}
	}
	return sources, problems, nil
}

// readFile reads one byte more than is allowed, so that its parser can refuse it for its size.
func readFile(folder fs.FS, name string) (source []byte, err error) {
	info, err := fs.Stat(folder, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", name)
	}
	file, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return io.ReadAll(io.LimitReader(file, MaxBytes+1))
}

// Stems lists the files without their ending, in order.
func (f Files) Stems() []string { return slices.Sorted(maps.Keys(f.Sources)) }

// Name is the whole name of a file.
func (f Files) Name(stem string) string { return stem + f.ending }

// Digest names this state of the files.
func (f Files) Digest() string { return Digest(f.Sources, f.Problems) }

// Digest names a state of files and of what is wrong with their folder.
func Digest(sources map[string][]byte, problems Problems) string {
	sum := sha256.New()
	put := func(b []byte) {
		_ = binary.Write(sum, binary.BigEndian, int64(len(b))) // a hash takes everything
		sum.Write(b)
	}
	for _, stem := range slices.Sorted(maps.Keys(sources)) {
		put([]byte(stem))
		put(sources[stem])
	}
	for _, p := range problems {
		put([]byte(p.String()))
	}
	return string(sum.Sum(nil))
}

// Canonical is a text without an editor's byte order mark and line ends.
func Canonical(source []byte) []byte {
	return bytes.ReplaceAll(bytes.TrimPrefix(source, []byte("\xef\xbb\xbf")), []byte("\r\n"), []byte("\n"))
}
