package cases

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// maxTitle is the most characters of a case's one line.
const maxTitle = 60

// complete refuses a draft that is of another service, lacks an answer or holds one that the form does not take.
func complete(s *service.Service, draft Draft) error {
	for _, f := range draft.Shown(s) {
		v, given := draft.Values[f.Name]
		text := strings.TrimSpace(v.Text)
		ok := true
		switch f.Kind {
		case service.KindText:
			ok = utf8.RuneCountInString(text) <= f.Max
		case service.KindPictures, service.KindFiles:
			given, ok = true, len(draft.Pictures) <= f.Max && (f.Optional || f.Kind == service.KindFiles && text != "" || len(draft.Pictures) > 0)
			text = "pictures"
		case service.KindChoice:
			ok = !given || chosen(*f, v)
		case service.KindOrganisation, service.KindMember, service.KindMembers, service.KindPlace:
			ok = !given || text == "" || refers(*f, v, draft.Owner)
		case service.KindList:
			ok = !given || text == "" && f.Optional || wholeGroup(*f, v)
		case service.KindChoices, service.KindYesNo, service.KindNumber, service.KindMoney, service.KindDate, service.KindTime, service.KindRating,
			service.KindPhone, service.KindIDCard, service.KindBankCard:
			ok = !given || text == "" || f.Kind.Typed(v.Raw)
		}
		if f.Shares && given && text != "" && draft.Anonymous {
			ok = false // who is told that they have a share knows the author
		}
		if !ok || !f.Optional && (!given || text == "") {
			return &IncompleteError{Field: f.Name}
		}
	}
	return nil
}

// Facts are the answers of the draft as the expressions of its service see them.
func (d *Draft) Facts(s *service.Service) service.Facts { return factsOf(s, d.Values, len(d.Pictures)) }

// Shown lists the fields that belong to the form as it is answered so far.
func (d *Draft) Shown(s *service.Service) []*service.Field {
	if fields, ok := s.ShownByAnswers(answersOf(s, d.Values, len(d.Pictures))); ok {
		return fields
	}
	return s.Shown(d.Facts(s))
}

// Sums are what follows from the answers, by name, and empty where nothing does.
func (d *Draft) Sums(s *service.Service) (map[string]Value, error) {
	filed := d.Filed(s)
	return follow(s, filed.Facts(s), d.Values)
}

// follow works out what follows from the facts of a form: its sums and its category, by name. They keep to the rules of where it was filed.
func follow(s *service.Service, facts service.Facts, answers map[string]Value) (map[string]Value, error) {
	facts[service.FieldOrg] = cmp.Or(answers[service.FieldFiledOrg].Text, answers[service.FieldOrg].Text)
	sums, err := s.Compute(facts)
	if err != nil {
		return nil, err
	}
	values := make(map[string]Value, len(sums)+1)
	facts = facts.WithSums(sums)
	for _, sum := range s.Sums {
		if !sum.Belongs(facts) {
			continue
		}
		n := int64(sums[sum.Name])
		values[sum.Name] = money(n)
		if !sum.Unit.Empty() {
			values[sum.Name] = Value{Text: strconv.FormatInt(n, 10) + " " + sum.Unit.ZH, Raw: []byte(strconv.FormatInt(n, 10))}
		}
	}
	if rank, ok := s.Classify(facts); ok {
		values[s.Category.Name] = Value{Text: rank.Label.ZH, Raw: []byte(strconv.Quote(rank.Name))}
	}
	return values, nil
}

// Filed is the draft with the answers and pictures only that belong to the form: a question that ceased to belong after it
// was answered is not filed.
func (d *Draft) Filed(s *service.Service) Draft {
	values := make(map[string]Value, len(d.Values))
	var pictures []ID
	for _, f := range d.Shown(s) {
		if v, ok := d.Values[f.Name]; ok {
			values[f.Name] = v
		}
		if f.Kind.Sent() {
			pictures = d.Pictures
		}
	}
	filed := *d
	filed.Values, filed.Pictures = values, pictures
	return filed
}

// wholeGroup says whether a value is a whole group: as many as the field may have, each with all its answers.
func wholeGroup(f service.Field, v Value) bool {
	g := service.ListOf(v.Raw)
	if len(v.Raw) == 0 || g.Open || len(g.Entries) < f.Min || len(g.Entries) > f.Max {
		return false
	}
	each := f.Each()
	return !slices.ContainsFunc(g.Entries, func(e service.Entry) bool {
		values := make(map[string]Value, len(e))
		for name, a := range e {
			if _, known := each.Field(name); !known {
				return true
			}
			values[name] = Value{Text: a.Text, Raw: a.Raw}
		}
		return complete(each, Draft{Values: values}) != nil
	})
}

// chosen says whether a value is one of the field's choices: by name in Raw, or as it is shown.
func chosen(f service.Field, v Value) bool {
	var name string
	if len(v.Raw) > 0 && json.Unmarshal(v.Raw, &name) == nil {
		c, ok := f.Choice(name)
		return ok && c.Answers()
	}
	return slices.ContainsFunc(f.Choices, func(c service.Choice) bool {
		return c.Answers() && (c.Label.ZH == v.Text || c.Label.EN == v.Text)
	})
}

// refers says whether a value names what the field may name: a member other than the author, no more of them than asked for.
func refers(f service.Field, v Value, author union.MemberID) bool {
	if f.Kind == service.KindPlace && len(v.Raw) == 0 {
		return utf8.RuneCountInString(v.Text) <= f.Max
	}
	var ref service.Ref
	if !f.Kind.Typed(v.Raw) || json.Unmarshal(v.Raw, &ref) != nil {
		return false
	}
	if f.Kind == service.KindMembers && (len(ref.IDs) > f.Max || len(ref.IDs) < f.Min) {
		return false
	}
	if f.Shares && (!ref.SharesFit() || !slices.Contains(ref.IDs, int64(author))) {
		return false
	}
	return !f.Others || !slices.Contains(ref.IDs, int64(author))
}

// titleOf makes the one line of a case. What another answer in it says as well is not said twice: 三号行车 before
// 三号行车钢丝绳快断了.
func titleOf(s *service.Service, values map[string]Value) string {
	texts := make(map[string]string, len(values))
	for name, v := range values {
		field, _ := s.Field(name)
		texts[name] = field.Partly(v.Text)
	}
	named := s.Summary.Title.Names()
	for _, name := range named {
		for _, other := range named {
			if len(texts[other]) > len(texts[name]) && strings.Contains(texts[other], texts[name]) {
				texts[name] = ""
			}
		}
	}
	title := strings.Join(strings.Fields(s.Summary.Title.Fill("zh", texts)), " ")
	if runes := []rune(title); len(runes) > maxTitle {
		return string(runes[:maxTitle-1]) + "…"
	}
	return title
}
