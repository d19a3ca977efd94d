package talk_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

func TestANoteIsToldToColleaguesWhoMayKnowOfTheTalkAndNeverToTheMember(t *testing.T) {
	for _, c := range []struct {
		topic  string
		lawyer bool // 15, who has talks about law only
	}{
		{"", true},       // whoever may have a talk of any topic above the member
		{"apart", false}, // but of one that is kept from the member's own line only who may have that
	} {
		w := newWorld(t, 5)
		o := open(t, w, 2) // in the branch of 13
		if c.topic != "" {
			w = newWorld(t, 5)
			o = openAbout(t, w, 1, c.topic)
		}
		holder := o.Holder.ID
		to := slices.DeleteFunc([]union.MemberID{11, 12, 13, 14, 15, o.Talk.Worker}, func(id union.MemberID) bool { return id == holder })
		done, err := w.Mention(t.Context(), holder, o.ID, to, "@all secret")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range w.post.sent {
			told := slices.ContainsFunc(done.Told, func(m union.Member) bool { return m.ID == s.to })
			if strings.Contains(s.text, "secret") && (!told || s.to == o.Talk.Worker) {
				t.Errorf("topic %q: %d reads %s", c.topic, s.to, s.text)
			}
		}
		if slices.ContainsFunc(done.Told, func(m union.Member) bool { return m.ID == 15 }) != c.lawyer {
			t.Errorf("topic %q: told %v", c.topic, done.Told)
		}
		if len(done.Told)+len(done.Apart) != len(to) || !slices.ContainsFunc(done.Apart, func(m union.Member) bool { return m.ID == o.Talk.Worker }) {
			t.Errorf("topic %q: told %v, apart %v", c.topic, done.Told, done.Apart)
		}
		for _, m := range done.Told {
			if notes, err := w.Told(t.Context(), m.ID); err != nil || len(notes) != 1 || !strings.Contains(notes[0].Note.Text, "secret") {
				t.Errorf("%d reads again %+v, %v", m.ID, notes, err)
			}
			w.noOffice[m.ID] = true
			if notes, err := w.Told(t.Context(), m.ID); err != nil || len(notes) != 0 {
				t.Errorf("without an office %d reads %+v, %v", m.ID, notes, err)
			}
			w.noOffice[m.ID] = false
		}
		if _, err := w.Mention(t.Context(), 15, o.ID, []union.MemberID{14}, "no"); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("who does not hold the talk notes in it: %v", err)
		}
	}
}

func TestAColleagueWhoIsNamedTwiceIsToldOnce(t *testing.T) {
	w := newWorld(t, 5)
	o := open(t, w, 1) // with 11
	before := len(w.post.sent)
	done, err := w.Mention(t.Context(), 11, o.ID, []union.MemberID{12, 2, 12, 2}, "look")
	if err != nil || len(done.Told) != 1 || len(done.Apart) != 1 {
		t.Errorf("told %v, apart %v, %v", done.Told, done.Apart, err)
	}
	if got := w.post.sent[before:]; len(got) != 1 || got[0].to != 12 {
		t.Errorf("sent %+v", got)
	}
	if notes, err := w.Told(t.Context(), 12); err != nil || len(notes) != 1 {
		t.Errorf("reads %d notes, %v", len(notes), err)
	}
}

// What was said while a talk was about something personal is for nobody who may not have known of it then.
func TestWhatWasSaidBeforeATalkWasHandedOnIsNotShownToColleagues(t *testing.T) {
	w := newWorld(t, 5)
	o := openAbout(t, w, 1, "personal") // with 15
	hear := func(text string) {
		if _, err := w.Hear(t.Context(), 1, union.Identity{}, talk.Word{Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	hear("secret")
	answer(t, w, 15, o)
	if v, err := w.HandOver(t.Context(), 15, o.ID, 11, "secret note"); err != nil || v.Topic != "" {
		t.Fatalf("is about %q, %v", v.Topic, err)
	}
	hear("open")
	answer(t, w, 11, o)
	w.noOffice[11] = true // it goes on to the next, and is about the same still
	hear("later")
	if v, err := w.Of(t.Context(), 1); err != nil || v.Talk.Holder != 12 {
		t.Fatalf("is with %d, %v", v.Talk.Holder, err)
	}
	before := len(w.post.sent)
	if done, err := w.Mention(t.Context(), 12, o.ID, []union.MemberID{14}, "look"); err != nil || len(done.Told) != 1 {
		t.Fatalf("told %v, %v", done.Told, err)
	}
	if got := w.post.sent[before:]; len(got) != 1 || got[0] != (sent{14, "<1>mentioned look|open|hi|later"}) {
		t.Errorf("sent %+v", got)
	}
}

func TestAnAnswerThatSaysNothingIsNotSent(t *testing.T) {
	w := newWorld(t, 5)
	o := open(t, w, 1)
	before := len(w.post.sent)
	if _, err := w.Answer(t.Context(), 11, o.ID, talk.Word{Text: " "}); !errors.Is(err, talk.ErrEmpty) {
		t.Errorf("it is answered: %v", err)
	}
	if v, err := w.Of(t.Context(), 1); err != nil || v.Answered || len(w.post.sent) != before {
		t.Errorf("sent %+v, answered %v, %v", w.post.sent[before:], v.Answered, err)
	}
	if _, err := w.Answer(t.Context(), 11, o.ID, talk.Word{Form: talk.Picture, Attachment: 1}); err != nil {
		t.Errorf("a picture without words: %v", err)
	}
}

func openAbout(t *testing.T, w *world, worker union.MemberID, topic string) talk.Opened {
	t.Helper()
	o, err := w.Open(t.Context(), talk.Opening{Worker: worker, Topic: topic, Said: []string{"hello"}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// A paper that cannot be read holds back the words that go with it, for they speak of it.
func TestWhereAPaperCannotBeReadNothingIsSent(t *testing.T) {
	w := newWorld(t, 5)
	o := open(t, w, 1)
	before := len(w.post.sent)
	unreadable := talk.Paper{Name: "form.pdf", Read: func() ([]byte, string, error) { return nil, "", errors.New("gone") }}
	if _, err := w.Answer(t.Context(), o.Holder.ID, o.ID, talk.Word{Text: "here", Papers: []talk.Paper{unreadable}}); !errors.Is(err, talk.ErrUnreadable) {
		t.Errorf("it is answered: %v", err)
	}
	lines, err := w.Lines(t.Context(), o.Holder.ID, o.ID)
	if said := slices.ContainsFunc(lines, func(l talk.Line) bool { return l.Kind == talk.Answer }); err != nil || said || len(w.post.sent) != before {
		t.Errorf("sent %v, lines %v, %v", w.post.sent[before:], lines, err)
	}
}
