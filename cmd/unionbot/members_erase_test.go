package main

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/privacy"
)

func TestAMemberWhoHasLeftIsDeletedFromTheCommandLine(t *testing.T) {
	settings := append(bothPlatforms(), "REDIS_URL=embedded", "DATABASE_URL="+storagetest.MigratedSQLiteURL(t), "MEDIA_URL=file:"+t.TempDir(),
		"ENCRYPTION_KEYS=a:"+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)))
	file := filepath.Join(t.TempDir(), "members.csv")
	status := func(said string) {
		t.Helper()
		rows := "staff_no,name,organisation,phone,status\n100101,张伟,集团公司,13900010001," + said + "\n"
		if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := command(t, settings, "members", "import", file); r.code != exitDone {
			t.Fatalf("import: %s", r.stderr)
		}
	}
	status("在职")
	erase := []string{"members", "erase", "100101", "--reason", "request 17"}
	for _, refused := range []struct {
		args []string
		says string
	}{
		{[]string{"members", "erase", "100101"}, "--reason is missing"},
		{[]string{"members", "erase", "100102", "--reason", "x", "--yes"}, "no member has the staff number 100102"},
		{append(erase, "--yes"), "only who has left can be deleted"},
	} {
		if r := command(t, settings, refused.args...); r.code == exitDone || !strings.Contains(r.stderr, refused.says) {
			t.Errorf("%v: %d %s%s", refused.args, r.code, r.stdout, r.stderr)
		}
	}
	status("离职")
	if r := command(t, settings, erase...); r.code != exitFailed || !strings.Contains(r.stderr, "nothing was deleted") {
		t.Errorf("nobody has agreed: %d %s", r.code, r.stderr)
	}
	if r := command(t, settings, append(erase, "--yes", "--case", "JY26-0001")...); r.code != exitFailed || !strings.Contains(r.stderr, "no case JY26-0001 stands under 100101") {
		t.Errorf("a case of nobody's: %d %s", r.code, r.stderr)
	}
	kept := filepath.Join(t.TempDir(), "anchors.txt")
	if err := os.WriteFile(kept, []byte("audit-anchor:2026-11-22:1:"+strings.Repeat("0", 72)), 0o600); err != nil {
		t.Fatal(err)
	}
	erase = append(erase, "--anchor", kept)
	if r := command(t, settings, erase...); !strings.Contains(r.stderr, "nothing was deleted") {
		t.Errorf("nobody has agreed: %d %s", r.code, r.stderr)
	}
	for _, done := range []struct {
		args []string
		says string
	}{
		{append(erase, "--yes", "--json"), `"member": true`},
		{append(erase, "--yes"), "nothing was left to delete"},
		{[]string{"audit", "verify"}, "3 others"}, // two imports and the deletion
	} {
		r := command(t, settings, done.args...)
		if r.code != exitDone || !strings.Contains(r.stdout, done.says) || done.args[0] == "members" && !strings.Contains(r.stderr, "the chain was not looked at") {
			t.Errorf("%v: %d %s%s", done.args, r.code, r.stdout, r.stderr)
		}
	}
	if r := command(t, settings, "audit", "export"); !strings.Contains(r.stdout, `"kind":"erase"`) || !strings.Contains(r.stdout, "request 17") {
		t.Errorf("export: %s%s", r.stdout, r.stderr)
	}
}

// What is told of a deletion that ended in the middle is what was done, and that it is not all.
func TestADeletionThatEndedInTheMiddleSaysSo(t *testing.T) {
	m := union.Member{StaffNo: "100101"}
	for _, c := range []struct {
		done privacy.Erased
		want string
	}{
		{privacy.Erased{Cases: 1, Finished: true}, "Deleted of 100101: what 1 cases"},
		{privacy.Erased{Finished: true}, "Of 100101 nothing was left to delete."},
		{privacy.Erased{Cases: 1}, "Not finished. Deleted so far of 100101: what 1 cases"},
		{privacy.Erased{Changed: []int64{7}}, "Not finished. Of 100101 nothing was deleted by this run.\nNot as they were written"},
	} {
		if line := erasedLine(m, c.done); !strings.HasPrefix(line, c.want) {
			t.Errorf("got %q, want %q", line, c.want)
		}
	}
}
