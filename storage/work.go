package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
)

// scope is what a context carries: the one transaction that every repository called with it uses.
type scope struct {
	db *DB
	// life is the turn's, or Tx's: the transaction lasts as long, however short the context of its first statement is.
	life  context.Context
	tx    *transaction
	wrote bool
	// apart has nothing posted: each statement goes out by itself, and has its own error.
	apart bool
	// first runs when a turn's transaction has just been opened; nil outside of a turn.
	first func(ctx context.Context, tx *transaction) error
	// roster is the version of the roster that the first touch has read, 0 if none.
	roster int64
	// members are those that were read since the transaction last wrote: a turn asks for the same few again and again.
	members map[union.MemberID]union.Member
	// waited is what the turn has waited for the database before its first touch.
	waited time.Duration
	// steady is true of a transaction that is no turn, and reads the roster as one.
	steady bool
	// failed is the error of the first touch, repeated to every later one: a step that swallows it must not go on.
	failed error
	// then is what waits for the commit.
	then []func()
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
func (s *scope) touch(ctx context.Context) (*transaction, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	if s.tx != nil {
		return s.tx, nil
	}
	if s.first != nil {
		return s.touchFirst(ctx)
	}
	tx, err := s.db.begin(ctx, s.life)
	if err != nil {
		return nil, s.fail(fmt.Errorf("begin transaction: %w", classify(err)))
	}
	s.tx = tx
	return tx, nil
}

// firstTouch is how long a turn waits for the database until it has touched it: a person should read words within a
// second when the database is away, also where its port swallows what is sent. What the turn waited before it opened
// its transaction is part of it.
const firstTouch = 700 * time.Millisecond

// touchFirst opens a turn's transaction. SQLite is not hurried: it is never away, only busy with another writer.
func (s *scope) touchFirst(ctx context.Context) (*transaction, error) {
	own, end := ctx, context.CancelFunc(func() {})
	if s.db.dialect != SQLite {
		own, end = context.WithTimeout(ctx, firstTouch-s.waited)
	}
	defer end()
	tx, err := s.db.begin(own, s.life)
	if err == nil {
		s.tx = tx
		err = s.first(own, tx)
	}
	switch {
	// Where the time was up just now, the connection may be given up already, or about to be.
	case err == nil && own.Err() == nil:
		return tx, nil
	case own.Err() != nil && ctx.Err() == nil:
		return nil, s.fail(fmt.Errorf("%w: database did not answer in %s", bot.ErrUnavailable, firstTouch))
	default:
		return nil, s.fail(fmt.Errorf("begin turn: %w", classify(err)))
	}
}

// fail keeps an error for every later touch.
func (s *scope) fail(err error) error {
	s.failed = err
	return err
}

// stands has what waited for the commit run.
func (s *scope) stands() {
	for _, fn := range s.then {
		fn()
	}
	s.tx, s.then = nil, nil
}

// Committed implements cases.PartTransactor.
func (db *DB) Committed(ctx context.Context, fn func()) {
	if s := db.scopeOf(ctx); s != nil {
		s.then = append(s.then, fn)
		return
	}
	fn()
}

// errOver meets whoever uses a turn's context when the turn is over: a new transaction would never be ended.
var errOver = errors.New("the transaction of this context is over")

// rollback ends the scope. It is harmless after a commit.
func (s *scope) rollback() {
	if s.tx != nil {
		s.tx.rollback()
		s.tx = nil
	}
	s.failed = errOver
}

// read returns the connection for a query.
func (db *DB) read(ctx context.Context) (*gorm.DB, error) {
	s := db.scopeOf(ctx)
	if s == nil {
		return db.gorm.WithContext(ctx), nil
	}
	tx, err := s.touch(ctx)
	if err == nil {
		err = classify(tx.settle(ctx))
	}
	if err != nil {
		return nil, err
	}
	return tx.handle(ctx), nil
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
	s.writes()
	return tx.handle(ctx), nil
}

// writes notes that something is written.
func (s *scope) writes() { s.wrote, s.members = true, nil }

// known returns a member that was read before in the transaction of ctx.
func (db *DB) known(ctx context.Context, id union.MemberID) (union.Member, bool) {
	if s := db.scopeOf(ctx); s != nil {
		m, ok := s.members[id]
		return m, ok
	}
	return union.Member{}, false
}

// know remembers a member for known.
func (db *DB) know(ctx context.Context, m union.Member) {
	s := db.scopeOf(ctx)
	if s == nil {
		return
	}
	if s.members == nil {
		s.members = map[union.MemberID]union.Member{}
	}
	s.members[m.ID] = m
}

// txTries is how often Tx runs its function when the database reports a deadlock or a lock time-out.
const txTries = 3

// Tx runs fn in one transaction, for callers that are no turn: the console, imports, delivery. Inside a turn or
// another Tx it joins the one there is. fn may run again after a conflict, so it keeps nothing outside.
func (db *DB) Tx(ctx context.Context, fn func(ctx context.Context) error) error {
	return db.txOf(ctx, false, fn)
}

// Steady is Tx in which the roster is read as in a turn: as of one version, and from what turns have read of that.
func (db *DB) Steady(ctx context.Context, fn func(ctx context.Context) error) error {
	return db.txOf(ctx, true, fn)
}

func (db *DB) txOf(ctx context.Context, steady bool, fn func(ctx context.Context) error) error {
	if db.scopeOf(ctx) != nil {
		return fn(ctx)
	}
	var err error
	for try := range txTries {
		err = db.tx(ctx, &scope{db: db, life: ctx, apart: try > 0, steady: steady}, fn)
		if !isConflict(err) {
			return err
		}
	}
	return err
}

func (db *DB) tx(ctx context.Context, s *scope, fn func(ctx context.Context) error) error {
	defer s.rollback() // also after an error and after a panic
	if err := fn(context.WithValue(ctx, scopeKey{}, s)); err != nil {
		return err
	}
	if s.tx == nil {
		return nil
	}
	if err := s.tx.commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", classify(err))
	}
	s.stands()
	return nil
}
