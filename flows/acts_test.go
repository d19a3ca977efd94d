package flows_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/flows/services/servicestest"
	"github.com/unionbot/unionbot/union/service"
)

// sealedPrefix is that of all sealed services: their numbers tell no kind.
const sealedPrefix = "SX"

// TestEveryActOfAServiceHasATranscript finds what may be done with a case that no transcript plays: 不符合 of an aid, 转介 of a request.
func TestEveryActOfAServiceHasATranscript(t *testing.T) {
	var played []string
	for _, file := range transcripts(t) {
		data, err := os.ReadFile(file)
		check(t, err)
		played = append(played, string(data))
	}
	for _, s := range servicestest.Set(t).On("").All() {
		for _, step := range s.Steps() {
			for _, option := range step.Acts {
				if everywhere := option.Word.ZH == "退回补充" || option.Act == service.Merge; everywhere {
					continue // the same of all services
				}
				done := actDone(s, step, option.Word.ZH)
				if !slices.ContainsFunc(played, func(text string) bool {
					return (!s.Sealed && !step.Who.Author || strings.Contains(text, "【"+s.Title.ZH+"】")) && done.MatchString(text)
				}) {
					t.Errorf("%s, step %s: no transcript plays %s", s.Name, step.Name, option.Word.ZH)
				}
			}
		}
	}
}

// actDone is how a transcript shows that something was done with a case of the service: by what the officer is answered, or signs; and of
// an author's own step by what the author says.
func actDone(s *service.Service, step service.Step, word string) *regexp.Regexp {
	prefix := s.Prefix
	if s.Sealed {
		prefix = sealedPrefix
	}
	if step.Who.Author {
		return regexp.MustCompile(`(?m)^\S+> ` + word + `(?: ` + prefix + `|$)`)
	}
	return regexp.MustCompile(`(?m)^<  ` + prefix + `\S+ (?:已记为` + word + `。|您签了` + word + `,)`)
}
