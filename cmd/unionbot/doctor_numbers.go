package main

import (
	"context"

	"github.com/unionbot/unionbot/storage"
)

// sharedAtOnce is how many identity cards doctor looks for that several members have.
const sharedAtOnce = 100

// examineNumbers wants every phone and identity card to be found by a look-up, and every card to be one member's.
func examineNumbers(ctx context.Context, p *patient) []finding {
	const name, indexed = "members' numbers", "unionbot keys rewrap indexes them, beside the service; those of a key that is not held need that key back in ENCRYPTION_KEYS"
	keys, ok, err := existingKeys(p.config, p.log)
	if !ok || err != nil {
		return nil // examineKeys has said so
	}
	members := storage.NewMembers(p.db, keys, directoryChannel(p.config))
	lost, err := members.Unindexed(ctx)
	if err != nil {
		return []finding{bad(name, "run doctor again", "%v", err)}
	}
	if lost > 0 {
		return []finding{warning(name, indexed, "%d phones and id cards cannot be found by a look-up", lost)}
	}
	shared, err := members.SharedCards(ctx, sharedAtOnce)
	if err != nil {
		return []finding{bad(name, "run doctor again", "%v", err)}
	}
	if len(shared) > 0 {
		return []finding{warning(name, "correct the card of one, or mark the number that is out of use as left (docs/members.md)",
			"%d id cards belong to several members, the first to %s and %s", len(shared), shared[0].StaffNo, shared[0].Other)}
	}
	return []finding{fine(name, "can be looked up, and no id card is two members'")}
}
