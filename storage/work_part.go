package storage

import (
	"context"
	"errors"
	"fmt"
)

// errNoPart meets a part that is part of nothing.
var errNoPart = errors.New("a part belongs to a transaction")

// Part runs fn as a part of the transaction that ctx carries: where it returns an error, what it wrote is undone, and the rest
// stands. refused is that error. failed is one after which the transaction cannot go on, such as a deadlock, by which the
// database has undone more than the part; its owner has to end it.
func (db *DB) Part(ctx context.Context, fn func(ctx context.Context) error) (refused, failed error) {
	s := db.scopeOf(ctx)
	if s == nil {
		return nil, errNoPart
	}
	tx, err := s.touch(ctx)
	if err != nil {
		return nil, err
	}
	if err := tx.part(ctx, "SAVEPOINT part"); err != nil {
		return nil, err
	}
	waiting := len(s.then)
	refused = fn(ctx)
	switch {
	case tx.failed != nil || isConflict(refused):
		return nil, refused
	case refused == nil:
		return nil, tx.part(ctx, "RELEASE SAVEPOINT part")
	}
	tx.posted, s.members, s.then = nil, nil, s.then[:waiting] // what waits was written by fn alone
	return refused, tx.part(ctx, "ROLLBACK TO SAVEPOINT part")
}

// part runs a statement about a part, behind what was posted.
func (t *transaction) part(ctx context.Context, statement string) error {
	if _, err := t.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, classify(err))
	}
	return nil
}
