package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// Members keeps members, the tree they belong to and the offices they hold. Phone and id card are stored sealed and
// read by Sealed only.
type Members struct {
	db     *DB
	sealer union.Sealer
	wecom  string
}

// NewMembers returns the repository. wecomChannel is the configured WeCom channel, whose identities are the
// directory's user ids, or "" when WeCom is off.
func NewMembers(db *DB, sealer union.Sealer, wecomChannel string) *Members {
	return &Members{db: db, sealer: sealer, wecom: wecomChannel}
}

// memberColumns are what scanMember reads, of the member m in the organisation o.
const memberColumns = `m.id, m.staff_no, m.name, m.gender, m.birthday, m.lunar_birthday, m.joined, m.member_since,
	m.retire_on, m.employment, m.post, m.notes, m.org_id, m.wecom_userid, m.status, o.path, o.lineage`

const selectMember = `SELECT ` + memberColumns + ` FROM members m JOIN organisations o ON o.id = m.org_id `

// ByIdentity returns the member known as user on the channel. On WeCom that is the directory's user id, compared
// without case; nothing is copied, so that a user id given to somebody else never answers for the one before. It fails
// with union.ErrNotFound where nobody is, or has left.
func (r *Members) ByIdentity(ctx context.Context, channel, user string) (union.Member, error) {
	if channel == r.wecom && channel != "" {
		return r.one(ctx, `WHERE m.wecom_userid = ? AND m.status <> ?`, strings.ToLower(user), union.Left)
	}
	return r.one(ctx, `JOIN identities i ON i.member_id = m.id WHERE i.channel = ? AND i.user_id = ? AND m.status <> ?`,
		channel, user, union.Left)
}

// Get returns a member, whatever the status, without phone and id card, or fails with union.ErrNotFound.
func (r *Members) Get(ctx context.Context, id union.MemberID) (union.Member, error) {
	if m, ok := r.db.known(ctx, id); ok {
		return m, nil
	}
	return r.one(ctx, `WHERE m.id = ?`, id)
}

// ByStaffNo is Get by staff number; union.StaffNoKey folds what a person typed.
func (r *Members) ByStaffNo(ctx context.Context, no string) (union.Member, error) {
	return r.one(ctx, `WHERE m.staff_no = ?`, union.StaffNoKey(no))
}

// GetMany returns those of the members that exist.
func (r *Members) GetMany(ctx context.Context, ids []union.MemberID) (map[union.MemberID]union.Member, error) {
	found := make(map[union.MemberID]union.Member, len(ids))
	var unknown []union.MemberID
	for _, id := range ids {
		if m, ok := r.db.known(ctx, id); ok {
			found[id] = m
		} else {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return found, nil
	}
	list, err := r.many(ctx, `WHERE m.id IN ?`, unknown)
	for _, m := range list {
		found[m.ID] = m
	}
	return found, err
}

// ByName returns up to limit members with this name who have not left, however it is spaced or dotted, by staff number.
func (r *Members) ByName(ctx context.Context, name string, limit int) ([]union.Member, error) {
	return r.many(ctx, `WHERE m.name_key = ? AND m.status <> ? ORDER BY m.staff_no LIMIT ?`,
		union.NameKey(name), union.Left, limit)
}

// Sealed returns a member's phone and id card, opened. Either is empty where it is not known.
func (r *Members) Sealed(ctx context.Context, id union.MemberID) (phone, idCard string, err error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return "", "", err
	}
	var staffNo string
	err = g.Raw(`SELECT staff_no, phone, id_card FROM members WHERE id = ?`, id).Row().Scan(&staffNo, &phone, &idCard)
	if err != nil {
		return "", "", fmt.Errorf("read sealed fields: %w", notFound(err))
	}
	if phone, err = r.open(phone, staffNo, fieldPhone); err != nil {
		return "", "", err
	}
	if idCard, err = r.open(idCard, staffNo, fieldIDCard); err != nil {
		return "", "", err
	}
	return phone, idCard, nil
}

func (r *Members) one(ctx context.Context, where string, args ...any) (union.Member, error) {
	m, err := queryOne(ctx, r.db, "read member", scanMember, selectMember+where, args...)
	if err == nil {
		r.db.know(ctx, m)
	}
	return m, err
}

func (r *Members) many(ctx context.Context, where string, args ...any) ([]union.Member, error) {
	return queryAll(ctx, r.db, "read members", scanMember, selectMember+where, args...)
}

func scanMember(row scanner) (union.Member, error) { return scanMemberAnd(row) }

// scanMemberAnd reads a member, and what stands behind it in the row.
func scanMemberAnd(row scanner, rest ...any) (union.Member, error) {
	var m union.Member
	var wecom sql.NullString
	err := row.Scan(append([]any{&m.ID, &m.StaffNo, &m.Name, &m.Gender, &m.Birthday, &m.LunarBirthday, &m.Joined, &m.MemberSince,
		&m.RetireOn, &m.Employment, &m.Post, &m.Notes, &m.Org, &wecom, &m.Status, &m.OrgPath, &m.Lineage}, rest...)...)
	m.WeComUserID = wecom.String
	return m, err
}

// The sealed fields, as they stand in the context of their seals.
const (
	fieldPhone  = "phone"
	fieldIDCard = "id_card"
)

func sealContext(staffNo, field string) string { return "member/" + staffNo + "/" + field }

func (r *Members) open(sealed, staffNo, field string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	plain, err := r.sealer.Open(sealed, sealContext(staffNo, field))
	if err != nil {
		return "", fmt.Errorf("open %s: %w", field, err)
	}
	return plain, nil
}

// sealField seals a field and digests it, so that a later import sees whether it changed. Empty stays empty.
func sealField(s union.Sealer, plain, staffNo, field string) (sealed, digest string, err error) {
	if plain == "" {
		return "", "", nil
	}
	at := sealContext(staffNo, field)
	if sealed, err = s.Seal(plain, at); err != nil {
		return "", "", fmt.Errorf("seal %s: %w", field, err)
	}
	return sealed, s.Digests(plain, at)[0], nil
}

// notFound turns the absence of a row into union.ErrNotFound and classifies any other error.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return union.ErrNotFound
	}
	return classify(err)
}
