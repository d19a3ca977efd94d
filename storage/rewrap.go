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
	// beside are other columns of the row that the pass needs to know.
	beside []string
	// only, if set, is a condition with one argument on the rows that are looked at.
	only  string
	marks any
	// needed says whether a value is to be sealed anew, and change makes the fresh one.
	needed func(row rewrapRow) bool
	change func(row rewrapRow) (fresh string, err error)
	// write replaces a value that is still the old one, and says whether it was.
	write func(ctx context.Context, row rewrapRow, fresh string) (bool, error)
	// dry counts only.
	dry bool
}

// Rewrap seals every value with the first key that is not, beside whoever else works on the database: a value that
// changes meanwhile is left to a next pass. Killed in the middle it has lost nothing, and begun again it passes over what
// is done. step is told of every row that was looked at.
func (db *DB) Rewrap(ctx context.Context, members *Members, dry bool, step func(rows int)) ([]Rewrapped, error) {
	var list []Rewrapped
	passes := make([]rewrapper, 0, len(sealedColumns)+len(memberNumbers))
	for _, c := range sealedColumns {
		passes = append(passes, db.rewrapColumn(c))
	}
	for _, kind := range memberNumbers {
		passes = append(passes, members.rewrapNumber(kind))
	}
	for _, p := range passes {
		p.dry = dry
		done, err := p.run(ctx, func(rows int) error { step(rows); return nil })
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
		needed: func(row rewrapRow) bool {
			encoded, ok := strings.CutPrefix(row.value, sealedMark)
			box, err := base64.RawStdEncoding.DecodeString(encoded)
			return !ok || err != nil || !db.keys.Current(box)
		},
		change: func(row rewrapRow) (string, error) {
			plain, err := db.open(c, row.key, row.value)
			if err != nil {
				return "", err
			}
			return db.seal(c, row.key, plain)
		},
		write: func(ctx context.Context, row rewrapRow, fresh string) (bool, error) {
			n, err := execute(ctx, db, "rewrap "+c.table, "UPDATE "+c.table+" SET "+c.column+" = ? WHERE "+c.key+" = ? AND "+
				c.column+" = ?", fresh, row.key, row.value)
			return n > 0, err
		},
	}
}

func (r rewrapper) run(ctx context.Context, step func(rows int) error) (Rewrapped, error) {
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
		if err := step(len(batch)); err != nil {
			return done, err
		}
	}
}

type rewrapRow struct {
	key    any
	value  string
	beside []string
}

// batch reads the next rows, with NULL as nothing.
func (r rewrapper) batch(ctx context.Context, after any) ([]rewrapRow, error) {
	c := r.column
	columns := strings.Join(append([]string{c.key, "COALESCE(" + c.column + ", '')"}, r.beside...), ", ")
	where, args := c.key+" > ?", []any{after}
	if r.only != "" {
		where, args = where+" AND "+r.only, append(args, r.marks)
	}
	return queryAll(ctx, r.db, "read "+c.table, func(s scanner) (row rewrapRow, err error) {
		var number int64
		var text string
		row.beside = make([]string, len(r.beside))
		into := []any{&number, &row.value}
		if c.key != "id" {
			into[0] = &text
		}
		for i := range row.beside {
			into = append(into, &row.beside[i])
		}
		err = s.Scan(into...)
		if row.key = number; c.key != "id" {
			row.key = text
		}
		return row, err
	}, "SELECT "+columns+" FROM "+c.table+" WHERE "+where+" ORDER BY "+c.key+" LIMIT ?", append(args, rewrapBatch)...)
}

func (r rewrapper) rewrap(ctx context.Context, batch []rewrapRow, done *Rewrapped) error {
	for _, row := range batch {
		if row.value == "" {
			continue
		}
		done.Seen++
		if !r.needed(row) {
			continue
		}
		fresh, err := r.change(row)
		if err != nil {
			done.Unreadable++
			continue
		}
		written := true
		if !r.dry {
			if written, err = r.write(ctx, row, fresh); err != nil {
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
