package flows

import (
	"context"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/reference"
)

// selfcheck asks a short questionnaire, a question a bubble. It looks nobody up and writes nothing: the answers are in the
// session, which rests sealed, and are gone with the last one.
type selfcheck struct{ reference Reference }

// selfcheckData is the points so far.
type selfcheckData struct {
	Points []int `json:"points,omitempty"`
}

type selfcheckTurn = bot.Turn[selfcheckData]

func (s *selfcheck) flow() bot.Flow {
	stop := func(_ context.Context, t *selfcheckTurn) (bot.Next, error) {
		t.Say(s.reference.SelfCheck().Stopped)
		return bot.End(), nil
	}
	return bot.Define(bot.Spec[selfcheckData]{
		Name: "selfcheck", Rev: 1, Title: "心理自测", Expires: listExpires,
		Understand: func(text string) []bot.Guess {
			if check := s.reference.SelfCheck(); check.Asked(strings.TrimSpace(text)) {
				return []bot.Guess{{Label: check.Title, Score: lineScore}}
			}
			return nil
		},
		Begin: func(_ context.Context, t *selfcheckTurn) (bot.Next, error) {
			check := s.reference.SelfCheck()
			t.Lead(check.Title + "\n" + check.Intro + "\n")
			return bot.Goto("question"), nil
		},
		Expired: func(*selfcheckTurn) string { return "" },
		Steps: []bot.Step[selfcheckData]{{
			Name: "question", AskFunc: s.ask, Handle: s.take, To: []bot.StepName{"question"},
			Commands: map[bot.Word]func(context.Context, *selfcheckTurn) (bot.Next, error){
				bot.WordCancel: stop,
				bot.WordBack: func(_ context.Context, t *selfcheckTurn) (bot.Next, error) {
					t.Data.Points = t.Data.Points[:max(0, len(t.Data.Points)-1)]
					return bot.Repeat(), nil
				},
			},
		}},
	})
}

func replies(check reference.SelfCheck) []bot.Choice {
	choices := make([]bot.Choice, len(check.Answers))
	for i, a := range check.Answers {
		choices[i].Label = a.Label
	}
	return choices
}

func (s *selfcheck) ask(_ context.Context, t *selfcheckTurn) (bot.Reply, error) {
	check := s.reference.SelfCheck()
	at := min(len(t.Data.Points), len(check.Questions)-1)
	return bot.Reply{Text: fmt.Sprintf("(%d/%d)最近两周,%s:", at+1, len(check.Questions), check.Questions[at]), Choices: replies(check)}, nil
}

func (s *selfcheck) take(_ context.Context, t *selfcheckTurn) (bot.Next, error) {
	check := s.reference.SelfCheck()
	i, ok := bot.Choose(t.Text(), replies(check))
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	t.Data.Points = append(t.Data.Points, check.Answers[i].Points)
	if len(t.Data.Points) < len(check.Questions) {
		return bot.Goto("question"), nil
	}
	sum, result := check.Score(t.Data.Points)
	lines := []string{fmt.Sprintf("答完了,谢谢。得分 %d(满分 100)。%s", sum, result.Text)}
	if result.Low {
		said := check.Offer
		if line, ok := s.reference.Hotline(reference.Mind); ok {
			said = inOneLine(line, "") + "。" + said
		}
		lines = append(lines, said)
	}
	t.Say(strings.Join(append(lines, check.Limits+"得分不留存,聊天记录您可以自己删掉。"), "\n"))
	return bot.End(), nil
}
