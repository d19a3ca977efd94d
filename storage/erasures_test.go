package storage_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/binding"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/privacy"
	"github.com/unionbot/unionbot/union/roster"
	"github.com/unionbot/unionbot/union/talk"
)

// leaver is a member of whom everything is kept that can be, with the marks by which it is found.
type leaver struct {
	*office
	union.Member
	closed, withdrawn cases.Case
	marks             []string
	own, shared       string // hashes of files
	removed           []string
}

func newLeaver(t *testing.T, db *storage.DB) *leaver {
	t.Helper()
	l := &leaver{office: newOffice(t, db), own: strings.Repeat("1", 64), shared: strings.Repeat("2", 64)}
	l.Member = put(t, l.members, l.root+"/一分厂/锅炉班", union.Member{
		StaffNo: storagetest.Unique("s"), Name: "欧阳去留", Phone: "13812345678", IDCard: "11010519491231002X", Birthday: "1949-12-31",
		LunarBirthday: "L1949-11-12", Post: "司炉能手", Notes: "住三号楼", RetireOn: "2009-12-31", WeComUserID: "ouyang.quliu",
	})
	l.marks = []string{
		"欧阳去留", "13812345678", "11010519491231002X", "1949-12-31", "L1949-11-12", "司炉能手", "住三号楼", "2009-12-31", "ouyang.quliu",
		"openid-of-ouyang", "护栏要加高", "补充在二号炉", "还没写完的话", "晚到的回答", "停着的话", "先说一句", "对话里的话", "备注的话", "于三月找过", "media-of-ouyang-1", "media-of-ouyang-2", l.own,
	}
	l.fill(t)
	return l
}

func (l *leaver) fill(t *testing.T) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	account := bot.Address{Channel: "officialaccount:gh_1", User: "openid-of-ouyang"}
	must(l.members.Bind(t.Context(), union.Identity{Channel: string(account.Channel), User: string(account.User), Member: l.ID, Proof: union.ProofCode, BoundAt: testNow}))
	must(l.members.Grant(t.Context(), l.ID, union.GroupLeader, l.Org))
	attachments := storage.NewAttachments(l.db)
	draft := l.draft(l.Member, "护栏要加高")
	for media, hash := range map[string]string{"media-of-ouyang-1": l.own, "media-of-ouyang-2": l.shared} {
		id := attach(t, l.office, l.Member, media)
		must(attachments.Kept(t.Context(), id, hash, 3, "image/jpeg"))
		draft.Pictures = append(draft.Pictures, id)
	}
	must(attachments.Kept(t.Context(), attach(t, l.office, l.mate, "another"), l.shared, 3, "image/jpeg"))
	filed, err := l.File(t.Context(), draft)
	must(err)
	l.closed = filed.Case
	l.decide(t, l.branch, l.closed, cases.Return, "请补充位置")
	_, err = l.Supplement(t.Context(), l.ID, l.closed.Number, "补充在二号炉", nil)
	must(err)
	l.withdrawn = l.file(t, l.Member, "护栏要加高,再说一遍")
	must(l.SaveDraft(t.Context(), l.draft(l.Member, "还没写完的话")))
	must(storage.NewOutbox(l.db).PutOutgoing(t.Context(), account, "late/"+l.StaffNo, []bot.Outgoing{{Text: "晚到的回答"}}))
	must(storage.NewParked(l.db, l.now.Now).Put(t.Context(), account, "parked/"+l.StaffNo, "停着的话"))
	bindings := storage.NewBindings(l.db)
	must(bindings.SaveTries(t.Context(), string(account.Channel), string(account.User), binding.Tries{Failures: 1, FailedAt: testNow}))
	must(bindings.SaveCode(t.Context(), l.ID, strings.Repeat("c", 64), testNow.Add(time.Hour)))
	talks := newTalks(l.db, l.members, l.outbox, l.calendar, l.now.Now)
	opened, err := talks.Open(t.Context(), talk.Opening{Worker: l.ID, Said: []string{"先说一句"}})
	must(err)
	_, err = talks.Hear(t.Context(), l.ID, union.Identity{}, talk.Word{Text: "对话里的话" + strings.Repeat("很长", 1000)})
	must(err)
	_, err = talks.Note(t.Context(), l.branch.ID, opened.ID, "备注的话")
	must(err)
	record := storage.NewAudit(l.db)
	// Somebody looked at a case, the member printed it, and the member was looked for.
	for _, e := range []audit.Entry{
		{Kind: audit.Look, Actor: l.branch.ID, Name: l.branch.Name, Case: int64(l.closed.ID)},
		{Kind: audit.Print, Actor: l.ID, Name: l.Name, Case: int64(l.closed.ID)},
		{Kind: audit.Look, Member: l.ID, Note: "于三月找过"},
	} {
		e.At = testNow
		must(record.Append(t.Context(), e))
	}
	before := l.now.Now()
	l.now.set(opened.DueAt)
	_, err = talks.Sweep(t.Context(), 10) // whoever had it is told so
	must(err)
	l.now.set(before)
	claim := binding.Claims(sealer(t, testKeys), l.StaffNo)
	l.marks = append(l.marks, claim[0], strings.Repeat("c", 64))
	_, err = bindings.Warn(t.Context(), claim, testNow, testNow)
	must(err)
	_, err = bindings.Guess(t.Context(), claim, testNow, testNow)
	must(err)
}

// end lets the cases end and the member leave.
func (l *leaver) end(t *testing.T) {
	t.Helper()
	l.decide(t, l.branch, l.closed, cases.Accept, "这就办")
	if _, err := l.Withdraw(t.Context(), l.ID, l.withdrawn.Number); err != nil {
		t.Fatal(err)
	}
	l.Status = union.Left
	if _, err := l.members.Put(t.Context(), l.Member, testNow); err != nil {
		t.Fatal(err)
	}
}

func (l *leaver) remove(_ context.Context, hash string) (bool, error) {
	l.removed = append(l.removed, hash)
	return true, nil
}

func (l *leaver) erase(t *testing.T, store privacy.ErasureStore) (privacy.Erased, error) {
	t.Helper()
	m, err := l.members.ByStaffNo(t.Context(), l.StaffNo)
	if err != nil {
		t.Fatal(err)
	}
	return privacy.NewEraser(store, sealer(t, testKeys), l.remove).Erase(t.Context(), privacy.Erasure{Member: m, Reason: "request 17", At: testNow})
}

// found lists where the database still holds one of the marks.
func (l *leaver) found(t *testing.T) (lines []string) {
	t.Helper()
	all, err := storage.Everything(t.Context(), l.db)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range all {
		if slices.ContainsFunc(l.marks, func(mark string) bool { return strings.Contains(line, mark) }) {
			lines = append(lines, line)
		}
	}
	return lines
}

var errKilled = errors.New("killed")

// dying does so many steps and is killed then.
type dying struct {
	*storage.Erasures
	steps int
}

func (d *dying) step(err error) error {
	if d.steps--; err == nil && d.steps < 0 {
		return errKilled
	}
	return err
}

func (d *dying) EraseCase(ctx context.Context, c privacy.Filed, e privacy.Erasure, done *privacy.Erased) error {
	return d.step(d.Erasures.EraseCase(ctx, c, e, done))
}

func (d *dying) EraseAttachments(ctx context.Context, e privacy.Erasure, remove privacy.RemoveFile) (int, error) {
	files := d.steps
	n, err := d.Erasures.EraseAttachments(ctx, e, func(ctx context.Context, hash string) (bool, error) {
		if files == 0 {
			return false, errKilled
		}
		return remove(ctx, hash)
	})
	return n, d.step(err)
}

func (d *dying) EraseNotices(ctx context.Context, e privacy.Erasure) (int64, error) {
	n, err := d.Erasures.EraseNotices(ctx, e)
	return n, d.step(err)
}

func (d *dying) EraseLikeness(ctx context.Context, e privacy.Erasure) error {
	return d.step(d.Erasures.EraseLikeness(ctx, e))
}

func (d *dying) EraseMember(ctx context.Context, e privacy.Erasure, done *privacy.Erased) error {
	return d.step(d.Erasures.EraseMember(ctx, e, done))
}

// longer takes longer than the lease over every case, file and step.
type longer struct {
	*storage.Erasures
	t        *testing.T
	db       *storage.DB
	overtake string
}

// late lets the lease run out, as far as it goes by what it says, and fails if it had run out before.
func (s longer) late() {
	s.t.Helper()
	left, err := storage.Text(s.t.Context(), s.db, "SELECT COUNT(*) FROM roster_lease WHERE until_ms > ?", time.Now().UnixMilli())
	if err != nil || left != "1" {
		s.t.Errorf("an import could run beside the deletion: %s, %v", left, err)
	}
	if err := storage.Run(s.t.Context(), s.db, "UPDATE roster_lease SET until_ms = 1"+s.overtake); err != nil {
		s.t.Error(err)
	}
}

func (s longer) Judge(ctx context.Context, e privacy.Erasure) (*audit.Checker, error) {
	s.late()
	return s.Erasures.Judge(ctx, e)
}

func (s longer) EraseCase(ctx context.Context, c privacy.Filed, e privacy.Erasure, done *privacy.Erased) error {
	s.late()
	return s.Erasures.EraseCase(ctx, c, e, done)
}

func (s longer) EraseNotices(ctx context.Context, e privacy.Erasure) (int64, error) {
	s.late()
	return s.Erasures.EraseNotices(ctx, e)
}

func (s longer) EraseLikeness(ctx context.Context, e privacy.Erasure) error {
	s.late()
	return s.Erasures.EraseLikeness(ctx, e)
}

func (s longer) EraseMember(ctx context.Context, e privacy.Erasure, done *privacy.Erased) error {
	s.late()
	return s.Erasures.EraseMember(ctx, e, done)
}

// An import waits for a deletion that takes long, and a deletion that an import has overtaken stops.
func TestALongDeletionKeepsImportsOut(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		l := newLeaver(t, db)
		l.end(t)
		m, err := l.members.ByStaffNo(t.Context(), l.StaffNo)
		if err != nil {
			t.Fatal(err)
		}
		e := privacy.Erasure{Member: m, Reason: "request 17", At: testNow}
		files := 0
		erase := func(store longer) error {
			_, err := privacy.NewEraser(store, sealer(t, testKeys), func(context.Context, string) (bool, error) {
				files++
				store.late()
				return true, nil
			}).Erase(t.Context(), e)
			return err
		}
		store := longer{storage.NewErasures(db, wecomChannel), t, db, ", run = run + 1"}
		if err := erase(store); !errors.Is(err, roster.ErrRunning) {
			t.Errorf("overtaken by an import: %v", err)
		}
		if m, err = l.members.ByStaffNo(t.Context(), l.StaffNo); err != nil || m.Name == privacy.ErasedName || files > 0 {
			t.Errorf("the member is %+v, %d files went, %v", m, files, err)
		}
		store.overtake = ""
		if err := erase(store); err != nil || files == 0 {
			t.Errorf("%d files went, %v", files, err)
		}
		clearRecord(t, db)
	})
}

// overtaken lets an import begin as the last step does.
type overtaken struct{ longer }

func (s overtaken) EraseMember(ctx context.Context, e privacy.Erasure, done *privacy.Erased) error {
	if e.Trial {
		return s.Erasures.EraseMember(ctx, e, done)
	}
	return longer{s.Erasures, s.t, s.db, ", run = run + 1"}.EraseMember(ctx, e, done)
}

// An import that begins in the last moment finds the member as it was, or waits until the deletion has ended.
func TestAnImportOvertakesNoDeletion(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := newReckoned(t, db)
		t.Cleanup(func() { clearRecord(t, db) })
		store := overtaken{longer{storage.NewErasures(db, ""), t, db, ""}}
		e := privacy.Erasure{Member: k.who, At: testNow, Reason: "request 17"}
		done, err := privacy.NewEraser(store, sealer(t, testKeys), nil).Erase(t.Context(), e)
		if !errors.Is(err, roster.ErrRunning) || done.Member || done.Cases != 1 {
			t.Errorf("deleted %+v, %v", done, err)
		}
		name, err := storage.Text(t.Context(), db, "SELECT name FROM members WHERE id = ?", k.who.ID)
		if err != nil || name == privacy.ErasedName {
			t.Errorf("the member is %s, %v", name, err)
		}
	})
}

// Nothing that was said by or about a member who has left can be read afterwards, and the record holds and says so,
// however often the deletion was killed before it ended.
func TestADeletionLeavesTheRecordAndNothingOfTheMember(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for _, killed := range []bool{false, true} {
			l := newLeaver(t, db)
			l.end(t)
			r := storage.NewAudit(db)
			sealAll(t, r, 9)
			if len(l.found(t)) < len(l.marks) {
				t.Fatalf("the test finds too little: %v", l.found(t))
			}
			for steps := 0; killed; steps++ {
				if _, err := l.erase(t, &dying{storage.NewErasures(db, wecomChannel), steps}); err == nil {
					break
				} else if !errors.Is(err, errKilled) {
					t.Fatal(err)
				}
			}
			done, err := l.erase(t, storage.NewErasures(db, wecomChannel))
			if err != nil {
				t.Fatal(err)
			}
			done.Notices, done.Numbers = 0, nil // as many as there were officers
			want := privacy.Erased{Cases: 2, Attachments: 2, Drafts: 3, Accounts: 1, Roles: 1, Entries: 3, Member: true, Finished: true}
			if killed {
				want = privacy.Erased{Finished: true}
			}
			if !reflect.DeepEqual(done, want) {
				t.Errorf("killed %v: deleted %+v, want %+v", killed, done, want)
			}
			if left := l.found(t); len(left) > 0 {
				t.Errorf("killed %v: left are\n%s", killed, strings.Join(left, "\n"))
			}
			if !slices.Contains(l.removed, l.own) || slices.Contains(l.removed, l.shared) {
				t.Errorf("removed the files %v", l.removed)
			}
			l.sound(t, r)
			clearRecord(t, db)
		}
	})
}

// sound looks at the record and at what stays of the member.
func (l *leaver) sound(t *testing.T, r *storage.Audit) {
	t.Helper()
	sealAll(t, r, 3) // two cases and the member
	report, err := r.Check(t.Context(), nil, nil)
	if err != nil || !report.Sound() || report.Events != 6 || report.Erased != 9 || report.Entries != 6 || report.Links != 12 {
		t.Errorf("found %+v, %v", report, err)
	}
	m, err := l.members.ByStaffNo(t.Context(), l.StaffNo)
	if err != nil || m.Name != privacy.ErasedName || m.Org != l.Org || m.Status != union.Left {
		t.Errorf("the member is %+v, %v", m, err)
	}
	view, err := l.Case(t.Context(), l.branch.ID, l.closed.Number)
	if err != nil || view.Title != "" || view.State != cases.Accepted || !view.FiledAt.Equal(l.closed.FiledAt) {
		t.Errorf("the officer sees %+v, %v", view.Case, err)
	}
	columns, err := l.db.Rewrap(t.Context(), l.members, true, func(int) {})
	for _, c := range columns {
		if c.Unreadable > 0 || err != nil {
			t.Errorf("the keys cannot be changed: %+v, %v", c, err)
		}
	}
	like, err := storage.Text(t.Context(), l.db, `SELECT COUNT(*) FROM likeness WHERE case_id IN (?, ?)`, l.closed.ID, l.withdrawn.ID)
	if err != nil || like != "0" {
		t.Errorf("%s places of the words are left, %v", like, err)
	}
	// Who knows the words cannot show that they were said: the salt is gone with them.
	if n, err := storage.Text(t.Context(), l.db, `SELECT (SELECT COUNT(*) FROM case_events WHERE salt IS NOT NULL) +
		(SELECT COUNT(*) FROM audit_entries WHERE salt <> '' AND kind <> 'erase')`); err != nil || n != "0" {
		t.Errorf("%s salts are left, %v", n, err)
	}
	var officers []string
	if err := r.Each(t.Context(), func(e audit.StoredEntry) error { officers = append(officers, e.Name); return nil }); err != nil || !slices.Contains(officers, l.branch.Name) {
		t.Errorf("of who looked is left %q, %v", officers, err)
	}
	// Nobody empties another entry under cover of a deletion, not even one about the same member.
	if err := r.Append(t.Context(), audit.Entry{At: testNow, Kind: audit.Look, Member: l.ID}); err != nil {
		t.Fatal(err)
	}
	sealAll(t, r, 1)
	forger{t: t, db: l.db}.run("UPDATE audit_entries SET salt = '', erased_ms = 1 WHERE erased_ms IS NULL AND kind = 'look'")
	if report, err := r.Check(t.Context(), nil, nil); err != nil || len(report.Damages) != 1 || !names(report, "emptied entry") {
		t.Errorf("found %+v, %v", report, err)
	}
}

func TestWhoIsServedOrAwaitsAnAnswerIsNotDeleted(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		l := newLeaver(t, db)
		store := storage.NewErasures(db, wecomChannel)
		before := len(l.found(t))
		if _, err := l.erase(t, store); !errors.Is(err, privacy.ErrNotLeft) {
			t.Errorf("an active member: %v", err)
		}
		l.Status = union.Left
		if _, err := l.members.Put(t.Context(), l.Member, testNow); err != nil {
			t.Fatal(err)
		}
		var open *privacy.OpenError
		if _, err := l.erase(t, store); !errors.As(err, &open) || !slices.Equal(open.Numbers, []string{l.closed.Number, l.withdrawn.Number}) {
			t.Errorf("with open cases: %v", err)
		}
		l.end(t)
		late := attach(t, l.office, l.Member, "media-of-ouyang-3")
		if _, err := l.erase(t, store); !errors.Is(err, privacy.ErrFetching) {
			t.Errorf("with a file on its way: %v", err)
		}
		if after := len(l.found(t)); after < before {
			t.Errorf("%d values of %d are left although nothing was to be deleted", after, before)
		}
		if err := storage.NewAttachments(db).Lost(t.Context(), late, "gone", nil); err != nil {
			t.Fatal(err)
		}
		if _, err := l.erase(t, store); err != nil {
			t.Error(err)
		}
		clearRecord(t, db)
	})
}

// Who came back between the look and the deletion is left alone.
func TestAMemberWhoCameBackKeepsTheAccount(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		e := privacy.Erasure{Member: o.worker, At: testNow}
		if err := storage.NewErasures(db, "").EraseMember(t.Context(), e, &privacy.Erased{}); !errors.Is(err, privacy.ErrNotLeft) {
			t.Errorf("got %v", err)
		}
		if m, err := o.members.Get(t.Context(), o.worker.ID); err != nil || m.Name != o.worker.Name {
			t.Errorf("got %+v, %v", m, err)
		}
	})
}

// A deletion that somebody writes on record without the keys covers nothing.
func TestAForgedDeletionIsNamed(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r, c, _ := auditRecord(t, db)
		t.Cleanup(func() { clearRecord(t, db) })
		f := forger{t, db, c}
		f.run("UPDATE case_events SET note = '', salt = NULL, erased_ms = 1 WHERE case_id = ?", c.ID)
		f.run(`INSERT INTO audit_entries (id, at_ms, kind, case_id, content, salt, digest, signature, listed)
			VALUES (1, 1, 'erase', ?, '{}', 'x', ?, ?, 0)`, c.ID, strings.Repeat("a", 64), strings.Repeat("b", 72))
		report, err := r.Check(t.Context(), []audit.Anchor{}, nil)
		if err != nil || !names(report, "changed entry 1 (erase)") {
			t.Errorf("found %+v, %v", report, err)
		}
	})
}
