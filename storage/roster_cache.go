package storage

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/unionbot/unionbot/union"
)

// rosterCache keeps what turns have read of members, accounts, roles, organisations, who stands in for whom and who has ties, for the turns that follow. It is
// never behind: whoever writes one of these tables counts roster_version up in the same transaction, in whatever process;
// a turn reads the version with its first touch of the database, and what was read under another one is forgotten. So a
// right that is read from here is the one that held when the turn began to read.
type rosterCache struct {
	mu      sync.Mutex
	version int64
	since   time.Time
	held    map[any]any
}

const (
	// rosterCacheMost bounds the memory: at half a kilobyte each, 5 MB.
	rosterCacheMost = 10_000
	// rosterCacheAge is for changes that nobody counted: made by hand, or by the release before this one.
	rosterCacheAge = time.Minute
)

// rosterTables are those whose rows are kept.
var rosterTables = []string{"members", "identities", "role_holdings", "organisations", "stand_ins", "ties"}

// changes begin the statements that change rows.
var changes = []string{"INSERT INTO", "UPDATE", "DELETE FROM"}

const countRoster = `UPDATE roster_version SET version = version + 1 WHERE id = 1`

// changesRoster says whether the statement makes what is kept wrong.
func changesRoster(statement string) bool {
	statement = strings.TrimLeft(statement, " \t\n")
	for _, change := range changes {
		if of, ok := strings.CutPrefix(statement, change); ok {
			table := strings.TrimLeft(of, " \t\n`")
			if end := strings.IndexFunc(table, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') }); end >= 0 {
				table = table[:end]
			}
			return slices.Contains(rosterTables, table)
		}
	}
	return false
}

// get returns what is kept under a key of the version.
func (c *rosterCache) get(version int64, key any) (value any, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if version != c.version || time.Since(c.since) > rosterCacheAge {
		return nil, false
	}
	value, ok = c.held[key]
	return value, ok
}

// put keeps what was read under a version. A turn that began before the newest change keeps nothing.
func (c *rosterCache) put(version int64, key, value any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if version < c.version {
		return
	}
	if version > c.version || time.Since(c.since) > rosterCacheAge || len(c.held) >= rosterCacheMost {
		c.version, c.since, c.held = version, time.Now(), map[any]any{}
	}
	c.held[key] = value
}

// remembered is read, or what it has returned to an earlier turn. The key is a comparable type of its own for each kind
// of question. Nobody changes a value that is remembered.
func remembered[T any](ctx context.Context, db *DB, key any, read func() (T, error)) (value T, err error) {
	version, known, err := db.rosterVersion(ctx)
	if err != nil {
		return value, err
	}
	if !known {
		return read()
	}
	if kept, ok := db.roster.get(version, key); ok {
		return kept.(T), nil //nolint:forcetypeassert,errcheck // the key is of this kind
	}
	if value, err = read(); err == nil {
		db.roster.put(version, key, value)
	}
	return value, err
}

// rosterVersion returns the version that the turn of ctx has read, or the steady transaction. It is not known outside of these, nor
// to one that has changed the roster itself.
func (db *DB) rosterVersion(ctx context.Context) (version int64, known bool, err error) {
	s := db.scopeOf(ctx)
	if s == nil || s.first == nil && !s.steady {
		return 0, false, nil
	}
	tx, err := s.touch(ctx)
	if err != nil {
		return 0, false, err
	}
	if s.steady && s.roster == 0 {
		read := func(row scanner) (v int64, err error) { return v, row.Scan(&v) }
		if s.roster, err = queryOne(ctx, db, "read roster version", read, `SELECT version FROM roster_version WHERE id = 1`); err != nil && !errors.Is(err, union.ErrNotFound) {
			return 0, false, err
		}
	}
	return s.roster, s.roster > 0 && !tx.roster, nil
}
