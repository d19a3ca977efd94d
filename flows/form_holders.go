package flows

import (
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

const (
	saidNobody      = "现在没有人"
	saidNobodyHolds = "\n谁会看到:现在没有可以受理的人(不会交给您自己)。"
)

// withHolders is a question with those by name who would get the form.
func (f *form) withHolders(ctx context.Context, t *formTurn, ask string) (said string, err error) {
	said = service.WithHolders(ask, func(step string) string {
		people, failed := f.holders(ctx, t.Data.Draft, step)
		err = errors.Join(err, failed)
		if len(people) == 0 {
			return saidNobody
		}
		return officers(people)
	})
	return said, err
}

// saidHolders says below a sealed form by name who reads it once it is handed in.
func (f *form) saidHolders(ctx context.Context, t *formTurn) (string, error) {
	people, err := f.holders(ctx, t.Data.Draft, "")
	switch {
	case err != nil:
		return "", err
	case len(people) == 0:
		return saidNobodyHolds, nil
	}
	return "\n谁会看到:" + officers(people) + "。", nil
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
