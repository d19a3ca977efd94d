package flows

import (
	"context"
	"errors"
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// flaky reads a case only the second time.
type flaky struct {
	Members
	err error
}

func (flaky) ByIdentity(context.Context, string, string) (union.Member, error) {
	return union.Member{ID: 1}, nil
}

func (f flaky) Case(context.Context, union.MemberID, string) (cases.View, error) {
	return cases.View{}, f.err
}

func (flaky) Mine(context.Context, union.MemberID) ([]cases.Summary, error) { return nil, nil }

func (flaky) Reconsider(context.Context, union.MemberID, string, string) (cases.Reconsidered, error) {
	return cases.Reconsidered{}, &cases.IncompleteError{}
}

// A voice message whose case could not be read just now is handed on, to be taken once more; who may not say anything of it is told by
// the desk.
func TestAVoiceThatCouldNotBeTakenNowIsTakenAgain(t *testing.T) {
	broken := errors.New("deadlock")
	for err, want := range map[error]error{broken: broken, union.ErrNotFound: nil, union.ErrForbidden: nil} {
		f := flaky{err: err}
		r := &reconsider{people: people{members: f}, desk: f}
		turn := &bot.Turn[reconsiderData]{Talk: &bot.Talk{Message: bot.Message{Kind: bot.KindVoice}}}
		turn.Data.Number = "JY26-0001"
		if _, got := r.takeWhy(t.Context(), turn); !errors.Is(got, want) {
			t.Errorf("%v: got %v, want %v", err, got, want)
		}
	}
}
