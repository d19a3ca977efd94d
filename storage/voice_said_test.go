package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

func TestAnAuthorHearsWhatAnOfficerSaid(t *testing.T) {
	inOffices(t, []suite{
		{"once, whether the sound was fetched before the decision or after it", testHeardOnce},
		{"of the one whose words they are told, where others sign after that one", testHeardOwner},
		{"in words where the sound was lost and there is nothing else", testHeardLost},
	})
}

// says attaches the sound of what the branch's chair is about to say.
func says(t *testing.T, o *office, media string) cases.ID {
	t.Helper()
	id, err := o.Attach(t.Context(), cases.Attachment{Owner: o.branch.ID, Channel: wecomChannel, MediaID: media, Kind: "voice"})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// came tells the desk what has become of a file, twice, as a fetcher may that died in between.
func came(t *testing.T, o *office, id cases.ID, lost bool) {
	t.Helper()
	shelf := storage.NewAttachments(o.db)
	var err error
	if lost {
		err = shelf.Lost(t.Context(), id, "gone", nil)
	} else {
		err = shelf.Kept(t.Context(), id, strings.Repeat("ab", 32), 9, "audio/amr")
	}
	if err != nil {
		t.Fatal(err)
	}
	a, err := shelf.Get(t.Context(), id)
	if err = errors.Join(err, o.Came(t.Context(), a), o.Came(t.Context(), a)); err != nil {
		t.Fatal(err)
	}
}

// heard are the different notices that bring a sound, or say that there is none.
func heard(take []notice.Notice) map[string]notice.Notice {
	found := map[string]notice.Notice{}
	for _, n := range take {
		if n.Kind == notice.KindPicture {
			found[n.Key] = n
		}
	}
	return found
}

func testHeardOnce(t *testing.T, o *office) {
	for _, before := range []bool{true, false} {
		c := o.file(t, o.worker, "给炉口加个护栏")
		sound := says(t, o, c.Number)
		if before {
			came(t, o, sound, false)
		}
		_, err := o.Decide(t.Context(), cases.Decision{Number: c.Number, Officer: o.branch.ID, Act: cases.Refuse, Note: "没有预算", Voice: sound})
		if err != nil {
			t.Fatal(err)
		}
		if !before {
			came(t, o, sound, false)
		}
		found := heard(o.outbox.take())
		if len(found) != 1 {
			t.Errorf("fetched before %v: %v", before, found)
		}
		for _, n := range found { // the words went out with the result
			if n.To != o.worker.ID || n.Body.File == nil || n.Body.File.Type != "audio/amr" || n.Body.Text != "" {
				t.Errorf("fetched before %v: %+v", before, n)
			}
		}
		v, err := o.Case(t.Context(), o.worker.ID, c.Number)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.Timeline[len(v.Timeline)-1].Note; got != "没有预算 "+cases.SaidAloud || len(v.Voices()) != 1 {
			t.Errorf("on record is %q, with %v", got, v.Voices())
		}
	}
}

func testHeardLost(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给炉口加个护栏")
	sound := says(t, o, c.Number)
	if _, err := o.Decide(t.Context(), cases.Decision{Number: c.Number, Officer: o.branch.ID, Act: cases.Refuse, Note: cases.SaidAloud, Voice: sound}); err != nil {
		t.Fatal(err)
	}
	came(t, o, sound, true)
	found := heard(o.outbox.take())
	if len(found) != 1 {
		t.Fatalf("it is said in %v", found)
	}
	for _, n := range found {
		if n.Body.File != nil || n.Body.Text != (plainWords{}).NoVoice(c.Number) {
			t.Errorf("it is said as %+v", n.Body)
		}
	}
}

func testHeardOwner(t *testing.T, o *office) {
	for _, before := range []bool{true, false} {
		c := o.file(t, o.worker, "给炉口加个护栏")
		if err := o.addSigner(t, c, o.branch, cases.Beside, o.chair); err != nil {
			t.Fatal(err)
		}
		var sounds []cases.ID
		for _, who := range []union.Member{o.branch, o.chair} {
			id, err := o.Attach(t.Context(), cases.Attachment{Owner: who.ID, Channel: wecomChannel, MediaID: fmt.Sprint(c.Number, who.ID), Kind: "voice"})
			if err != nil {
				t.Fatal(err)
			}
			if before {
				came(t, o, id, false)
			}
			if _, err := o.Decide(t.Context(), cases.Decision{Number: c.Number, Officer: who.ID, Act: cases.Accept, Note: "下个月装", Voice: id}); err != nil {
				t.Fatal(err)
			}
			sounds = append(sounds, id)
		}
		for _, id := range sounds {
			if !before {
				came(t, o, id, false)
			}
		}
		found := heard(o.outbox.take())
		if _, ok := found[fmt.Sprintf("voice/%d/%d", sounds[0], o.worker.ID)]; !ok || len(found) != 1 {
			t.Errorf("fetched before %v: of %v are heard %v", before, sounds, found)
		}
	}
}
