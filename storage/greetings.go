package storage

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/occasion"
)

// Greetings keeps who is greeted when, and what was said about it. It satisfies occasion.Store.
type Greetings struct {
	db     *DB
	atOnce int // is how much a sweep looks at in one transaction
}

// NewGreetings returns the repository.
func NewGreetings(db *DB) *Greetings { return &Greetings{db: db, atOnce: occasion.SweptBite} }

var _ occasion.Store = (*Greetings)(nil)

// Tx implements occasion.Store.
func (r *Greetings) Tx(ctx context.Context, fn func(ctx context.Context) error) error {
	return r.db.Tx(ctx, fn)
}

const choiceColumns = `, COALESCE(c.calendar, ''), COALESCE(c.off, ''), COALESCE(c.chosen, ''), COALESCE(c.language, '')`

// fromCandidates names the index by which members are found: left to itself, MariaDB reads all of them in the order of their
// ids, for the sake of the LIMIT.
func (r *Greetings) fromCandidates(q occasion.Query) string {
	index := primaryKey
	switch {
	case len(q.Days) > 0:
		index = "members_birthday"
	case len(q.Lunar) > 0:
		index = "members_lunar"
	case len(q.Joined) > 0:
		index = "members_joined"
	case q.RetireOn != "":
		index = "members_retire_on"
	case q.ContractUntil != "":
		index = "members_contract_until"
	}
	hint := " FORCE INDEX (" + index + ")"
	if r.db.dialect == SQLite {
		hint = " INDEXED BY " + index
		if index == primaryKey {
			hint = ""
		}
	}
	return ` FROM members m` + hint + ` JOIN organisations o ON o.id = m.org_id LEFT JOIN greeting_choices c ON c.member_id = m.id `
}

func scanCandidate(row scanner, rest ...any) (c occasion.Candidate, err error) {
	var off, chosen string
	c.Member, err = scanMemberAnd(row, append([]any{&c.Choice.Calendar, &off, &chosen, &c.Choice.Language}, rest...)...)
	c.Choice.Member, c.Choice.Off, c.Choice.Chosen = c.ID, strings.Fields(off), strings.Fields(chosen)
	return c, err
}

// candidates is the condition by which an occasion's members are found.
func candidates(q occasion.Query) (where string, args []any) {
	statuses := []union.MemberStatus{union.Active}
	if q.Retired {
		statuses = append(statuses, union.Retired)
	}
	where, args = `m.status IN ?`, []any{statuses}
	and := func(condition string, values ...any) { where, args = where+" AND "+condition, append(args, values...) }
	for _, day := range []struct {
		column string
		values []string
	}{{"m.birthday_md", q.Days}, {"m.lunar_md", q.Lunar}, {"m.joined_md", q.Joined}} {
		if len(day.values) > 0 {
			and(day.column+" IN ?", day.values)
		}
	}
	if q.RetireOn != "" {
		and("m.retire_on = ?", q.RetireOn)
	}
	if q.ContractUntil != "" {
		and("m.contract_until = ?", q.ContractUntil)
	}
	if q.BornSince != "" {
		and("m.birthday >= ?", q.BornSince)
	}
	if q.Women {
		and("m.gender = '女'")
	}
	if len(q.Posts) > 0 {
		or := make([]string, len(q.Posts))
		for i, p := range q.Posts {
			or[i], args = "m.post LIKE ?", append(args, "%"+p+"%")
		}
		and("(" + strings.Join(or, " OR ") + ")")
	}
	if q.Chosen != "" {
		and("c.chosen LIKE ?", "% "+q.Chosen+" %")
	}
	if len(q.Lineages) > 0 {
		below, more := underAny("o.lineage", q.Lineages)
		and(below, more...)
	}
	const has = `EXISTS (SELECT 1 FROM greetings g WHERE g.member_id = m.id AND g.occasion = ? AND `
	switch {
	case q.Since != "":
		and(`NOT `+has+`g.day > ?)`, q.Occasion, q.Since)
	case q.On != "":
		and(`NOT `+has+`g.day = ?)`, q.Occasion, q.On)
	default:
		and(`NOT `+has+`g.year = ?)`, q.Occasion, q.Year)
	}
	if q.Moved != "" {
		and(has+`g.day <> ? AND g.day > ?)`, q.Occasion, q.On, q.Moved)
	}
	return where, args
}

// underAny is the condition that a lineage lies below one of several.
func underAny(column string, lineages []string) (condition string, args []any) {
	or := make([]string, len(lineages))
	for i, l := range lineages {
		or[i], args = column+" LIKE ?", append(args, l+"%")
	}
	if len(or) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(or, " OR ") + ")", args
}

// Candidates implements occasion.Store.
func (r *Greetings) Candidates(ctx context.Context, q occasion.Query, after union.MemberID, limit int) ([]occasion.Candidate, error) {
	query, args := r.candidatesQuery(q, after, limit)
	return queryAll(ctx, r.db, "find members to greet", func(row scanner) (c occasion.Candidate, err error) {
		var last int
		c, err = scanCandidate(row, &last)
		c.LastYear = last
		return c, err
	}, query, args...)
}

func (r *Greetings) candidatesQuery(q occasion.Query, after union.MemberID, limit int) (query string, args []any) {
	where, args := candidates(q)
	last := `, 0`
	switch {
	case q.RetireOn != "":
		last, args = `, COALESCE((SELECT l.year FROM greetings l WHERE l.member_id = m.id AND l.occasion = ? AND l.year = ?), 0)`, append([]any{q.Occasion, q.Year}, args...)
	case q.Since != "":
		last, args = `, COALESCE((SELECT MAX(l.year) FROM greetings l WHERE l.member_id = m.id AND l.occasion = ?), 0)`, append([]any{q.Occasion}, args...)
	}
	return `SELECT ` + r.db.straight() + memberColumns + choiceColumns + last + r.fromCandidates(q) + `WHERE ` + where + ` AND m.id > ? ORDER BY m.id LIMIT ?`,
		append(args, after, limit)
}

// Number implements occasion.Store.
func (r *Greetings) Number(ctx context.Context, q occasion.Query) (int, error) {
	where, args := candidates(q)
	return queryOne(ctx, r.db, "count members to greet", scanInt, `SELECT COUNT(*)`+r.fromCandidates(q)+`WHERE `+where, args...)
}

// Plan implements occasion.Store.
func (r *Greetings) Plan(ctx context.Context, list []occasion.Greeting) error {
	if len(list) == 0 {
		return nil
	}
	args := make([]any, 0, 11*len(list))
	for _, g := range list {
		gift := ""
		if g.Gift != "" {
			gift = "waiting"
		}
		args = append(args, g.ID, g.Member, g.Occasion, g.Year, g.Key(), g.Day, g.SayOn, g.SendAt.UnixMilli(), string(g.State), g.Gift, g.GiftUntil, gift)
	}
	return r.db.Tx(ctx, func(ctx context.Context) error { // which is tried again where another planner was in the way
		_, err := execute(ctx, r.db, "plan greetings", `INSERT INTO greetings
			(id, member_id, occasion, year, row_key, day, say_on, send_ms, state, gift, gift_until, gift_state) VALUES `+
			rows("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", len(list))+r.db.passOver("member_id, occasion, year"), args...)
		return err
	})
}

// ClaimDay implements occasion.Store.
func (r *Greetings) ClaimDay(ctx context.Context, day string, now time.Time, lease, again time.Duration) (bool, error) {
	_, err := execute(ctx, r.db, "note day", `INSERT INTO greeting_days (day, lease_ms, done_ms) VALUES (?, 0, 0)`+r.db.passOver("day"), day)
	if err != nil {
		return false, err
	}
	n, err := execute(ctx, r.db, "claim day", `UPDATE greeting_days SET lease_ms = ? WHERE day = ? AND lease_ms <= ? AND done_ms <= ?`,
		now.Add(lease).UnixMilli(), day, now.UnixMilli(), now.Add(-again).UnixMilli())
	return n > 0, err
}

// HoldDay implements occasion.Store.
func (r *Greetings) HoldDay(ctx context.Context, day string, now time.Time, lease time.Duration) error {
	_, err := execute(ctx, r.db, "hold day", `UPDATE greeting_days SET lease_ms = ? WHERE day = ? AND lease_ms > 0`, now.Add(lease).UnixMilli(), day)
	return err
}

// DoneDay implements occasion.Store.
func (r *Greetings) DoneDay(ctx context.Context, day string, now time.Time) error {
	_, err := execute(ctx, r.db, "finish day", `UPDATE greeting_days SET lease_ms = 0, done_ms = ? WHERE day = ?`, now.UnixMilli(), day)
	return err
}

// LastDay implements occasion.Store.
func (r *Greetings) LastDay(ctx context.Context) (string, error) {
	return r.dayOf(ctx, `SELECT MAX(day) FROM greeting_days WHERE done_ms > 0`)
}

// Undone implements occasion.Store.
func (r *Greetings) Undone(ctx context.Context, since string) (string, error) {
	return r.dayOf(ctx, `SELECT MIN(day) FROM greeting_days WHERE done_ms = 0 AND day >= ?`, since)
}

func (r *Greetings) dayOf(ctx context.Context, query string, args ...any) (string, error) {
	day, err := queryOne(ctx, r.db, "find day", func(row scanner) (day sql.NullString, err error) { return day, row.Scan(&day) }, query, args...)
	return day.String, err
}

const greetingColumns = `g.id, g.member_id, g.occasion, g.year, g.day, g.say_on, g.send_ms, g.state, COALESCE(g.hold_id, 0), g.gift, g.gift_until`

func (r *Greetings) selectDue() string {
	return `SELECT ` + r.db.straight() + memberColumns + choiceColumns + `, ` + greetingColumns + ` FROM greetings g JOIN members m ON m.id = g.member_id
	JOIN organisations o ON o.id = m.org_id LEFT JOIN greeting_choices c ON c.member_id = m.id `
}

func greetingInto(g *occasion.Greeting, at *int64) []any {
	return []any{&g.ID, &g.Member, &g.Occasion, &g.Year, &g.Day, &g.SayOn, at, &g.State, &g.Hold, &g.Gift, &g.GiftUntil}
}

func scanDue(row scanner) (d occasion.Due, err error) {
	var at int64
	d.To, err = scanCandidate(row, greetingInto(&d.Greeting, &at)...)
	d.SendAt = time.UnixMilli(at).UTC()
	return d, err
}

// Waiting implements occasion.Store. Each state is looked for by itself, so that the index has them in their order: a festival
// makes a million wait at once.
func (r *Greetings) Waiting(ctx context.Context, now time.Time, limit int) (list []occasion.Due, err error) {
	for _, state := range []occasion.State{occasion.Approved, occasion.Planned} {
		its, err := queryAll(ctx, r.db, "find greetings that are due", scanDue, r.selectDue()+`WHERE g.state = ? AND g.send_ms <= ? ORDER BY g.send_ms LIMIT ?`,
			string(state), now.UnixMilli(), limit-len(list))
		if err != nil {
			return nil, err
		}
		list = append(list, its...)
	}
	return list, nil
}

// Find implements occasion.Store.
func (r *Greetings) Find(ctx context.Context, id int64) (occasion.Due, error) {
	return queryOne(ctx, r.db, "find greeting", scanDue, r.selectDue()+`WHERE g.id = ?`, id)
}

// Written implements occasion.Store.
func (r *Greetings) Written(ctx context.Context, sayOn string, after int64, limit int) ([]occasion.Due, error) {
	return queryAll(ctx, r.db, "list greetings of a day", scanDue, r.selectDue()+`WHERE g.say_on = ? AND g.id > ? ORDER BY g.id LIMIT ?`, sayOn, after, limit)
}

// Change implements occasion.Store.
func (r *Greetings) Change(ctx context.Context, g occasion.Greeting, from occasion.State) (bool, error) {
	n, err := execute(ctx, r.db, "change greeting", `UPDATE greetings SET state = ?, send_ms = ?, say_on = ?, hold_id = ? WHERE id = ? AND state = ?`,
		string(g.State), g.SendAt.UnixMilli(), g.SayOn, orNull(g.Hold), g.ID, string(from))
	return n > 0, err
}

// Hurry implements occasion.Store. It looks first, for what it changes is locked, and mostly there is nothing to change.
func (r *Greetings) Hurry(ctx context.Context, sayOn string, at time.Time) error {
	for {
		late, err := queryAll(ctx, r.db, "find greetings to hurry", scanID, `SELECT id FROM greetings WHERE say_on = ? AND state = ? AND send_ms > ? LIMIT ?`,
			sayOn, string(occasion.Planned), at.UnixMilli(), idsAtOnce)
		if err != nil || len(late) == 0 {
			return err
		}
		err = r.db.Tx(ctx, func(ctx context.Context) error {
			_, err := execute(ctx, r.db, "hurry greetings", `UPDATE greetings SET send_ms = ? WHERE id IN ? AND state = ?`,
				at.UnixMilli(), late, string(occasion.Planned))
			return err
		})
		if err != nil {
			return err
		}
	}
}

// queuedAmong bounds the rows that are looked at: others may have put a million there.
const queuedAmong = 10

// Queued implements occasion.Store.
func (r *Greetings) Queued(ctx context.Context, most int) (int, error) {
	return queryOne(ctx, r.db, "count greetings in the outbox", scanInt,
		`SELECT COALESCE(SUM(CASE WHEN kind = ? THEN 1 ELSE 0 END), 0) FROM (SELECT kind FROM outbox WHERE state = 'pending' AND unhurried = 1 LIMIT ?) AS queued`,
		notice.KindGreeting, most*queuedAmong)
}

// PlannedUntil implements occasion.Store.
func (r *Greetings) PlannedUntil(ctx context.Context, sayOn string, until time.Time) (int, error) {
	return queryOne(ctx, r.db, "count planned greetings", scanInt, `SELECT COUNT(*) FROM greetings WHERE say_on = ? AND state IN ? AND send_ms <= ?`,
		sayOn, []occasion.State{occasion.Planned, occasion.Approved}, until.UnixMilli())
}

// Overdue counts the greetings that are due and not handed over, up to a number.
func (r *Greetings) Overdue(ctx context.Context, now time.Time, most int64) (int, error) {
	return queryOne(ctx, r.db, "count greetings that are due", scanInt, `SELECT COUNT(*) FROM (SELECT id FROM greetings
		WHERE state IN ? AND send_ms <= ? LIMIT ?) AS due`, []occasion.State{occasion.Planned, occasion.Approved}, now.UnixMilli(), most)
}

// Outcomes implements occasion.Store. A picture counts as long as it waits.
func (r *Greetings) Outcomes(ctx context.Context, sayOn string) ([]occasion.Outcome, error) {
	list, err := queryAll(ctx, r.db, "count what was delivered", func(row scanner) (o occasion.Outcome, err error) { return o, row.Scan(&o.State, &o.N) },
		`SELECT CASE WHEN b.state = 'failed' AND b.cause LIKE 'unreachable%' THEN 'unreachable' ELSE b.state END AS became, COUNT(*)
		FROM greetings g JOIN outbox b ON b.row_key = g.row_key WHERE g.say_on = ? AND g.state = ? GROUP BY became`, sayOn, string(occasion.Given))
	if err != nil {
		return nil, err
	}
	pictures, err := queryAll(ctx, r.db, "count pictures on their way", func(row scanner) (o occasion.Outcome, err error) { return o, row.Scan(&o.State, &o.N) },
		`SELECT b.state, COUNT(*) FROM greetings g JOIN outbox b ON b.row_key = CONCAT(g.row_key, ?) WHERE g.say_on = ? AND g.state = ?
		AND b.state IN ('pending', 'sending') GROUP BY b.state`, occasion.PictureSuffix, sayOn, string(occasion.Given))
	return append(list, pictures...), err
}

// Last implements occasion.Store.
func (r *Greetings) Last(ctx context.Context, member union.MemberID, since time.Time) (occasion.Greeting, error) {
	return queryOne(ctx, r.db, "find last greeting", scanGreeting, `SELECT `+greetingColumns+` FROM greetings g
		WHERE g.member_id = ? AND g.state = ? AND g.send_ms >= ? ORDER BY g.send_ms DESC, g.id DESC LIMIT 1`, member, string(occasion.Given), since.UnixMilli())
}

func scanGreeting(row scanner) (g occasion.Greeting, err error) {
	var at int64
	err = row.Scan(greetingInto(&g, &at)...)
	g.SendAt = time.UnixMilli(at).UTC()
	return g, err
}

// Purge implements occasion.Store. Once in a life means for good.
func (r *Greetings) Purge(ctx context.Context, before time.Time, limit int) (int64, error) {
	old, err := queryAll(ctx, r.db, "find old greetings", scanID, `SELECT id FROM greetings WHERE say_on < ? AND year > 0 LIMIT ?`,
		before.UTC().Format(time.DateOnly), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return removeEach(ctx, r.db, "remove old greetings", `DELETE FROM greetings WHERE id = ?`, old)
}
