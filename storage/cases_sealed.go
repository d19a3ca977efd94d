package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// draftPlace ties the digest of a draft's id to its use.
const draftPlace = "cases.draft_key"

// sealedKey readies the insert of a sealed case: it returns the keyed digest that stands for its draft, which the author's
// session knows by its id, and sees to it that there is a nobody to be its author.
func (r *Cases) sealedKey(ctx context.Context, c cases.Case, draft cases.ID) (string, error) {
	if err := r.ensureNobody(ctx, c.Lineage); err != nil {
		return "", err
	}
	return r.db.keys.Digests(draftKey(draft), draftPlace)[0], nil
}

// ensureNobody makes the member 0, who is the author of every sealed case: the column must name one, and names nobody.
// Nobody has left, so that no list, import or notice counts them.
func (r *Cases) ensureNobody(ctx context.Context, lineage string) error {
	g, err := r.db.read(ctx)
	if err != nil {
		return err
	}
	var there int
	if err := g.Raw(`SELECT COUNT(*) FROM members WHERE id = 0`).Row().Scan(&there); err != nil {
		return fmt.Errorf("look for nobody: %w", classify(err))
	}
	if there > 0 {
		return nil
	}
	root, _, _ := strings.Cut(strings.Trim(lineage, "/"), "/")
	_, err = execute(ctx, r.db, "make nobody", `INSERT INTO members
		(id, staff_no, name, name_key, phone, phone_digest, id_card, id_card_digest, gender, birthday, lunar_birthday, org_id,
		post, joined, member_since, retire_on, employment, notes, wecom_userid, status, created_ms, updated_ms)
		VALUES (0, '-', '', '', '', '', '', '', '', '', '', ?, '', '', '', '', '', '', NULL, ?, 0, 0)`, root, union.Left)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return nil // another filing made them in this moment
	}
	return err
}

// Crowd returns the lowest organisation on the way up a lineage below which there are that many active members, or the
// root.
func (r *Members) Crowd(ctx context.Context, lineage string, members int) (union.Organisation, error) {
	for at := lineage; ; {
		above := at[:strings.LastIndex(strings.TrimSuffix(at, "/"), "/")+1]
		if above != "/" && above != "" {
			g, err := r.db.read(ctx)
			if err != nil {
				return union.Organisation{}, err
			}
			var n int
			err = g.Raw(`SELECT COUNT(*) FROM (SELECT m.id FROM members m JOIN organisations o ON o.id = m.org_id
				WHERE o.lineage LIKE ? AND m.status = ? LIMIT ?) some`, at+"%", union.Active, members).Row().Scan(&n)
			if err != nil {
				return union.Organisation{}, fmt.Errorf("count members: %w", classify(err))
			}
			if n < members {
				at = above
				continue
			}
		}
		return r.organisation(ctx, `WHERE lineage = ?`, at)
	}
}
