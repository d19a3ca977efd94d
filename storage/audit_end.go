package storage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"

	"github.com/unionbot/unionbot/union/audit"
)

// The errors name what to do where the chain cannot go on.
var (
	errStrangeHead = fmt.Errorf("%w: its end is signed with a key that is not held: put that key back into ENCRYPTION_KEYS. "+
		"Where it is gone for good, audit verify --anchor with anchors that were kept has to name nothing else; then keys rewrap puts that on record. A key that "+
		"this service never had is forged: no rewrap, for it would let what is there vouch (docs/runbook.md, the record was changed)", audit.ErrStandsStill)
	errForgedHead = fmt.Errorf("%w: its end was not signed with this service's keys at that place, or what stood before it was deleted: audit verify names it "+
		"(docs/runbook.md, the record was changed)", audit.ErrStandsStill)
)

// mayGoOn says whether the chain may go on from its end. Behind a link of somebody's own making whatever it lists would be vouched for: this
// service has to have signed it where it stands, or, where the name of its key is one that nobody has, a change of keys to wait for its place, as it was written.
func (r *Audit) mayGoOn(ctx context.Context, head audit.Link) error {
	if head.Place == 0 {
		return nil
	}
	end, err := queryAll(ctx, r.db, "read end of audit chain", scanEndLink, selectEnd+`WHERE l.place = ?`, head.Place)
	if err != nil {
		return err
	}
	for _, l := range end {
		if sound, held := r.signed(l); sound {
			return nil
		} else if held {
			return errForgedHead
		}
	}
	c := audit.NewChecker(r.db.keys, audit.Link{})
	changes, err := queryAll(ctx, r.db, "find change of keys", r.scanEntry, selectRecorded+`WHERE a.listed = 0 AND a.kind = ?`, audit.Rekey)
	for _, e := range changes {
		if c.Entry(e).Standing == audit.Whole && e.Link == nil {
			return nil
		}
	}
	return cmp.Or(err, errStrangeHead)
}

// An endLink is a link with the signature of the one before it, by which it was signed.
type endLink struct {
	audit.Link
	before  string
	follows bool // there is one before it, or it is the first
}

const selectEnd = `SELECT l.place, l.source, l.entry_id, l.case_id, l.case_place, l.digest, l.signature, b.signature
	FROM audit_chain l LEFT JOIN audit_chain b ON b.place = l.place - 1 `

func scanEndLink(row scanner) (l endLink, err error) {
	var inCase, place sql.NullInt64
	var before sql.NullString
	err = row.Scan(&l.Place, &l.Source, &l.Entry, &inCase, &place, &l.Digest, &l.Signature, &before)
	l.Case, l.CasePlace, l.before, l.follows = inCase.Int64, place.Int64, before.String, before.Valid || l.Place == 1
	return l, err
}

// signed says whether this service signed the link where it stands, and whether the key that the link names is held at all.
func (r *Audit) signed(l endLink) (sound, held bool) {
	sound, held = l.Signed(r.db.keys, l.before)
	return sound && l.follows, held
}

// How far back a link of this service is looked for, and how much is read at once: whoever plants more at the end has made the record stand
// still, and that is told.
const (
	endAtOnce = 500
	endLooks  = 40
)

// Anchorable is the last link that this service signed where it stands; the zero link while there is no link. An anchor vouches for what stands before it: none is
// taken of a link of somebody else's making, whatever key that names.
func (r *Audit) Anchorable(ctx context.Context) (audit.Link, error) {
	last := int64(math.MaxInt64)
	for look := range endLooks {
		list, err := queryAll(ctx, r.db, "read end of audit chain", scanEndLink, selectEnd+`WHERE l.place <= ? ORDER BY l.place DESC LIMIT ?`, last, endAtOnce)
		if err != nil || look == 0 && len(list) == 0 {
			return audit.Link{}, err
		}
		for _, l := range list {
			if sound, _ := r.signed(l); sound {
				return l.Link, nil
			}
			last = l.Place - 1
		}
		if len(list) < endAtOnce {
			break
		}
	}
	return audit.Link{}, errStrangeHead
}

// Begun says whether the chain ever had a link, by what is left of it: an anchor in the database, or an entry that was listed.
func (r *Audit) Begun(ctx context.Context) (bool, error) {
	n, err := queryOne(ctx, r.db, "look for a chain", scanID, `SELECT CASE WHEN EXISTS(SELECT 1 FROM audit_chain) OR EXISTS(SELECT 1 FROM audit_anchors)
		OR EXISTS(SELECT 1 FROM case_events WHERE listed = 1) OR EXISTS(SELECT 1 FROM audit_entries WHERE listed = 1) THEN 1 ELSE 0 END`)
	return n == 1, err
}
