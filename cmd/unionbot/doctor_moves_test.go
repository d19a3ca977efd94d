package main

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/cases"
)

func TestDoctorNamesCasesThatCannotBeMoved(t *testing.T) {
	since := time.Date(2026, 12, 4, 2, 0, 0, 0, time.UTC)
	zone := time.FixedZone("CST", 8*60*60)
	expect(t, []finding{movesFinding([]cases.FailedMove{{Number: "JY26-0138", Tries: 3, Since: since, Again: since.Add(7 * time.Minute)}}, zone)},
		"deadlines", stateWarn, "JY26-0138 since 2026-12-04 10:00:00", "3 tries", "10:07:00", "deadlines stand still")
	expect(t, examineMoves(t.Context(), newPractice(t, nil).patient(t)), "deadlines", stateOK)
}
