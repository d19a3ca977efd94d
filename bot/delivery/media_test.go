package delivery_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/bot/wecom"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/media"
	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

const mediaPath = "/cgi-bin/media/get"

// photo is the smallest body that shows itself as a picture.
var photo = append([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), make([]byte, 20)...)

func TestPicturesAreKeptBeforeThePlatformForgetsThem(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPost(t, db)
		attachments := storage.NewAttachments(db)
		owner := zhangwei(t, db)
		add := func(mediaID string) cases.ID {
			t.Helper()
			id, err := attachments.Add(t.Context(), cases.Attachment{ID: cases.ID(db.NewID()), Owner: owner, Draft: 9, Channel: string(onWeCom), MediaID: mediaID,
				Kind: "image", State: "pending", CreatedAt: p.clock.now()})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		kept, gone, slow := add("kept"), add("gone"), add("slow")
		const theCase = 5
		if err := attachments.Bind(t.Context(), owner, theCase, []cases.ID{kept, gone, slow}); err != nil {
			t.Fatal(err)
		}
		find := func(id cases.ID) cases.Attachment {
			t.Helper()
			list, err := attachments.OfCase(t.Context(), theCase)
			if err != nil {
				t.Fatal(err)
			}
			return list[slices.IndexFunc(list, func(a cases.Attachment) bool { return a.ID == id })]
		}
		var mu sync.Mutex
		tries := 0
		serve := func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Query().Get("media_id") {
			case "gone":
				platformtest.Errcode(40007)(w, r)
				return
			case "slow":
				mu.Lock()
				tries++
				first := tries == 1
				mu.Unlock()
				if first {
					platformtest.Errcode(-1)(w, r)
					return
				}
			}
			w.Header().Set("Content-Type", "image/gif")
			_, _ = w.Write(photo)
		}
		for range 4 {
			p.wecom.Answer(mediaPath, serve)
		}
		folder, err := media.Open("file:" + t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = folder.Close() })
		startFetcher(t, p, attachments, folder)

		state := func(id cases.ID, want cases.AttachmentState) func() bool {
			return func() bool { return find(id).State == want }
		}
		p.eventually("the picture is kept", state(kept, "kept"))
		p.eventually("the expired one is given up", state(gone, "lost"))
		p.eventually("the platform was busy", func() bool {
			mu.Lock()
			defer mu.Unlock()
			return tries == 1
		})
		p.eventually("it is tried again", func() bool {
			// The next try is set by the clock at which the refusal is noted, and that may be after it was advanced.
			p.clock.advance(time.Minute)
			return state(slow, "kept")()
		})

		a := find(kept)
		file, err := folder.Open(t.Context(), a.Hash)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(file)
		if closeErr := file.Close(); err != nil || closeErr != nil || !bytes.Equal(got, photo) || a.Size != int64(len(photo)) {
			t.Errorf("kept %d bytes of %d, %v", len(got), len(photo), err)
		}
	})
}

// zhangwei is a member on WeCom.
func zhangwei(t *testing.T, db *storage.DB) union.MemberID {
	t.Helper()
	keys, err := seal.Parse("test:" + base64.StdEncoding.EncodeToString(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	members := storage.NewMembers(db, keys, string(onWeCom))
	org, err := members.EnsureOrganisation(t.Context(), "集团公司/一分厂/锅炉班")
	if err != nil {
		t.Fatal(err)
	}
	id, err := members.Put(t.Context(), union.Member{StaffNo: "1", Name: "张伟", Org: org.ID, WeComUserID: "ZhangWei", Status: union.Active}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	reach, err := storage.NewDirectory(members).Reach(t.Context(), int64(id))
	if err != nil || !slices.Equal(reach, []bot.Address{wecomUser("zhangwei")}) {
		t.Fatalf("reached at %v, %v", reach, err)
	}
	return id
}

func startFetcher(t *testing.T, p *post, attachments *storage.Attachments, folder *media.Store) {
	t.Helper()
	app, err := wecom.NewClient(wecom.ClientConfig{CorpID: storagetest.Unique("ww"), AgentID: "1000002", Secret: platformtest.Secret,
		APIURL: p.wecom.URL, Tokens: turns.NewTokens(p.redis.Client()), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	keep := func(ctx context.Context, r io.Reader, limit int64, _ bool) (bot.KeptMedia, error) {
		k, err := folder.Keep(ctx, r, limit)
		return bot.KeptMedia(k), err
	}
	fetcher := delivery.NewFetcher(storage.NewMediaShelf(attachments, func(context.Context, cases.Attachment) error { return nil }), keep, map[bot.ChannelID]delivery.Source{onWeCom: app}, p.clock.now, nil)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		fetcher.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	fetcher.Wake()
}
