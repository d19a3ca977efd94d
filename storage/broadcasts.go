package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
)

// Broadcasts keeps broadcasts, who receives them, and what became of that. What is said rests sealed. It satisfies
// broadcast.Store.
type Broadcasts struct {
	*Numbers
	db    *DB
	wecom string
	now   func() time.Time
	// ceiling is shared by its copies.
	ceiling *dayCeiling
}

var _ broadcast.Store = (*Broadcasts)(nil)

// NewBroadcasts returns the repository. wecomChannel is as for NewMembers. Its leases are by the machine's clock.
func NewBroadcasts(db *DB, wecomChannel string) *Broadcasts {
	return &Broadcasts{Numbers: NewNumbers(db), db: db, wecom: wecomChannel, now: time.Now, ceiling: &dayCeiling{}}
}

// UseClock gives the leases another clock than the machine's.
func (r *Broadcasts) UseClock(now func() time.Time) { r.now = now }

// Tx implements broadcast.Store.
func (r *Broadcasts) Tx(ctx context.Context, fn func(ctx context.Context) error) error {
	return r.db.Tx(ctx, fn)
}

func (r *Broadcasts) body(b broadcast.Broadcast) (string, error) {
	body, err := json.Marshal(b.Details)
	if err != nil {
		return "", fmt.Errorf("encode broadcast: %w", err)
	}
	return r.db.seal(broadcastBody, b.ID, body)
}

// Insert implements broadcast.Store.
func (r *Broadcasts) Insert(ctx context.Context, b broadcast.Broadcast) error {
	body, err := r.body(b)
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "insert broadcast", `INSERT INTO broadcasts (id, number, ref, state, org_id, author, releaser, urgent,
		personal, speed, starts_ms, head, plan_lane, plan_after, plan_until, plan_again, series, run_day, version, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?, ?, ?)`,
		b.ID, b.Number, b.Ref, b.State, b.Org, b.Author, orNull(b.Releaser), oneIf(b.Urgent), oneIf(b.Personal()), b.Speed,
		b.StartsAt.UnixMilli(), b.Head, b.Series, runDay(b), b.Version, body)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fmt.Errorf("insert broadcast: %w", union.ErrTaken)
	}
	return err
}

// runDay is how the day of a run is kept; "" is none.
func runDay(b broadcast.Broadcast) string {
	if b.Day == (calendar.Date{}) {
		return ""
	}
	return b.Day.String()
}

// Update implements broadcast.Store.
func (r *Broadcasts) Update(ctx context.Context, b broadcast.Broadcast) error {
	body, err := r.body(b)
	if err != nil {
		return err
	}
	n, err := execute(ctx, r.db, "update broadcast", `UPDATE broadcasts SET state = ?, org_id = ?, releaser = ?, urgent = ?, personal = ?,
		speed = ?, starts_ms = ?, head = ?, series = ?, run_day = ?, released_ms = ?, ended_ms = ?, body = ?, version = version + 1 WHERE id = ? AND version = ?`,
		b.State, b.Org, orNull(b.Releaser), oneIf(b.Urgent), oneIf(b.Personal()), b.Speed, b.StartsAt.UnixMilli(), b.Head, b.Series, runDay(b),
		msOrNull(b.ReleasedAt), msOrNull(b.EndedAt), body, b.ID, b.Version)
	if err == nil && n == 0 {
		return fmt.Errorf("update broadcast: %w", union.ErrStale)
	}
	return err
}

// Replan implements broadcast.Store.
func (r *Broadcasts) Replan(ctx context.Context, id broadcast.ID, p broadcast.Plan) error {
	_, err := execute(ctx, r.db, "plan broadcast anew", `UPDATE broadcasts SET plan_lane = ?, plan_after = ?, plan_until = ?, plan_again = ?
		WHERE id = ?`, p.Lane, p.After, p.Until, p.Again, id)
	return err
}

const selectBroadcast = `SELECT b.id, b.number, b.ref, b.state, b.org_id, o.path, o.lineage, b.author, COALESCE(b.releaser, 0), b.urgent, b.speed,
	b.starts_ms, b.head, b.plan_lane, b.plan_after, b.plan_until, b.plan_again, b.released_ms, b.ended_ms, b.series, b.run_day, b.version, b.body
	FROM broadcasts b JOIN organisations o ON o.id = b.org_id `

func (r *Broadcasts) scan(row scanner) (b broadcast.Broadcast, err error) {
	var starts int64
	var released, ended sql.NullInt64
	var body, day string
	if err := row.Scan(&b.ID, &b.Number, &b.Ref, &b.State, &b.Org, &b.OrgPath, &b.Lineage, &b.Author, &b.Releaser, &b.Urgent, &b.Speed,
		&starts, &b.Head, &b.Plan.Lane, &b.Plan.After, &b.Plan.Until, &b.Plan.Again, &released, &ended, &b.Series, &day, &b.Version, &body); err != nil {
		return b, err
	}
	plain, err := r.db.open(broadcastBody, b.ID, body)
	if err != nil {
		return b, err
	}
	if day != "" {
		if b.Day, err = calendar.ParseDate(day); err != nil {
			return b, fmt.Errorf("decode broadcast %d: %w", b.ID, err)
		}
	}
	b.StartsAt = time.UnixMilli(starts).UTC()
	if released.Valid {
		b.ReleasedAt = time.UnixMilli(released.Int64).UTC()
	}
	if ended.Valid {
		b.EndedAt = time.UnixMilli(ended.Int64).UTC()
	}
	if err := json.Unmarshal(plain, &b.Details); err != nil {
		return b, fmt.Errorf("decode broadcast %d: %w", b.ID, err)
	}
	return b, nil
}

func (r *Broadcasts) byID(ctx context.Context, id broadcast.ID) (broadcast.Broadcast, error) {
	return queryOne(ctx, r.db, "read broadcast", r.scan, selectBroadcast+`WHERE b.id = ?`, id)
}

// ByNumber implements broadcast.Store.
func (r *Broadcasts) ByNumber(ctx context.Context, number string) (broadcast.Broadcast, error) {
	return queryOne(ctx, r.db, "read broadcast", r.scan, selectBroadcast+`WHERE b.number = ?`, number)
}

// ByRef implements broadcast.Store.
func (r *Broadcasts) ByRef(ctx context.Context, ref string) (broadcast.Broadcast, error) {
	return queryOne(ctx, r.db, "read broadcast", r.scan, selectBroadcast+`WHERE b.ref = ?`, ref)
}

// Under implements broadcast.Store.
func (r *Broadcasts) Under(ctx context.Context, writer union.MemberID, lineages []string, limit int) ([]broadcast.Broadcast, error) {
	return r.under(ctx, writer, lineages, `ORDER BY b.id DESC LIMIT ?`, limit)
}

// mostAhead bounds what of a week is read.
const mostAhead = 200

// Ahead implements broadcast.Store.
func (r *Broadcasts) Ahead(ctx context.Context, writer union.MemberID, lineages []string, until time.Time) ([]broadcast.Broadcast, error) {
	return r.under(ctx, writer, lineages, `AND b.state IN ('submitted', 'released', 'sending', 'paused') AND b.series = 0 AND b.starts_ms <= ?
		ORDER BY b.starts_ms, b.id LIMIT ?`, until.UnixMilli(), mostAhead)
}

func (r *Broadcasts) under(ctx context.Context, writer union.MemberID, lineages []string, which string, more ...any) ([]broadcast.Broadcast, error) {
	where, args := `WHERE (b.author = ?`, []any{writer}
	for _, l := range lineages {
		where, args = where+` OR o.lineage LIKE ?`, append(args, l+"%")
	}
	return queryAll(ctx, r.db, "list broadcasts", r.scan, selectBroadcast+where+`) `+which, append(args, more...)...)
}

// Submitted implements broadcast.Store.
func (r *Broadcasts) Submitted(ctx context.Context, lineages []string, limit int) ([]broadcast.Broadcast, error) {
	where, args := strings.TrimSuffix(strings.Repeat(`o.lineage LIKE ? OR `, len(lineages)), ` OR `), []any(nil)
	for _, l := range lineages {
		args = append(args, l+"%")
	}
	return queryAll(ctx, r.db, "list broadcasts to release", r.scan, selectBroadcast+`WHERE b.state = 'submitted' AND (`+where+`)
		ORDER BY b.id DESC LIMIT ?`, append(args, limit)...)
}

// Moving implements broadcast.Store.
func (r *Broadcasts) Moving(ctx context.Context, limit int) ([]broadcast.Broadcast, error) {
	return queryAll(ctx, r.db, "find broadcasts to move on", r.scan, selectBroadcast+`WHERE b.state IN ('released', 'sending')
		OR b.state = 'paused' AND b.plan_lane < ? OR b.state = 'cancelled' AND b.ended_ms IS NULL
		ORDER BY b.urgent DESC, b.id LIMIT ?`, broadcast.Planned, limit)
}

// audienceWhere is the condition on members m in organisations o that are meant.
func audienceWhere(a broadcast.Audience, today time.Time) (where string, args []any) {
	status := union.Active
	if a.Retired {
		status = union.Retired
	}
	where, args = `m.status = ?`, []any{status}
	either := func(n int, each string, value func(i int) any) {
		if n == 0 {
			return
		}
		where += ` AND (` + strings.TrimSuffix(strings.Repeat(each+` OR `, n), ` OR `) + `)`
		for i := range n {
			args = append(args, value(i))
		}
	}
	either(len(a.Orgs), `o.lineage LIKE ?`, func(i int) any { return a.Orgs[i].Lineage + "%" })
	either(len(a.Posts), `m.post LIKE ? ESCAPE '!'`, func(i int) any { return "%" + escapeLike.Replace(a.Posts[i]) + "%" })
	has := func(column string, words []string) {
		either(len(words), column+` LIKE ? ESCAPE '!'`, func(i int) any { return "%" + escapeLike.Replace(union.JoinWords(words[i:i+1])) + "%" })
	}
	has("m.tags", a.Tags)
	has("m.family", a.Family)
	if a.Children != nil {
		var born []string
		for _, year := range a.Children.ChildYears(today.Year()) {
			born = append(born, union.ChildFact(year))
		}
		if has("m.family", born); len(born) == 0 {
			where, args = where+` AND m.family LIKE ?`, append(args, "%;"+union.FamilyChild+"%")
		}
	}
	if a.Gender != "" {
		where, args = where+` AND m.gender = ?`, append(args, a.Gender)
	}
	if a.MinAge > 0 {
		where, args = where+` AND m.birthday <> '' AND m.birthday <= ?`, append(args, today.AddDate(-a.MinAge, 0, 0).Format(time.DateOnly))
	}
	if a.MaxAge > 0 {
		where, args = where+` AND m.birthday > ?`, append(args, today.AddDate(-a.MaxAge-1, 0, 0).Format(time.DateOnly))
	}
	if len(a.Roles) > 0 {
		where, args = where+` AND EXISTS (SELECT 1 FROM role_holdings h WHERE h.member_id = m.id AND h.role IN ?)`, append(args, a.Roles)
	}
	if len(a.Staff) > 0 {
		where, args = where+` AND m.staff_no IN ?`, append(args, a.Staff)
	}
	switch {
	case a.Shift == nil:
	case len(a.Shift.Staff) == 0: // nobody works then
		where += ` AND 1 = 0`
	default:
		where, args = where+` AND m.staff_no IN ?`, append(args, a.Shift.Staff)
	}
	return where, args
}

var escapeLike = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// Count implements broadcast.Store.
func (r *Broadcasts) Count(ctx context.Context, a broadcast.Audience, today time.Time) (int, error) {
	where, args := audienceWhere(a, today)
	return queryOne(ctx, r.db, "count audience", scanInt, `SELECT COUNT(*) FROM members m JOIN organisations o ON o.id = m.org_id WHERE `+where, args...)
}

// Listed implements broadcast.Store.
func (r *Broadcasts) Listed(ctx context.Context, a broadcast.Audience) (list []union.Member, err error) {
	where, args := audienceWhere(broadcast.Audience{Orgs: a.Orgs, Retired: a.Retired}, time.Time{})
	names := make([]string, len(a.Posts))
	for i, name := range a.Posts {
		names[i] = union.NameKey(name)
	}
	for _, by := range []struct {
		column string
		values []string
	}{{"m.staff_no", a.Staff}, {"m.name_key", names}} {
		if len(by.values) == 0 {
			continue
		}
		found, err := queryAll(ctx, r.db, "find who is named", scanMember, selectMember+`WHERE `+where+` AND `+by.column+` IN ? ORDER BY m.staff_no LIMIT ?`,
			append(args[:len(args):len(args)], by.values, broadcast.MostStaff)...)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			if !slices.ContainsFunc(list, func(in union.Member) bool { return in.ID == m.ID }) {
				list = append(list, m)
			}
		}
	}
	return list, nil
}

// Posts implements broadcast.Store.
func (r *Broadcasts) Posts(ctx context.Context, a broadcast.Audience, words []string) ([]string, error) {
	where, args := audienceWhere(a, time.Time{})
	return queryAll(ctx, r.db, "find which posts there are", func(row scanner) (post string, err error) { return post, row.Scan(&post) },
		`SELECT DISTINCT m.post FROM members m JOIN organisations o ON o.id = m.org_id WHERE `+where+` AND m.post IN ?`, append(args, words)...)
}

// countedThrough is how large an audience is to be counted through for a few members of it.
const countedThrough = 5000

// Some implements broadcast.Store. They lie apart: of a large audience as their ids do.
func (r *Broadcasts) Some(ctx context.Context, a broadcast.Audience, today time.Time, limit int) ([]union.Member, error) {
	where, args := audienceWhere(a, today)
	total, err := r.Count(ctx, a, today)
	if err != nil || total == 0 {
		return nil, err
	}
	if total > countedThrough {
		return r.someApart(ctx, where, args, limit)
	}
	var some []union.Member
	for i := range min(limit, total) {
		m, err := queryAll(ctx, r.db, "read some of an audience", scanMember, selectMember+`WHERE `+where+` ORDER BY m.staff_no LIMIT 1 OFFSET ?`,
			append(args, i*total/min(limit, total))...)
		if err != nil {
			return nil, err
		}
		some = append(some, m...)
	}
	return some, nil
}

// someApart takes the first of an audience behind each of several ids, which costs little where it is large.
func (r *Broadcasts) someApart(ctx context.Context, where string, args []any, limit int) ([]union.Member, error) {
	ends, err := queryOne(ctx, r.db, "find ends of the members", func(row scanner) (ends memberRange, err error) {
		return ends, row.Scan(&ends.from, &ends.to)
	}, `SELECT COALESCE(MIN(id), 0), COALESCE(MAX(id), 0) FROM members`)
	if err != nil {
		return nil, err
	}
	var some []union.Member
	for i := range limit {
		behind := ends.from + (ends.to-ends.from)/union.MemberID(limit)*union.MemberID(i)
		m, err := queryAll(ctx, r.db, "read some of an audience", scanMember, r.db.inOrderOf(selectMember)+
			`WHERE `+where+` AND m.id >= ? ORDER BY m.id LIMIT 1`, append(args[:len(args):len(args)], behind)...)
		if err != nil {
			return nil, err
		}
		if len(m) > 0 && !slices.ContainsFunc(some, func(s union.Member) bool { return s.ID == m[0].ID }) {
			some = append(some, m[0])
		}
	}
	return some, nil
}

// inOrderOf is a query of members m and organisations o, read in the order of inOrder.
func (db *DB) inOrderOf(query string) string {
	return strings.NewReplacer(`FROM members m`, `FROM members m`+db.inOrder(), `JOIN organisations o`, `JOIN organisations o`+db.inOrder()).Replace(query)
}

// inOrder, behind a table, makes the members be read in the order of their ids, and the organisation of each be looked up: else
// MariaDB may begin with the organisation, and read and sort all members behind an id for the first few.
func (db *DB) inOrder() string {
	if db.dialect == SQLite {
		return ""
	}
	return ` FORCE INDEX (PRIMARY)`
}
