package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/occasion"
)

// Choice implements occasion.Store.
func (r *Greetings) Choice(ctx context.Context, member union.MemberID) (occasion.Choice, error) {
	list, err := queryAll(ctx, r.db, "read choice", func(row scanner) (c occasion.Choice, err error) {
		var off, chosen string
		err = row.Scan(&c.Calendar, &off, &chosen, &c.Language)
		c.Member, c.Off, c.Chosen = member, strings.Fields(off), strings.Fields(chosen)
		return c, err
	}, `SELECT calendar, off, chosen, language FROM greeting_choices WHERE member_id = ?`, member)
	if err != nil || len(list) == 0 {
		return occasion.Choice{Member: member}, err
	}
	return list[0], nil
}

// PutChoice implements occasion.Store. A list is kept with a blank around each of its names, by which it is searched.
func (r *Greetings) PutChoice(ctx context.Context, c occasion.Choice) error {
	spaced := func(list []string) string {
		if len(list) == 0 {
			return ""
		}
		return " " + strings.Join(list, " ") + " "
	}
	_, err := execute(ctx, r.db, "keep choice", `INSERT INTO greeting_choices (member_id, calendar, off, chosen, language) VALUES (?, ?, ?, ?, ?)`+
		r.db.overwrite("member_id", "calendar", "off", "chosen", "language"), c.Member, c.Calendar, spaced(c.Off), spaced(c.Chosen), c.Language)
	return err
}

// SetLunar implements occasion.Store.
func (r *Greetings) SetLunar(ctx context.Context, member union.MemberID, lunar string) error {
	_, err := execute(ctx, r.db, "set lunar birthday", `UPDATE members SET lunar_birthday = ? WHERE id = ?`, lunar, member)
	return err
}

const selectSilence = `SELECT s.id, s.org_id, o.lineage, o.name, s.by_member, s.from_ms, s.until_ms, s.ended FROM greeting_silences s
	JOIN organisations o ON o.id = s.org_id `

func scanSilence(row scanner) (s occasion.Silence, err error) {
	var from, until int64
	err = row.Scan(&s.ID, &s.Org, &s.Lineage, &s.Name, &s.By, &from, &until, &s.Ended)
	s.From, s.Until = time.UnixMilli(from).UTC(), time.UnixMilli(until).UTC()
	return s, err
}

// Silences implements occasion.Store.
func (r *Greetings) Silences(ctx context.Context) ([]occasion.Silence, error) {
	return queryAll(ctx, r.db, "read silences", scanSilence, selectSilence+`WHERE s.ended = 0 ORDER BY s.id`)
}

// holdsSome is the condition that a silence s holds something of which nobody has said what becomes of it.
const holdsSome = `(EXISTS (SELECT 1 FROM greetings g WHERE g.state = 'held' AND g.hold_id = s.id)
		OR EXISTS (SELECT 1 FROM broadcast_holds h WHERE h.silence_id = s.id AND h.becomes = ''))
		AND NOT EXISTS (SELECT 1 FROM greeting_sweeps w WHERE w.silence_id = s.id AND w.does = 'free' AND w.done = 0)`

// LastSilence implements occasion.Store. What is being released is nobody's to be asked about any more.
func (r *Greetings) LastSilence(ctx context.Context, asked union.MemberID, lineages []string) (occasion.Silence, error) {
	below, args := underAny("o.lineage", lineages)
	return queryOne(ctx, r.db, "read last silence", scanSilence, selectSilence+`WHERE s.ended = 1 AND (? = 0 OR s.by_member = ?) AND `+below+`
		AND `+holdsSome+` ORDER BY s.id DESC LIMIT 1`,
		append([]any{asked, asked}, args...)...)
}

// AddSilence implements occasion.Store.
func (r *Greetings) AddSilence(ctx context.Context, s occasion.Silence) error {
	_, err := execute(ctx, r.db, "begin silence", `INSERT INTO greeting_silences (id, org_id, by_member, from_ms, until_ms, ended) VALUES (?, ?, ?, ?, ?, 0)`,
		s.ID, s.Org, s.By, s.From.UnixMilli(), s.Until.UnixMilli())
	return err
}

// EndSilence implements occasion.Store.
func (r *Greetings) EndSilence(ctx context.Context, id int64, asked union.MemberID) (bool, error) {
	n, err := execute(ctx, r.db, "end silence", `UPDATE greeting_silences SET ended = 1, by_member = ? WHERE id = ? AND ended = 0`, asked, id)
	return n > 0, err
}

func scanCount(row scanner) (c occasion.Count, err error) {
	return c, row.Scan(&c.Occasion, &c.SayOn, &c.State, &c.N)
}

// HeldBy implements occasion.Store.
func (r *Greetings) HeldBy(ctx context.Context, silence int64) ([]occasion.Count, error) {
	list, err := queryAll(ctx, r.db, "count what is held", scanCount, `SELECT occasion, day, state, COUNT(*) FROM greetings
		WHERE state = 'held' AND hold_id = ? GROUP BY occasion, day, state ORDER BY day, occasion`, silence)
	if err != nil {
		return nil, err
	}
	casts, err := r.castsHeldBy(ctx, silence)
	return append(list, casts...), err
}

// HeldBelow implements occasion.Store.
func (r *Greetings) HeldBelow(ctx context.Context, lineages []string) ([]occasion.Count, error) {
	below, args := underAny("o.lineage", lineages)
	return queryAll(ctx, r.db, "count what is held", scanCount, `SELECT `+r.db.straight()+`g.occasion, g.say_on, g.state, COUNT(*) FROM greetings g
		JOIN members m ON m.id = g.member_id JOIN organisations o ON o.id = m.org_id WHERE g.state = 'held' AND `+below+`
		GROUP BY g.occasion, g.say_on, g.state ORDER BY g.say_on, g.occasion`, args...)
}

// Forgotten implements occasion.Store.
func (r *Greetings) Forgotten(ctx context.Context, before time.Time) ([]occasion.Silence, error) {
	return queryAll(ctx, r.db, "find silences of which nobody has said what becomes of them", scanSilence, selectSilence+`WHERE s.ended = 1 AND s.until_ms < ?
		AND `+holdsSome+` ORDER BY s.id`, before.UnixMilli())
}

// Counts implements occasion.Store.
func (r *Greetings) Counts(ctx context.Context, lineages []string, from, until string) ([]occasion.Count, error) {
	below, args := underAny("o.lineage", lineages)
	return queryAll(ctx, r.db, "count greetings", scanCount, `SELECT `+r.db.straight()+`g.occasion, g.say_on, g.state, COUNT(*) FROM greetings g
		JOIN members m ON m.id = g.member_id JOIN organisations o ON o.id = m.org_id WHERE g.say_on BETWEEN ? AND ? AND `+below+`
		GROUP BY g.occasion, g.say_on, g.state ORDER BY g.say_on, g.occasion, g.state`, append([]any{from, until}, args...)...)
}

// InState implements occasion.Store.
func (r *Greetings) InState(ctx context.Context, lineages []string, state occasion.State, since string, limit int) ([]occasion.Due, error) {
	below, args := underAny("o.lineage", lineages)
	return queryAll(ctx, r.db, "list greetings in a state", scanDue, r.selectDue()+`WHERE g.state = ? AND g.say_on >= ? AND `+below+` ORDER BY g.send_ms, g.id LIMIT ?`,
		append(append([]any{string(state), since}, args...), limit)...)
}

// unreached are the tables and the condition of greetings that are not known to have arrived. What a person has read meanwhile is
// not parked any more.
func (r *Greetings) unreached(q occasion.UnreachedQuery) (from string, args []any, err error) {
	day, err := time.Parse(time.DateOnly, q.Since)
	if err != nil {
		return "", nil, fmt.Errorf("list who was not reached: %w", err)
	}
	below, under := underAny("o.lineage", q.Lineages)
	states, of := []string{"failed", "parked"}, `b.cause LIKE 'unreachable%'`
	if q.Undelivered {
		states, of = []string{"failed", "parked", "uncertain", "pending", "sending"}, `b.state <> 'parked'`
	}
	return ` FROM outbox b JOIN greetings g ON g.row_key = b.row_key JOIN members m ON m.id = g.member_id JOIN organisations o ON o.id = m.org_id
		WHERE b.state IN ? AND b.due_ms >= ? AND (b.due_ms > ? OR b.id > ?) AND b.kind = ? AND g.say_on >= ? AND g.occasion <> 'ask' AND (` + of + `
			OR b.state = 'parked' AND EXISTS (SELECT 1 FROM parked p WHERE p.park_key = b.row_key AND p.told_ms IS NULL))
			AND ` + below, append([]any{states, max(day.UnixMilli(), q.After.AtMs), q.After.AtMs, q.After.ID, notice.KindGreeting, q.Since}, under...), nil
}

// becameUnreachable tells apart whom nothing reaches.
func becameUnreachable(state, cause string) string {
	if state == "failed" && strings.HasPrefix(cause, "unreachable") {
		return "unreachable"
	}
	return state
}

// Unreached implements occasion.Store.
func (r *Greetings) Unreached(ctx context.Context, q occasion.UnreachedQuery) ([]occasion.Unreached, error) {
	query, args, err := r.unreachedQuery(q)
	if err != nil {
		return nil, err
	}
	return queryAll(ctx, r.db, "list who was not reached", func(row scanner) (u occasion.Unreached, err error) {
		u.To, err = scanMemberAnd(row, &u.Occasion, &u.Day, &u.SayOn, &u.State, &u.Cause, &u.Row.AtMs, &u.Row.ID)
		u.State = becameUnreachable(u.State, u.Cause)
		return u, err
	}, query, args...)
}

func (r *Greetings) unreachedQuery(q occasion.UnreachedQuery) (query string, args []any, err error) {
	from, args, err := r.unreached(q)
	return `SELECT ` + r.db.straight() + memberColumns + `, g.occasion, g.day, g.say_on, b.state, COALESCE(b.cause, ''), b.due_ms, b.id` + from + ` ORDER BY b.due_ms, b.id LIMIT ?`,
		append(args, q.Limit), err
}

// NotCounts implements occasion.Store.
func (r *Greetings) NotCounts(ctx context.Context, q occasion.UnreachedQuery) ([]occasion.NotCount, error) {
	from, args, err := r.unreached(q)
	if err != nil {
		return nil, err
	}
	return queryAll(ctx, r.db, "count who was not reached", func(row scanner) (c occasion.NotCount, err error) {
		return c, row.Scan(&c.Occasion, &c.SayOn, &c.State, &c.N)
	}, `SELECT `+r.db.straight()+`g.occasion, g.say_on, CASE WHEN b.state = 'failed' AND b.cause LIKE 'unreachable%' THEN 'unreachable' ELSE b.state END AS became, COUNT(*)`+
		from+` GROUP BY g.occasion, g.say_on, became`, args...)
}

// Orders implements occasion.Store.
func (r *Greetings) Orders(ctx context.Context, until string) ([]occasion.Order, error) {
	return queryAll(ctx, r.db, "read orders", func(row scanner) (w occasion.Order, err error) {
		return w, row.Scan(&w.ID, &w.Occasion, &w.Org, &w.Lineage, &w.From, &w.Until, &w.To, &w.By)
	}, `SELECT w.id, w.occasion, w.org_id, o.lineage, w.from_day, w.until_day, w.to_day, w.by_member FROM greeting_orders w
		JOIN organisations o ON o.id = w.org_id WHERE w.until_day >= ? OR w.to_day >= ? ORDER BY w.id`, until, until)
}

// PutOrder implements occasion.Store. An order of the same subtree for the same days is replaced.
func (r *Greetings) PutOrder(ctx context.Context, w occasion.Order) error {
	_, err := execute(ctx, r.db, "replace order", `DELETE FROM greeting_orders WHERE occasion = ? AND org_id = ? AND from_day = ?`, w.Occasion, w.Org, w.From)
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "keep order", `INSERT INTO greeting_orders (id, occasion, org_id, from_day, until_day, to_day, by_member) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		w.ID, w.Occasion, w.Org, w.From, w.Until, w.To, w.By)
	return err
}

// DropOrders implements occasion.Store.
func (r *Greetings) DropOrders(ctx context.Context, name string, lineages []string, since string) (int64, error) {
	below, args := underAny("lineage", lineages)
	return execute(ctx, r.db, "drop orders", `DELETE FROM greeting_orders WHERE occasion = ? AND until_day >= ?
		AND org_id IN (SELECT id FROM organisations WHERE `+below+`)`, append([]any{name, since}, args...)...)
}

func (r *Greetings) scanShield(row scanner, s *occasion.Shield) error {
	var at int64
	var cause string
	if err := row.Scan(&s.Member, &cause, &s.Until, &s.By, &at); err != nil {
		return err
	}
	return r.openShield(s, cause, at)
}

func (r *Greetings) openShield(s *occasion.Shield, cause string, at int64) error {
	plain, err := r.db.open(shieldCause, s.Member, cause)
	s.Cause, s.At = string(plain), time.UnixMilli(at).UTC()
	return err
}

// ShieldsOf implements occasion.Store.
func (r *Greetings) ShieldsOf(ctx context.Context, members []union.MemberID, today string) (map[union.MemberID]occasion.Shield, error) {
	found := map[union.MemberID]occasion.Shield{}
	if len(members) == 0 {
		return found, nil
	}
	list, err := queryAll(ctx, r.db, "read who is not to be greeted", func(row scanner) (s occasion.Shield, err error) {
		return s, r.scanShield(row, &s)
	}, `SELECT member_id, cause, until, by_member, at_ms FROM greeting_shields WHERE member_id IN ? AND until >= ?`, members, today)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		found[s.Member] = s
	}
	day, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return nil, fmt.Errorf("read whom cases shield: %w", err)
	}
	// What was withdrawn was a mistake.
	inCases, err := queryAll(ctx, r.db, "read whom cases shield", scanID, `SELECT s.member_id FROM case_shields s JOIN cases c ON c.id = s.case_id
		WHERE s.member_id IN ? AND (c.state IN ? OR c.state <> ? AND s.days > 0 AND c.ended_ms + s.days * ? > ?)`,
		members, []cases.State{cases.Open, cases.Returned}, cases.Withdrawn, (24 * time.Hour).Milliseconds(), day.UnixMilli())
	for _, id := range inCases {
		if m := union.MemberID(id); found[m].Member == 0 {
			found[m] = occasion.Shield{Member: m}
		}
	}
	return found, err
}

// Shields implements occasion.Store.
func (r *Greetings) Shields(ctx context.Context, lineages []string, today string, limit int) ([]occasion.Shielded, error) {
	below, args := underAny("o.lineage", lineages)
	return queryAll(ctx, r.db, "list who is not to be greeted", func(row scanner) (s occasion.Shielded, err error) {
		var at int64
		var cause string
		if s.To, err = scanMemberAnd(row, &cause, &s.Until, &s.By, &at); err != nil {
			return s, err
		}
		s.Member = s.To.ID
		return s, r.openShield(&s.Shield, cause, at)
	}, `SELECT `+memberColumns+`, s.cause, s.until, s.by_member, s.at_ms FROM greeting_shields s JOIN members m ON m.id = s.member_id
		JOIN organisations o ON o.id = m.org_id WHERE s.until >= ? AND `+below+` ORDER BY m.staff_no LIMIT ?`, append(append([]any{today}, args...), limit)...)
}

// PutShield implements occasion.Store.
func (r *Greetings) PutShield(ctx context.Context, s occasion.Shield) error {
	cause, err := r.db.seal(shieldCause, s.Member, []byte(s.Cause))
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "keep who is not to be greeted", `INSERT INTO greeting_shields (member_id, cause, until, by_member, at_ms) VALUES (?, ?, ?, ?, ?)`+
		r.db.overwrite("member_id", "cause", "until", "by_member", "at_ms"), s.Member, cause, s.Until, s.By, s.At.UnixMilli())
	return err
}

// DropShield implements occasion.Store.
func (r *Greetings) DropShield(ctx context.Context, member union.MemberID) (bool, error) {
	n, err := execute(ctx, r.db, "drop who is not to be greeted", `DELETE FROM greeting_shields WHERE member_id = ?`, member)
	return n > 0, err
}
