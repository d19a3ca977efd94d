package storage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

func TestWhatOfficersSayAmongThemselvesIsNotHeard(t *testing.T) {
	inOffices(t, []suite{
		{"by a co-author, of what a colleague found", testAsideOfShare},
		{"by the author, of money that does not come back", testAsideQuiet},
	})
}

// sent counts what a case sends to somebody who asks for its pictures and sounds, and what they are told that there is.
func sent(t *testing.T, o *office, c cases.Case, viewer union.Member) [2]int {
	t.Helper()
	p, err := o.SendPictures(t.Context(), viewer.ID, c.ID, storagetest.Unique("again"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := o.ByID(t.Context(), viewer.ID, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return [2]int{p.Sent + p.Pending + p.Lost, len(v.Pictures) + len(v.Voices())}
}

func testAsideOfShare(t *testing.T, o *office) {
	s := o.serviceOf(t, "sharing", strings.NewReplacer("WHO", branch, "follows_author: true\n", "", "summary:", "  - {name: team, kind: members, label: 合作人, ask: 和谁, shares: true, optional: true}\nsummary:", ", anonymous: true", "").Replace(following))
	raw := fmt.Sprintf(`{"ids":[%d,%d],"shares":[50,50]}`, o.worker.ID, o.mate.ID)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
		Values: map[string]cases.Value{"proposal": {Text: "护栏"}, "team": {Text: "一起", Raw: []byte(raw)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.delegate(t, filed.Case, o.branch, o.chair); err != nil {
		t.Fatal(err)
	}
	found, err := o.Attach(t.Context(), cases.Attachment{Owner: o.chair.ID, Channel: wecomChannel, MediaID: storagetest.Unique("m"), Kind: "image"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.HelpAnswer(t.Context(), o.chair.ID, filed.Case.Number, "见照片", []cases.ID{found}); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[*union.Member]int{&o.worker: 0, &o.mate: 0, &o.branch: 1} {
		if got := sent(t, o, filed.Case, *who); got != [2]int{want, want} {
			t.Errorf("to %s are sent %v, not %d", who.Name, got, want)
		}
	}
}

func testAsideQuiet(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.fileOf(t, strings.ReplaceAll(prize, "FUND", p.name))
	graded := cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept, Answers: map[string]cases.Value{"grade": {Text: "一等", Raw: []byte(`"first"`)}}}
	if _, err := o.Decide(t.Context(), graded); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.chair, c, cases.Accept, "")
	o.decide(t, p.payer, c, cases.Accept, "工行尾号 2316")
	if _, err := o.askUndo(t, c, p.payer, "付错人了"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.chair, c, cases.Accept, "追回来")
	sound, err := o.Attach(t.Context(), cases.Attachment{Owner: p.payer.ID, Channel: wecomChannel, MediaID: storagetest.Unique("m"), Kind: "voice"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.payer.ID, Act: cases.Waive, Note: "人已离职", Voice: sound}); err != nil {
		t.Fatal(err)
	}
	if got := [][2]int{sent(t, o, c, o.worker), sent(t, o, c, o.chair)}; got[0] != [2]int{} || got[1] != [2]int{1, 1} {
		t.Errorf("to its author and the chair are sent %v", got)
	}
}
