package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKeysAreChangedStepByStep walks the steps of docs/security.md.
func TestKeysAreChangedStepByStep(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "members.csv")
	if err := os.WriteFile(file, []byte("staff_no,name,organisation,phone\n100101,张伟,集团公司,13900010001\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	made := func() string {
		got := command(t, nil, "keys", "new")
		if got.code != 0 {
			t.Fatalf("keys new: %+v", got)
		}
		return strings.TrimSpace(got.stdout)
	}
	first, second := made(), "next:"+strings.SplitN(made(), ":", 2)[1]
	with := func(keys string) []string {
		return []string{"DATABASE_URL=sqlite:" + filepath.Join(folder, "union.db"), "REDIS_URL=embedded", "ENCRYPTION_KEYS=" + keys}
	}
	run := func(keys string, args ...string) result {
		t.Helper()
		return command(t, with(keys), args...)
	}
	for _, args := range [][]string{{"migrate"}, {"members", "import", file}} {
		if got := run(first, args...); got.code != 0 {
			t.Fatalf("%v: %+v", args, got)
		}
	}
	if got := run(second+","+first, "keys", "rewrap", "--dry-run"); got.code != 0 || !strings.Contains(got.stdout, "1 to change") {
		t.Errorf("dry run: %+v", got)
	}
	if got := run(second, "members", "import", file); got.code == 0 {
		t.Error("the old key was not needed any more after a dry run")
	}
	got := run(second+","+first, "keys", "rewrap", "--json")
	var report rewrapReport
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil || got.code != 0 {
		t.Fatalf("rewrap: %+v, %v", got, err)
	}
	if !report.Done || report.FirstKey != "next" || len(report.OldKeys) != 1 {
		t.Errorf("report is %+v", report)
	}
	if got := run(second, "members", "import", file); got.code != 0 || !strings.Contains(got.stdout, "1 the same") {
		t.Errorf("with the new key alone: %+v", got)
	}
	// The old key's entry verifies what it signed, and opens nothing.
	retired := run(second+","+first, "keys", "retire", strings.SplitN(first, ":", 2)[0])
	entry := strings.TrimSpace(retired.stdout)
	if retired.code != 0 || strings.Contains(entry, strings.SplitN(first, ":", 2)[1]) {
		t.Fatalf("retire: %+v", retired)
	}
	if got := run(second+","+entry, "audit", "verify"); got.code != 0 || strings.Contains(got.stdout, "could not be checked") {
		t.Errorf("verify with the retired key: %+v", got)
	}
	if got := run(second, "audit", "verify"); !strings.Contains(got.stdout, "a key that is not held") {
		t.Errorf("verify without it: %+v", got)
	}
	if got := run(second, "audit", "export"); !strings.Contains(got.stdout, `"kind":"rekey"`) || !strings.Contains(got.stdout, "first key next") {
		t.Errorf("the change of keys is not on record: %+v", got)
	}
	if got := run(entry+","+second, "audit", "verify"); got.code == 0 {
		t.Error("a key that only verifies was taken as the one that seals")
	}
	// Who turns the keys round too early is told that the old one is still needed.
	if got := run(first, "keys", "rewrap"); got.code == 0 || !strings.Contains(got.stdout, "UNREADABLE") {
		t.Errorf("with the wrong key: %+v", got)
	}
}
