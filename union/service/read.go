package service

import (
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

// extension is how the name of a service file ends.
const extension = ".yaml"

// texts are the files of all folders, the later folders' laid over the earlier ones'.
type texts struct {
	sources map[string][]byte // by stem
	// mentions counts the files of a service, in all folders: one that switches off what nobody else mentions is a mistake.
	mentions map[string]int
	problems Problems
}

// read reads every service file of the folders. A nil folder is passed over.
func read(folders []fs.FS) (*texts, error) {
	t := &texts{sources: map[string][]byte{}, mentions: map[string]int{}}
	for _, folder := range folders {
		if folder == nil {
			continue
		}
		own, err := t.readFolder(folder)
		if err != nil {
			return nil, err
		}
		t.lay(own)
	}
	return t, nil
}

func (t *texts) readFolder(folder fs.FS) (map[string][]byte, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, fmt.Errorf("list service files: %w", err)
	}
	own := map[string][]byte{}
	for _, entry := range entries {
		name := entry.Name()
		ending := path.Ext(name)
		switch {
		case strings.HasPrefix(name, "."): // an editor's, or Kubernetes' own
		case ending == extension:
			source, err := t.readFile(folder, name)
			if err != nil {
				return nil, fmt.Errorf("read service file: %w", err)
			}
			own[strings.TrimSuffix(name, extension)] = source
		case strings.EqualFold(ending, extension), strings.EqualFold(ending, ".yml"):
			t.problems = append(t.problems, Problem{File: name, Line: 1, Text: "the name of a service file ends in " + extension})
		}
	}
	return own, nil
}

// readFile reads what Parse may refuse for its size, and no more.
func (t *texts) readFile(folder fs.FS, name string) (source []byte, err error) {
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
	return io.ReadAll(io.LimitReader(file, maxSource+1))
}

// lay puts a folder's files over those before. A file without a date takes the place of the whole service below, dates
// and all: a union that has written its own is not to be overtaken by a version that comes with a newer program.
func (t *texts) lay(own map[string][]byte) {
	for stem := range own {
		name, _, dated := strings.Cut(stem, "@")
		t.mentions[name]++
		if dated {
			continue
		}
		maps.DeleteFunc(t.sources, func(below string, _ []byte) bool {
			other, _, _ := strings.Cut(below, "@")
			return other == name
		})
	}
	maps.Copy(t.sources, own)
}

// digest names this state of the files.
func (t *texts) digest() string {
	sum := sha256.New()
	put := func(b []byte) {
		_ = binary.Write(sum, binary.BigEndian, int64(len(b))) // a hash takes everything
		sum.Write(b)
	}
	for _, stem := range slices.Sorted(maps.Keys(t.sources)) {
		put([]byte(stem))
		put(t.sources[stem])
	}
	for _, p := range t.problems {
		put([]byte(p.String()))
	}
	return string(sum.Sum(nil))
}
