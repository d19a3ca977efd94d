package storage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
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
	found, err := o.Similar(t.Context(), o.mate.ID, o.service.Name, "给锅炉房加个护栏")
	if err != nil {
		t.Fatal(err)
	}
	want := []cases.Summary{{ID: like.ID, Number: like.Number, Service: like.Service, Title: like.Title, State: cases.Open}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("like cases (-want +got):\n%s", diff)
	}
	if found, err := o.Similar(t.Context(), newLoner(t, o).ID, o.service.Name, "给锅炉房加个护栏"); err != nil || len(found) != 0 {
		t.Errorf("another union sees %v, %v", found, err)
	}
	o.now.set(testNow.AddDate(0, 25, 0))
	if found, err := o.Similar(t.Context(), o.mate.ID, o.service.Name, "给锅炉房加个护栏"); err != nil || len(found) != 0 {
		t.Errorf("two years later there is %v, %v", found, err)
	}
}
