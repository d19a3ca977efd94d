package service

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Set is every version of every service that the files hold. Which of them are offered depends on the day.
type Set struct {
	versions []*Service
	periods  []*Offer // in order of their days; the first is from the beginning
}

// Offer is the services that are offered for some days, in the order of the menu.
type Offer struct {
	from   Day
	byName map[string]*Service
	all    []*Service
	began  map[string]Day // of the version in force, also where it switches its service off
}

// Load reads every service file of the folders. A file in a later folder replaces the one of the same name in an
// earlier, and one without a date all dates of its service there; a nil folder is passed over. The error holds the
// problems of all files together.
func Load(folders ...fs.FS) (*Set, error) {
	t, err := read(folders)
	if err != nil {
		return nil, err
	}
	return t.load()
}

func (t *texts) load() (*Set, error) {
	problems := slices.Clone(t.problems)
	var versions []*Service
	for _, stem := range slices.Sorted(maps.Keys(t.sources)) {
		name, date, dated := strings.Cut(stem, "@")
		s, err := parse(stem+extension, name, t.sources[stem], func(p *parser, s *Service) {
			if dated && string(s.From) != date {
				p.addAt("from", "the file's name says %q, so `from: %s` is expected here; not %q", date, date, s.From)
			}
			p.checkGroups(s, t.groups)
		})
		var found Problems
		if errors.As(err, &found) {
			problems = append(problems, found...)
			continue
		}
		versions = append(versions, s)
	}
	slices.SortStableFunc(versions, func(a, b *Service) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(string(a.From), string(b.From)))
	})
	problems = append(problems, t.lost(versions)...)
	problems = append(problems, twins(versions)...)
	set := newSet(versions)
	problems = append(problems, set.clashes()...)
	if len(problems) > 0 {
		problems.Sort()
		return nil, problems
	}
	return set, nil
}

// lost finds files that switch off what is not there, which is mostly a slip of the pen.
func (t *texts) lost(versions []*Service) (problems Problems) {
	for _, s := range versions {
		if !s.empty() || t.mentions[s.Name] > 1 {
			continue
		}
		var others []string
		for _, name := range slices.Sorted(maps.Keys(t.mentions)) {
			if name != s.Name {
				others = append(others, name)
			}
		}
		problems = append(problems, Problem{File: s.File, Line: 1, Field: "disabled", Text: "switches off no service: " + oneOf(s.Name, others)})
	}
	return problems
}

// twins finds two versions of one service that begin on one day. The versions are in order.
func twins(versions []*Service) (problems Problems) {
	for i, s := range versions {
		if i == 0 || versions[i-1].Name != s.Name || versions[i-1].From != s.From {
			continue
		}
		problems = append(problems, Problem{File: s.File, Line: 1, Field: "from", Text: fmt.Sprintf(
			"%s is in force from %s too; each version needs a day of its own", versions[i-1].File, s.From)})
	}
	return problems
}

func newSet(versions []*Service) *Set {
	set := &Set{versions: versions}
	days := []Day{""}
	for _, s := range versions {
		days = append(days, s.From)
	}
	slices.Sort(days)
	for _, day := range slices.Compact(days) {
		set.periods = append(set.periods, offer(versions, day))
	}
	return set
}

// offer finds what is offered on a day. The versions are in order.
func offer(versions []*Service, day Day) *Offer {
	o := &Offer{from: day, byName: map[string]*Service{}, began: map[string]Day{}}
	for _, s := range versions {
		if s.From > day {
			continue
		}
		o.began[s.Name] = s.From
		delete(o.byName, s.Name)
		if !s.Disabled {
			o.byName[s.Name] = s
		}
	}
	o.all = slices.SortedFunc(maps.Values(o.byName), byMenu)
	return o
}

// byMenu puts services outside of the menu last.
func byMenu(a, b *Service) int {
	if (a.Menu == 0) != (b.Menu == 0) {
		return b.Menu - a.Menu
	}
	return cmp.Or(a.Menu-b.Menu, strings.Compare(a.Name, b.Name))
}

// clashes finds what two services may not share at one time: with one prefix their numbers would be mixed
// unless both say that they share it, with one
// phrase or title a sentence would mean both.
func (set *Set) clashes() (problems Problems) {
	for _, o := range set.periods {
		for _, p := range o.clashes() {
			if !slices.Contains(problems, p) {
				problems = append(problems, p)
			}
		}
	}
	return problems
}

func (o *Offer) clashes() (problems Problems) {
	taken, prefixes := map[string]*Service{}, map[string]*Service{}
	for _, s := range o.all {
		claims := []string{"title " + s.Title.ZH}
		// Sealed ones share theirs, so that a number does not tell what it is about.
		if other, ok := prefixes[s.Prefix]; !ok {
			prefixes[s.Prefix] = s
		} else if !s.Sealed && (!s.SharesPrefix || !other.SharesPrefix) {
			problems = append(problems, Problem{File: s.File, Line: 1, Text: "prefix " + s.Prefix + " belongs to " + other.File + " already"})
		}
		if s.Menu > 0 {
			claims = append(claims, fmt.Sprintf("menu %d", s.Menu))
		}
		for _, phrase := range s.Understand.Named() {
			claims = append(claims, "phrase "+phrase)
		}
		for _, claim := range claims {
			if other, ok := taken[claim]; ok {
				problems = append(problems, Problem{File: s.File, Line: 1, Text: claim + " belongs to " + other.File + " already"})
				continue
			}
			taken[claim] = s
		}
	}
	return problems
}

// On is what is offered on a day.
func (set *Set) On(day Day) *Offer {
	i, exact := slices.BinarySearchFunc(set.periods, day, func(o *Offer, day Day) int { return strings.Compare(string(o.from), string(day)) })
	if !exact {
		i-- // the first is before every day
	}
	return set.periods[i]
}

// Versions lists every version that holds a service, switched off or not, by name and day.
func (set *Set) Versions() []*Service {
	return slices.DeleteFunc(slices.Clone(set.versions), (*Service).empty)
}

// Get finds a service by name.
func (o *Offer) Get(name string) (*Service, bool) {
	s, ok := o.byName[name]
	return s, ok
}

// Find finds a service by name, or says which was probably meant.
func (o *Offer) Find(name string) (*Service, error) {
	if s, ok := o.byName[name]; ok {
		return s, nil
	}
	return nil, fmt.Errorf("no service of this name is offered on that day: %s", oneOf(name, slices.Sorted(maps.Keys(o.byName))))
}

// All lists the services in the order of the menu; those outside of it come last.
func (o *Offer) All() []*Service { return slices.Clone(o.all) }
