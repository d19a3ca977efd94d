package storage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/unionbot/unionbot/bot"
	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/reference"
)

const photo = "\xff\xd8\xffa picture"

// pictured is the shipped data with pictures for birthdays.
func (p *party) pictured(pictures string) *reference.Data {
	p.t.Helper()
	greetings, err := fs.ReadFile(shipped.Files, "greetings.yaml")
	p.must(err)
	data, err := reference.Load(shipped.Files, fstest.MapFS{
		"greetings.yaml": {Data: append(greetings, []byte("pictures:\n"+pictures)...)}, "all.jpg": {Data: []byte(photo)}, "unit.jpg": {Data: []byte(photo + " of the unit")},
		"old.jpg": {Data: []byte(photo + " of old times")},
	})
	p.must(err)
	return data
}

// received is what has gone out to a member: words, and pictures by their hash.
func (p *party) received(m union.Member) (list []string) {
	p.t.Helper()
	for {
		items, err := p.outbox.ClaimLane(p.t.Context(), fmt.Sprintf("m/%d", m.ID), storagetest.Unique("l"), time.Minute)
		p.must(err)
		if len(items) == 0 {
			return list
		}
		for _, item := range items {
			p.must(p.outbox.Begin(p.t.Context(), item, bot.Address{}, []byte("{}"), time.Minute))
			p.must(p.outbox.Settle(p.t.Context(), item, bot.Settlement{State: bot.ParcelSent}))
			if f := item.Body.File; f != nil {
				list = append(list, fmt.Sprintf("%s %s shared %v hold %v", f.Hash, f.Type, f.Shared, item.Hold))
			} else {
				list = append(list, "words")
			}
		}
	}
}

func TestAPictureGoesWithTheWordsOnceByUnitAndYears(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		var mu sync.Mutex
		asked := map[string]int{}
		p.Desk = p.desk(p.pictured("  - {for: birthday, file: all.jpg}\n  - {for: birthday, from_years: 30, file: old.jpg}\n  - {for: birthday, units: [" + p.root + "/一分厂/质检班], file: unit.jpg}\n"))
		p.Logger = slog.New(slog.DiscardHandler)
		p.Keep = func(_ context.Context, r io.Reader) (string, error) {
			content, err := io.ReadAll(r)
			mu.Lock()
			defer mu.Unlock()
			asked[string(content)]++
			return "hash" + strings.TrimPrefix(string(content), photo), err
		}
		plain := p.born("1990-11-21", "")
		other := put(t, p.members, p.root+"/一分厂/质检班", union.Member{StaffNo: storagetest.Unique("b"), Name: "王强", Birthday: "1990-11-21"})
		old := put(t, p.members, p.root+"/一分厂/锅炉班", union.Member{StaffNo: storagetest.Unique("b"), Name: "李建国", Birthday: "1970-11-21", Joined: "1990-01-01"})
		p.runs(4)
		p.runs(1)
		if counts, err := p.Standing(t.Context(), p.Today(), p.now.Now()); err != nil || counts.Waiting != 6 {
			t.Errorf("%d are on their way, %v", counts.Waiting, err)
		}
		for _, c := range []struct {
			union.Member
			want string
		}{{plain, "hash"}, {other, "hash of the unit"}, {old, "hash of old times"}} {
			if got, want := fmt.Sprint(p.received(c.Member)), "[words "+c.want+" image/jpeg shared true hold true]"; got != want {
				t.Errorf("received %s, want %s", got, want)
			}
		}
		for picture, n := range asked {
			if n != 1 {
				t.Errorf("%q was kept %d times", picture, n)
			}
		}
		if len(asked) != 3 {
			t.Errorf("kept %v", asked)
		}
	})
}

// Whoever is put on the list after the hand-over gets neither words nor picture; a picture that cannot be kept holds no words up.
func TestThePictureIsTakenBackWithTheWords(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.Desk = p.desk(p.pictured("  - {for: birthday, file: all.jpg}\n"))
		p.Logger = slog.New(slog.DiscardHandler)
		broken := false
		p.Keep = func(context.Context, io.Reader) (string, error) {
			if broken {
				return "", errors.New("no room")
			}
			return "hash", nil
		}
		m := p.born("1990-11-21", "")
		p.runs(1)
		if _, err := p.Protect(t.Context(), p.chair.ID, m.StaffNo, "丧亲", ""); err != nil {
			t.Fatal(err)
		}
		p.runs(1)
		if got := p.received(m); len(got) > 0 {
			t.Errorf("in mourning: %v", got)
		}
		list, err := p.Pending(t.Context(), p.chair.ID)
		if err != nil || len(list) != 1 {
			t.Fatalf("pending %+v, %v", list, err)
		}
		if _, err := p.Answer(t.Context(), p.chair.ID, list[0].ID, true); err != nil {
			t.Fatal(err)
		}
		p.runs(2)
		if got := fmt.Sprint(p.received(m)); !strings.HasPrefix(got, "[words hash ") {
			t.Errorf("allowed: %s", got)
		}
		broken = true
		p.now.set(birthday.AddDate(0, 0, 1))
		late := p.born("1990-11-22", "")
		p.runs(1)
		if got := fmt.Sprint(p.received(late)); got != "[words]" {
			t.Errorf("without the store: %s", got)
		}
		if counts, err := p.Standing(t.Context(), p.Today(), p.now.Now()); err != nil || counts.States[occasion.Given] != 1 || counts.Delivered["sent"] != 1 {
			t.Errorf("stand %+v, %v", counts, err)
		}
	})
}
