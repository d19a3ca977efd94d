package flows

import (
	"context"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// held has the same people for every step.
type held struct{ FilingDesk }

func (held) Holders(context.Context, cases.Draft, string) ([]union.Member, error) {
	return []union.Member{{Name: "刘岚", Post: "主任"}}, nil
}

func TestAQuestionThatIsAskedAnewNamesWhoGetsTheForm(t *testing.T) {
	s := &service.Service{Name: "help", Hash: "before", Form: []service.Field{{Name: "who", Kind: service.KindText, Label: service.Text{ZH: "交给谁"}, Ask: service.Text{ZH: "交给 {holders:committee}?"}}}}
	words := caseWords{services: overtaken{before: s}, language: "zh-CN"}
	turn := &supplementTurn{Talk: &bot.Talk{}}
	turn.Data = supplementData{Number: "BF26-0001", Hash: "before", Asked: []string{"who"}}
	reply, err := (&supplement{caseWords: words, form: form{desk: held{}, language: "zh-CN"}}).askMended(t.Context(), turn)
	if err != nil || !strings.Contains(reply.Text, "交给 刘岚(主任)?") {
		t.Errorf("got %q, %v", reply.Text, err)
	}
}
