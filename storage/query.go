package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"gorm.io/gorm"
)

// scanner is a *sql.Row, or the current row of *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// queryAll runs a query on the connection of ctx and scans every row. what begins its errors.
func queryAll[T any](ctx context.Context, db *DB, what string, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	g, err := db.read(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := g.Raw(query, args...).Rows()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, classify(err))
	}
	list, err := scanAll(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, classify(err))
	}
	return list, nil
}

func scanAll[T any](rows *sql.Rows, scan func(scanner) (T, error)) (list []T, err error) {
	defer func() {
		if closeErr := rows.Close(); err == nil {
			err = closeErr
		}
	}()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}

// execute runs a statement on the connection of ctx and returns how many rows it matched. what begins its errors.
func execute(ctx context.Context, db *DB, what, statement string, args ...any) (int64, error) {
	g, err := db.write(ctx)
	if err != nil {
		return 0, err
	}
	result := g.Exec(statement, args...)
	if result.Error != nil {
		return 0, fmt.Errorf("%s: %w", what, classify(result.Error))
	}
	return result.RowsAffected, nil
}

// executeFor is execute for a statement whose outcome says more than how many rows it matched.
func executeFor(ctx context.Context, db *DB, what, statement string, args ...any) (sql.Result, error) {
	g, err := db.write(ctx)
	if err != nil {
		return nil, err
	}
	result, err := g.Statement.ConnPool.ExecContext(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, classify(err))
	}
	return result, nil
}

// passOver ends an INSERT of a row that may be there already, by a unique key: then nothing happens.
func (db *DB) passOver(key string) string {
	if db.dialect == SQLite {
		return ` ON CONFLICT (` + key + `) DO NOTHING`
	}
	return ` ON DUPLICATE KEY UPDATE ` + key + ` = ` + key
}

// renew ends an INSERT of a row that may be there already, by its id: then the columns take the new values if the
// condition holds of the row that is there, where new.column is the value that was to be inserted. Columns that the
// condition looks at come last, for MySQL looks at each as it stands by then.
func (db *DB) renew(condition string, columns ...string) string {
	of, sets := "VALUES(%s)", make([]string, len(columns))
	if db.dialect == SQLite {
		of = "excluded.%s"
	}
	condition = newColumn.ReplaceAllStringFunc(condition, func(c string) string { return fmt.Sprintf(of, strings.TrimPrefix(c, "new.")) })
	for i, c := range columns {
		value := fmt.Sprintf(of, c)
		if db.dialect != SQLite {
			value = "IF(" + condition + ", " + value + ", " + c + ")"
		}
		sets[i] = c + " = " + value
	}
	if db.dialect == SQLite {
		return ` ON CONFLICT (id) DO UPDATE SET ` + strings.Join(sets, ", ") + ` WHERE ` + condition
	}
	return ` ON DUPLICATE KEY UPDATE ` + strings.Join(sets, ", ")
}

var newColumn = regexp.MustCompile(`new\.[a-z_]+`)

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
	if err := tx.post(ctx, posted{statement: statement, args: args, key: key, taken: taken}); err != nil {
		return fmt.Errorf("%s: %w", what, classify(err))
	}
	return nil
}
