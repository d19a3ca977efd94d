package storage

import (
	"context"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

func (r *Greetings) selectGift() string {
	return `SELECT ` + r.db.straight() + memberColumns + `, ` + greetingColumns + `, COALESCE(g.gift_to, 0), CASE WHEN g.gift_state = 'out' THEN 1 ELSE 0 END FROM greetings g
	JOIN members m ON m.id = g.member_id JOIN organisations o ON o.id = m.org_id `
}

func scanGift(row scanner) (w occasion.Waiting, err error) {
	var at int64
	w.To, err = scanMemberAnd(row, append(greetingInto(&w.Greeting, &at), &w.Proxy, &w.Out)...)
	w.SendAt = time.UnixMilli(at).UTC()
	return w, err
}

// Gifts implements occasion.GiftStore.
func (r *Greetings) Gifts(ctx context.Context, member union.MemberID, today string) ([]occasion.Waiting, error) {
	return queryAll(ctx, r.db, "find goods", scanGift, r.selectGift()+`WHERE g.member_id = ? AND g.gift_state = 'waiting' AND g.day <= ? AND g.gift_until >= ?
		AND g.state <> ? ORDER BY g.gift_until, g.id`, member, today, today, string(occasion.Gone))
}

// GiftsSince implements occasion.GiftStore.
func (r *Greetings) GiftsSince(ctx context.Context, member union.MemberID, since, today string, limit int) ([]occasion.Waiting, error) {
	return queryAll(ctx, r.db, "find goods of a member", scanGift, r.selectGift()+`WHERE g.member_id = ? AND g.gift_state <> '' AND g.day >= ? AND g.day <= ?
		AND g.state <> ? ORDER BY g.day DESC, g.id LIMIT ?`, member, since, today, string(occasion.Gone), limit)
}

// Entrust implements occasion.GiftStore.
func (r *Greetings) Entrust(ctx context.Context, member, proxy union.MemberID, today string) (int64, error) {
	return execute(ctx, r.db, "entrust goods", `UPDATE greetings SET gift_to = ? WHERE member_id = ? AND gift_state = 'waiting' AND gift_until >= ?`,
		proxy, member, today)
}

// HandOut implements occasion.GiftStore.
func (r *Greetings) HandOut(ctx context.Context, id int64, officer, to union.MemberID, at time.Time) (bool, error) {
	n, err := execute(ctx, r.db, "hand out goods", `UPDATE greetings SET gift_state = 'out', gift_by = ?, gift_to = ?, gift_ms = ? WHERE id = ? AND gift_state = 'waiting'`,
		officer, to, at.UnixMilli(), id)
	return n > 0, err
}

// handedIn counts what was handed out of a kind of goods that were announced in some days.
const handedIn = `SELECT COUNT(*) FROM greetings WHERE say_on BETWEEN ? AND ? AND gift = ? AND gift_state = 'out'`

// TakeStock implements occasion.GiftStore. The row of the year begins at what was handed out before anybody counted; its lock
// lets two desks take one after the other.
func (r *Greetings) TakeStock(ctx context.Context, g occasion.Greeting, stock int) (bool, error) {
	year := g.SayOn[:4]
	_, err := execute(ctx, r.db, "begin stock", `INSERT INTO greeting_stock (gift, year, taken) SELECT ?, ?, COUNT(*) FROM greetings
		WHERE say_on BETWEEN ? AND ? AND gift = ? AND gift_state = 'out' AND id <> ?`+r.db.passOver("gift, year"),
		g.Gift, year, year+"-01-01", year+"-12-31", g.Gift, g.ID)
	if err != nil {
		return false, err
	}
	n, err := execute(ctx, r.db, "take from stock", `UPDATE greeting_stock SET taken = taken + 1 WHERE gift = ? AND year = ? AND taken < ?`, g.Gift, year, stock)
	return n > 0, err
}

// Taken implements occasion.GiftStore.
func (r *Greetings) Taken(ctx context.Context, gift string, year int) (int, error) {
	y := strconv.Itoa(year)
	return queryOne(ctx, r.db, "count goods", scanInt, `SELECT COALESCE((SELECT taken FROM greeting_stock WHERE gift = ? AND year = ?), (`+handedIn+`))`,
		gift, y, y+"-01-01", y+"-12-31", gift)
}

// giftsBelow are the goods whose day has come, below subtrees.
func giftsBelow(lineages []string, since, today string) (where string, args []any) {
	below, args := underAny("o.lineage", lineages)
	return ` g.say_on >= ? AND g.day <= ? AND g.gift_state <> '' AND g.state <> 'gone' AND ` + below, append([]any{since, today}, args...)
}

// GiftCounts implements occasion.GiftStore.
func (r *Greetings) GiftCounts(ctx context.Context, lineages []string, since, today string) ([]occasion.Handed, error) {
	where, args := giftsBelow(lineages, since, today)
	return queryAll(ctx, r.db, "count goods", func(row scanner) (h occasion.Handed, err error) {
		return h, row.Scan(&h.Gift, &h.Waiting, &h.Out, &h.Over)
	}, `SELECT `+r.db.straight()+`g.gift, SUM(CASE WHEN g.gift_state = 'waiting' AND g.gift_until >= ? THEN 1 ELSE 0 END), SUM(CASE WHEN g.gift_state = 'out' THEN 1 ELSE 0 END),
		SUM(CASE WHEN g.gift_state = 'waiting' AND g.gift_until < ? THEN 1 ELSE 0 END)
		FROM greetings g JOIN members m ON m.id = g.member_id JOIN organisations o ON o.id = m.org_id WHERE`+where+` GROUP BY g.gift ORDER BY g.gift`,
		append([]any{today, today}, args...)...)
}

// Unfetched implements occasion.GiftStore.
func (r *Greetings) Unfetched(ctx context.Context, lineages []string, since, today string, limit int) ([]occasion.Waiting, error) {
	where, args := giftsBelow(lineages, since, today)
	return queryAll(ctx, r.db, "list goods that were not fetched", scanGift, r.selectGift()+`WHERE g.gift_state = 'waiting' AND`+where+
		` ORDER BY g.gift_until, m.staff_no LIMIT ?`, append(args, limit)...)
}
