package delivery_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/media"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/cases"
)

func TestWhatTheBucketDoesNotTakeIsFetchedAgain(t *testing.T) {
	db := storagetest.SQLite(t)
	p := newPost(t, db)
	at := storagetest.BucketURL(t) // there is no such bucket yet
	bucket, err := media.Open(at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bucket.Close() })
	attachments, owner := storage.NewAttachments(db), zhangwei(t, db)
	const theCase = 5
	id, err := attachments.Add(t.Context(), cases.Attachment{ID: cases.ID(db.NewID()), Owner: owner, Draft: 9, Channel: string(onWeCom),
		MediaID: "photo", Kind: "image", State: "pending", CreatedAt: p.clock.now()})
	if err != nil {
		t.Fatal(err)
	}
	if err := attachments.Bind(t.Context(), owner, theCase, []cases.ID{id}); err != nil {
		t.Fatal(err)
	}
	fetched := make(chan struct{}, 100)
	for range 100 {
		p.wecom.Answer(mediaPath, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/gif")
			_, _ = w.Write(photo)
			fetched <- struct{}{}
		})
	}
	find := func() cases.Attachment {
		t.Helper()
		list, err := attachments.OfCase(t.Context(), theCase)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		return list[0]
	}
	startFetcher(t, p, attachments, bucket)
	for range 2 {
		p.eventually("it is fetched though it cannot be kept", func() bool {
			p.clock.advance(time.Minute)
			return len(fetched) > 0
		})
		<-fetched
		if state := find().State; state != cases.AttachmentPending {
			t.Fatalf("it is %s", state)
		}
	}

	storagetest.MakeBucket(t, at)
	p.eventually("it is kept", func() bool {
		p.clock.advance(time.Minute)
		return find().State == cases.AttachmentKept
	})
}
