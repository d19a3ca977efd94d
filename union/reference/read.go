package reference

import (
	"context"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/unionbot/unionbot/union/folder"
)

const (
	ending        = ".yaml"
	hotlinesStem  = "hotlines"
	standardsStem = "standards"
	festivalsStem = "festivals"
	greetingsStem = "greetings"
	selfcheckStem = "selfcheck"
	talksStem     = "talks"
	groupsStem    = "groups"
	banksStem     = "banks"
	dutyStem      = "duty"
	placesStem    = "places"
)

// needed are the lines that are told to people in danger.
var needed = []string{Police, Ambulance, Fire, Mind}

// The names of lines that conversations know. Those of the union's own may lack.
const (
	Police    = "police"
	Ambulance = "ambulance"
	Fire      = "fire"
	Mind      = "mind"
)

// Load reads the files of some folders; a file of a later one stands in the place of one of the same name. The error is
// folder.Problems, all that were found.
func Load(folders ...fs.FS) (*Data, error) {
	files, err := folder.Read(ending, folders...)
	if err != nil {
		return nil, err
	}
	return load(files, folders)
}

func load(files folder.Files, folders []fs.FS) (*Data, error) {
	d := &Data{}
	problems := slices.Clone(files.Problems)
	var greetings *folder.Document
	for stem, sheet := range map[string]interface{ check(*folder.Document) }{
		hotlinesStem: &d.Hotlines, standardsStem: &d.Standards, festivalsStem: &d.Festivals, greetingsStem: &d.Greetings, selfcheckStem: &d.Self, talksStem: &d.Talks, groupsStem: &d.Groups, banksStem: &d.Banks, dutyStem: &d.Duty, placesStem: &d.Places,
	} {
		source, there := files.Sources[stem]
		if !there {
			problems = append(problems, folder.Problem{File: files.Name(stem), Line: 1, Text: "the file is missing"})
			continue
		}
		document := folder.Strict(files.Name(stem), 0, folder.Canonical(source), sheet)
		if len(document.Problems) == 0 {
			sheet.check(document)
			switch stem {
			case greetingsStem:
				d.Greetings.checkPictures(document, d, folders)
				greetings = document // what it names of another file is looked at once that is read
				continue
			case talksStem:
				d.Talks.checkFiles(document, d, folders)
			}
		}
		problems = append(problems, document.Problems...)
	}
	if greetings != nil {
		d.checkNames(greetings)
		problems = append(problems, greetings.Problems...)
	}
	known := []string{banksStem, dutyStem, festivalsStem, greetingsStem, groupsStem, hotlinesStem, placesStem, selfcheckStem, standardsStem, talksStem}
	for _, stem := range files.Stems() {
		if !slices.Contains(known, stem) {
			problems = append(problems, folder.Problem{File: files.Name(stem), Line: 1, Text: "nobody reads this file: " + folder.OneOf(stem, known)})
		}
	}
	if len(problems) > 0 {
		problems.Sort()
		return nil, problems
	}
	return d, nil
}

func (h *Hotlines) check(d *folder.Document) {
	h.Check(d)
	var names []string
	for i, l := range h.Lines {
		checkName(d, "lines", i, l.Name, l.Label, names)
		names = append(names, l.Name)
		if !strings.ContainsAny(l.Number, "0123456789") {
			d.AddAt([]any{"lines", i, "number"}, "a number to ring is expected, in quotes: '12356', 内线 6100")
		}
		for j, at := range l.At {
			if at.Unit == "" || !strings.ContainsAny(at.Number, "0123456789") {
				d.AddAt([]any{"lines", i, "at", j}, "a unit, 集团公司/一分厂, and its number are expected")
			}
		}
	}
	for _, name := range needed {
		if !slices.Contains(names, name) {
			d.AddAt([]any{"lines"}, "the line %s is missing: people in danger are told it", name)
		}
	}
}

func (s *Standards) check(d *folder.Document) {
	s.Check(d)
	if s.Rule == "" {
		d.AddAt([]any{"rule"}, "is missing: the name of the rule, 会员慰问办法")
	}
	var names []string
	for i, each := range s.Standards {
		checkName(d, "standards", i, each.Name, each.Label, names)
		names = append(names, each.Name)
		if each.Yuan <= 0 {
			d.AddAt([]any{"standards", i, "yuan"}, "a sum above 0 is expected, in yuan")
		}
		for j, c := range each.Ceilings {
			if c.Place == "" || c.Yuan <= 0 || c.Source == "" {
				d.AddAt([]any{"standards", i, "ceilings", j}, "place, yuan and source are expected")
			}
		}
	}
	s.checkPlaces(d, names)
}

func checkName(d *folder.Document, list string, i int, name, label string, before []string) {
	switch {
	case name == "" || label == "":
		d.AddAt([]any{list, i}, "name and label are expected")
	case slices.Contains(before, name):
		d.AddAt([]any{list, i, "name"}, "%s stands here a second time", name)
	}
}

// Book answers from the files that hold now. Many goroutines may use it while it is offered others.
type Book struct{ data atomic.Pointer[Data] }

// NewBook holds some data.
func NewBook(d *Data) *Book {
	b := &Book{}
	b.data.Store(d)
	return b
}

// Hotline finds a line by name.
func (b *Book) Hotline(name string) (Line, bool) { return b.data.Load().Hotline(name) }

// Lines lists the lines in the order of the file.
func (b *Book) Lines() []Line { return b.data.Load().Lines() }

// Standard finds the sum of an occasion, in fen.
func (b *Book) Standard(name string) (fen int, ok bool) { return b.data.Load().Standard(name) }

// StandardPlaces are the units with sums of their own.
func (b *Book) StandardPlaces() []StandardPlace { return b.data.Load().StandardPlaces() }

// StandardIn finds the sum of an occasion in a unit, and the unit whose own it is.
func (b *Book) StandardIn(name, unit string) (fen int, own StandardPlace, ok bool) {
	return b.data.Load().StandardIn(name, unit)
}

// Now is the data that hold now.
func (b *Book) Now() *Data { return b.data.Load() }

// Topic finds what talks are about by name; the general one where there is none of it.
func (b *Book) Topic(name string) Topic { return b.data.Load().Talks.Topic(name) }

// Topics lists all topics.
func (b *Book) Topics() []Topic { return b.data.Load().Talks.Topics }

// TopicOf finds what a wish for a person in the middle of a service's form is about.
func (b *Book) TopicOf(service string) (Topic, bool) { return b.data.Load().Talks.TopicOf(service) }

// TopicIn finds what a sentence wants to talk about.
func (b *Book) TopicIn(text string) Topic { return b.data.Load().Talks.TopicIn(text) }

// Canned lists the answers that officers have ready, by folder. File finds a file that one of them names.
func (b *Book) Canned() []Canned { return byFolder(b.data.Load().Talks.Canned) }

// File finds a file that an answer names.
func (b *Book) File(name string) (Image, bool) { return b.data.Load().File(name) }

// NewFolder keeps a book at what stands in folders.
func NewFolder(b *Book, now func() time.Time, log *slog.Logger, layers ...fs.FS) *folder.Watch {
	return folder.NewWatch(func() (folder.Reading, error) {
		files, err := folder.Read(ending, layers...)
		return reading{files, layers, b}, err
	}, now, log)
}

type reading struct {
	folder.Files
	layers []fs.FS
	book   *Book
}

// Digest names this state of the files, pictures among them.
func (r reading) Digest() string { return r.Files.Digest() + pictureDigest(r.layers) }

// Take lets the book answer from the files.
func (r reading) Take(context.Context) error {
	d, err := load(r.Files, r.layers)
	if err == nil {
		r.book.data.Store(d)
	}
	return err
}
