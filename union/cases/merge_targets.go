package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/union"
)

// MergeTargets lists up to three cases into which an officer who may decide the open step may merge one, the likest first. What it is
// compared by is what is told to whoever files the same; of cases that the officer may not know of nothing is.
func (d *Desk) MergeTargets(ctx context.Context, officer union.MemberID, task ID, number string) ([]Summary, error) {
	m, holdings, err := d.askedOf(ctx, officer, task, number)
	if err != nil {
		return nil, fmt.Errorf("find targets: %w", err)
	}
	if m.service.Sensitive || m.Seal != nil { // what such cases are about is shown one by one, and on record
		return nil, nil
	}
	step, _ := m.service.Step(m.Step)
	_, absent, err := d.actor(ctx, m, officer, step)
	if err != nil {
		return nil, fmt.Errorf("find targets: %w", err)
	}
	if absent != 0 { // whose right it is
		if holdings, err = d.holdings(ctx, m, absent); err != nil {
			return nil, fmt.Errorf("find targets: %w", err)
		}
	}
	return d.similarTo(ctx, m.Lineage, m.service, m.Values, func(one Summary) (bool, error) {
		if one.ID == m.ID {
			return false, nil
		}
		_, err := d.target(ctx, m, Decision{Into: one.Number}, cmp.Or(absent, officer), holdings)
		if errors.Is(err, ErrTargetUnknown) || errors.Is(err, ErrTargetUnfit) {
			return false, nil
		}
		return err == nil, err
	})
}

// askedOf loads a case for an officer who may decide its open step, by the task or by its number.
func (d *Desk) askedOf(ctx context.Context, officer union.MemberID, task ID, number string) (*matter, []union.Holding, error) {
	var id ID
	if task != 0 {
		t, err := d.store.Tasks.ByID(ctx, task)
		if err != nil {
			return nil, nil, err
		}
		id, number = t.Case, ""
	}
	m, holdings, err := d.taken(ctx, officer, id, number)
	if err != nil {
		return nil, nil, err
	}
	step, err := d.stepOf(ctx, m, Decision{Officer: officer, Task: task})
	if err != nil {
		return nil, nil, err
	}
	if may, err := d.mayAct(ctx, m, officer, holdings, step); err != nil || !may {
		return nil, nil, cmp.Or(err, union.ErrForbidden)
	}
	return m, holdings, nil
}
