package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/custody"
)

// What the command prints is what the configuration takes and what opens a name: any two of the shares.
func TestPrintedSharesOpen(t *testing.T) {
	got := command(t, nil, "keys", "custodians", "--shares", "4")
	key := regexp.MustCompile(`(?m)^UNIONBOT_CUSTODIAN_KEY=(\S+)$`).FindStringSubmatch(got.stdout)
	shares := regexp.MustCompile(`(?m)^share \d of 4, key (\S+): (\S+)$`).FindAllStringSubmatch(got.stdout, -1)
	if got.code != 0 || key == nil || len(shares) != 4 {
		t.Fatalf("printed: %+v", got)
	}
	ring, err := custody.Parse(key[1])
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := ring.Seal([]byte("王强"), "case/1")
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range shares {
		if a[1] != sealed.Key || strings.Contains(key[1], a[2]) {
			t.Errorf("share %v does not belong to key %s", a, sealed.Key)
		}
		for _, b := range shares[i+1:] {
			if name, err := ring.Open(a[2], b[2], sealed, "case/1"); err != nil || string(name) != "王强" {
				t.Errorf("%v and %v open %q, %v", a, b, name, err)
			}
		}
	}
	if again := command(t, nil, "keys", "custodians"); strings.Contains(again.stdout, key[1]) || strings.Count(again.stdout, "\nshare ") != 3 {
		t.Errorf("made again: %+v", again)
	}
	if one := command(t, nil, "keys", "custodians", "--shares", "1"); one.code == 0 || one.stdout != "" {
		t.Errorf("one share: %+v", one)
	}
	// A share in the key's place is refused, and not repeated.
	env := []string{"DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "u.db"), "REDIS_URL=embedded", "CUSTODIAN_KEY=" + shares[0][2]}
	if wrong := command(t, env, "doctor"); wrong.code == 0 || !strings.Contains(wrong.stdout, "bad  configuration      UNIONBOT_CUSTODIAN_KEY") ||
		strings.Contains(wrong.stdout+wrong.stderr, shares[0][2]) {
		t.Errorf("a share as key: %+v", wrong)
	}
	env[2] = "CUSTODIAN_KEY=" + key[1]
	if migrated := command(t, env, "migrate"); migrated.code != 0 {
		t.Fatalf("migrate: %+v", migrated)
	}
	if examined := command(t, env, "doctor"); !strings.Contains(examined.stdout, "warn custodians         0 active members hold the role custodian, and a name takes 2\n") {
		t.Errorf("doctor: %+v", examined)
	}
}

func TestDoctorWantsAKeyAndTwoCustodiansForSealedCases(t *testing.T) {
	if found := custodiansFinding(false, false, 0); len(found) != 0 {
		t.Errorf("nothing is sealed: %+v", found)
	}
	for _, tt := range []struct {
		sealed, keeps bool
		holders       int
		want          state
		says          string
	}{
		{true, false, 2, stateWarn, "unionbot keys custodians"},
		{true, true, 1, stateWarn, "1 active members"},
		{true, true, 0, stateWarn, "the role custodian to two members"},
		{false, true, 1, stateWarn, "a name takes 2"},
		{true, true, 2, stateOK, "2 active members"},
	} {
		expect(t, custodiansFinding(tt.sealed, tt.keeps, tt.holders), "custodians", tt.want, tt.says)
	}
}
