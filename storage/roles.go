package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
)

const selectHolding = `SELECT h.member_id, h.role, h.org_id, o.lineage, o.path
	FROM role_holdings h JOIN organisations o ON o.id = h.org_id `

const selectHolders = `SELECT ` + memberColumns + `, h.org_id, held.lineage, held.path
	FROM role_holdings h JOIN organisations held ON held.id = h.org_id
	JOIN members m ON m.id = h.member_id JOIN organisations o ON o.id = m.org_id
	WHERE h.role = ? AND h.org_id IN ? AND m.status = ?`

// Holders returns who holds the role over the organisation with this lineage, the nearest first and equally near ones
// by member. Only active members hold a role.
func (r *Members) Holders(ctx context.Context, role union.Role, lineage string) ([]union.Holding, error) {
	orgs, err := lineageIDs(lineage)
	if err != nil || len(orgs) == 0 {
		return nil, err
	}
	found, err := remembered(ctx, r.db, holdersKey{role, lineage}, func() ([]holder, error) {
		return queryAll(ctx, r.db, "read holders", func(row scanner) (holder, error) {
			h := holder{Holding: union.Holding{Role: role}}
			var err error
			h.member, err = scanMemberAnd(row, &h.Org, &h.Lineage, &h.Path)
			h.Member = h.member.ID
			return h, err
		}, selectHolders, role, orgs, union.Active)
	})
	list := make([]union.Holding, len(found))
	for i, h := range found {
		list[i] = h.Holding
		r.db.know(ctx, h.member) // mostly they are asked for next
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		return cmp.Or(cmp.Compare(len(b.Lineage), len(a.Lineage)), cmp.Compare(a.Member, b.Member)) < 0
	})
	return list, err
}

// holder is a holding with who holds it.
type holder struct {
	union.Holding
	member union.Member
}

// Holdings returns the roles of a member; a member who is not active holds none.
func (r *Members) Holdings(ctx context.Context, member union.MemberID) ([]union.Holding, error) {
	list, err := remembered(ctx, r.db, holdingsKey{member}, func() ([]union.Holding, error) {
		return r.holdings(ctx, `JOIN members m ON m.id = h.member_id
			WHERE h.member_id = ? AND m.status = ? ORDER BY h.role, o.path`, member, union.Active)
	})
	return slices.Clone(list), err
}

// Grant gives a member a role over the subtree below an organisation; held already, nothing changes.
func (r *Members) Grant(ctx context.Context, member union.MemberID, role union.Role, org union.OrgID) error {
	_, err := execute(ctx, r.db, "grant role", `INSERT INTO role_holdings (member_id, role, org_id) VALUES (?, ?, ?)`,
		member, role, org)
	if err != nil && !errors.Is(err, gorm.ErrDuplicatedKey) {
		return err
	}
	return nil
}

// Revoke ends what Grant gave; not held, nothing changes.
func (r *Members) Revoke(ctx context.Context, member union.MemberID, role union.Role, org union.OrgID) error {
	_, err := execute(ctx, r.db, "revoke role", `DELETE FROM role_holdings WHERE member_id = ? AND role = ? AND org_id = ?`,
		member, role, org)
	return err
}

func (r *Members) holdings(ctx context.Context, where string, args ...any) ([]union.Holding, error) {
	return queryAll(ctx, r.db, "read holdings", func(row scanner) (union.Holding, error) {
		var h union.Holding
		err := row.Scan(&h.Member, &h.Role, &h.Org, &h.Lineage, &h.Path)
		return h, err
	}, selectHolding+where, args...)
}

// lineageIDs takes /1/5/9/ apart.
func lineageIDs(lineage string) ([]union.OrgID, error) {
	trimmed := strings.Trim(lineage, "/")
	if trimmed == "" {
		return nil, nil
	}
	var ids []union.OrgID
	for part := range strings.SplitSeq(trimmed, "/") {
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("lineage %q: %w", lineage, err)
		}
		ids = append(ids, union.OrgID(id))
	}
	return ids, nil
}
