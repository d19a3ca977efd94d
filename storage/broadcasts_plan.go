package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// plannedAtOnce is about how many receivers one transaction plans: enough that its end costs little beside them, and few
// enough that nobody waits long for its locks, and that memory stays flat.
const plannedAtOnce = 10_000

// onWay is the condition on a member m for a lane. The last takes whoever is left.
func (r *Broadcasts) onWay(l broadcast.Lane) (where string, args []any) {
	directory := `m.wecom_userid IS NOT NULL`
	if r.wecom == "" {
		directory = `1 = 0`
	}
	bound := `EXISTS (SELECT 1 FROM identities i WHERE i.member_id = m.id AND i.channel <> ?)`
	switch l {
	case broadcast.Directory:
		return directory, nil
	case broadcast.Bound:
		return `NOT (` + directory + `) AND ` + bound, []any{r.wecom}
	default:
		return `1 = 1`, nil
	}
}

// PlanNext implements broadcast.Store. Receivers are planned inside the database, by ranges of member ids. The row of the
// broadcast says how far it has come, and is changed first: of two who plan the same the second waits, and then finds
// that it was done.
func (r *Broadcasts) PlanNext(ctx context.Context, b broadcast.Broadcast, rules broadcast.Rules) (broadcast.Plan, error) {
	var next broadcast.Plan
	err := r.db.Tx(ctx, func(ctx context.Context) error {
		next = b.Plan
		if next.Lane == 0 {
			next.Lane = broadcast.Directory
		}
		var chunks []memberRange
		size := b.ChunkSize(next.Lane)
		for next.Lane != broadcast.Planned && len(chunks)*size < plannedAtOnce {
			found, err := r.nextRange(ctx, b, rules, next, size)
			if err != nil {
				return err
			}
			if found.to == 0 {
				if len(chunks) == 0 {
					next.Lane, next.After = next.Lane+1, 0
					size = b.ChunkSize(next.Lane)
					continue
				}
				break
			}
			if len(chunks) > 0 {
				found.from = next.After + 1 // whoever comes to be meant meanwhile is in a chunk
			}
			chunks = append(chunks, found)
			next.After = found.to
		}
		n, err := execute(ctx, r.db, "move plan on", `UPDATE broadcasts SET plan_lane = ?, plan_after = ? WHERE id = ? AND plan_lane = ? AND
			plan_after = ? AND state IN ('released', 'paused')`, next.Lane, next.After, b.ID, b.Plan.Lane, b.Plan.After)
		if err == nil && n == 0 {
			err = fmt.Errorf("plan receivers: %w", union.ErrStale)
		}
		if err != nil || len(chunks) == 0 {
			return err
		}
		if err := r.planRanges(ctx, b, rules, next.Lane, chunks); err != nil || next.Lane != broadcast.Nowhere || !b.Cheers() {
			return err
		}
		return r.spareUnreachable(ctx, b.ID, memberRange{chunks[0].from, next.After}, rules.Today)
	})
	return next, err
}

// memberRange is the ids of some members, both ends included.
type memberRange struct{ from, to union.MemberID }

// candidates are the members m of whom the next receivers are.
func (r *Broadcasts) candidates(b broadcast.Broadcast, rules broadcast.Rules, l broadcast.Lane) (from string, args []any) {
	way, wayArgs := r.onWay(l)
	if !b.Plan.Again.Anew() {
		return `FROM broadcast_receipts r JOIN members m ON m.id = r.member_id WHERE r.broadcast_id = ? AND r.state IN ?
			AND m.status <> ? AND ` + way, append([]any{b.ID, b.Plan.Again.States(), union.Left}, wayArgs...)
	}
	where, args := audienceWhere(b.Audience, rules.Today)
	from = `FROM members m JOIN organisations o ON o.id = m.org_id`
	if b.Head > countedThrough { // a small one is found by its organisations, and soon sorted
		from = `FROM members m` + r.db.inOrder() + ` JOIN organisations o` + r.db.inOrder() + ` ON o.id = m.org_id`
	}
	if l != broadcast.Directory || b.Plan.Again == broadcast.Joined {
		// Whose account changes between two lanes is planned in one of them, and in no other. A join, for MariaDB may
		// gather all receipts for a subquery.
		from += ` LEFT JOIN broadcast_receipts p ON p.broadcast_id = ? AND p.member_id = m.id`
		where, args = where+` AND p.member_id IS NULL`, append([]any{b.ID}, args...)
	}
	return from + ` WHERE ` + where + ` AND ` + way + ` AND m.id <= ?`, append(append(args, wayArgs...), b.Plan.Until)
}

// nextRange finds the ids of the next receivers of a lane; none is the zero value.
func (r *Broadcasts) nextRange(ctx context.Context, b broadcast.Broadcast, rules broadcast.Rules, p broadcast.Plan, size int) (found memberRange, err error) {
	if p.Lane == broadcast.Nowhere {
		if !b.Plan.Again.Anew() {
			return found, nil // they stay as they are
		}
		size = plannedAtOnce
	}
	query, args := r.nextQuery(b, rules, p, size)
	return queryOne(ctx, r.db, "find next receivers", func(row scanner) (ends memberRange, err error) {
		return ends, row.Scan(&ends.from, &ends.to)
	}, query, args...)
}

func (r *Broadcasts) nextQuery(b broadcast.Broadcast, rules broadcast.Rules, p broadcast.Plan, size int) (query string, args []any) {
	from, args := r.candidates(b, rules, p.Lane)
	return `SELECT COALESCE(MIN(id), 0), COALESCE(MAX(id), 0) FROM (SELECT m.id AS id ` + from + ` AND m.id > ? ORDER BY m.id LIMIT ?) AS few`,
		append(args, p.After, size)
}

func (r *Broadcasts) planRanges(ctx context.Context, b broadcast.Broadcast, rules broadcast.Rules, l broadcast.Lane, chunks []memberRange) error {
	all := memberRange{chunks[0].from, chunks[len(chunks)-1].to}
	if err := r.planReceipts(ctx, b, rules, l, all); err != nil {
		return err
	}
	if l == broadcast.Nowhere {
		return nil
	}
	for _, c := range chunks {
		if err := r.insertChunk(ctx, b.ID, l, c); err != nil {
			return err
		}
	}
	return nil
}

func (r *Broadcasts) insertChunk(ctx context.Context, id broadcast.ID, l broadcast.Lane, of memberRange) error {
	return post(ctx, r.db, "insert chunk", `INSERT INTO broadcast_chunks (id, broadcast_id, lane, from_member, to_member, state, due_ms, attempts)
		VALUES (?, ?, ?, ?, ?, 'pending', ?, 0)`, r.db.NewID(), id, l, of.from, of.to, r.now().UnixMilli())
}

// planReceipts writes the rows of the members in a range.
func (r *Broadcasts) planReceipts(ctx context.Context, b broadcast.Broadcast, rules broadcast.Rules, l broadcast.Lane, in memberRange) error {
	from, args := r.candidates(b, rules, l)
	if !b.Plan.Again.Anew() {
		_, err := execute(ctx, r.db, "plan receivers again", `UPDATE broadcast_receipts SET state = 'planned', cause = NULL, lane = ?, changed_ms = ?, counts_ms = ?
			WHERE broadcast_id = ? AND state IN ? AND member_id IN (SELECT id FROM (SELECT m.id AS id `+from+` AND m.id BETWEEN ? AND ?) AS again)`,
			append(append([]any{l, rules.Now.UnixMilli(), countsAt(b, rules.Sends), b.ID, b.Plan.Again.States()}, args...), in.from, in.to)...)
		return err
	}
	// Who is held waits for a digest from the time of sending on, not from the release on.
	changed := rules.Sends.UnixMilli()
	state, counts, before := `'planned'`, any(nil), []any{b.ID, l}
	cause := any(nil)
	if l == broadcast.Nowhere {
		state, cause, changed = `'unreachable'`, "no address", rules.Now.UnixMilli()
	} else {
		counts = countsAt(b, rules.Sends)
	}
	countsColumn := `?`
	if rules.Ceiling > 0 && l != broadcast.Nowhere {
		// What is planned for later counts too, and neither the week before nor the one after may be full.
		// So does a greeting, which nothing holds.
		const inWeek = `((SELECT COUNT(*) FROM broadcast_receipts e WHERE e.member_id = m.id AND e.counts_ms >= ? AND e.counts_ms < ?)
			+ (SELECT COUNT(*) FROM greetings g WHERE g.member_id = m.id AND g.send_ms >= ? AND g.send_ms < ? AND g.state IN ('planned', 'given', 'approved'))) >= ?`
		const full = `(` + inWeek + ` OR ` + inWeek + `)`
		sends, before7, after7 := rules.Sends.UnixMilli(), rules.Sends.AddDate(0, 0, -7).UnixMilli(), rules.Sends.AddDate(0, 0, 7).UnixMilli()
		week := []any{before7 + 1, sends + 1, before7 + 1, sends + 1, rules.Ceiling, sends, after7, sends, after7, rules.Ceiling}
		state, countsColumn = `CASE WHEN `+full+` THEN 'held' ELSE 'planned' END`, `CASE WHEN `+full+` THEN NULL ELSE ? END`
		before = slices.Concat(before, week, []any{cause}, week, []any{counts, changed, joinedAt(b)})
	} else {
		before = append(before, cause, counts, changed, joinedAt(b))
	}
	_, err := execute(ctx, r.db, "plan receivers", `INSERT INTO broadcast_receipts (broadcast_id, member_id, lane, state, cause, counts_ms, changed_ms, joined_ms)
		SELECT ?, m.id, ?, `+state+`, ?, `+countsColumn+`, ?, ? `+from+` AND m.id BETWEEN ? AND ?`, append(append(before, args...), in.from, in.to)...)
	return err
}

// joinedAt is when it begins for those who came later; nil for all others.
func joinedAt(b broadcast.Broadcast) any {
	if b.Plan.Again != broadcast.Joined {
		return nil
	}
	return b.StartsAt.UnixMilli()
}

// Left implements broadcast.Store.
func (r *Broadcasts) Left(ctx context.Context, id broadcast.ID) (bool, error) {
	n, err := queryOne(ctx, r.db, "look for chunks", scanInt, `SELECT COUNT(*) FROM (SELECT id FROM broadcast_chunks WHERE broadcast_id = ? AND
		state IN ('pending', 'sending') LIMIT 1) AS one`, id)
	return n > 0, err
}

const selectChunk = `SELECT c.id, c.broadcast_id, c.lane, c.from_member, c.to_member, c.state, c.due_ms, c.attempts, COALESCE(c.sent_calls, '') FROM broadcast_chunks c `

// chunk is a range of receivers as it is stored.
type chunk struct {
	memberRange
	id        int64
	broadcast broadcast.ID
	lane      broadcast.Lane
	state     string
	due       time.Time
	attempts  int
	calls     string
}

func scanChunk(row scanner) (c chunk, err error) {
	var due int64
	err = row.Scan(&c.id, &c.broadcast, &c.lane, &c.from, &c.to, &c.state, &due, &c.attempts, &c.calls)
	c.due = time.UnixMilli(due)
	return c, err
}
