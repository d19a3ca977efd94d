package storage

import (
	"context"
	"database/sql"
	"strings"

	"gorm.io/gorm"
)

// Watch sees every statement by its verb and by a name of a few words, never with its values, and hears its error,
// which can be told apart like every error of this package. The beginning and the end of a transaction are statements
// too.
type Watch func(ctx context.Context, verb, statement string) (end func(error))

// Watch has every statement seen. It is called before the database is used.
func (db *DB) Watch(w Watch) {
	db.watch = w
	watched := &watchedPool{ConnPool: db.gorm.ConnPool, db: db}
	db.gorm.ConnPool, db.gorm.Statement.ConnPool = watched, watched
}

// watching begins to watch statements that go out together: by the verb of the last, and the names of all.
func (db *DB) watching(ctx context.Context, all []posted) (end func(error)) {
	if db.watch == nil {
		return func(error) {}
	}
	var verb string
	names := make([]string, len(all))
	for i, p := range all {
		verb, names[i] = nameOf(p.statement)
	}
	return db.watch(ctx, verb, strings.Join(names, "; "))
}

// Connections tells how many connections the pool has, and how many of them are in use.
func (db *DB) Connections() (open, inUse int) {
	s := db.pool.Stats()
	return s.OpenConnections, s.InUse
}

// watchedPool is what gorm runs statements on, outside of a transaction.
type watchedPool struct {
	gorm.ConnPool
	db *DB
}

// GetDBConn tells gorm the pool below.
func (p *watchedPool) GetDBConn() (*sql.DB, error) { return p.db.pool, nil }

// ExecContext runs a statement that returns no rows.
func (p *watchedPool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	end := p.start(ctx, query)
	result, err := p.ConnPool.ExecContext(ctx, query, args...)
	end(classify(err))
	return result, err
}

// QueryContext runs a query until its first row.
func (p *watchedPool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	end := p.start(ctx, query)
	rows, err := p.ConnPool.QueryContext(ctx, query, args...)
	end(classify(err))
	return rows, err
}

// QueryRowContext runs a query for one row.
func (p *watchedPool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	end := p.start(ctx, query)
	row := p.ConnPool.QueryRowContext(ctx, query, args...)
	end(classify(row.Err()))
	return row
}

func (p *watchedPool) start(ctx context.Context, query string) func(error) {
	return p.db.watching(ctx, []posted{{statement: query}})
}

// verbs are those of a statement; what comes before the table's name is the last of its words.
var verbs = []struct{ sql, verb, before string }{
	{"SELECT", "select", "FROM "}, {"INSERT", "insert", "INTO "}, {"UPDATE", "update", "UPDATE "}, {"DELETE", "delete", "FROM "},
	{"BEGIN", "begin", ""}, {"COMMIT", "commit", ""}, {"ROLLBACK", "rollback", ""},
}

// nameOf names a statement by its verb and its first table.
func nameOf(query string) (verb, name string) {
	for _, v := range verbs {
		if !strings.HasPrefix(query, v.sql) {
			continue
		}
		if v.before == "" {
			return v.verb, v.sql
		}
		_, rest, found := strings.Cut(query, v.before)
		for found && strings.HasPrefix(rest, "(") { // a query of its own
			_, rest, found = strings.Cut(rest, v.before)
		}
		end := 0
		for end < len(rest) && (rest[end] == '_' || 'a' <= rest[end] && rest[end] <= 'z') {
			end++
		}
		if !found || end == 0 {
			return v.verb, v.sql
		}
		return v.verb, v.sql + " " + rest[:end]
	}
	return "other", "other"
}
