package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// growth measures the same turns in a union of a hundred thousand members with a million cases.
func growth(ctx context.Context, f *field, r *report, times int) (err error) {
	if err := f.stores.grow(ctx); err != nil {
		return err
	}
	p, err := f.serve(ctx, "web")
	if err != nil {
		return err
	}
	defer p.end(&err)
	r.fact("start until ready, grown", p.began.Seconds(), "s", 1)
	samples, err := f.travel(ctx, times, p)
	if err != nil {
		return err
	}
	r.add("grown", samples)
	for _, t := range journey {
		r.fact(t.Name+", grown over small", r.ratio("grown", t.Name)/r.ratio("one replica", t.Name), "×", 1.2)
	}
	return nil
}

// grow multiplies what the rounds before have filed. Rows are copied with all their columns, whichever there are; those
// of a copy differ in what has to be unique, in their author and in being decided.
func (s *stores) grow(ctx context.Context) error {
	db, err := s.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer db.Close() //nolint:errcheck // nothing is left to be written
	for _, setting := range []string{"SET foreign_key_checks = 0", "SET unique_checks = 0"} {
		if _, err := db.ExecContext(ctx, setting); err != nil {
			return fmt.Errorf("prepare to grow: %w", err)
		}
	}
	cases, people, err := count(ctx, db)
	if err != nil {
		return err
	}
	if cases == 0 {
		return errors.New("nothing was filed that could be multiplied: measure one replica before")
	}
	const far = 1 << 52 // copies' ids lie this far apart, below everything that the service makes
	for step := int64(1); people < grownMembers || cases < grownCases; step *= 2 {
		shift := fmt.Sprintf("%d", far/(1<<20)*step)
		var copies []table
		if people < grownMembers {
			copies = append(copies, table{"members", map[string]string{
				"id": "id - " + shift, "staff_no": fmt.Sprintf("CONCAT('G%d-', staff_no)", step), "wecom_userid": "NULL",
			}})
		}
		if cases < grownCases {
			copies = append(copies, caseCopies(shift, step)...)
		}
		for _, c := range copies {
			if err := c.copyRows(ctx, db); err != nil {
				return err
			}
		}
		if cases, people, err = count(ctx, db); err != nil {
			return err
		}
		progress("%d members, %d cases", people, cases)
	}
	if _, err := db.ExecContext(ctx, "ANALYZE TABLE members, cases, case_events, tasks, likeness, outbox, handled"); err != nil {
		return fmt.Errorf("analyse: %w", err)
	}
	return nil
}

// caseCopies are the rows that a case has.
func caseCopies(shift string, step int64) []table {
	const author = "author - IF(EXISTS (SELECT 1 FROM members m WHERE m.id = author - %[1]s), %[1]s, 0)"
	return []table{
		{"cases", map[string]string{
			"id": "id - " + shift, "draft_key": fmt.Sprintf("CONCAT('g%d-', draft_key)", step), "number": "NULL", "state": "'done'",
			"author": fmt.Sprintf(author, shift), "filed_ms": "filed_ms - 60000",
			"form": "'{}'", // the original's is sealed for its own row; one that is not sealed is read as it is
		}},
		{"case_events", map[string]string{"id": "id - " + shift, "case_id": "case_id - " + shift}},
		{"tasks", map[string]string{"id": "id - " + shift, "case_id": "case_id - " + shift, "state": "'done'"}},
		{"likeness", map[string]string{"case_id": "case_id - " + shift, "band": fmt.Sprintf("band + %d", step)}},
		{"outbox", map[string]string{
			"id": "id - " + shift, "row_key": fmt.Sprintf("CONCAT('g%d-', row_key)", step), "case_id": "case_id - " + shift,
			"state": "'sent'", "settled_ms": "due_ms",
		}},
	}
}

func count(ctx context.Context, db *sql.Conn) (cases, people int, err error) {
	err = db.QueryRowContext(ctx, "SELECT (SELECT COUNT(*) FROM cases), (SELECT COUNT(*) FROM members)").Scan(&cases, &people)
	return cases, people, err
}

// table is one whose rows are copied, and what is written instead of some columns.
type table struct {
	name    string
	instead map[string]string
}

func (t table) copyRows(ctx context.Context, db *sql.Conn) error {
	rows, err := db.QueryContext(ctx, `SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?
		AND extra NOT LIKE '%GENERATED%' ORDER BY ordinal_position`, databaseName, t.name)
	if err != nil {
		return fmt.Errorf("read columns of %s: %w", t.name, err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var into, from []string
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			return fmt.Errorf("read columns of %s: %w", t.name, err)
		}
		into = append(into, "`"+column+"`")
		if expression, ok := t.instead[column]; ok {
			from = append(from, expression)
		} else {
			from = append(from, "`"+column+"`")
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read columns of %s: %w", t.name, err)
	}
	statement := fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[3]s FROM %[1]s", t.name, strings.Join(into, ", "), strings.Join(from, ", "))
	if _, err := db.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("multiply %s: %w", t.name, err)
	}
	return nil
}
