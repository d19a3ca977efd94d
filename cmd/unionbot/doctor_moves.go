package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/cases"
)

// mostFailing is how many cases are named whose moves fail.
const mostFailing = 10

// examineMoves names cases that nobody decided in time and that cannot be moved on: those that the metric and the alert count.
func examineMoves(ctx context.Context, p *patient) []finding {
	if p.schemaErr(ctx) != nil {
		return nil // said already
	}
	failing, err := storage.NewClocks(p.db).Failing(ctx, cases.FailsOften, mostFailing)
	if err != nil {
		return []finding{bad("deadlines", "run doctor again", "%v", err)}
	}
	return []finding{movesFinding(failing, p.config.Timezone)}
}

func movesFinding(failing []cases.FailedMove, zone *time.Location) finding {
	const name = "deadlines"
	if len(failing) == 0 {
		return fine(name, "no step that nobody decided in time has failed to be moved on %d times", cases.FailsOften)
	}
	said := make([]string, len(failing))
	for i, f := range failing {
		said[i] = fmt.Sprintf("%s (id %d) since %s, %d tries, next at %s or in the duty hours after: %s",
			f.Number, f.Case, f.Since.In(zone).Format(time.DateTime), f.Tries, f.Again.In(zone).Format(time.DateTime), cmp.Or(f.Cause, "see the log"))
	}
	more := ""
	if len(failing) == mostFailing {
		more = " and perhaps others"
	}
	return warning(name, "mend what fails and restart a worker, which tries them at once; log \"deadlines stand still\" with what=steps; whoever has the case may decide it meanwhile, which ends it",
		"cannot be moved on: %s%s", strings.Join(said, "; "), more)
}
