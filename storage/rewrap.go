package storage

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"strings"
)

// Rewrapped says what became of the values of one column when the keys changed.
type Rewrapped struct {
	// Column is table.column.
	Column string `json:"column"`
	// Seen counts the values, Changed those that were not sealed with the first key, or not at all, and are now.
	Seen    int `json:"seen"`
	Changed int `json:"changed"`
	// Overtaken counts those that somebody else wrote in the same moment; they are seen again by the next pass.
	Overtaken int `json:"overtaken,omitempty"`
	// Unreadable counts those that no key opens. They stay as they are.
	Unreadable int `json:"unreadable,omitempty"`
}

// rewrapBatch is how many rows are looked at, and changed, at a time: SQLite keeps everybody else from writing meanwhile.
const rewrapBatch = 100

// rewrapper is one pass over one column.
type rewrapper struct {
	db     *DB
	column sealedColumn
	// change seals a value anew, or says that it need not be.
	change func(ctx context.Context, key any, stored string) (fresh string, needed bool, err error)
	// write replaces a value that is still the old one, and says whether it was.
	write func(ctx context.Context, key any, old, fresh string) (bool, error)
	// dry counts only.
	dry bool
}

// Rewrap seals every value with the first key that is not, beside whoever else works on the database: a value that
// changes meanwhile is left to a next pass. Killed in the middle it has lost nothing, and begun again it passes over what
// is done. step is told of every row that was looked at.
func (db *DB) Rewrap(ctx context.Context, members *Members, dry bool, step func(rows int)) ([]Rewrapped, error) {
	var list []Rewrapped
	passes := make([]rewrapper, 0, len(sealedColumns)+2)
	for _, c := range sealedColumns {
		passes = append(passes, db.rewrapColumn(c))
	}
	for _, field := range []string{fieldPhone, fieldIDCard} {
		passes = append(passes, members.rewrapField(field))
	}
	for _, p := range passes {
		p.dry = dry
		done, err := p.run(ctx, step)
		list = append(list, done)
		if err != nil {
			return list, err
		}
	}
	return list, nil
}

// RewrapRows counts the rows that a pass of Rewrap looks at.
func (db *DB) RewrapRows(ctx context.Context) (total int, err error) {
	g, err := db.read(ctx)
	if err != nil {
		return 0, err
	}
	tables := []string{"members", "members"}
	for _, c := range sealedColumns {
		tables = append(tables, c.table)
	}
	for _, table := range tables {
		var n int
		if err := g.Raw("SELECT COUNT(*) FROM " + table).Row().Scan(&n); err != nil {
			return 0, fmt.Errorf("count %s: %w", table, classify(err))
		}
		total += n
	}
	return total, nil
}

func (db *DB) rewrapColumn(c sealedColumn) rewrapper {
	return rewrapper{
		db: db, column: c,
		change: func(_ context.Context, key any, stored string) (string, bool, error) {
			if encoded, ok := strings.CutPrefix(stored, sealedMark); ok {
				box, err := base64.RawStdEncoding.DecodeString(encoded)
				if err == nil && db.keys.Current(box) {
					return "", false, nil
				}
			}
			plain, err := db.open(c, key, stored)
			if err != nil {
				return "", true, err
			}
			fresh, err := db.seal(c, key, plain)
			return fresh, true, err
		},
		write: func(ctx context.Context, key any, old, fresh string) (bool, error) {
			n, err := execute(ctx, db, "rewrap "+c.table, "UPDATE "+c.table+" SET "+c.column+" = ? WHERE "+c.key+" = ? AND "+
				c.column+" = ?", fresh, key, old)
			return n > 0, err
		},
	}
}

func (r rewrapper) run(ctx context.Context, step func(rows int)) (Rewrapped, error) {
	done := Rewrapped{Column: r.column.table + "." + r.column.column}
	var after any = int64(math.MinInt64)
	if r.column.key != "id" {
		after = ""
	}
	for {
		batch, err := r.batch(ctx, after)
		if err != nil || len(batch) == 0 {
			return done, err
		}
		after = batch[len(batch)-1].key
		counted := done
		err = r.db.Tx(ctx, func(ctx context.Context) error {
			counted = done // the batch may run again after a conflict
			return r.rewrap(ctx, batch, &counted)
		})
		if err != nil {
			return done, err
		}
		done = counted
		step(len(batch))
	}
}

type rewrapRow struct {
	key   any
	value string
}

// batch reads the next rows, with NULL as nothing.
func (r rewrapper) batch(ctx context.Context, after any) ([]rewrapRow, error) {
	c := r.column
	return queryAll(ctx, r.db, "read "+c.table, func(s scanner) (row rewrapRow, err error) {
		var number int64
		var text string
		if c.key == "id" {
			err = s.Scan(&number, &row.value)
			row.key = number
		} else {
			err = s.Scan(&text, &row.value)
			row.key = text
		}
		return row, err
	}, "SELECT "+c.key+", COALESCE("+c.column+", '') FROM "+c.table+" WHERE "+c.key+" > ? ORDER BY "+c.key+" LIMIT ?", after, rewrapBatch)
}

func (r rewrapper) rewrap(ctx context.Context, batch []rewrapRow, done *Rewrapped) error {
	for _, row := range batch {
		if row.value == "" {
			continue
		}
		done.Seen++
		fresh, needed, err := r.change(ctx, row.key, row.value)
		switch {
		case !needed:
			continue
		case err != nil:
			done.Unreadable++
			continue
		}
		written := true
		if !r.dry {
			if written, err = r.write(ctx, row.key, row.value, fresh); err != nil {
				return err
			}
		}
		if written {
			done.Changed++
		} else {
			done.Overtaken++
		}
	}
	return nil
}
