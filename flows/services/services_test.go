package services_test

import (
	"testing"

	"github.com/unionbot/unionbot/flows/services/servicestest"
)

func TestEveryServiceThatComesWithTheProgramIsFaultless(t *testing.T) {
	if len(servicestest.Set(t).On("").All()) == 0 {
		t.Fatal("no service is there")
	}
}

func TestTheSuggestionGuessesItsCategoryFromTheProposal(t *testing.T) {
	s, ok := servicestest.Set(t).On("").Get("suggestion")
	if !ok {
		t.Fatal("there is no suggestion")
	}
	category, _ := s.Field("category")
	for text, want := range map[string]string{
		"给锅炉房加个护栏":     "safety",
		"食堂晚上多开一个窗口":   "welfare",
		"二号线工序改一下,少返工": "process",
		"空压机余热拿来烧热水":   "energy",
		"换个大一点的会议室":    "",
	} {
		if got, _ := category.GuessChoice(text); got.Name != want {
			t.Errorf("%s is guessed as %q, want %q", text, got.Name, want)
		}
	}
}
