package service

import (
	"io/fs"
	"maps"
	"strings"

	"github.com/unionbot/unionbot/union/folder"
)

// extension is how the name of a service file ends.
const extension = ".yaml"

// texts are the files of all folders, the later folders' laid over the earlier ones'.
type texts struct {
	sources map[string][]byte // by stem
	// mentions counts the files of a service, in all folders: one that switches off what nobody else mentions is a mistake.
	mentions map[string]int
	problems Problems
	groups   []string // that files may name
}

// read reads every service file of the folders. A nil folder is passed over.
func read(folders []fs.FS) (*texts, error) {
	t := &texts{sources: map[string][]byte{}, mentions: map[string]int{}}
	for _, layer := range folders {
		if layer == nil {
			continue
		}
		own, err := t.readFolder(layer)
		if err != nil {
			return nil, err
		}
		t.lay(own)
		if names, ok := layer.(interface{ GroupNames() []string }); ok {
			t.groups = names.GroupNames()
		}
	}
	return t, nil
}

func (t *texts) readFolder(files fs.FS) (map[string][]byte, error) {
	own, problems, err := folder.ReadOne(extension, files)
	t.problems = append(t.problems, problems...)
	return own, err
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
