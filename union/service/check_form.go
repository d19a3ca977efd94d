package service

import (
	"fmt"
	"slices"
	"strings"
)

func (p *parser) checkForm(s *Service) {
	if len(s.Form) == 0 {
		p.addAt("form", "at least one field is expected")
	}
	var names []string
	sentences, sent := 0, 0
	for i, f := range s.Form {
		path := fmt.Sprintf("form[%d]", i+1)
		p.name(path, f.Name, names)
		names = append(append(names, f.Name), f.columnNames()...)
		if what, ok := kept[f.Name]; ok {
			p.addAt(path+".name", "%q is kept for %s", f.Name, what)
		}
		p.text(path+".label", f.Label)
		if f.Told {
			p.addAt(path+".told", "is for what officers answer with an act")
		}
		if f.About && s.Sealed {
			p.addAt(path+".about", "nobody finds a sealed case by whom it names")
		}
		if !f.Unasked {
			p.text(path+".ask", f.Ask)
		} else if !f.Optional {
			p.addAt(path+".unasked", "a field that is not asked must be optional too")
		}
		if f.Kind == "" {
			p.addAt(path+".kind", "is missing; one of %v is expected", Kinds())
		}
		if f.Sentence {
			sentences++
			if f.Kind != KindText || sentences > 1 {
				p.addAt(path+".sentence", "one text field of the form may take the sentence")
			}
		}
		if f.Kind.Sent() {
			if sent++; sent > 1 {
				p.addAt(path+".kind", "a form has one field of kind pictures or files: what is sent belongs to it")
			}
		}
		p.checkLimits(path, f)
		p.checkShares(path+".shares", s, f)
		p.checkGuess(path+".guess", s, f)
		p.checkChoices(path+".choices", f)
		p.checkPlaces(path+".places", f)
		p.checkList(path, f)
	}
}

// name refuses a name that is missing, badly formed or among those before it.
func (p *parser) name(path, name string, before []string) {
	switch {
	case name == "":
		p.addAt(path+".name", "is missing")
	case !snake.MatchString(name):
		p.addAt(path+".name", "small letters, digits and _ are expected, beginning with a letter; not %q", name)
	case slices.Contains(before, name):
		p.addAt(path+".name", "%q is the name of another one above", name)
	}
}

// most is the largest Max of each kind that has one, 0 where there is no limit.
var most = map[Kind]int{
	KindText: MaxText, KindPictures: MaxPictures, KindFiles: MaxPictures, KindChoices: MaxChoices, KindNumber: MaxNumber, KindMoney: MaxYuan, KindMembers: MaxMembers, KindPlace: MaxPlace, KindList: MaxList,
}

// least are the kinds that have a Min.
var least = []Kind{KindNumber, KindMoney, KindChoices, KindMembers, KindList}

func (p *parser) checkLimits(path string, f Field) {
	limit, limited := most[f.Kind]
	switch {
	case !limited && f.Max != 0:
		p.addAt(path+".max", "is for fields of kind text, pictures, files, choices, number, money, members, place and list")
	case f.Kind == KindNumber && (max(f.Max, -f.Max, f.Min, -f.Min) > limit):
		p.addAt(path+".max", "numbers from -%d to %[1]d are expected", limit)
	case f.Kind != KindNumber && (f.Max < 0 || limit > 0 && f.Max > limit):
		p.addAt(path+".max", "a number from 1 to %d is expected, not %d", limit, f.Max)
	case !slices.Contains(least, f.Kind) && f.Min != 0:
		p.addAt(path+".min", "is for fields of kind number, money, choices, members and list")
	case f.Kind != KindNumber && f.Min < 0:
		p.addAt(path+".min", "0 or more is expected, not %d", f.Min)
	case f.Max != 0 && f.Min > f.Max:
		p.addAt(path+".min", "%d is more than the most, %d", f.Min, f.Max)
	}
	if f.Kind != KindNumber && !f.Unit.Empty() {
		p.addAt(path+".unit", "is for fields of kind number")
	}
	p.belongs(path+".age", f, f.Age, KindNumber)
	p.belongs(path+".fields", f, len(f.Fields) > 0, KindList)
	p.belongs(path+".past", f, f.Past, KindDate, KindTime)
	p.belongs(path+".future", f, f.Future, KindDate, KindTime)
	p.belongs(path+".part_of_day", f, f.PartOfDay, KindTime)
	p.belongs(path+".others", f, f.Others, KindMember, KindMembers)
	p.belongs(path+".about", f, f.About, KindMember)
	p.belongs(path+".may_decide", f, f.MayDecide, KindMember, KindMembers)
	p.belongs(path+".told", f, f.Told, KindMembers)
	p.belongs(path+".masked", f, f.Masked, KindText, KindNumber)
	p.belongs(path+".keywords", f, len(f.Keywords) > 0, KindDate, KindTime, KindMoney, KindNumber)
	p.distinct(path+".keywords", f.Keywords)
	p.belongs(path+".needed", f, len(f.Needed) > 0, KindPictures, KindFiles)
	p.belongs(path+".legible", f, f.Legible, KindPictures, KindFiles)
	p.belongs(path+".known", f, f.Known != "", KindText)
	for i, paper := range f.Needed {
		p.text(fmt.Sprintf("%s.needed[%d]", path, i+1), paper)
	}
	if f.Known != "" && f.Known != KnownBanks {
		p.addAt(path+".known", "a list of the reference data is expected: %s", oneOf(string(f.Known), []string{string(KnownBanks)}))
	}
	p.belongs(path+".elsewhere", f, !f.Elsewhere.Empty(), KindFiles)
	p.belongs(path+".any", f, f.Any, KindChoices)
	p.belongs(path+".unsure", f, !f.Unsure.Empty(), KindYesNo)
	p.belongs(path+".places", f, len(f.Places) > 0, KindPlace)
	if f.Past && f.Future {
		p.addAt(path+".future", "a date lies in the past or in the future; leave both out where it may be either")
	}
}

// belongs refuses what is said of a field of another kind.
func (p *parser) belongs(path string, f Field, said bool, kinds ...Kind) {
	if said && !slices.Contains(kinds, f.Kind) {
		p.addAt(path, "is for fields of kind %s", strings.Join(asStrings(kinds), " and "))
	}
}

// named lists the fields of some kinds. A field whose kind nobody knows may be of any: its mistake is reported already.
func (s *Service) named(kinds ...Kind) []string {
	var names []string
	for _, f := range s.Form {
		if slices.Contains(kinds, f.Kind) || !slices.Contains(Kinds(), f.Kind) {
			names = append(names, f.Name)
		}
	}
	return names
}

func (p *parser) checkGuess(path string, s *Service, f Field) {
	if f.Guess == "" {
		return
	}
	texts := s.named(KindText)
	keywords := slices.ContainsFunc(f.Choices, func(c Choice) bool { return len(c.Keywords) > 0 })
	switch {
	case f.Kind != KindChoice:
		p.addAt(path, "is for fields of kind choice")
	case !slices.Contains(texts, f.Guess):
		p.addAt(path, "a text field is expected: %s", oneOf(f.Guess, texts))
	case !keywords:
		p.addAt(path, "none of the choices has keywords to guess by")
	}
}

func (p *parser) checkChoices(path string, f Field) {
	switch {
	case !f.Kind.HasChoices() && len(f.Choices) > 0:
		p.addAt(path, "are for fields of kind choice and choices")
		return
	case f.Kind.HasChoices() && len(f.Choices) < 2:
		p.addAt(path, "at least two are expected")
	case f.Kind.HasChoices() && !slices.ContainsFunc(f.Choices, Choice.Answers):
		p.addAt(path, "at least one is expected that neither `tells` nor `ends`: the form could not go on")
	}
	var names, said []string
	for i, c := range f.Choices {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		p.name(at, c.Name, names)
		names = append(names, c.Name)
		p.text(at+".label", c.Label)
		if f.Kind != KindChoice && !c.Answers() {
			p.addAt(at, "`tells` and `ends` are for fields of kind choice")
		}
		if !c.Tells.Empty() && !c.Ends.Empty() {
			p.addAt(at+".ends", "a choice tells something or ends the form; leave one of them out")
		}
		for _, word := range append([]string{c.Label.ZH}, c.Synonyms...) {
			if slices.Contains(said, word) {
				p.addAt(at, "%q says another choice already", word)
			}
			said = append(said, word)
		}
		p.distinct(at+".keywords", c.Keywords)
	}
}

// checkPlaces refuses a word that says two places: who writes it would get one of them.
func (p *parser) checkPlaces(path string, f Field) {
	var names, said []string
	for i, place := range f.Places {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		p.name(at, place.Name, names)
		names = append(names, place.Name)
		p.text(at+".label", place.Label)
		for _, word := range append([]string{place.Label.ZH}, place.Synonyms...) {
			switch {
			case slices.Contains(said, word):
				p.addAt(at, "%q says another place already", word)
			case strings.TrimSpace(word) == "" && word != place.Label.ZH:
				p.addAt(at+".synonyms", "one of them is empty")
			}
			said = append(said, word)
		}
	}
}
