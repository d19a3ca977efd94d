package flows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// withPictures is how a form is entered with pictures that were sent before it was begun.
func withPictures(ids []int64) string {
	if len(ids) == 0 {
		return ""
	}
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(id, 10)
	}
	return sentMark + strings.Join(words, ",")
}

// withSound is how a form is entered with what was said aloud; 0 for nothing.
func withSound(id int64) string {
	if id == 0 {
		return ""
	}
	return soundMark + strconv.FormatInt(id, 10)
}

func picturesOf(text string) (ids []cases.ID) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
		if id, err := strconv.ParseInt(word, 10, 64); err == nil {
			ids = append(ids, cases.ID(id))
		}
	}
	return ids
}

// takeSent begins a form with pictures that were sent before, where it takes any, and as many as it takes.
func takeSent(t *formTurn, s *service.Service, sent []cases.ID) {
	i := slices.IndexFunc(s.Form, func(f service.Field) bool { return f.Kind.Sent() })
	if i < 0 || len(sent) == 0 || s.Sealed {
		return
	}
	if most := s.Form[i].Max; most > 0 {
		sent = sent[max(0, len(sent)-most):] // the latest
	}
	t.Data.Draft.Pictures = slices.Clone(sent)
	t.Lead(fmt.Sprintf("对话里发的 %d 张照片已带上。", len(sent)))
}
