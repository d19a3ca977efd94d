package flows

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// held has the same people for every step, but for whom an answer keeps away.
type held struct {
	FilingDesk
	supplementDesk
}

func (held) Holders(_ context.Context, d cases.Draft, _ string) ([]union.Member, error) {
	people := []union.Member{{Name: "刘岚", Post: "主任"}, {Name: "罗英", Post: "主席"}}
	return slices.DeleteFunc(people, func(m union.Member) bool { return m.Name == d.Values["keep_away"].Text }), nil
}

// Case stands as it was filed.
func (held) Case(context.Context, union.MemberID, string) (cases.View, error) {
	return cases.View{Case: cases.Case{Values: map[string]cases.Value{"keep_away": {Text: "罗英"}}}}, nil
}

func TestAQuestionThatIsAskedAnewNamesWhoGetsTheForm(t *testing.T) {
	s := &service.Service{Name: "help", Hash: "before", Form: []service.Field{{Name: "who", Kind: service.KindText, Label: service.Text{ZH: "交给谁"}, Ask: service.Text{ZH: "交给 {holders:committee}?"}}}}
	words := caseWords{services: overtaken{before: s}, language: "zh-CN"}
	turn := &supplementTurn{Talk: &bot.Talk{}}
	turn.Data = supplementData{Number: "BF26-0001", Hash: "before", Asked: []string{"who"}}
	mends := &supplement{caseWords: words, desk: held{}, form: form{desk: held{}, language: "zh-CN"}}
	for want, mended := range map[string]map[string]cases.Value{
		"交给 刘岚(主任)?": nil,
		"交给 罗英(主席)?": {"keep_away": {Text: "刘岚"}},
	} {
		turn.Data.Values = mended
		reply, err := mends.askMended(t.Context(), turn)
		if err != nil || !strings.Contains(reply.Text, want) {
			t.Errorf("got %q, %v, want %s", reply.Text, err, want)
		}
	}
}
