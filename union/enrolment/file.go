package enrolment

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/unionbot/unionbot/union/service"
)

// maxFile keeps a mistaken file from being read into memory whole.
const maxFile = 1 << 20

// Written is an activity as a file has it: organisations are paths still.
type Written struct {
	Activity
	file  string
	way   string // competitions[2]
	line  int
	lines map[string]int // of its fields
}

// problem says where in the file a problem of the activity stands.
func (w Written) problem(p Problem) service.Problem {
	line, ok := w.lines[p.Field]
	if parent, _, nested := strings.Cut(p.Field, "."); !ok && nested {
		line, ok = w.lines[parent]
	}
	if !ok {
		line = w.line
	}
	return service.Problem{File: w.file, Line: line, Field: w.way + "." + p.Field, Text: p.Text}
}

// Read reads a file of activities: one list, `competitions`. Times are in the zone. The error is service.Problems, all
// that were found.
func Read(file string, source []byte, zone *time.Location) ([]Written, error) {
	r := &reader{file: file, zone: zone}
	list := r.read(source)
	if len(r.problems) > 0 {
		sort.SliceStable(r.problems, func(i, j int) bool { return r.problems[i].Line < r.problems[j].Line })
		return nil, r.problems
	}
	return list, nil
}

type reader struct {
	file     string
	zone     *time.Location
	problems service.Problems
	refs     map[string]int
}

func (r *reader) add(line int, way, format string, args ...any) {
	r.problems = append(r.problems, service.Problem{File: r.file, Line: max(line, 1), Field: way, Text: fmt.Sprintf(format, args...)})
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): `)

func (r *reader) read(source []byte) (list []Written) {
	if len(source) > maxFile {
		r.add(1, "", "the file has %d bytes; the most is %d", len(source), maxFile)
		return nil
	}
	var document, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(source))
	err := decoder.Decode(&document)
	if err == nil && len(document.Content) == 0 || errors.Is(err, io.EOF) {
		r.add(1, "", "the file is empty")
		return nil
	}
	if err != nil {
		text, line := err.Error(), 1
		if found := yamlLine.FindStringSubmatch(text); found != nil {
			line, _ = strconv.Atoi(found[1]) // the expression matched digits
			text = text[len(found[0]):]
		}
		r.add(line, "", "this is no YAML: %s", strings.TrimPrefix(text, "yaml: "))
		return nil
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		r.add(second.Line, "", "a file holds one list; a second document begins here")
	}
	r.refs = map[string]int{}
	root := r.fields(document.Content[0], "", []string{"competitions"})
	entries, ok := root["competitions"]
	switch {
	case !ok:
		r.add(1, "competitions", "is missing; a list of competitions is expected")
	case entries.Kind != yaml.SequenceNode || len(entries.Content) == 0:
		r.add(entries.Line, "competitions", "a list of competitions is expected")
	default:
		for i, node := range entries.Content {
			list = append(list, r.activity(node, fmt.Sprintf("competitions[%d]", i+1)))
		}
	}
	return list
}

// known are the fields of an activity.
var known = []string{
	"id", "kind", "title", "organisation", "place", "starts", "closes", "audience", "posts", "team", "places", "places_per_unit", "units",
	"evidence", "agreement", "question", "answer_hours",
}

var refPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,47}$`)

func (r *reader) activity(node *yaml.Node, way string) Written {
	w := Written{file: r.file, way: way, line: node.Line, lines: map[string]int{}}
	f := r.fields(node, way, known)
	for name, value := range f {
		w.lines[name] = value.Line
	}
	text := func(name string) string { return r.text(f[name], way+"."+name) }
	number := func(name string) int { return r.number(f[name], way+"."+name) }
	w.Ref, w.Kind, w.OrgPath = text("id"), Kind(text("kind")), text("organisation")
	w.Title, w.Place, w.Evidence, w.Agreement = text("title"), text("place"), text("evidence"), text("agreement")
	w.StartsAt, w.ClosesAt = r.moment(f["starts"], way+".starts"), r.moment(f["closes"], way+".closes")
	w.Places, w.UnitPlaces, w.AnswerHours = number("places"), number("places_per_unit"), number("answer_hours")
	w.Posts = r.texts(f["posts"], way+".posts")
	for _, path := range r.texts(f["audience"], way+".audience") {
		w.Audience = append(w.Audience, Part{Path: path})
	}
	w.Units = r.units(f["units"], way+".units")
	if team, ok := f["team"]; ok {
		sizes := r.fields(team, way+".team", []string{"least", "most"})
		w.Team = &Team{r.number(sizes["least"], way+".team.least"), r.number(sizes["most"], way+".team.most")}
	}
	if question, ok := f["question"]; ok {
		parts := r.fields(question, way+".question", []string{"ask", "options"})
		w.Ask, w.Options = r.text(parts["ask"], way+".question.ask"), r.texts(parts["options"], way+".question.options")
	}
	if !refPattern.MatchString(w.Ref) {
		r.add(w.lines["id"]+0, way+".id", "small letters, digits, - and _ are expected, such as welding-2026; not %q", w.Ref)
	} else if line, twice := r.refs[w.Ref]; twice {
		r.add(w.lines["id"], way+".id", "%s is there already, in line %d", w.Ref, line)
	}
	r.refs[w.Ref] = w.lines["id"]
	if w.OrgPath == "" {
		r.add(w.line, way+".organisation", "is missing; a path such as 集团公司/一分厂 is expected")
	}
	return w
}
