package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"gorm.io/gorm"
)

// Numbers counts the cases of a year by their prefix. On MySQL a number is taken outside of the transaction that needs
// it, and for all filings at once that wait for one in the same moment: else every filing would wait for the row of the
// counter until the one before it has committed. A transaction that is rolled back leaves a gap.
type Numbers struct {
	db *DB

	taking sync.Mutex // held while numbers are taken

	mu      sync.Mutex
	waiting map[counter]*draw
}

// counter is a row of numbers.
type counter struct {
	prefix string
	year   int
}

// draw is numbers that are taken together.
type draw struct {
	count int64
	last  int64
	err   error
	done  chan struct{}
}

// NewNumbers returns the repository.
func NewNumbers(db *DB) *Numbers { return &Numbers{db: db, waiting: map[counter]*draw{}} }

// Next counts one more.
func (r *Numbers) Next(ctx context.Context, prefix string, year int) (int64, error) {
	c := counter{prefix, year}
	if r.db.dialect == SQLite { // which has one writer at a time, and it is who asks
		conn, err := r.db.on(ctx, true)
		if err != nil {
			return 0, err
		}
		return c.take(ctx, r.db, conn, 1)
	}
	r.mu.Lock()
	d := r.waiting[c]
	first := d == nil
	if first {
		d = &draw{done: make(chan struct{})}
		r.waiting[c] = d
	}
	d.count++
	place := d.count
	r.mu.Unlock()
	if first {
		go r.draw(ctx, c, d)
	}
	select {
	case <-d.done:
	case <-ctx.Done():
		return 0, fmt.Errorf("count number: %w", classify(ctx.Err()))
	}
	return d.last - d.count + place, d.err
}

// drawTime bounds what all who wait have to wait for. Each of them gives up by a context of its own.
const drawTime = 15 * time.Second

// draw takes numbers for all who have come by the time that nobody else is taking any.
func (r *Numbers) draw(ctx context.Context, c counter, d *draw) {
	defer close(d.done)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drawTime)
	defer cancel()
	r.taking.Lock()
	defer r.taking.Unlock()
	r.mu.Lock()
	delete(r.waiting, c) // who comes from now on is in the next draw
	r.mu.Unlock()
	d.last, d.err = c.take(ctx, r.db, r.db.aside, d.count)
}

// connection is what both gorm.ConnPool and *sql.DB do.
type connection interface {
	ExecContext(ctx context.Context, statement string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// take counts n more and returns the last of them.
func (c counter) take(ctx context.Context, db *DB, conn connection, n int64) (int64, error) {
	last, err := c.add(ctx, db, conn, n)
	if err == nil && last == 0 { // the year has no row yet
		_, err = conn.ExecContext(ctx, `INSERT INTO numbers (prefix, year, last) VALUES (?, ?, ?)`, c.prefix, c.year, n)
		if last = n; errors.Is(classify(err), gorm.ErrDuplicatedKey) {
			last, err = c.add(ctx, db, conn, n) // another began it in this moment
		}
	}
	if err != nil {
		return 0, fmt.Errorf("count number: %w", classify(err))
	}
	return last, nil
}

// add is take for a row that is there; 0 where it is not.
func (c counter) add(ctx context.Context, db *DB, conn connection, n int64) (last int64, err error) {
	add := `UPDATE numbers SET last = last + ? WHERE prefix = ? AND year = ?`
	if db.dialect != SQLite {
		// The value that LAST_INSERT_ID is given comes back with the statement's outcome.
		add = `UPDATE numbers SET last = LAST_INSERT_ID(last + ?) WHERE prefix = ? AND year = ?`
	}
	result, err := conn.ExecContext(ctx, add, n, c.prefix, c.year)
	if err != nil {
		return 0, err
	}
	if changed, err := result.RowsAffected(); err != nil || changed == 0 {
		return 0, err
	}
	if db.dialect != SQLite {
		return result.LastInsertId()
	}
	err = conn.QueryRowContext(ctx, `SELECT last FROM numbers WHERE prefix = ? AND year = ?`, c.prefix, c.year).Scan(&last)
	return last, err
}
