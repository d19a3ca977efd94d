package service

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Set is the services that are offered now, in the order of the menu.
type Set struct {
	byName map[string]*Service
	all    []*Service
}

// Load reads every service file of the folders. A file in a later folder replaces the one of the same name in an
// earlier; a nil folder is passed over. The error holds the problems of all files together.
func Load(folders ...fs.FS) (*Set, error) {
	sources, err := read(folders)
	if err != nil {
		return nil, err
	}
	set := &Set{byName: map[string]*Service{}}
	var problems Problems
	for name, source := range sources {
		s, err := Parse(name, source)
		var found Problems
		if errors.As(err, &found) {
			problems = append(problems, found...)
			continue
		}
		set.byName[name] = s
		set.all = append(set.all, s)
	}
	slices.SortFunc(set.all, func(a, b *Service) int {
		// Services outside of the menu come last.
		if a.Menu != b.Menu && (a.Menu == 0) != (b.Menu == 0) {
			return b.Menu - a.Menu
		}
		if a.Menu != b.Menu {
			return a.Menu - b.Menu
		}
		return strings.Compare(a.Name, b.Name)
	})
	problems = append(problems, set.clashes()...)
	if len(problems) > 0 {
		problems.sort()
		return nil, problems
	}
	return set, nil
}

func read(folders []fs.FS) (map[string][]byte, error) {
	sources := map[string][]byte{}
	for _, folder := range folders {
		if folder == nil {
			continue
		}
		files, err := fs.Glob(folder, "*.yaml")
		if err != nil {
			return nil, fmt.Errorf("list service files: %w", err)
		}
		for _, file := range files {
			source, err := fs.ReadFile(folder, file)
			if err != nil {
				return nil, fmt.Errorf("read service file: %w", err)
			}
			sources[strings.TrimSuffix(file, ".yaml")] = source
		}
	}
	return sources, nil
}

// clashes finds what two services may not share: with one prefix their numbers would be mixed, with one phrase or
// title a sentence would mean both.
func (set *Set) clashes() Problems {
	var problems Problems
	taken := map[string]string{}
	for _, s := range set.all {
		claims := []string{"title " + s.Title.ZH}
		if !s.Sealed { // they share theirs, so that a number does not tell what it is about
			claims = append(claims, "prefix "+s.Prefix)
		}
		if s.Menu > 0 {
			claims = append(claims, fmt.Sprintf("menu %d", s.Menu))
		}
		for _, phrase := range s.Understand.Phrases {
			claims = append(claims, "phrase "+phrase)
		}
		for _, claim := range claims {
			if other, ok := taken[claim]; ok {
				problems = append(problems, Problem{File: s.Name + ".yaml", Line: 1, Text: claim + " belongs to " + other + ".yaml already"})
				continue
			}
			taken[claim] = s.Name
		}
	}
	return problems
}

// Get finds a service by name.
func (set *Set) Get(name string) (*Service, bool) {
	s, ok := set.byName[name]
	return s, ok
}

// All lists the services in the order of the menu; those outside of it come last.
func (set *Set) All() []*Service { return slices.Clone(set.all) }
