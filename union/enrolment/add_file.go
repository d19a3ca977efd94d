package enrolment

import (
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// FileResult is what came of one activity of a file.
type FileResult struct {
	Activity Activity
	Outcome  Outcome
}

// AddAll adds what a file has, all of it or nothing. The error is service.Problems where something in it cannot be.
func (d *Desk) AddAll(ctx context.Context, list []Written) ([]FileResult, error) {
	var results []FileResult
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		results = nil
		var wrong service.Problems
		for _, w := range list {
			problems, err := d.resolve(ctx, &w.Activity)
			if err != nil {
				return err
			}
			var result FileResult
			if len(problems) == 0 {
				result.Activity, result.Outcome, err = d.Add(ctx, w.Activity)
			}
			if err != nil && !errors.As(err, &problems) {
				return err
			}
			for _, p := range problems {
				wrong = append(wrong, w.problem(p))
			}
			results = append(results, result)
		}
		if len(wrong) > 0 {
			return wrong
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// resolve finds the organisations that an activity names by their paths.
func (d *Desk) resolve(ctx context.Context, a *Activity) (problems Problems, err error) {
	find := func(field, path string) (union.Organisation, error) {
		org, err := d.members.OrganisationByPath(ctx, path)
		if errors.Is(err, union.ErrNotFound) {
			problems = append(problems, Problem{field, fmt.Sprintf("there is no organisation %s", path)})
			err = nil
		}
		return org, err
	}
	org, err := find("organisation", a.OrgPath)
	if err != nil {
		return nil, err
	}
	a.Org, a.Lineage = org.ID, org.Lineage
	for _, named := range []struct {
		field string
		parts []Part
	}{{"audience", a.Audience}, {"units", a.Units}} {
		for i := range named.parts {
			org, err := find(named.field, named.parts[i].Path)
			if err != nil {
				return nil, err
			}
			named.parts[i].Org, named.parts[i].Lineage = org.ID, org.Lineage
		}
	}
	return problems, nil
}
