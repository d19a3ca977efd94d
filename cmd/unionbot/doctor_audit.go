package main

import (
	"context"

	"github.com/unionbot/unionbot/storage"
)

// linksAtOnce is how much of the chain's end doctor looks at: a check of everything takes minutes on a record of years.
const linksAtOnce = 10_000

// examineAudit looks at the end of the audit chain, and at the anchors that were kept.
func examineAudit(ctx context.Context, p *patient) []finding {
	const name, verify = "audit chain", "unionbot audit verify names every damage; find out who can write to the database, and keep this copy of it"
	if p.schemaErr(ctx) != nil || examineKeys(ctx, p).State != stateOK {
		return nil
	}
	record := storage.NewAudit(p.db)
	head, err := record.Head(ctx)
	if err == nil && head.Place == 0 && len(p.anchors) == 0 {
		return []finding{fine(name, "is empty")}
	}
	keys, keysErr := keyring(p.config, p.log)
	if err != nil || keysErr != nil {
		return []finding{bad(name, "run doctor again", "cannot be read")}
	}
	p.db.UseKeys(keys)
	report, err := record.CheckEnd(ctx, linksAtOnce, p.anchors)
	switch {
	case err != nil:
		return []finding{bad(name, "run doctor again", "%v", err)}
	case !report.Sound():
		d := report.Damages[0]
		return []finding{bad(name, verify, "%s: %s", d.Where, d.Text)}
	case report.Unverifiable > 0:
		return []finding{warning(name, "put the older keys back behind the others in ENCRYPTION_KEYS to check all of it",
			"%d of the last %d places are signed with keys that are not held", report.Unverifiable, report.Links)}
	}
	return []finding{fine(name, "%d places, the last %d and %d anchors are sound", head.Place, report.Links, report.Anchors)}
}
