package cases

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/unionbot/unionbot/union/service"
)

// maxTitle is the most characters of a case's one line.
const maxTitle = 60

// complete refuses a draft that is of another service, lacks an answer or holds one that the form does not take.
func complete(s *service.Service, draft Draft) error {
	for _, f := range s.Form {
		v, given := draft.Values[f.Name]
		text := strings.TrimSpace(v.Text)
		ok := true
		switch f.Kind {
		case service.KindText:
			ok = utf8.RuneCountInString(text) <= f.Max
		case service.KindPictures:
			given, text = true, "pictures"
			ok = len(draft.Pictures) <= f.Max && (f.Optional || len(draft.Pictures) > 0)
		case service.KindChoice:
			ok = !given || chosen(f, v)
		case service.KindYesNo:
		}
		if !ok || !f.Optional && (!given || text == "") {
			return &IncompleteError{Field: f.Name}
		}
	}
	return nil
}

// chosen says whether a value is one of the field's choices: by name in Raw, or as it is shown.
func chosen(f service.Field, v Value) bool {
	var name string
	if len(v.Raw) > 0 && json.Unmarshal(v.Raw, &name) == nil {
		_, ok := f.Choice(name)
		return ok
	}
	return slices.ContainsFunc(f.Choices, func(c service.Choice) bool { return c.Label.ZH == v.Text || c.Label.EN == v.Text })
}

// titleOf makes the one line of a case.
func titleOf(s *service.Service, values map[string]Value) string {
	texts := make(map[string]string, len(values))
	for name, v := range values {
		texts[name] = v.Text
	}
	title := strings.Join(strings.Fields(s.Summary.Title.Fill("zh", texts)), " ")
	if runes := []rune(title); len(runes) > maxTitle {
		return string(runes[:maxTitle-1]) + "…"
	}
	return title
}
