package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

// examinePlaces names the places, sums and departments of units which nobody knows.
func examinePlaces(ctx context.Context, p *patient) []finding {
	data, err := loadReference(p.config)
	if err != nil || len(data.Places.Places)+len(data.StandardPlaces())+len(p.config.WeCom.Departments) == 0 || p.schemaErr(ctx) != nil {
		return nil // said already
	}
	tree, err := storage.NewMembers(p.db, nil, directoryChannel(p.config)).Organisations(ctx)
	if err != nil {
		return []finding{bad("places", "run doctor again", "%v", err)}
	}
	findings := unitsLost(data.StandardPlaces(), p.config.WeCom.Departments, tree)
	if len(data.Places.Places) > 0 {
		findings = append(findings, placesFinding(data.Places.Places, tree))
	}
	return findings
}

// unitsLost warns of sums and departments that hold for nobody.
func unitsLost(sums []reference.StandardPlace, departments map[string]string, tree []union.Organisation) (findings []finding) {
	known := func(unit string) bool {
		return slices.ContainsFunc(tree, func(o union.Organisation) bool { return o.Path == unit })
	}
	var lost []string
	for _, at := range sums {
		if !known(at.Unit) {
			lost = append(lost, at.Unit)
		}
	}
	if len(lost) > 0 {
		findings = append(findings, warning("sums of units", "correct `unit` in standards.yaml of REFERENCE_DIR, the path from the root: until then they hold for nobody", "no such unit: %s", strings.Join(lost, "; ")))
	}
	lost = nil
	for number, unit := range departments {
		if !known(unit) {
			lost = append(lost, number+"="+unit)
		}
	}
	slices.Sort(lost)
	if len(lost) > 0 {
		findings = append(findings, warning("departments", "correct WECOM_DEPARTMENTS: until then who moves there is not moved", "no such unit: %s", strings.Join(lost, "; ")))
	}
	return findings
}

func placesFinding(places []reference.Place, tree []union.Organisation) finding {
	const name = "places"
	var lost []string
	for _, p := range places {
		if p.Unit != "" && !slices.ContainsFunc(tree, func(o union.Organisation) bool { return o.Path == p.Unit }) {
			lost = append(lost, fmt.Sprintf("%s (%s) lies in %s", p.Name, p.Label, p.Unit))
		}
	}
	if len(lost) > 0 {
		return warning(name, "correct `unit` in places.yaml of REFERENCE_DIR: until then nobody is offered them first", "no such unit: %s", strings.Join(lost, "; "))
	}
	return fine(name, "%d are known by name", len(places))
}

// placeDoubts says which names of a service's own places are those of others that all services know.
func placeDoubts(s *service.Service, shared reference.Places) (lines []string) {
	for _, f := range s.Form {
		for _, p := range f.Places {
			for _, word := range append([]string{p.Label.ZH}, p.Synonyms...) {
				for _, other := range shared.Named(word) {
					if other.Name != p.Name {
						lines = append(lines, fmt.Sprintf("%s: form: %q is %s here and %s in places.yaml: people are asked which", s.File, word, p.Name, other.Name))
					}
				}
			}
		}
	}
	return lines
}
