package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// morning is ten o'clock in the union's zone.
var morning = time.Date(2027, 3, 1, 2, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// sweep does what the janitor does with drafts.
func (o *office) sweep(t *testing.T, at time.Time) {
	t.Helper()
	o.now.set(at)
	for _, do := range []func() (int64, error){
		func() (int64, error) { return o.NudgeDrafts(t.Context(), 100) },
		func() (int64, error) { return o.WarnDrafts(t.Context(), 100) },
		func() (int64, error) { return o.ExpireDrafts(t.Context(), 100) },
		func() (int64, error) { return o.PurgeDrafts(t.Context(), 100) },
	} {
		if _, err := do(); err != nil {
			t.Fatal(err)
		}
	}
}

// idle saves a draft of somebody new.
func (o *office) idle(t *testing.T) (union.Member, cases.Draft) {
	t.Helper()
	o.now.set(morning)
	t.Cleanup(func() { o.now.set(testNow) })
	owner := o.person(t, "一分厂/锅炉班", "何静")
	d := o.draft(owner, "放着的")
	if err := o.SaveDraft(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	return owner, d
}

func (o *office) warned(owner union.Member) (texts []string) {
	for _, n := range o.outbox.take() {
		if n.To == owner.ID && n.Kind == notice.KindDraft {
			texts = append(texts, n.Body.Text)
		}
	}
	return texts
}

func (o *office) isOpen(t *testing.T, d cases.Draft) bool {
	t.Helper()
	_, err := o.Draft(t.Context(), d.Owner, d.ID)
	if err != nil && !errors.Is(err, union.ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func testIdleDraft(t *testing.T, o *office) {
	owner, d := o.idle(t)
	empty := o.draft(owner, "")
	empty.Values = nil
	if err := o.SaveDraft(t.Context(), empty); err != nil {
		t.Fatal(err)
	}
	o.sweep(t, morning.Add(27*day-time.Minute))
	o.sweep(t, morning.Add(27*day+12*time.Hour)) // at night
	if texts := o.warned(owner); len(texts) > 0 {
		t.Errorf("too early or at night: %q", texts)
	}
	o.sweep(t, morning.Add(27*day+23*time.Hour)) // nine in the morning
	o.sweep(t, morning.Add(28*day))
	if diff := cmp.Diff([]string{"suggestion until 2027-04-01"}, o.warned(owner)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	o.sweep(t, morning.Add(30*day+22*time.Hour))
	if !o.isOpen(t, d) || !o.isOpen(t, empty) {
		t.Error("it went sooner than was said")
	}
	o.sweep(t, morning.Add(30*day+23*time.Hour))
	if o.isOpen(t, d) || o.isOpen(t, empty) {
		t.Error("it is kept longer than was said")
	}
	if s, err := o.ExpiredDraft(t.Context(), owner.ID); err != nil || s.Name != d.Service {
		t.Errorf("the expired one: %v, %v", s, err)
	}
	d.Version++
	if err := o.SaveDraft(t.Context(), d); !errors.Is(err, union.ErrStale) {
		t.Errorf("it came back: %v", err)
	}
	o.sweep(t, morning.Add(62*day))
	if _, err := o.ExpiredDraft(t.Context(), owner.ID); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("its row is kept: %v", err)
	}
	if texts := o.warned(owner); len(texts) > 0 {
		t.Errorf("warned of again: %q", texts)
	}
}

func testIdleDraftTouched(t *testing.T, o *office) {
	owner, d := o.idle(t)
	o.sweep(t, morning.Add(27*day))
	d.Version, d.UpdatedAt = d.Version+1, morning.Add(29*day)
	if err := o.SaveDraft(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	o.sweep(t, morning.Add(31*day))
	o.sweep(t, morning.Add(56*day))
	if !o.isOpen(t, d) {
		t.Error("it went though it was touched")
	}
	want := []string{"suggestion until 2027-03-31", "suggestion until 2027-04-29"}
	if diff := cmp.Diff(want, o.warned(owner)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// testNudge leaves two forms at ten in the morning.
func testNudge(t *testing.T, o *office) {
	owner, d := o.idle(t)
	other := o.draft(owner, "另一份")
	aside := o.draft(o.person(t, "一分厂/锅炉班", "何静"), "先不写了")
	aside.Aside = true
	for _, each := range []cases.Draft{other, aside} {
		if err := o.SaveDraft(t.Context(), each); err != nil {
			t.Fatal(err)
		}
	}
	o.sweep(t, morning.Add(13*time.Hour))                // 23:00
	o.sweep(t, morning.Add(22*time.Hour+59*time.Minute)) // 08:59
	if texts := o.outbox.take(); len(texts) > 0 {
		t.Errorf("the same day, or at night: %v", texts)
	}
	o.sweep(t, morning.Add(23*time.Hour))
	o.sweep(t, morning.Add(24*time.Hour))
	keys := map[string]bool{} // two with one key are one notice
	for _, n := range o.outbox.take() {
		if n.To != owner.ID || n.Body.Text != "suggestion left" {
			t.Errorf("asked: %+v", n)
		}
		keys[n.Key] = true
	}
	if len(keys) != 1 {
		t.Errorf("asked %d times: %v", len(keys), keys)
	}
	for _, each := range []cases.Draft{d, other} {
		each.Version, each.UpdatedAt = each.Version+1, morning.Add(26*time.Hour)
		if err := o.SaveDraft(t.Context(), each); err != nil {
			t.Fatal(err)
		}
	}
	o.sweep(t, morning.Add(48*time.Hour))
	if texts := o.outbox.take(); len(texts) > 0 {
		t.Errorf("asked after a second time: %v", texts)
	}
}

func testLateWarning(t *testing.T, o *office) {
	owner, d := o.idle(t)
	if err := storage.Damage(t.Context(), o.db, "drafts.body", "owner", fmt.Sprint(owner.ID)); err != nil {
		t.Fatal(err)
	}
	o.sweep(t, morning.Add(90*day)) // nobody swept for two months, and no key opens it
	if diff := cmp.Diff([]string{"suggestion until 2027-06-02"}, o.warned(owner)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	if expired, err := o.ExpiredDraft(t.Context(), owner.ID); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("it went at once: %v, %v", expired, err)
	}
	o.sweep(t, morning.Add(93*day))
	if o.isOpen(t, d) {
		t.Error("it is kept")
	}
}

func testPurgeUnfiled(t *testing.T, o *office) {
	owner, d := o.idle(t)
	attachments := storage.NewAttachments(o.db)
	kept := func(of union.Member, media, hash string, draft cases.ID) cases.ID {
		t.Helper()
		id, err := o.Attach(t.Context(), cases.Attachment{Owner: of.ID, Draft: draft, Channel: wecomChannel, MediaID: media, Kind: "image"})
		if err != nil {
			t.Fatal(err)
		}
		if err := attachments.Kept(t.Context(), id, hash, 1, "image/jpeg"); err != nil {
			t.Fatal(err)
		}
		return id
	}
	kept(owner, "in an open draft", "h-open", d.ID)
	kept(owner, "left", "h-left", 0)
	kept(owner, "twice", "h-twice", 0)
	kept(o.mate, "twice", "h-twice", 0)
	kept(owner, "shared", "h-shared", 0)
	kept(owner, "kept just now", "h-young", 0)
	filed := o.draft(o.worker, "有照片")
	filed.Pictures = []cases.ID{kept(o.worker, "filed", "h-shared", filed.ID)}
	if _, err := o.File(t.Context(), filed); err != nil {
		t.Fatal(err)
	}
	o.now.set(morning.Add(20 * day))
	kept(owner, "not so old", "h-new", 0)

	var removed []string
	purge := func(young string) int64 {
		t.Helper()
		removed = nil
		n, err := attachments.PurgeUnfiled(t.Context(), morning.Add(time.Hour), 1000, func(_ context.Context, hash string) (bool, error) {
			if hash == young {
				return false, nil
			}
			removed = append(removed, hash)
			return true, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(removed)
		removed = slices.DeleteFunc(slices.Compact(removed), func(hash string) bool { return hash[:2] != "h-" })
		return n
	}
	purge("h-young")
	if diff := cmp.Diff([]string{"h-left", "h-twice"}, removed); diff != "" {
		t.Errorf("removed files (-want +got):\n%s", diff)
	}
	if n := purge(""); n != 1 || !slices.Equal(removed, []string{"h-young"}) {
		t.Errorf("later %d went, and %v", n, removed)
	}
	if n := purge(""); n != 0 {
		t.Errorf("%d went though nothing was left", n)
	}
	// What is given up for good goes at once, however young.
	given := o.draft(owner, "不报了")
	given.Pictures = []cases.ID{kept(owner, "given up", "h-given", 0)}
	kept(owner, "given up too", "h-too", given.ID)
	if err := o.ForgetAttachments(t.Context(), given); err != nil {
		t.Fatal(err)
	}
	if n := purge(""); n != 2 || !slices.Equal(removed, []string{"h-given", "h-too"}) {
		t.Errorf("given up were 2, and %d went, %v", n, removed)
	}
	if err := o.DropDraft(t.Context(), owner.ID, d.ID); err != nil {
		t.Fatal(err)
	}
	if n := purge(""); n != 1 || !slices.Equal(removed, []string{"h-open"}) {
		t.Errorf("after its draft %d went, and %v", n, removed)
	}
}
