package service

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Template is a Text with placeholders in braces: {number}. Which names a template may use is checked when the file
// is read, so Fill cannot meet one that nobody knows.
type Template struct{ Text }

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// titled is a placeholder, with the marks of a title around it.
var titled = regexp.MustCompile(`《\{[a-z_]+\}》|` + placeholder.String())

// Fill writes the template in a language, each placeholder replaced by its value, or by nothing where values has none, as of a
// case whose title is not told. What a value contains is not looked at again.
func (t Template) Fill(language string, values map[string]string) string {
	return titled.ReplaceAllStringFunc(t.In(language), func(found string) string {
		name := strings.Trim(found, "《{}》")
		if values[name] == "" {
			return ""
		}
		return strings.Replace(found, "{"+name+"}", values[name], 1)
	})
}

// Names lists the placeholders that the template uses, in all its languages.
func (t Template) Names() []string {
	var names []string
	for _, found := range placeholder.FindAllStringSubmatch(t.ZH+" "+t.EN, -1) {
		names = append(names, found[1])
	}
	return names
}

// UnmarshalYAML reads what Text reads.
func (t *Template) UnmarshalYAML(node *yaml.Node) error { return t.Text.UnmarshalYAML(node) }

// Placeholders that the sentences of a service may use.
const (
	PlaceName      = "name"       // how the author is addressed: 张师傅
	PlaceNumber    = "number"     // JY26-0138
	PlaceService   = "service"    // the short title: 建议
	PlaceTitle     = "title"      // of the case
	PlaceOfficer   = "officer"    // who decides or decided, with post: 李芳(一分厂分会主席)
	PlaceStep      = "step"       // the title of the step, of the next one in `passed`: 初审
	PlaceAct       = "act"        // as the step calls it: 受理
	PlaceDue       = "due"        // 11月25日(周三)17:30
	PlaceDate      = "date"       // of the decision: 11月23日
	PlaceReason    = "reason"     // the officer's note
	PlaceInto      = "into"       // number of the case it goes on under
	PlaceIntoTitle = "into_title" // and its title
)

// every is known to all sentences; known says what each knows besides.
var every = []string{PlaceName, PlaceNumber, PlaceService, PlaceTitle}

var known = map[string][]string{
	"filed":        {PlaceOfficer, PlaceStep, PlaceDue},
	"accepted":     {PlaceOfficer, PlaceStep, PlaceAct, PlaceDate, PlaceReason},
	"passed":       {PlaceOfficer, PlaceStep, PlaceAct, PlaceDate, PlaceReason, PlaceDue},
	"later":        {PlaceOfficer, PlaceStep, PlaceAct, PlaceDate, PlaceReason},
	"refused":      {PlaceOfficer, PlaceStep, PlaceAct, PlaceDate, PlaceReason},
	"returned":     {PlaceOfficer, PlaceStep, PlaceDate, PlaceReason},
	"merged":       {PlaceOfficer, PlaceStep, PlaceDate, PlaceReason, PlaceInto, PlaceIntoTitle},
	"supplemented": {PlaceOfficer, PlaceStep, PlaceDue},
	"withdrawn":    {},
}

// What may be said of a case in public, besides the bands of its sums: {grant_band}.
const (
	PlaceMasked = "masked" // the author's name with all but its first character hidden: 王*
	PlaceUnit   = "unit"   // 一分厂, without the team
	bandSuffix  = "_band"
)

// PlaceBand is the placeholder of the band in which a sum lies.
func PlaceBand(sum string) string { return sum + bandSuffix }

// publishable lists what `publish` may name: nothing of the form.
func (s *Service) publishable() []string {
	names := []string{PlaceMasked, PlaceUnit, PlaceNumber, PlaceService}
	for _, sum := range s.moneySums() {
		names = append(names, PlaceBand(sum))
	}
	return names
}

// Placeholders lists every placeholder of the sentences, in order.
func Placeholders() []string {
	all := slices.Clone(every)
	for _, names := range known {
		all = append(all, names...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
