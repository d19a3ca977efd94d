package main

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/audit"
)

func TestTheRecordIsCheckedFromTheCommandLine(t *testing.T) {
	key := "a:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	database := storagetest.MigratedSQLiteURL(t)
	settings := append(bothPlatforms(), "REDIS_URL=embedded", "ENCRYPTION_KEYS="+key, "DATABASE_URL="+database)
	if r := command(t, settings, "audit", "anchor"); r.code != exitFailed || !strings.Contains(r.stderr, "no entry yet") {
		t.Errorf("anchor of nothing: %d %s", r.code, r.stderr)
	}
	db, err := storage.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.Parse(key)
	if err != nil {
		t.Fatal(err)
	}
	db.UseKeys(ring)
	record := storage.NewAudit(db)
	list := func() {
		t.Helper()
		if _, err := record.Seal(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
	}
	if r := command(t, settings, "members", "import", seedFile); r.code != exitDone {
		t.Fatalf("import: %s", r.stderr)
	}
	list()
	export := command(t, settings, "audit", "export")
	if export.code != exitDone || !strings.Contains(export.stdout, `"kind":"import"`) || !strings.Contains(export.stdout, `"kind":"export"`) ||
		strings.Count(export.stdout, `"standing":"whole"`) != 2 {
		t.Errorf("export: %d %s%s", export.code, export.stdout, export.stderr)
	}
	list()
	anchor := command(t, settings, "audit", "anchor")
	kept := filepath.Join(t.TempDir(), "anchors.txt")
	if err := os.WriteFile(kept, []byte("kept: "+anchor.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"audit", "verify"}, {"audit", "verify", "--anchor", kept, "--json"}} {
		if r := command(t, settings, args...); r.code != exitDone {
			t.Errorf("%v: %d %s%s", args, r.code, r.stdout, r.stderr)
		}
	}
	// The platforms do not answer here, so that doctor is not content with everything.
	if r := command(t, settings, "doctor", "--anchor", kept); !strings.Contains(r.stdout, "ok   audit chain        2 places, the last 2 and 1 anchors are sound") {
		t.Errorf("doctor: %s%s", r.stdout, r.stderr)
	}
	later := audit.Anchor{Day: "2027-01-01", Place: 3, Signature: strings.Repeat("0", 72)}
	if err := os.WriteFile(kept, []byte(later.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"audit", "verify", "--anchor", kept}, {"doctor", "--anchor", kept}} {
		if r := command(t, settings, args...); r.code != exitFailed || !strings.Contains(r.stdout, "its end was cut off, or an older copy was put back") {
			t.Errorf("%v: %d %s%s", args, r.code, r.stdout, r.stderr)
		}
	}
	if r := command(t, settings, "doctor", "--anchor", "audit.go"); r.code != exitFailed || !strings.Contains(r.stderr, "holds no anchor") {
		t.Errorf("doctor with no anchor: %d %s", r.code, r.stderr)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
