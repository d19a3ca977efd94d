package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/personal"
)

// Put creates the member with this staff number or overwrites every field of the one there is, and returns the id.
// m.ID, m.OrgPath and m.Lineage are not looked at. An unknown status is Active. That nobody else has the id card is for the
// caller to know: an import sees to it.
func (r *Members) Put(ctx context.Context, m union.Member, now time.Time) (union.MemberID, error) {
	m.StaffNo = union.StaffNoKey(m.StaffNo)
	if m.Status == "" {
		m.Status = union.Active
	}
	values, err := r.memberValues(m, now)
	if err != nil {
		return 0, fmt.Errorf("put member: %w", err)
	}
	var id union.MemberID
	err = r.db.Tx(ctx, func(ctx context.Context) error {
		found, err := r.ByStaffNo(ctx, m.StaffNo)
		switch {
		case errors.Is(err, union.ErrNotFound):
			id = union.MemberID(r.db.NewID())
			_, err = execute(ctx, r.db, "create member", insertMember, append([]any{id, m.StaffNo, now.UnixMilli()}, values...)...)
		case err == nil:
			id = found.ID
			_, err = execute(ctx, r.db, "update member", updateMember, append(values, id)...)
		}
		if err != nil {
			return err
		}
		return keepTags(ctx, r.db, m.Tags)
	})
	return id, err
}

// memberFields are the columns that Put and an import write, in the order of memberValues.
var memberFields = []string{
	"name", "name_key", "phone", "phone_digest", "id_card", "id_card_digest", "gender", "birthday", "lunar_birthday",
	"org_id", "post", "joined", "member_since", "retire_on", "contract_until", "employment", "notes", "wecom_userid", "status", "tags", "family", "updated_ms",
}

var (
	insertMember = "INSERT INTO members (id, staff_no, created_ms, " + strings.Join(memberFields, ", ") +
		") VALUES (?, ?, ?" + strings.Repeat(", ?", len(memberFields)) + ")"
	updateMember = "UPDATE members SET " + strings.Join(memberFields, " = ?, ") + " = ? WHERE id = ?"
)

func (r *Members) memberValues(m union.Member, now time.Time) ([]any, error) {
	phone, phoneDigests, err := sealNumber(r.keys, personal.Phone, m.Phone, m.StaffNo)
	if err != nil {
		return nil, err
	}
	idCard, idCardDigests, err := sealNumber(r.keys, personal.IDCard, m.IDCard, m.StaffNo)
	if err != nil {
		return nil, err
	}
	var wecom *string
	if m.WeComUserID != "" {
		lower := strings.ToLower(m.WeComUserID)
		wecom = &lower
	}
	return []any{
		m.Name, union.NameKey(m.Name), phone, phoneDigests[0], idCard, idCardDigests[0], m.Gender, m.Birthday, m.LunarBirthday,
		m.Org, m.Post, m.Joined, m.MemberSince, m.RetireOn, m.ContractUntil, m.Employment, m.Notes, wecom, m.Status, union.JoinWords(m.Tags), union.JoinWords(m.Family), now.UnixMilli(),
	}, nil
}
