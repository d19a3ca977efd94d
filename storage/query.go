package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
)

// scanner is a *sql.Row, or the current row of *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// on returns the connection of ctx for a statement by hand: gorm's own, without its statement builder, which costs as
// much as a small query does.
func (db *DB) on(ctx context.Context, writes bool) (gorm.ConnPool, error) {
	s := db.scopeOf(ctx)
	if s == nil {
		return db.gorm.ConnPool, nil
	}
	tx, err := s.touch(ctx)
	if err == nil && writes {
		s.writes()
	}
	return tx, err
}

// queryAll runs a query on the connection of ctx and scans every row. what begins its errors.
func queryAll[T any](ctx context.Context, db *DB, what string, scan func(scanner) (T, error), query string, args ...any) (list []T, err error) {
	err = eachRow(ctx, db, what, func(row scanner) error {
		one, err := scan(row)
		if err == nil {
			list = append(list, one)
		}
		return err
	}, query, args)
	if err != nil {
		return nil, err
	}
	return list, nil
}

// eachRow is queryAll without knowing what a row is. The compiler makes this once, and queryAll for each kind of row.
func eachRow(ctx context.Context, db *DB, what string, take func(scanner) error, query string, args []any) error {
	conn, err := db.on(ctx, false)
	if err != nil {
		return err
	}
	query, args = spread(query, args)
	rows, err := conn.QueryContext(ctx, query, args...)
	if err == nil {
		err = takeAll(rows, take)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, classify(err))
	}
	return nil
}

// queryOne is queryAll for the first row, or union.ErrNotFound.
func queryOne[T any](ctx context.Context, db *DB, what string, scan func(scanner) (T, error), query string, args ...any) (one T, err error) {
	list, err := queryAll(ctx, db, what, scan, query, args...)
	if err == nil && len(list) == 0 {
		return one, fmt.Errorf("%s: %w", what, union.ErrNotFound)
	}
	if err != nil {
		return one, err
	}
	return list[0], nil
}

// spread gives each value of a slice a placeholder of its own: x IN ? becomes x IN (?, ?). An empty one matches nothing.
func spread(query string, args []any) (string, []any) {
	if !slices.ContainsFunc(args, isList) {
		return query, args
	}
	var b strings.Builder
	var all []any
	for _, arg := range args {
		before, after, _ := strings.Cut(query, "?")
		query = after
		b.WriteString(before)
		if !isList(arg) {
			b.WriteByte('?')
			all = append(all, arg)
			continue
		}
		list := reflect.ValueOf(arg)
		if list.Len() == 0 {
			b.WriteString("(NULL)")
			continue
		}
		b.WriteString("(" + strings.TrimSuffix(strings.Repeat("?, ", list.Len()), ", ") + ")")
		for i := range list.Len() {
			all = append(all, list.Index(i).Interface())
		}
	}
	b.WriteString(query)
	return b.String(), all
}

func isList(arg any) bool {
	switch arg.(type) {
	case nil, []byte, string, int64, int:
		return false
	}
	t := reflect.TypeOf(arg)
	return t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8
}

func takeAll(rows *sql.Rows, take func(scanner) error) (err error) {
	defer func() {
		if closeErr := rows.Close(); err == nil {
			err = closeErr
		}
	}()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// execute runs a statement on the connection of ctx and returns how many rows it matched. what begins its errors.
func execute(ctx context.Context, db *DB, what, statement string, args ...any) (int64, error) {
	result, err := executeFor(ctx, db, what, statement, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// executeFor is execute for a statement whose outcome says more than how many rows it matched.
func executeFor(ctx context.Context, db *DB, what, statement string, args ...any) (result sql.Result, err error) {
	if db.scopeOf(ctx) == nil && changesRoster(statement) { // which is counted in the same transaction
		err = db.Tx(ctx, func(ctx context.Context) (err error) {
			result, err = executeFor(ctx, db, what, statement, args...)
			return err
		})
		return result, err
	}
	conn, err := db.on(ctx, true)
	if err != nil {
		return nil, err
	}
	statement, args = spread(statement, args)
	if result, err = conn.ExecContext(ctx, statement, args...); err != nil {
		return nil, fmt.Errorf("%s: %w", what, classify(err))
	}
	return result, nil
}

// passOver ends an INSERT of a row that may be there already, by a unique key: then nothing happens.
func (db *DB) passOver(key string) string {
	if db.dialect == SQLite {
		return ` ON CONFLICT (` + key + `) DO NOTHING`
	}
	first, _, _ := strings.Cut(key, ",")
	return ` ON DUPLICATE KEY UPDATE ` + first + ` = ` + first
}

// overwrite ends an INSERT of a row that may be there already, by this key: then the columns take the new values.
func (db *DB) overwrite(key string, columns ...string) string {
	sets := make([]string, len(columns))
	for i, c := range columns {
		sets[i] = c + " = VALUES(" + c + ")"
		if db.dialect == SQLite {
			sets[i] = c + " = excluded." + c
		}
	}
	if db.dialect == SQLite {
		return ` ON CONFLICT (` + key + `) DO UPDATE SET ` + strings.Join(sets, ", ")
	}
	return ` ON DUPLICATE KEY UPDATE ` + strings.Join(sets, ", ")
}

// renew ends an INSERT of a row that may be there already, by its id: then the columns take the new values if the
// condition holds of the row that is there, where new(column) is the value that was to be inserted. Columns that the
// condition looks at come last, for MySQL looks at each as it stands by then.
func (db *DB) renew(condition string, columns ...string) string {
	sets := make([]string, len(columns))
	if db.dialect == SQLite {
		for i, c := range columns {
			sets[i] = c + " = excluded." + c
		}
		return ` ON CONFLICT (id) DO UPDATE SET ` + strings.Join(sets, ", ") + ` WHERE ` + excluded.Replace(condition)
	}
	condition = strings.ReplaceAll(condition, "new(", "VALUES(")
	for i, c := range columns {
		sets[i] = c + " = IF(" + condition + ", VALUES(" + c + "), " + c + ")"
	}
	return ` ON DUPLICATE KEY UPDATE ` + strings.Join(sets, ", ")
}

var excluded = strings.NewReplacer("new(", "excluded.", ")", "")

// primaryKey is how the databases call a table's primary key.
const primaryKey = "PRIMARY"

// post runs a statement that meets no duplicate, without waiting for its outcome: in a transaction it goes out with the
// next statement that is waited for, and fails with it.
func post(ctx context.Context, db *DB, what, statement string, args ...any) error {
	return postOnce(ctx, db, what, "", nil, statement, args...)
}

// postOnce is post for a statement that may meet a duplicate of the unique key: taken is then the error, of this call or
// of a later one in the same transaction.
func postOnce(ctx context.Context, db *DB, what, key string, taken error, statement string, args ...any) error {
	s := db.scopeOf(ctx)
	if s == nil {
		_, err := execute(ctx, db, what, statement, args...)
		if taken != nil && errors.Is(err, gorm.ErrDuplicatedKey) {
			return fmt.Errorf("%s: %w", what, taken)
		}
		return err
	}
	tx, err := s.touch(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	s.writes()
	statement, args = spread(statement, args)
	p := posted{statement: statement, args: args, key: key, taken: taken}
	if s.apart {
		_, err = tx.exec(ctx, p)
	} else {
		err = tx.post(ctx, p)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, classify(err))
	}
	return nil
}

// straight begins a SELECT whose tables are read in the order in which they are named: the first are few, and members are many. Left
// to itself, MariaDB may begin with the organisations, and look at all members of each.
func (db *DB) straight() string {
	if db.dialect == SQLite {
		return ""
	}
	return "STRAIGHT_JOIN "
}
