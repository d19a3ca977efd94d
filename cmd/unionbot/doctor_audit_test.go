package main

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/audit"
)

// anchored is the patient of a practice whose record has one entry, of now, and an anchor so many days ago.
func (p *practice) anchored(t *testing.T, later time.Duration, daysAgo ...int) (*patient, *storage.Audit) {
	t.Helper()
	one := p.patient(t)
	keys, err := keyring(one.config, one.log)
	if err != nil {
		t.Fatal(err)
	}
	one.db.UseKeys(keys)
	record := storage.NewAudit(one.db)
	if _, err := record.Seal(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	head, err := record.Head(t.Context())
	if err != nil || head.Place == 0 {
		t.Fatal(head, err)
	}
	now := time.Now().Add(later)
	one.now = func() time.Time { return now }
	for _, ago := range daysAgo {
		a := audit.Anchor{Day: now.AddDate(0, 0, -ago).Format(time.DateOnly), Place: head.Place, Signature: head.Signature}
		if err := record.PutAnchor(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	return one, record
}

func TestDoctorNamesDaysWithoutAnAnchor(t *testing.T) {
	const day, deleted = 24 * time.Hour, "no day between has one"
	for name, c := range map[string]struct {
		later time.Duration
		days  []int
		want  bool
	}{
		"since before the last days until today": {31 * day, []int{31}, true},
		"none at all":                            {3 * day, nil, true},
		"none at first":                          {5 * day, []int{1, 0}, true},
		"every day":                              {2 * day, []int{2, 1, 0}, false},
		"a gap that ended long ago":              {40 * day, append([]int{40, 39}, upTo(35)...), false},
	} {
		one, _ := newPractice(t, nil).anchored(t, c.later, c.days...)
		found := examineAudit(t.Context(), one)
		if c.want {
			expect(t, found, "audit anchors", stateWarn, deleted)
		} else if slices.ContainsFunc(found, func(f finding) bool { return strings.Contains(f.Detail, deleted) }) {
			t.Errorf("%s: found %+v", name, found)
		}
	}
}

// What is wrong with the end of the chain hides nothing else.
func TestDoctorNamesAllThatIsWrongWithTheRecord(t *testing.T) {
	one, record := newPractice(t, nil).anchored(t, 3*24*time.Hour)
	head, err := record.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path, ok := one.config.SQLitePath()
	if !ok {
		t.Fatal("no file")
	}
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, planted := raw.ExecContext(t.Context(), `INSERT INTO audit_chain (place, source, entry_id, digest, signature) VALUES (?, 'entry', ?, ?, ?)`,
		head.Place+1, head.Entry, head.Digest, strings.Repeat("b", 72))
	_, dismissed := raw.ExecContext(t.Context(), "DELETE FROM role_holdings")
	if err := errors.Join(planted, dismissed, raw.Close(), record.Append(t.Context(), audit.Entry{At: time.Now(), Kind: audit.Export})); err != nil {
		t.Fatal(err)
	}
	var says []string
	for _, f := range examineAudit(t.Context(), one) {
		says = append(says, f.Detail)
	}
	for _, want := range []string{"under a key that is not held", "lists nothing behind it", "an entry has waited", "no day between", "nobody holds the role"} {
		if !slices.ContainsFunc(says, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("%q is not among %q", want, says)
		}
	}
}

// A chain that was emptied is no new one, also where its anchors went with it.
func TestDoctorNamesAChainThatWasEmptied(t *testing.T) {
	for want, statements := range map[string][]string{
		"the chain had 1 entries": {"DELETE FROM audit_chain"},
		"the chain was deleted":   {"DELETE FROM audit_chain", "DELETE FROM audit_anchors"},
	} {
		one, _ := newPractice(t, nil).anchored(t, 0, 0)
		path, _ := one.config.SQLitePath()
		raw, err := sql.Open("sqlite", path)
		for _, s := range statements {
			if err == nil {
				_, err = raw.ExecContext(t.Context(), s)
			}
		}
		if err := errors.Join(err, raw.Close()); err != nil {
			t.Fatal(err)
		}
		expect(t, examineAudit(t.Context(), one), auditChain, stateBad, want)
	}
}

// upTo counts down to today.
func upTo(days int) (all []int) {
	for ; days >= 0; days-- {
		all = append(all, days)
	}
	return all
}
