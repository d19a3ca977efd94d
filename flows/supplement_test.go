package flows

import (
	"context"
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// soleAuthor is the only member, and has a case that waits for more.
type soleAuthor struct {
	Members
	supplementDesk
	added string
}

func (*soleAuthor) ByIdentity(context.Context, string, string) (union.Member, error) {
	return union.Member{ID: 1}, nil
}

func (*soleAuthor) Case(context.Context, union.MemberID, string) (cases.View, error) {
	return cases.View{Case: cases.Case{State: cases.Returned}, Service: &service.Service{}}, nil
}

func (a *soleAuthor) Supplement(_ context.Context, _ union.MemberID, _, text string, _ []cases.ID) (cases.Case, error) {
	a.added = text
	return cases.Case{}, union.ErrNotFound // what is said of it is for the transcripts
}

// TestAYesOfTheReleaseBeforeTakesWhatWasHeard has 确认 come in as the step's own word, as it does where the question was asked by a release
// that knew of no key for it.
func TestAYesOfTheReleaseBeforeTakesWhatWasHeard(t *testing.T) {
	a := &soleAuthor{}
	s := &supplement{people: people{members: a}, desk: a}
	turn := &supplementTurn{Talk: &bot.Talk{Message: bot.Message{Kind: bot.KindText, Text: "确认"}, Command: bot.Command{Word: bot.WordConfirm}}}
	turn.Data = supplementData{Number: "JY26-0001", Pictures: []cases.ID{7}, Spoken: aloud{Heard: "坑深五厘米"}}
	if _, err := s.confirm(t.Context(), turn); err != nil || a.added != "坑深五厘米" {
		t.Errorf("added %q, %v", a.added, err)
	}
}

// TestADoubtOfTheReleaseBeforeIsAnswered though it was not written down of which question it is.
func TestADoubtOfTheReleaseBeforeIsAnswered(t *testing.T) {
	for doubt, want := range map[eitherData]bool{
		{Said: "授权", Task: "JY26-0001", All: 1}:                     true,
		{Said: "授权", Field: "consent", Task: "JY26-0001", All: 1}:   true,
		{Said: "授权", Field: "household", Task: "JY26-0001", All: 1}: false,
		{}: false,
	} {
		if got := doubt.open("consent"); got != want {
			t.Errorf("%+v: %t", doubt, got)
		}
	}
}
