package storage_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/privacy"
	"github.com/unionbot/unionbot/union/service"
)

// record files what the branch chair writes of a talk with the member.
func (l *leaver) record(t *testing.T) cases.Case {
	t.Helper()
	record, _ := l.deps.Services.Current("counselling_record")
	ref, err := json.Marshal(service.Ref{IDs: []int64{int64(l.ID)}})
	if err != nil {
		t.Fatal(err)
	}
	filed, err := l.File(t.Context(), cases.Draft{
		ID: l.NewDraftID(), Owner: l.branch.ID, Service: record.Name, Hash: record.Hash, Step: "summary", UpdatedAt: l.now.Now(),
		Values: map[string]cases.Value{
			"person": {Text: l.Name, Raw: ref},
			"on":     {Text: "2026年11月22日", Raw: []byte(`"2026-11-22"`)},
			"topic":  {Text: "家庭", Raw: []byte(`"family"`)},
			"record": {Text: "说到家里的难处"},
			"mood":   {Text: "3 分", Raw: []byte(`3`)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	l.marks = append(l.marks, "说到家里的难处", "先请假照顾家人")
	return filed.Case
}

// What an officer has written of a talk rests sealed, waits for its end as the member's own cases do, and goes with the member's data;
// whoever wrote it can be deleted afterwards.
func TestARecordAboutAMemberIsSealedAndGoesWithTheMember(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		l := newLeaver(t, db)
		l.end(t)
		c := l.record(t)
		stored, err := storage.Text(t.Context(), db, `SELECT form FROM cases WHERE id = ?`, c.ID)
		if err != nil || strings.Contains(stored, "难处") || strings.Contains(stored, l.Name) || stored == "" {
			t.Errorf("the record rests as %s, %v", stored, err)
		}
		store := storage.NewErasures(db, wecomChannel)
		var open *privacy.OpenError
		if _, err := l.erase(t, store); !errors.As(err, &open) || !slices.Equal(open.Numbers, []string{c.Number}) {
			t.Errorf("while the record is unread: %v", err)
		}
		l.decide(t, l.chair, c, cases.Accept, "先请假照顾家人")
		if done, err := l.erase(t, store); err != nil || !slices.Contains(done.Numbers, c.Number) {
			t.Errorf("deleted %+v, %v", done, err)
		}
		if left := l.found(t); len(left) > 0 {
			t.Errorf("left are\n%s", strings.Join(left, "\n"))
		}
		sealAll(t, storage.NewAudit(db), 15)
		if report, err := storage.NewAudit(db).Check(t.Context(), nil, nil); err != nil || !report.Sound() {
			t.Errorf("the record is %+v, %v", report, err)
		}
		l.leave(t, l.branch)
		branch, err := l.members.Get(t.Context(), l.branch.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := privacy.NewEraser(store, sealer(t, testKeys), l.remove).Erase(t.Context(), privacy.Erasure{Member: branch, Reason: "request 18", At: testNow}); err != nil {
			t.Errorf("whoever wrote it: %v", err)
		}
		clearRecord(t, db)
	})
}

// Nobody has a case deleted by naming a leaver beside it in the database: its sealed form says whom it is about.
func TestACaseIsAboutWhomItsFormNames(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		l := newLeaver(t, db)
		l.end(t)
		other := l.file(t, l.mate, "隔壁的建议")
		forger{t: t, db: db}.run("UPDATE cases SET ended_ms = 1 WHERE id = ?", other.ID)
		if err := storage.NewSubjects(db).Note(t.Context(), other.ID, time.Now(), true, l.ID); err != nil {
			t.Fatal(err)
		}
		var unproven *privacy.UnprovenError
		if _, err := l.erase(t, storage.NewErasures(db, wecomChannel)); !errors.As(err, &unproven) || !slices.Equal(unproven.Numbers, []string{other.Number}) {
			t.Errorf("deleted a case that is nobody's but its author's: %v", err)
		}
		clearRecord(t, db)
	})
}
