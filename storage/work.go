package storage

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// scope is what a context carries: the one transaction that every repository called with it uses.
type scope struct {
	db    *DB
	tx    *gorm.DB
	wrote bool
	// first runs when a turn's transaction has just been opened; nil outside of a turn.
	first func(ctx context.Context, tx *gorm.DB) error
	// failed is the error of the first touch, repeated to every later one: a step that swallows it must not go on.
	failed error
}

type scopeKey struct{}

func (db *DB) scopeOf(ctx context.Context) *scope {
	s, ok := ctx.Value(scopeKey{}).(*scope)
	if !ok || s.db != db {
		return nil
	}
	return s
}

// touch opens the scope's transaction if it is not open yet.
func (s *scope) touch(ctx context.Context) (*gorm.DB, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	if s.tx != nil {
		return s.tx.WithContext(ctx), nil
	}
	tx := s.db.gorm.WithContext(ctx).Begin()
	if tx.Error != nil {
		s.failed = fmt.Errorf("begin transaction: %w", classify(tx.Error))
		return nil, s.failed
	}
	s.tx = tx
	if s.first != nil {
		if err := s.first(ctx, tx); err != nil {
			s.failed = err
			return nil, err
		}
	}
	return tx, nil
}

// read returns the connection for a statement that changes nothing.
func (db *DB) read(ctx context.Context) (*gorm.DB, error) {
	if s := db.scopeOf(ctx); s != nil {
		return s.touch(ctx)
	}
	return db.gorm.WithContext(ctx), nil
}

// write returns the connection for a statement that changes something.
func (db *DB) write(ctx context.Context) (*gorm.DB, error) {
	s := db.scopeOf(ctx)
	if s == nil {
		return db.gorm.WithContext(ctx), nil
	}
	tx, err := s.touch(ctx)
	if err != nil {
		return nil, err
	}
	s.wrote = true
	return tx, nil
}

// txTries is how often Tx runs its function when the database reports a deadlock or a lock time-out.
const txTries = 3

// Tx runs fn in one transaction, for callers that are no turn: the console, imports, delivery. Inside a turn or
// another Tx it joins the one there is. fn may run again after a conflict, so it keeps nothing outside.
func (db *DB) Tx(ctx context.Context, fn func(ctx context.Context) error) error {
	if db.scopeOf(ctx) != nil {
		return fn(ctx)
	}
	var err error
	for range txTries {
		err = db.tx(ctx, fn)
		if !isConflict(err) {
			return err
		}
	}
	return err
}

func (db *DB) tx(ctx context.Context, fn func(ctx context.Context) error) error {
	s := &scope{db: db}
	defer func() {
		if s.tx != nil {
			s.tx.Rollback() // harmless after Commit; needed after an error and after a panic
		}
	}()
	if err := fn(context.WithValue(ctx, scopeKey{}, s)); err != nil {
		return err
	}
	if s.tx == nil {
		return nil
	}
	if err := s.tx.Commit().Error; err != nil {
		return fmt.Errorf("commit: %w", classify(err))
	}
	s.tx = nil
	return nil
}
