package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// work is one turn's transaction. It satisfies bot.Work.
type work struct {
	ledger  *Ledger
	scope   *scope
	handled *bot.Record
}

// judge says whether the turn goes on, by the row that its message has at its first touch of SQL or at its end.
func (w *work) judge(row *handledRow, fence bot.Fence) error {
	switch {
	case row == nil:
		return nil
	case row.done:
		w.handled = &row.record
		return &bot.HandledError{Record: row.record}
	case row.record.Fence >= fence:
		return bot.ErrFenced
	}
	return nil
}

// Touched implements bot.Work.
func (w *work) Touched() bool { return w.scope.tx != nil }

// Wrote implements bot.Work.
func (w *work) Wrote() bool { return w.scope.wrote }

// Handled implements bot.Work.
func (w *work) Handled() (bot.Record, bool) {
	if w.handled == nil {
		return bot.Record{}, false
	}
	return *w.handled, true
}

// parkedTouch is how long a turn waits to learn that nothing is parked, as it nearly always is.
const parkedTouch = firstTouch / 2

// TakeParked looks outside of the transaction first, for a turn that has nothing to tell should not open one: on
// SQLite that would keep every other writer waiting for the step to end.
func (w *work) TakeParked(ctx context.Context, who bot.Address) ([]string, error) {
	looking, cancel := context.WithTimeout(context.WithValue(ctx, scopeKey{}, nil), parkedTouch)
	defer cancel()
	began := time.Now()
	there, err := w.ledger.parked.Waiting(looking, who)
	w.scope.waited = time.Since(began)
	if err != nil || len(there) == 0 {
		return nil, err
	}
	return w.ledger.parked.take(w.within(ctx), who)
}

// Queue implements bot.Work.
func (w *work) Queue(ctx context.Context, to bot.Address, key string, out []bot.Outgoing) error {
	return w.ledger.outbox.PutOutgoing(w.within(ctx), to, key, out)
}

// Keep implements bot.Work. The log names the message by which its body is found in the table unread.
func (w *work) Keep(ctx context.Context, m bot.Message) error {
	body, err := w.ledger.db.seal(unreadBody, m.ID, m.Raw)
	if err != nil {
		return err
	}
	_, err = execute(w.within(ctx), w.ledger.db, "keep unread message", "INSERT INTO unread (message, body, at_ms) VALUES (?, ?, ?)",
		string(m.ID), []byte(body), w.ledger.now().UnixMilli())
	return err
}

// within makes ctx the turn's, whichever the caller had at hand.
func (w *work) within(ctx context.Context) context.Context {
	return context.WithValue(ctx, scopeKey{}, w.scope)
}

// Commit implements bot.Work.
func (w *work) Commit(ctx context.Context, r bot.Record) error {
	tx := w.scope.tx
	if tx == nil {
		return nil
	}
	defer w.Rollback()
	if !w.scope.wrote {
		// Another try at the message may have committed between the first touch and what this one read, and then its
		// answer holds: 已经处理过 would be said to the very person whose word it was.
		return tx.finish(ctx, func() error {
			row, err := w.ledger.db.readHandled(ctx, tx, r.Message)
			if err != nil {
				return err
			}
			return w.judge(row, r.Fence)
		})
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("commit turn: %w", err)
	}
	// From here on the outcome is the database's, and to give up waiting would be not to know it.
	err := w.record(context.WithoutCancel(ctx), tx, r)
	w.scope.wrote = false
	switch {
	case errors.Is(err, bot.ErrUnavailable):
		return fmt.Errorf("commit turn: %w: %w", bot.ErrCommitUnknown, err)
	case err != nil:
		return fmt.Errorf("commit turn: %w", err)
	}
	w.scope.stands()
	return nil
}

// errTaken says that the message has a row in `handled`.
var errTaken = errors.New("message has a row")

// record writes the done row and commits, with all that the turn has posted. The unique key decides between this turn
// and another one of the same message, or a successor that has voided it; on MySQL it waits for the other to end.
func (w *work) record(ctx context.Context, tx *transaction, r bot.Record) error {
	reply, session, err := w.ledger.db.sealRecord(r)
	if err != nil {
		return err
	}
	if err = tx.post(ctx, doneRow(r, reply, session)); err == nil {
		err = tx.commit(ctx)
	}
	if !errors.Is(err, errTaken) {
		return classify(err)
	}
	const overVoid = `UPDATE handled SET fence = ?, state = 'done', reply = ?, session = ?, at_ms = ?
		WHERE message = ? AND state = 'void' AND fence < ?`
	result, err := tx.ExecContext(ctx, overVoid, int64(r.Fence), reply, session, r.At.UnixMilli(), string(r.Message), int64(r.Fence))
	if err != nil {
		return fmt.Errorf("record turn: %w", classify(err))
	}
	if changed, err := result.RowsAffected(); err != nil || changed == 1 {
		return classify(errors.Join(err, tx.commit(ctx)))
	}
	row, err := w.ledger.db.readHandled(ctx, tx, r.Message)
	switch {
	case err != nil:
		return err
	case row != nil && row.done:
		return &bot.HandledError{Record: row.record}
	default:
		return bot.ErrFenced
	}
}

// doneRow inserts the row of a turn that has come to its end.
func doneRow(r bot.Record, reply, session any) posted {
	return posted{
		statement: "INSERT INTO handled (message, fence, state, reply, session, at_ms) VALUES (?, ?, 'done', ?, ?, ?)",
		args:      []any{string(r.Message), int64(r.Fence), reply, session, r.At.UnixMilli()},
		key:       primaryKey, taken: errTaken,
	}
}

// Rollback needs no context: it must work when the turn's has ended.
func (w *work) Rollback() { w.scope.rollback() }
