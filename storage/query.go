package storage

import (
	"context"
	"database/sql"
	"fmt"
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
