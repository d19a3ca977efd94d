package main

import (
	"database/sql"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/cases"
)

// Every queue, filled with another number of rows, is counted under its own name: an alert looks at one of them.
func TestEveryQueueIsCountedUnderItsName(t *testing.T) {
	one := newPractice(t, nil).patient(t)
	path, ok := one.config.SQLitePath()
	if !ok {
		t.Fatal("no file")
	}
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	if _, err := raw.ExecContext(t.Context(), "DELETE FROM audit_entries"); err != nil { // what made the members
		t.Fatal(err)
	}
	before, later := time.Now().Add(-3*time.Hour).UnixMilli(), time.Now().Add(time.Hour).UnixMilli()
	for at, rows := range []struct {
		table  string
		n      int
		values map[string]any
	}{
		{"outbox", 3, map[string]any{"state": "pending", "due_ms": before}},
		{"outbox", 4, map[string]any{"state": "sending", "due_ms": later, "lease_owner": "another"}},
		{"outbox", 5, map[string]any{"state": "failed", "due_ms": before}},
		{"outbox", 6, map[string]any{"state": "uncertain", "due_ms": before}},
		{"inbox", 7, map[string]any{"until_ms": later}},
		{"parked", 8, nil},
		{"audit_entries", 9, map[string]any{"listed": 0, "at_ms": before}},
		{"greetings", 10, map[string]any{"state": "planned", "send_ms": before}},
		{"broadcasts", 1, map[string]any{"id": 77, "state": "sending"}},
		{"broadcast_receipts", 11, map[string]any{"broadcast_id": 77, "state": "planned"}},
		{"talks", 12, map[string]any{"state": "waiting"}},
		{"talks", 13, map[string]any{"state": "held"}},
		{"clocks", 15, map[string]any{"kind": "finish", "moves": 0, "due_ms": before, "wake_ms": later}},
	} {
		fill(t, raw, rows.table, rows.n, int64(900_000+1000*at), rows.values)
	}
	for id := range 14 { // of each step that fails, the clock goes on
		fill(t, raw, "clocks", 1, 0, map[string]any{"case_id": 100 + id, "kind": "step", "moves": 1, "due_ms": before, "wake_ms": later})
		fill(t, raw, "failed_moves", 1, 0, map[string]any{"case_id": 100 + id, "moves": 1, "tries": 3})
	}
	s := &stores{db: one.db, outbox: storage.NewOutbox(one.db), parked: storage.NewParked(one.db, time.Now)}
	queues, err := readQueues(s, cases.NewDesk(cases.Deps{Store: storage.NewCaseStore(one.db), Now: time.Now}))(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, q := range queues {
		got[q.Name] = q.Rows
	}
	if want := map[string]int64{
		"outbox": 3, "in_hand": 4, "failed": 5, "uncertain": 6, "inbox": 7, "parked": 8, "audit": 9, "greetings": 10, "broadcasts": 11,
		"talks_waiting": 12, "talks": 25, "clocks": 14, "overdue": 29,
	}; !maps.Equal(got, want) {
		t.Errorf("counted %v, want %v", got, want)
	}
}

// fill puts rows into a table: the values that are given, and in the other columns that need one a number from first on.
func fill(t *testing.T, raw *sql.DB, table string, n int, first int64, values map[string]any) {
	t.Helper()
	needed, err := raw.QueryContext(t.Context(), `SELECT name FROM pragma_table_info(?) WHERE ("notnull" = 1 OR pk > 0) AND dflt_value IS NULL`, table)
	if err != nil {
		t.Fatal(err)
	}
	defer needed.Close() //nolint:errcheck // it is read to its end
	var columns []string
	for needed.Next() {
		var name string
		if err := needed.Scan(&name); err != nil {
			t.Fatal(err)
		}
		columns = append(columns, name)
	}
	if err := needed.Err(); err != nil || len(columns) == 0 {
		t.Fatalf("columns of %s: %v, %v", table, columns, err)
	}
	for i := range n {
		row := map[string]any{}
		for _, column := range columns {
			row[column] = first + int64(i)
		}
		maps.Copy(row, values)
		names := slices.Sorted(maps.Keys(row))
		args := make([]any, len(names))
		for at, name := range names {
			args[at] = row[name]
		}
		places := strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ")
		if _, err := raw.ExecContext(t.Context(), "INSERT INTO "+table+" ("+strings.Join(names, ", ")+") VALUES ("+places+")", args...); err != nil {
			t.Fatalf("fill %s: %v", table, err)
		}
	}
}
