package storage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/paper"
)

// fakePress keeps what it was to print.
type fakePress struct {
	printed []paper.Document
	err     error
}

func (p *fakePress) Ready() error { return p.err }

func (p *fakePress) PDF(d paper.Document) ([]byte, error) {
	p.printed = append(p.printed, d)
	return []byte(d.Number), p.err
}

func (p *fakePress) PNG(c paper.Chart) ([]byte, error) { return []byte(c.Title), p.err }

func (p *fakePress) check(t *testing.T) string {
	t.Helper()
	code, ok := strings.CutPrefix(p.printed[len(p.printed)-1].Check, "https://union.example.com/check/")
	if !ok {
		t.Fatalf("the code opens %s", p.printed[len(p.printed)-1].Check)
	}
	return code
}

func keepNothing(_ context.Context, r io.Reader) (string, error) {
	_, err := io.Copy(io.Discard, r)
	return strings.Repeat("a", 64), err
}

func testPrint(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	printed := func(who union.Member, occasion string, link bool) (cases.Printed, error) {
		return o.Print(t.Context(), cases.PrintRequest{Viewer: who.ID, Number: c.Number, Occasion: occasion, Link: link})
	}
	for _, who := range []union.Member{o.mate, o.other} {
		if _, err := printed(who, "1", false); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("%s prints: %v", who.Name, err)
		}
	}
	for range 2 { // the same request again
		done, err := printed(o.branch, "1", false)
		if err != nil || done.Link != "" || done.Number != c.Number {
			t.Fatalf("printed %+v, %v", done, err)
		}
	}
	if sent := o.outbox.take(); len(sent) == 0 || sent[0].Body.File == nil || sent[0].To != o.branch.ID || !strings.Contains(sent[0].Body.Text, "/paper/") {
		t.Errorf("sent %+v", sent)
	}
	paperCode := o.press.check(t)
	checked, err := o.Check(t.Context(), strings.ToUpper(paperCode))
	if err != nil || checked.Number != c.Number || checked.Moved || checked.Entries != 1 || checked.Service == nil || checked.State != cases.Open {
		t.Errorf("checked %+v, %v", checked, err)
	}
	o.decide(t, o.branch, c, cases.Accept, "这就办")
	if checked, err = o.Check(t.Context(), paperCode); err != nil || !checked.Moved || checked.Entries != 1 || checked.State != cases.Accepted {
		t.Errorf("checked %+v, %v", checked, err)
	}
	testForged(t, o, paperCode)
	testLink(t, o, c)
}

// testForged tries what is no code of ours; each is answered alike.
func testForged(t *testing.T, o *office, code string) {
	turned := func(at int) string {
		other := "a"
		if code[at] == 'a' {
			other = "b"
		}
		return code[:at] + other + code[at+1:]
	}
	for name, forged := range map[string]string{
		"cut": code[:39], "cut by one": code[:len(code)-1], "longer": code + "a", "another end": turned(len(code) - 1), "another middle": turned(40), "another key": turned(18), "another first": turned(0), "another id": strings.Repeat("b", 16) + code[16:], "only the id": code[:16], "nothing": "",
		"not of these letters": code[:30] + "0o1l'--中文", "a long one": strings.Repeat(code, 1000), "spaces": strings.Repeat(" ", 40),
	} {
		if _, err := o.Check(t.Context(), forged); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := o.FetchPaper(t.Context(), forged); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("%s opens a paper: %v", name, err)
		}
	}
	if _, _, err := o.FetchPaper(t.Context(), code); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("the code on the paper is a link to it: %v", err)
	}
	// Whoever writes the record makes no old paper current.
	if err := storage.Run(t.Context(), o.db, "UPDATE printings SET entries = 2 WHERE id = ?", code[:16]); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Check(t.Context(), code); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("a printing that was changed holds: %v", err)
	}
}

// testPrintAgain: a request that comes again later opens what the first one printed.
func testPrintAgain(t *testing.T, o *office) {
	defer o.now.set(testNow)
	c := o.file(t, o.worker, "给休息室换一扇窗")
	request := cases.PrintRequest{Viewer: o.branch.ID, Number: c.Number, Occasion: "1", Link: true}
	first, err := o.Print(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	o.now.set(testNow.Add(time.Minute))
	again, err := o.Print(t.Context(), request)
	if err != nil || again != first {
		t.Errorf("first %+v, then %+v, %v", first, again, err)
	}
	if _, _, err := o.FetchPaper(t.Context(), strings.TrimPrefix(again.Link, "https://union.example.com/paper/")); err != nil {
		t.Errorf("the second link: %v", err)
	}
}

func testLink(t *testing.T, o *office, c cases.Case) {
	o.outbox.take()
	done, err := o.Print(t.Context(), cases.PrintRequest{Viewer: o.worker.ID, Number: c.Number, Occasion: "2", Link: true})
	if err != nil || !done.Until.Equal(o.now.Now().Add(15*time.Minute)) {
		t.Fatalf("printed %+v, %v", done, err)
	}
	if sent := o.outbox.take(); len(sent) > 0 {
		t.Errorf("a link sends %+v", sent)
	}
	token := strings.TrimPrefix(done.Link, "https://union.example.com/paper/")
	if number, file, err := o.FetchPaper(t.Context(), token); err != nil || number != c.Number || len(file) == 0 {
		t.Errorf("fetched %s, %v", number, err)
	}
	if _, err := o.Check(t.Context(), token); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("a link is a code: %v", err)
	}
	o.now.set(done.Until.Add(time.Second))
	defer o.now.set(testNow)
	if _, _, err := o.FetchPaper(t.Context(), token); !errors.Is(err, cases.ErrLinkOver) {
		t.Errorf("a link that is over: %v", err)
	}
}

// testPrintLinkMoved: a link shows what was printed, and nothing else.
func testPrintLinkMoved(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给更衣室装一面镜子")
	done, err := o.Print(t.Context(), cases.PrintRequest{Viewer: o.branch.ID, Number: c.Number, Occasion: "1", Link: true})
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimPrefix(done.Link, "https://union.example.com/paper/")
	o.decide(t, o.branch, c, cases.Accept, "这就办")
	if _, _, err := o.FetchPaper(t.Context(), token); !errors.Is(err, cases.ErrMoved) {
		t.Errorf("a case that has moved on: %v", err)
	}
	o.press.err = paper.ErrNoFont
	defer func() { o.press.err = nil }()
	var notReady *cases.NotReadyError
	_, err = o.Print(t.Context(), cases.PrintRequest{Viewer: o.branch.ID, Number: c.Number, Occasion: "2"})
	if !errors.As(err, &notReady) || !errors.Is(err, paper.ErrNoFont) {
		t.Errorf("printed without a font: %v", err)
	}
}

// TestEveryPrintingIsRecorded once, and names nobody whom the case does not name.
func TestEveryPrintingIsRecorded(t *testing.T) {
	db := storagetest.SQLite(t)
	o := newOffice(t, db)
	d := o.draft(o.worker, "匿名说一句")
	d.Anonymous = true
	filed, err := o.File(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []union.Member{o.worker, o.branch, o.branch} {
		if _, err := o.Print(t.Context(), cases.PrintRequest{Viewer: who.ID, Number: filed.Case.Number, Occasion: "1"}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	err = storage.NewAudit(db).Each(t.Context(), func(e audit.StoredEntry) error {
		if e.Kind == audit.Print {
			got = append(got, fmt.Sprintf("%s %v %v", e.Name, e.Actor == o.branch.ID, e.Case == int64(filed.Case.ID)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := "[ false true 李芳 true true]"; fmt.Sprint(got) != want {
		t.Errorf("recorded %v, want %s", got, want)
	}
}
