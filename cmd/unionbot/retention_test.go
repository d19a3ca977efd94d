package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
)

func TestTheOperationsGuideTellsHowLongEverythingIsKept(t *testing.T) {
	db := storagetest.SQLite(t)
	s := &stores{db: db, outbox: storage.NewOutbox(db), parked: storage.NewParked(db, time.Now)}
	kept := retentions(s, nil, newClock(0))
	want := make([]string, 0, len(kept))
	for _, r := range kept {
		days := fmt.Sprintf("%d days", r.keep/day)
		switch r.keep {
		case time.Hour:
			days = "1 hour"
		case day:
			days = "1 day"
		}
		want = append(want, fmt.Sprintf("| `%s` | %s | %s |", r.table, r.what, days))
	}
	guide, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(guide), "| Table | What | Kept |\n|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	if got := strings.TrimSpace(table); got != strings.Join(want, "\n") {
		t.Errorf("docs/operations.md tells\n%s\nbut it is\n%s", got, strings.Join(want, "\n"))
	}
}
