package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

const (
	saidNobody      = "现在没有人"
	saidNobodyHolds = "\n先交给:现在没有可以受理的人(不会交给您自己)。"
)

// words is a question in full: with those by name who would get the form as it stands.
func (f *form) words(ctx context.Context, d cases.Draft, field service.Field) (said string, err error) {
	said = service.WithHolders(field.Ask.In(f.language), func(step string) string {
		people, failed := f.holders(ctx, d, step)
		err = errors.Join(err, failed)
		if len(people) == 0 {
			return saidNobody
		}
		return officers(people)
	})
	return said, err
}

// saidHolders says below a sealed form by name who reads it first once it is handed in: it may come into other hands later.
func (f *form) saidHolders(ctx context.Context, t *formTurn) (string, error) {
	people, err := f.holders(ctx, t.Data.Draft, "")
	switch {
	case err != nil:
		return "", err
	case len(people) == 0:
		return saidNobodyHolds, nil
	}
	s, err := f.service(ctx, t)
	if err != nil {
		return "", err
	}
	said := "\n先交给:" + officers(people) + "。以后转办、换人或到期没办,会有别人接手"
	if slices.ContainsFunc(s.StepsFor(t.Data.Draft.Facts(s)), func(step service.Step) bool { return step.Who.Unless != "" }) {
		said += ",您写了不让看到的除外"
	}
	return said + "。", nil
}

func (f *form) holders(ctx context.Context, d cases.Draft, step string) ([]union.Member, error) {
	people, err := f.desk.Holders(ctx, d, step)
	if errors.Is(err, union.ErrNoOfficer) || errors.Is(err, union.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find who gets the form: %w", err)
	}
	return people, nil
}
