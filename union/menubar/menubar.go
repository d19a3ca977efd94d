// Package menubar is the bar at the bottom of a chat as data: what stands where, and what a tap on it begins. It publishes
// nothing.
package menubar

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/unionbot/unionbot/union/service"
)

// What both platforms take: three entries, five below one; sizes of names are bytes, of which a Chinese character has three.
// [W90455, menu/create]
const (
	entries    = 3
	subEntries = 5
	labelBytes = 16
	subBytes   = 40
	// maxFile keeps a mistaken file from being read into memory whole.
	maxFile = 1 << 16
)

// Entry is one entry. Of what it begins, exactly one is said; one with Entries begins nothing itself.
type Entry struct {
	Label string `yaml:"label"`
	// Service begins a service's form.
	Service string `yaml:"service"`
	// Services stands for that many entries, one for each of the first services of the menu.
	Services int `yaml:"services"`
	// Start begins a conversation by its name: mine, tasks.
	Start string `yaml:"start"`
	// Say is what a tap says in the person's name: 发布竞赛.
	Say string `yaml:"say"`
	// Scan opens the phone's scanner for codes that hang at places.
	Scan    bool    `yaml:"scan"`
	Entries []Entry `yaml:"entries"`
}

// Bar is the whole bar.
type Bar struct {
	Entries []Entry `yaml:"bar"`
}

// Read reads a bar; an unknown key is an error with its line.
func Read(source []byte) (Bar, error) {
	if len(source) > maxFile {
		return Bar{}, fmt.Errorf("the file has %d bytes; the most is %d", len(source), maxFile)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(source))
	decoder.KnownFields(true)
	var b Bar
	if err := decoder.Decode(&b); err != nil && !errors.Is(err, io.EOF) {
		return Bar{}, fmt.Errorf("read the bar: %w", err)
	}
	return b, nil
}

// Lay puts the services in the places that the bar leaves for them and checks everything against what the platforms take.
// starts are the conversations that an entry may begin. All problems are reported together.
func (b Bar) Lay(services []*service.Service, starts []string, language string) ([]Entry, error) {
	var problems []error
	complain := func(e Entry, format string, args ...any) {
		problems = append(problems, fmt.Errorf("entry %q: "+format, append([]any{e.Label}, args...)...))
	}
	laid := fill(b.Entries, services, language)
	if len(laid) == 0 || len(laid) > entries {
		problems = append(problems, fmt.Errorf("a bar has 1 to %d entries, not %d", entries, len(laid)))
	}
	for i, e := range laid {
		laid[i].Entries = fill(e.Entries, services, language)
		if n := len(laid[i].Entries); n > subEntries {
			complain(e, "at most %d entries stand below one, not %d", subEntries, n)
		}
		check(laid[i], labelBytes, services, starts, complain)
		for _, sub := range laid[i].Entries {
			if len(sub.Entries) > 0 {
				complain(sub, "nothing stands below what stands below another")
			}
			check(sub, subBytes, services, starts, complain)
		}
	}
	return laid, errors.Join(problems...)
}

func check(e Entry, most int, services []*service.Service, starts []string, complain func(Entry, string, ...any)) {
	if e.Label == "" || len(e.Label) > most {
		complain(e, "a label has 1 to %d bytes (%d Chinese characters), not %d", most, most/3, len(e.Label))
	}
	does := 0
	for _, said := range []bool{e.Service != "", e.Start != "", e.Say != "", e.Scan, len(e.Entries) > 0} {
		if said {
			does++
		}
	}
	switch {
	case does != 1:
		complain(e, "one of service, start, say, scan and entries is expected")
	case e.Start != "" && !slices.Contains(starts, e.Start):
		complain(e, "start: %q is none of %s", e.Start, strings.Join(starts, ", "))
	case e.Service != "" && !slices.ContainsFunc(services, func(s *service.Service) bool { return s.Name == e.Service }):
		complain(e, "service: %q is not offered", e.Service)
	}
}

// fill puts services in place of the entries that stand for them: those that no other entry names.
func fill(list []Entry, services []*service.Service, language string) []Entry {
	var named []string
	for _, e := range list {
		named = append(named, e.Service)
	}
	var filled []Entry
	for _, e := range list {
		if e.Services <= 0 {
			if s := slices.IndexFunc(services, func(s *service.Service) bool { return s.Name == e.Service }); s >= 0 && e.Label == "" {
				e.Label = services[s].Short.In(language)
			}
			filled = append(filled, e)
			continue
		}
		left := e.Services
		for _, s := range services {
			if s.Menu > 0 && left > 0 && !slices.Contains(named, s.Name) {
				filled = append(filled, Entry{Label: labelled(e.Label, s.Short.In(language)), Service: s.Name})
				named = append(named, s.Name)
				left--
			}
		}
	}
	return filled
}

// labelled is the label of a service's entry; {short} in the bar's own words is its name.
func labelled(pattern, short string) string {
	if pattern == "" {
		return short
	}
	return strings.ReplaceAll(pattern, "{short}", short)
}
