package reference

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/folder"
)

// Places is the file of places by what people call them. All services read it.
type Places struct {
	folder.Origin `yaml:",inline"`
	Places        []Place `yaml:"places"`
	// called are the places of each name, as PlaceKey folds it.
	called map[string][]int
}

// Place is a place that has a name of its own.
type Place struct {
	// Name is what is kept, and what a QR code says behind "place:".
	Name  string `yaml:"name"`
	Label string `yaml:"label"` // 三车间/3号行车
	// Words are its other names. One that several places have is asked back.
	Words []string `yaml:"words"`
	// Unit is the path of the unit in which it lies; where a word fits several places, people are offered their own unit's first.
	Unit string `yaml:"unit"`
}

// Called lists all names of the place.
func (p Place) Called() []string { return append([]string{p.Label}, p.Words...) }

// In says whether somebody of a unit, named by its path, is at home there: both lie in one branch of the tree.
func (p Place) In(unit string) bool {
	return p.Unit != "" && (union.Within(unit, p.Unit) || union.Within(p.Unit, unit))
}

const (
	// mostPlaces keeps the search through a sentence short.
	mostPlaces = 5000
	// longestPlace is the most characters of a name, as of a place in a service's file.
	longestPlace = 60
)

var placeName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

func (p *Places) check(d *folder.Document) {
	p.Check(d)
	if len(p.Places) > mostPlaces {
		d.AddAt([]any{"places"}, "up to %d are expected, not %d", mostPlaces, len(p.Places))
		return
	}
	p.called = map[string][]int{}
	names, labels := map[string]bool{}, map[string]bool{}
	for i, each := range p.Places {
		switch {
		case each.Label == "":
			d.AddAt([]any{"places", i}, "name and label are expected")
		case !placeName.MatchString(each.Name):
			d.AddAt([]any{"places", i, "name"}, "small letters, digits and _ are expected, such as crane_3; not %q", each.Name)
		case names[each.Name]:
			d.AddAt([]any{"places", i, "name"}, "%s stands here a second time", each.Name)
		case labels[PlaceKey(each.Label)]:
			d.AddAt([]any{"places", i, "label"}, "%s is the name in full of another place already", each.Label)
		}
		names[each.Name], labels[PlaceKey(each.Label)] = true, true
		if _, err := union.ParsePath(each.Unit); each.Unit != "" && err != nil {
			d.AddAt([]any{"places", i, "unit"}, "a path from the root is expected, such as 集团公司/一分厂: %v", err)
		}
		for _, word := range each.Called() {
			key := PlaceKey(word)
			if key == "" && word != each.Label || utf8.RuneCountInString(word) > longestPlace {
				d.AddAt([]any{"places", i, "words"}, "names of 1 to %d characters are expected, not %q", longestPlace, word)
			}
			if key != "" && !slices.Contains(p.called[key], i) {
				p.called[key] = append(p.called[key], i)
			}
		}
	}
}

// Named finds the places that have this name, in the order of the file.
func (p Places) Named(text string) []Place { return p.at(p.called[PlaceKey(text)]) }

// In finds the places of which a name stands in a sentence. A name that is a part of a longer one there does not count, nor the
// end of a greater number: 3号行车 is not in 13号行车.
func (p Places) In(text string) []Place {
	text = PlaceText(text)
	var said []string
	for key := range p.called {
		if utf8.RuneCountInString(key) >= 2 && PlaceWithin(key, text) {
			said = append(said, key)
		}
	}
	var found []int
	for _, key := range said {
		covered := slices.ContainsFunc(said, func(other string) bool { return other != key && strings.Contains(other, key) })
		for _, i := range p.called[key] {
			if !covered && !slices.Contains(found, i) {
				found = append(found, i)
			}
		}
	}
	slices.Sort(found)
	return p.at(found)
}

// ByName finds a place by its name in the file.
func (p Places) ByName(name string) (Place, bool) {
	i := slices.IndexFunc(p.Places, func(each Place) bool { return each.Name == name })
	if i < 0 {
		return Place{}, false
	}
	return p.Places[i], true
}

func (p Places) at(indices []int) []Place {
	found := make([]Place, len(indices))
	for i, at := range indices {
		found[i] = p.Places[at]
	}
	return found
}

var figureOf = strings.NewReplacer("一", "1", "二", "2", "两", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9",
	"/", "", "#", "号", "-", "")

// PlaceKey folds what does not tell places apart: 三号行车 and 3#行车, with or without slashes.
func PlaceKey(text string) string {
	return figureOf.Replace(union.NameKey(strings.TrimRight(strings.TrimSpace(text), "。.!！")))
}

// PlaceText folds a text in which names are looked for as PlaceKey does, with a bar where two numbers meet: 泵房1 10点, 泵房1一直响.
func PlaceText(text string) string {
	var b strings.Builder
	var before rune
	blank := false
	for _, r := range text {
		if unicode.IsSpace(r) {
			blank = true
			continue
		}
		if figure(before) && figure(r) && (blank || unicode.IsDigit(before) != unicode.IsDigit(r)) {
			b.WriteByte('|')
		}
		b.WriteRune(r)
		before, blank = r, false
	}
	return PlaceKey(b.String())
}

func figure(r rune) bool {
	return unicode.IsDigit(r) || strings.ContainsRune("一二两三四五六七八九", r)
}

// PlaceWithin says whether a folded name is part of a text as PlaceText folds it, and no part of a greater number: 3号行车 is not in 13号行车,
// and 泵房1 is not in 泵房12.
func PlaceWithin(part, whole string) bool {
	for from := 0; ; {
		i := strings.Index(whole[from:], part)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(whole[:from+i])
		last, _ := utf8.DecodeLastRuneInString(part)
		after, _ := utf8.DecodeRuneInString(whole[from+i+len(part):])
		goesOn := unicode.IsDigit(last) && unicode.IsDigit(after)
		if part == "" || !goesOn && !unicode.IsDigit(before) && !strings.ContainsRune("十百", before) {
			return true
		}
		from += i + len(part)
	}
}

// Places is the file of places that holds now.
func (b *Book) Places() Places { return b.data.Load().Places }
