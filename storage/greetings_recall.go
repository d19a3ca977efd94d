package storage

import (
	"context"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

// inNoHand says of a row of the outbox that it waits, and has not arrived however often it was tried: of a greeting whose call may
// have arrived the row is being sent until that is settled.
const inNoHand = `state = 'pending' AND COALESCE(lease_owner, '` + putBack + `') = '` + putBack + `'`

// recalled in cause marks what is in somebody's hand and is to be taken back: it is not begun any more, and taken back once it is settled.
const recalled = "recalled"

// untold is what of greetings g has not gone out: it waits for its turn, or its words wait for the person's next one, whatever has become
// of what was to announce them.
const untold = `SELECT g.row_key, COALESCE(b.state, '') FROM greetings g LEFT JOIN outbox b ON b.row_key = g.row_key
	LEFT JOIN parked p ON p.park_key = g.row_key AND p.told_ms IS NULL
	WHERE g.state = 'given' AND (b.state = 'pending' AND COALESCE(b.lease_owner, '` + putBack + `') = '` + putBack + `'
		OR p.id IS NOT NULL AND COALESCE(b.state, '') NOT IN ('pending', 'sending'))`

// TakeBack implements occasion.Store.
func (r *Greetings) TakeBack(ctx context.Context, member union.MemberID) error {
	return r.recall(ctx, `g.member_id = ?`, member)
}

// recall takes back what of given greetings g has not gone out, and marks what is in hand: the words, and the pictures behind them.
func (r *Greetings) recall(ctx context.Context, which string, args ...any) error {
	for _, key := range []string{`g.row_key`, `CONCAT(g.row_key, '` + occasion.PictureSuffix + `')`} {
		inHand, err := queryAll(ctx, r.db, "find greetings in hand", func(row scanner) (key string, err error) { return key, row.Scan(&key) },
			`SELECT b.row_key FROM greetings g JOIN outbox b ON b.row_key = `+key+` WHERE g.state = 'given' AND b.state IN ('pending', 'sending') AND `+which, args...)
		for i := 0; i < len(inHand) && err == nil; i++ {
			_, err = execute(ctx, r.db, "recall greeting", `UPDATE outbox SET cause = ? WHERE row_key = ? AND state IN ('pending', 'sending')`, recalled, inHand[i])
		}
		if err != nil {
			return err
		}
	}
	if err := r.takeBack(ctx, occasion.Planned, 0, untold+` AND `+which, args...); err != nil {
		return err
	}
	return r.dropPictures(ctx, which, args...)
}

// takeBack takes what a query finds out of the outbox, each row together with its greeting. What was begun is not touched, nor what
// the person was told meanwhile.
func (r *Greetings) takeBack(ctx context.Context, to occasion.State, hold int64, query string, args ...any) error {
	type waiting struct{ key, state string }
	list, err := queryAll(ctx, r.db, "find greetings to take back", func(row scanner) (w waiting, err error) { return w, row.Scan(&w.key, &w.state) }, query, args...)
	for i := 0; i < len(list) && err == nil; i++ {
		err = r.takeBackOne(ctx, to, hold, list[i].key, list[i].state)
	}
	return err
}

// takeBackOne goes by the state in which a row was found. Of one that waits for its turn the words may be parked already: they go only
// with the row, which may be in somebody's hand by now.
func (r *Greetings) takeBackOne(ctx context.Context, to occasion.State, hold int64, key, state string) error {
	words := func() (int64, error) {
		return execute(ctx, r.db, "take back parked greeting", `DELETE FROM parked WHERE park_key = ? AND told_ms IS NULL`, key)
	}
	if state != "pending" {
		if n, err := words(); err != nil || n == 0 {
			return err
		}
	}
	if state == "sent" { // to another address of the person
		return nil
	}
	n, err := execute(ctx, r.db, "take back greeting", `DELETE FROM outbox WHERE row_key = ? AND (state IN ('parked', 'failed', 'uncertain') OR `+inNoHand+`)`, key)
	if err != nil || n == 0 && state != "" {
		return err
	}
	if state == "pending" {
		if _, err := words(); err != nil {
			return err
		}
	}
	// Its picture waits behind it, or could not be sent where the words were parked.
	_, err = execute(ctx, r.db, "take back picture", `DELETE FROM outbox WHERE row_key = ? AND (state = 'failed' OR `+inNoHand+`)`, key+occasion.PictureSuffix)
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "plan or hold greeting", `UPDATE greetings SET state = ?, hold_id = ? WHERE row_key = ? AND state = 'given'`,
		string(to), orNull(hold), key)
	return err
}

// dropPictures removes the pictures that wait behind words which have gone out: later they would come alone.
func (r *Greetings) dropPictures(ctx context.Context, which string, args ...any) error {
	keys, err := queryAll(ctx, r.db, "find pictures on their way", func(row scanner) (key string, err error) { return key, row.Scan(&key) },
		`SELECT b.row_key FROM greetings g JOIN outbox b ON b.row_key = CONCAT(g.row_key, ?)
		WHERE g.state = 'given' AND b.state = 'pending' AND `+which, append([]any{occasion.PictureSuffix}, args...)...)
	for i := 0; i < len(keys) && err == nil; i++ {
		_, err = execute(ctx, r.db, "give picture up", `DELETE FROM outbox WHERE row_key = ? AND `+inNoHand, keys[i])
	}
	return err
}

// Lapse implements occasion.Store.
func (r *Greetings) Lapse(ctx context.Context, sayOn string, limit int) error {
	type unread struct{ key, state string }
	list, err := queryAll(ctx, r.db, "find greetings that nobody has read", func(row scanner) (u unread, err error) { return u, row.Scan(&u.key, &u.state) },
		`SELECT p.park_key, COALESCE(b.state, '') FROM parked p JOIN greetings g ON g.row_key = p.park_key LEFT JOIN outbox b ON b.row_key = p.park_key
		WHERE p.told_ms IS NULL AND g.state = 'given' AND g.say_on < ? LIMIT ?`, sayOn, limit)
	for i := 0; i < len(list) && err == nil; i++ {
		err = r.db.Tx(ctx, func(ctx context.Context) error {
			return r.takeBackOne(ctx, occasion.Missed, 0, list[i].key, list[i].state)
		})
	}
	return err
}
