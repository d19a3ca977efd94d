package main

import (
	"context"
	"errors"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/audit"
)

// linksAtOnce is how much of the chain's end doctor looks at: a check of everything takes minutes on a record of years.
const linksAtOnce = 10_000

// unlistedFor is how long an entry may wait for its place in the chain: nothing that is wrong takes less.
const unlistedFor = 5 * time.Minute

// unanchoredFor is for how many days doctor goes on saying that one has no anchor.
const unanchoredFor = 30

const auditChain = "audit chain"

// examineAudit looks at the end of the audit chain, and at the anchors that were kept.
func examineAudit(ctx context.Context, p *patient) []finding {
	const name = auditChain
	if p.schemaErr(ctx) != nil || examineKeys(ctx, p).State != stateOK {
		return nil
	}
	record := storage.NewAudit(p.db)
	record.UseClock(p.now)
	head, err := record.Head(ctx)
	if err == nil && head.Place == 0 && len(p.anchors) == 0 {
		if begun, err := record.Begun(ctx); err == nil && !begun {
			return []finding{fine(name, "is empty")}
		}
	}
	keys, keysErr := keyring(p.config, p.log)
	if err != nil || keysErr != nil {
		return []finding{bad(name, "run doctor again", "cannot be read")}
	}
	p.db.UseKeys(keys)
	report, err := record.CheckEnd(ctx, linksAtOnce, p.anchors)
	if err != nil {
		return []finding{bad(name, "run doctor again", "%v", err)}
	}
	found := []finding{examineEnd(report, head.Place)}
	if head.Place == 0 && report.Sound() {
		found[0] = bad(name, "find out who can write to the database, and keep this copy of it", "the chain was deleted: it is empty, and entries were listed in it")
	}
	// What a worker listed since the head was read is behind it.
	if last, err := record.Anchorable(ctx); err == nil && last.Place < head.Place || errors.Is(err, audit.ErrStandsStill) {
		found = append(found, bad(name, "docs/runbook.md, the record was changed: no keys rewrap before you know whose key it was",
			"this service has not signed the end, place %d, and lists nothing behind it", head.Place))
	}
	if _, since, err := record.Unlisted(ctx, linksAtOnce); err == nil && !since.IsZero() && p.now().Sub(since) > unlistedFor {
		found = append(found, warning(name, "see that an instance with the role worker or all runs: it lists what was written within a second",
			"an entry has waited since %s to be listed", since.In(p.config.Timezone).Format(time.DateTime)))
	}
	if gaps := report.Unanchored; len(gaps) > 0 && report.UnanchoredUntil >= p.now().AddDate(0, 0, -unanchoredFor).Format(time.DateOnly) {
		found = append(found, warning("audit anchors", "where the service ran then, anchors were deleted: look for them in the log and with the auditors, and give them with --anchor",
			"no day between has one: %s", gaps[len(gaps)-1]))
	}
	if auditors, err := record.Auditors(ctx); err == nil && len(auditors) == 0 {
		found = append(found, warning("audit anchors", "give the role auditor to somebody who does not run the service, in the members file",
			"nobody holds the role auditor: the day's anchor stands in the log only"))
	}
	return found
}

// examineEnd says what was found of the end of the chain, and of the anchors.
func examineEnd(report audit.Report, places int64) finding {
	switch {
	case !report.Sound():
		d := report.Damages[0]
		return bad(auditChain, "unionbot audit verify names every damage; find out who can write to the database, and keep this copy of it", "%s: %s", d.Where, d.Text)
	case report.Unverifiable > 0:
		return warning(auditChain, "put the older keys back behind the others in ENCRYPTION_KEYS to check all of it",
			"%d of the last %d places are signed with keys that are not held", report.Unverifiable, report.Links)
	}
	return fine(auditChain, "%d places, the last %d and %d anchors are sound", places, report.Links, report.Anchors)
}
