package main

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/cases"
)

func TestDoctorNamesCasesThatCannotBeMoved(t *testing.T) {
	since := time.Date(2026, 12, 4, 2, 0, 0, 0, time.UTC)
	zone := time.FixedZone("CST", 8*60*60)
	expect(t, []finding{movesFinding([]cases.FailedMove{{Case: 77, Number: "JY26-0138", Tries: 3, Since: since, Again: since.Add(7 * time.Minute), Cause: "the version is lost"}}, zone)},
		"deadlines", stateWarn, "JY26-0138 (id 77) since 2026-12-04 10:00:00", "3 tries", "10:07:00 or in the duty hours after", "the version is lost", "deadlines stand still", "what=steps")
	expect(t, examineMoves(t.Context(), newPractice(t, nil).patient(t)), "deadlines", stateOK)
}

func TestEachCaseThatStandsStillHasALine(t *testing.T) {
	one, other, third := errors.New("move case JY26-0001"), fmt.Errorf("move case JY26-0002: %w", errors.New("lost")), errors.New("hurry")
	if got, want := apart(errors.Join(third, errors.Join(one, other))), []error{third, one, other}; !slices.Equal(got, want) {
		t.Errorf("apart are %v, want %v", got, want)
	}
}
