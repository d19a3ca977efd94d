package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/personal"
)

// Members keeps members, the tree they belong to and the offices they hold. Phone and id card are stored sealed, read by
// Sealed only and found by ByNumber.
type Members struct {
	db    *DB
	keys  MemberKeys
	wecom string
}

// MemberKeys seals the members' numbers and finds them again.
type MemberKeys interface {
	union.Sealer
	personal.Index
}

// NewMembers returns the repository. wecomChannel is the configured WeCom channel, whose identities are the
// directory's user ids, or "" when WeCom is off.
func NewMembers(db *DB, keys MemberKeys, wecomChannel string) *Members {
	return &Members{db: db, keys: keys, wecom: wecomChannel}
}

// memberColumns are what scanMember reads, of the member m in the organisation o.
const memberColumns = `m.id, m.staff_no, m.name, m.gender, m.birthday, m.lunar_birthday, m.joined, m.member_since,
	m.retire_on, m.contract_until, m.employment, m.post, m.notes, m.org_id, m.wecom_userid, m.status, o.path, o.lineage`

const selectMember = `SELECT ` + memberColumns + ` FROM members m JOIN organisations o ON o.id = m.org_id `

// ByIdentity returns the member known as user on the channel. On WeCom that is the directory's user id, compared
// without case; nothing is copied, so that a user id given to somebody else never answers for the one before. It fails
// with union.ErrNotFound where nobody is, or has left.
func (r *Members) ByIdentity(ctx context.Context, channel, user string) (union.Member, error) {
	return r.once(ctx, identityKey{channel, user}, func() (union.Member, error) {
		if channel == r.wecom && channel != "" {
			return r.one(ctx, `WHERE m.wecom_userid = ? AND m.status <> ?`, strings.ToLower(user), union.Left)
		}
		return r.one(ctx, `JOIN identities i ON i.member_id = m.id WHERE i.channel = ? AND i.user_id = ? AND m.status <> ?`,
			channel, user, union.Left)
	})
}

// Keys of what is remembered of members.
type (
	identityKey struct{ channel, user string }
	memberKey   struct{ id union.MemberID }
	holdersKey  struct {
		role    union.Role
		lineage string
	}
	holdingsKey  struct{ member union.MemberID }
	addressesKey struct{ member union.MemberID }
)

// once reads a member unless an earlier turn has.
func (r *Members) once(ctx context.Context, key any, read func() (union.Member, error)) (union.Member, error) {
	m, err := remembered(ctx, r.db, key, read)
	if err == nil {
		r.db.know(ctx, m)
	}
	return m, err
}

// Get returns a member, whatever the status, without phone and id card, or fails with union.ErrNotFound.
func (r *Members) Get(ctx context.Context, id union.MemberID) (union.Member, error) {
	if m, ok := r.db.known(ctx, id); ok {
		return m, nil
	}
	return r.once(ctx, memberKey{id}, func() (union.Member, error) { return r.one(ctx, `WHERE m.id = ?`, id) })
}

// ByStaffNo is Get by staff number; union.StaffNoKey folds what a person typed.
func (r *Members) ByStaffNo(ctx context.Context, no string) (union.Member, error) {
	return r.one(ctx, `WHERE m.staff_no = ?`, union.StaffNoKey(no))
}

// GetMany returns those of the members that exist.
func (r *Members) GetMany(ctx context.Context, ids []union.MemberID) (map[union.MemberID]union.Member, error) {
	version, remembers, err := r.db.rosterVersion(ctx)
	if err != nil {
		return nil, err
	}
	found := make(map[union.MemberID]union.Member, len(ids))
	var unknown []union.MemberID
	for _, id := range ids {
		m, ok := r.db.known(ctx, id)
		if !ok && remembers {
			var kept any
			if kept, ok = r.db.roster.get(version, memberKey{id}); ok {
				m = kept.(union.Member) //nolint:forcetypeassert,errcheck // the key is of this kind
			}
		}
		if ok {
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
		if remembers {
			r.db.roster.put(version, memberKey{m.ID}, m)
		}
	}
	return found, err
}

// ByName returns up to limit members with this name who have not left, however it is spaced or dotted, by staff number.
func (r *Members) ByName(ctx context.Context, name string, limit int) ([]union.Member, error) {
	return r.many(ctx, `WHERE m.name_key = ? AND m.status <> ? ORDER BY m.staff_no LIMIT ?`,
		union.NameKey(name), union.Left, limit)
}

// ActiveByName returns up to limit active members with this name, as ByName does.
func (r *Members) ActiveByName(ctx context.Context, name string, limit int) ([]union.Member, error) {
	return r.many(ctx, `WHERE m.name_key = ? AND m.status = ? ORDER BY m.staff_no LIMIT ?`,
		union.NameKey(name), union.Active, limit)
}

// ActiveByNames returns up to limit active members with one of these names.
func (r *Members) ActiveByNames(ctx context.Context, names []string, limit int) ([]union.Member, error) {
	if len(names) == 0 {
		return nil, nil
	}
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = union.NameKey(name)
	}
	return r.many(ctx, `WHERE m.name_key IN ? AND m.status = ? ORDER BY m.staff_no LIMIT ?`, keys, union.Active, limit)
}

// ActiveUnder returns up to limit active members with this name, as ByName does, or staff number, below any of the lineages.
func (r *Members) ActiveUnder(ctx context.Context, called string, lineages []string, limit int) ([]union.Member, error) {
	return r.under(ctx, called, lineages, []union.MemberStatus{union.Active}, limit)
}

// GreetedUnder is ActiveUnder with those who have retired.
func (r *Members) GreetedUnder(ctx context.Context, called string, lineages []string, limit int) ([]union.Member, error) {
	return r.under(ctx, called, lineages, []union.MemberStatus{union.Active, union.Retired}, limit)
}

func (r *Members) under(ctx context.Context, called string, lineages []string, statuses []union.MemberStatus, limit int) ([]union.Member, error) {
	if len(lineages) == 0 {
		return nil, nil
	}
	who, args := `m.name_key = ?`, []any{union.NameKey(called)}
	if !strings.ContainsFunc(called, func(r rune) bool { return r > unicode.MaxASCII }) { // a staff number is, and MariaDB compares its column with nothing else
		who, args = `(m.name_key = ? OR m.staff_no = ?)`, append(args, called)
	}
	args = append(args, statuses)
	for _, lineage := range lineages {
		args = append(args, lineage+"%")
	}
	return r.many(ctx, `WHERE `+who+` AND m.status IN ? AND (`+
		strings.Repeat("o.lineage LIKE ? OR ", len(lineages)-1)+`o.lineage LIKE ?) ORDER BY m.staff_no LIMIT ?`, append(args, limit)...)
}

// ActiveOf returns up to limit active members of an organisation itself, not of those below it.
func (r *Members) ActiveOf(ctx context.Context, org union.OrgID, limit int) ([]union.Member, error) {
	return r.many(ctx, `WHERE m.org_id = ? AND m.status = ? ORDER BY m.staff_no LIMIT ?`, org, union.Active, limit)
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
	if phone, err = r.open(phone, staffNo, personal.Phone); err != nil {
		return "", "", err
	}
	if idCard, err = r.open(idCard, staffNo, personal.IDCard); err != nil {
		return "", "", err
	}
	return phone, idCard, nil
}

// Phones returns the telephones of those of the members who have one.
func (r *Members) Phones(ctx context.Context, members []union.MemberID) (map[union.MemberID]string, error) {
	phones := map[union.MemberID]string{}
	for ids := range slices.Chunk(members, idsAtOnce) {
		_, err := queryAll(ctx, r.db, "read phones", func(row scanner) (none struct{}, err error) {
			var id union.MemberID
			var staffNo, phone string
			if err := row.Scan(&id, &staffNo, &phone); err != nil {
				return none, err
			}
			phones[id], err = r.open(phone, staffNo, personal.Phone)
			return none, err
		}, `SELECT id, staff_no, phone FROM members WHERE id IN ? AND phone <> ''`, ids)
		if err != nil {
			return nil, err
		}
	}
	return phones, nil
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
		&m.RetireOn, &m.ContractUntil, &m.Employment, &m.Post, &m.Notes, &m.Org, &wecom, &m.Status, &m.OrgPath, &m.Lineage}, rest...)...)
	m.WeComUserID = wecom.String
	return m, err
}

func sealContext(staffNo string, kind personal.Kind) string {
	return "member/" + staffNo + "/" + string(kind)
}

func (r *Members) open(sealed, staffNo string, kind personal.Kind) (string, error) {
	if sealed == "" {
		return "", nil
	}
	plain, err := r.keys.Open(sealed, sealContext(staffNo, kind))
	if err != nil {
		return "", fmt.Errorf("open %s: %w", kind, err)
	}
	return plain, nil
}

// sealNumber seals a number for the row of a staff number, and returns its digests under every key: the first is stored,
// by any it is found. Empty stays empty.
func sealNumber(keys MemberKeys, kind personal.Kind, plain, staffNo string) (sealed string, digests []string, err error) {
	if plain == "" {
		return "", []string{""}, nil
	}
	if sealed, err = keys.Seal(plain, sealContext(staffNo, kind)); err != nil {
		return "", nil, fmt.Errorf("seal %s: %w", kind, err)
	}
	return sealed, keys.Blind(kind, personal.Normal(kind, plain)), nil
}

// notFound turns the absence of a row into union.ErrNotFound and classifies any other error.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return union.ErrNotFound
	}
	return classify(err)
}
