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
