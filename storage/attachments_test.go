package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

func attach(t *testing.T, o *office, owner union.Member, media string) cases.ID {
	t.Helper()
	id, err := o.Attach(t.Context(), cases.Attachment{Owner: owner.ID, Draft: 9, Channel: wecomChannel, MediaID: media, Kind: "image"})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func testAttachments(t *testing.T, o *office) {
	first := attach(t, o, o.worker, "media-1")
	t.Run("the same media is kept once, for each owner", func(t *testing.T) {
		if again := attach(t, o, o.worker, "media-1"); again != first {
			t.Errorf("again it is %d, first %d", again, first)
		}
		if other := attach(t, o, o.mate, "media-1"); other == first {
			t.Error("two owners share one")
		}
	})
	t.Run("a case takes its author's only", func(t *testing.T) {
		foreign := attach(t, o, o.mate, "media-2")
		draft := o.draft(o.worker, "有照片")
		draft.Pictures = []cases.ID{first, foreign}
		filed, err := o.File(t.Context(), draft)
		if err != nil {
			t.Fatal(err)
		}
		list, err := o.Attachments(t.Context(), o.branch.ID, filed.Case.ID)
		if err != nil {
			t.Fatal(err)
		}
		want := []cases.Attachment{{
			ID: first, Owner: o.worker.ID, Draft: 9, Channel: wecomChannel, MediaID: "media-1", Kind: "image",
			State: cases.AttachmentPending, CreatedAt: testNow,
		}}
		if diff := cmp.Diff(want, list); diff != "" {
			t.Errorf("attachments (-want +got):\n%s", diff)
		}
	})
}

func testFetching(t *testing.T, o *office) {
	o.now.set(testNow.Add(49 * time.Hour)) // the union's clock runs ahead of the machine's
	kept, first := storage.NewAttachments(o.db), attach(t, o, o.worker, "media-1")
	pending := func(now time.Time) []cases.ID {
		t.Helper()
		list, err := kept.Pending(t.Context(), now, 100)
		if err != nil {
			t.Fatal(err)
		}
		var ids []cases.ID
		for _, a := range list {
			ids = append(ids, a.ID)
		}
		return ids
	}
	if !slices.Contains(pending(testNow), first) {
		t.Fatal("it is not handed out")
	}
	if slices.Contains(pending(testNow.Add(30*time.Second)), first) {
		t.Error("it is handed out twice within the lease")
	}
	if !slices.Contains(pending(testNow.Add(2*time.Minute)), first) {
		t.Error("it is not handed out after the lease")
	}
	retry := testNow.Add(time.Hour)
	if err := kept.Lost(t.Context(), first, "timeout", &retry); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(pending(testNow.Add(30*time.Minute)), first) {
		t.Error("it is handed out before its time")
	}
	if !slices.Contains(pending(retry), first) {
		t.Error("it is not handed out at its time")
	}
	if err := kept.Kept(t.Context(), first, "ab12", 42, "image/jpeg"); err != nil {
		t.Fatal(err)
	}
	if err := kept.Lost(t.Context(), first, "late", nil); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(pending(retry.Add(time.Hour)), first) {
		t.Error("what is kept is fetched again")
	}
}

func testSimilar(t *testing.T, o *office) {
	like := o.file(t, o.worker, "二号炉加护栏")
	o.file(t, o.worker, "食堂晚上多开一个窗口")
	refused := o.file(t, o.worker, "给锅炉房加护栏吧")
	o.decide(t, o.branch, refused, cases.Refuse, "已有")
	found, err := o.Similar(t.Context(), o.mate.ID, o.service, map[string]cases.Value{"proposal": {Text: "给锅炉房加个护栏"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []cases.Summary{{ID: like.ID, Number: like.Number, Service: like.Service, Title: like.Title, State: cases.Open}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("like cases (-want +got):\n%s", diff)
	}
	if found, err := o.Similar(t.Context(), newLoner(t, o).ID, o.service, map[string]cases.Value{"proposal": {Text: "给锅炉房加个护栏"}}); err != nil || len(found) != 0 {
		t.Errorf("another union sees %v, %v", found, err)
	}
	o.now.set(testNow.AddDate(0, 25, 0))
	if found, err := o.Similar(t.Context(), o.mate.ID, o.service, map[string]cases.Value{"proposal": {Text: "给锅炉房加个护栏"}}); err != nil || len(found) != 0 {
		t.Errorf("two years later there is %v, %v", found, err)
	}
}

func testSendPictures(t *testing.T, o *office) {
	draft := o.draft(o.worker, "给炉口加个护栏")
	kept, pending, lost := attach(t, o, o.worker, "kept"), attach(t, o, o.worker, "pending"), attach(t, o, o.worker, "lost")
	draft.Values["situation"] = cases.Value{Text: "没有护栏", Voice: pending}
	draft.Pictures = []cases.ID{kept, lost}
	filed, err := o.File(t.Context(), draft)
	if err != nil {
		t.Fatal(err)
	}
	c := filed.Case
	shelf, hash := storage.NewAttachments(o.db), strings.Repeat("ab", 32)
	if err := errors.Join(shelf.Kept(t.Context(), kept, hash, 9, "image/jpeg"), shelf.Lost(t.Context(), lost, "gone", nil)); err != nil {
		t.Fatal(err)
	}
	o.outbox.take()

	for _, stranger := range []union.Member{o.mate, o.other} {
		if _, err := o.SendPictures(t.Context(), stranger.ID, c.ID, "m"); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("%s is answered %v", stranger.Name, err)
		}
	}
	if put := o.outbox.take(); len(put) != 0 {
		t.Errorf("strangers are sent %+v", put)
	}
	for _, occasion := range []string{"tap", "tap", "another tap"} {
		sent, err := o.SendPictures(t.Context(), o.branch.ID, c.ID, occasion)
		if want := (cases.Pictures{Number: c.Number, Sent: 1, Pending: 1, Lost: 1, Shows: map[cases.Shows]int{cases.ShowsBefore: 1}}); err != nil || !cmp.Equal(sent, want) {
			t.Errorf("%s: %+v, %v, want %+v", occasion, sent, err, want)
		}
	}
	keys := map[string]bool{}
	for _, n := range o.outbox.take() {
		keys[n.Key] = true
		want := notice.Body{Text: c.Number + " without 1", File: &notice.File{Hash: hash, Type: "image/jpeg", Name: c.Number + "-1"}}
		if diff := cmp.Diff(want, n.Body); diff != "" || n.To != o.branch.ID || n.Kind != notice.KindPicture || n.Policy != notice.Resend {
			t.Errorf("notice to %d, %s, %s (-want +got):\n%s", n.To, n.Kind, n.Policy, diff)
		}
	}
	if len(keys) != 2 {
		t.Errorf("two taps, one of them twice, are the notices %v", keys)
	}

	after := attach(t, o, o.branch, "after") // as a release bound it that did not note when
	if err := errors.Join(shelf.Kept(t.Context(), after, hash, 9, "image/jpeg"), shelf.Bind(t.Context(), o.branch.ID, c.ID, []cases.ID{after})); err != nil {
		t.Fatal(err)
	}
	sent, err := o.SendPictures(t.Context(), o.branch.ID, c.ID, "both")
	both := map[cases.Shows]int{cases.ShowsBefore: 1, cases.ShowsAfter: 1}
	if want := (cases.Pictures{Number: c.Number, Sent: 2, Pending: 1, Lost: 1, Shows: both}); err != nil || !cmp.Equal(sent, want) {
		t.Errorf("before and after: %+v, %v, want %+v", sent, err, want)
	}
	var names []string
	for _, n := range o.outbox.take() {
		names = append(names, n.Body.File.Name)
	}
	if want := []string{plainWords{}.PictureName(c.Number, cases.ShowsBefore, 1), plainWords{}.PictureName(c.Number, cases.ShowsAfter, 1)}; !slices.Equal(names, want) {
		t.Errorf("named %v, want %v", names, want)
	}
}

func TestASoundIsOfOneCase(t *testing.T) {
	inOffices(t, []suite{
		{"a second draft with it is refused, and the same one is the same case", testSoundTwice},
		{"of several drafts at one moment one is filed", testSoundAtOnce},
		{"a draft that is a case already takes no new sound with it", testSoundLater},
	})
}

// spoken is a draft whose proposal was said.
func (o *office) spoken(sound cases.ID) cases.Draft {
	d := o.draft(o.worker, "装护栏")
	v := d.Values["proposal"]
	v.Voice = sound
	d.Values["proposal"] = v
	return d
}

func testSoundTwice(t *testing.T, o *office) {
	sound := attach(t, o, o.worker, "m1")
	first, second := o.spoken(sound), o.spoken(sound)
	filed, err := o.File(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	var bound *cases.SpokenError
	if _, err := o.File(t.Context(), second); !errors.As(err, &bound) || bound.Number != filed.Case.Number {
		t.Errorf("a second case of the sound: %v", err)
	}
	if again, err := o.File(t.Context(), first); err != nil || !again.Again || again.Case.ID != filed.Case.ID {
		t.Errorf("the same once more: %+v, %v", again, err)
	}
}

func testSoundAtOnce(t *testing.T, o *office) {
	for round := range 4 {
		sound := attach(t, o, o.worker, fmt.Sprint("at once ", round))
		drafts := [3]cases.Draft{o.spoken(sound), o.spoken(sound)}
		drafts[2] = drafts[0] // the other phone of the same draft
		var filed [len(drafts)]cases.Filed
		var errs [len(drafts)]error
		var all sync.WaitGroup
		begin := make(chan struct{})
		for i, d := range drafts {
			all.Go(func() {
				<-begin
				var refused error
				err := o.db.Tx(t.Context(), func(ctx context.Context) (err error) { // a turn that tells the person why, and commits
					if filed[i], err = o.File(ctx, d); errors.As(err, new(*cases.SpokenError)) {
						refused, err = err, nil
					}
					return err
				})
				errs[i] = errors.Join(err, refused)
			})
		}
		close(begin)
		all.Wait()
		found := map[cases.ID]bool{}
		for i, f := range filed {
			switch {
			case errs[i] == nil:
				found[f.Case.ID] = true
			case !errors.As(errs[i], new(*cases.SpokenError)):
				t.Errorf("round %d: draft %d: %v", round, i, errs[i])
			}
		}
		if len(found) != 1 {
			t.Errorf("round %d: filed as %d cases", round, len(found))
		}
	}
}

func testSoundLater(t *testing.T, o *office) {
	first, later := attach(t, o, o.worker, "m1"), attach(t, o, o.worker, "m2")
	d := o.spoken(first)
	filed, err := o.File(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	changed := o.spoken(later)
	changed.ID = d.ID
	if again, err := o.File(t.Context(), changed); err != nil || !again.Again || again.Case.ID != filed.Case.ID {
		t.Errorf("the same draft with another sound: %+v, %v", again, err)
	}
	if _, err := o.File(t.Context(), o.spoken(later)); err != nil { // it is free, and no case that there is none of has it
		t.Errorf("a draft with the sound that was not taken: %v", err)
	}
	if number, err := storage.NewAttachments(o.db).Filed(t.Context(), later); err != nil || number == "" {
		t.Errorf("the later sound is of %q, %v", number, err)
	}
}
