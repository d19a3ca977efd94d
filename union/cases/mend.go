package cases

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// Mending is what an author answers anew, where an officer has named what is to be mended.
type Mending struct {
	Member union.MemberID
	Number string
	// Values are the answers by the form's names.
	Values   map[string]Value
	Pictures []ID
}

// Mend puts the answers that an officer has named into the form, works its sums out again, and gives the case straight back to
// that officer, as Supplement does. It returns what Supplement does, and *IncompleteError for a field that is lacking or not
// valid, be it one that belongs to the form only now.
func (d *Desk) Mend(ctx context.Context, in Mending) (Case, error) {
	var done Case
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.mend(ctx, in)
		return err
	})
	if err != nil {
		return Case{}, fmt.Errorf("mend case: %w", err)
	}
	return done, nil
}

func (d *Desk) mend(ctx context.Context, in Mending) (none Case, _ error) {
	m, err := d.own(ctx, in.Member, in.Number)
	if err != nil {
		return none, err
	}
	if m.State == Returned && len(m.Asked) == 0 {
		return none, ErrActNotAllowed
	}
	if m.asksProof() {
		if err := union.Proven(ctx); err != nil {
			return none, err
		}
	}
	text := ""
	if m.State == Returned { // any other is refused by the review
		if text, err = m.takeMended(in); err != nil {
			return none, err
		}
	}
	done, err := d.addTo(ctx, m, text, in.Pictures, Event{Actor: in.Member, Name: m.author.Name})
	if err == nil { // the answers may name somebody else now
		err = d.shield(ctx, m)
	}
	if err == nil {
		err = d.store.Subjects.Forget(ctx, m.ID)
	}
	if err == nil {
		err = d.noteSubjects(ctx, m)
	}
	return done, err
}

// takeMended puts the answers into the form, and says what they are.
func (m *matter) takeMended(in Mending) (string, error) {
	values := maps.Clone(m.Values)
	for _, f := range m.questions() {
		if v, given := in.Values[f.Name]; given && Mendable(f) {
			values[f.Name] = v
		}
	}
	draft := Draft{Owner: m.Author, Anonymous: m.Anonymous, Values: values, Pictures: m.Pictures[:min(1, len(m.Pictures))]}
	if len(in.Pictures) > 0 {
		draft.Pictures = in.Pictures
	}
	var said []string
	for _, name := range m.saidOf(in.Values) {
		f, _ := m.service.Question(name)
		switch v, given := in.Values[name]; {
		case f.Kind.Sent() && len(in.Pictures) == 0, !f.Kind.Sent() && (!given || strings.TrimSpace(v.Text) == ""):
			return "", &IncompleteError{Field: name}
		case f.Kind.Sent():
			said = append(said, f.Label.ZH+" "+strconv.Itoa(len(in.Pictures))+" 张")
		default:
			said = append(said, f.Label.ZH+":"+f.Partly(v.Text))
		}
	}
	if err := complete(m.service, draft); err != nil {
		return "", err
	}
	shown := draft.Shown(m.service)
	for _, f := range m.service.Form {
		if !slices.ContainsFunc(shown, func(s *service.Field) bool { return s.Name == f.Name }) {
			delete(values, f.Name) // it belonged to what was said before
		}
	}
	if err := m.takeLater(values); err != nil {
		return "", err
	}
	m.Values, m.Title, m.Asked = values, titleOf(m.service, values), nil
	if !m.reserved() {
		sums, err := follow(m.service, factsOf(m.service, values, len(m.Pictures)+len(in.Pictures)))
		if err != nil {
			return "", err
		}
		maps.Copy(m.Values, sums)
	}
	return strings.Join(said, ";"), nil
}

// Mendable says whether an officer may have an author answer the field alone anew: what is looked up, or shared with others,
// is not.
func Mendable(f service.Field) bool {
	switch f.Kind {
	case service.KindOrganisation, service.KindMember, service.KindMembers:
		return false
	case service.KindText, service.KindChoice, service.KindChoices, service.KindYesNo, service.KindNumber, service.KindMoney, service.KindDate,
		service.KindTime, service.KindRating, service.KindPhone, service.KindIDCard, service.KindBankCard, service.KindPictures, service.KindFiles,
		service.KindList, service.KindPlace:
	}
	return !f.Shares
}

// mendable are the questions that a return may name. Once money is set aside, what it was worked out from stays.
func (m *matter) mendable() (fields []service.Field) {
	if m.Seal != nil {
		return nil
	}
	for _, f := range m.questions() {
		_, ofForm := m.service.Field(f.Name)
		if Mendable(f) && (!ofForm || !m.reserved() || f.Kind == service.KindText || f.Kind.Sent()) {
			fields = append(fields, f)
		}
	}
	return fields
}

// mendableNow is mendable without what belongs to other answers than the author's.
func (m *matter) mendableNow() []service.Field {
	shown := (&Draft{Owner: m.Author, Anonymous: m.Anonymous, Values: m.Values, Pictures: m.Pictures}).Shown(m.service)
	return slices.DeleteFunc(m.mendable(), func(f service.Field) bool {
		_, ofForm := m.service.Field(f.Name)
		return ofForm && !slices.ContainsFunc(shown, func(s *service.Field) bool { return s.Name == f.Name })
	})
}

// namedFields are the questions of the form that a return begins with: 照片,现状 请补. Nothing where it begins with anything
// else.
func (m *matter) namedFields(note string) (names []string) {
	asked := m.mendable()
	first, _, _ := strings.Cut(strings.TrimSpace(note), " ")
	first, _, _ = strings.Cut(first, "\n")
	for _, word := range strings.FieldsFunc(first, func(r rune) bool { return strings.ContainsRune(",，、和;；:：", r) }) {
		i := slices.IndexFunc(asked, func(f service.Field) bool { return f.Label.ZH == word || f.Label.EN == word })
		if i < 0 {
			return nil
		}
		if name := asked[i].Name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// unfinished refuses a supplement in passing where an officer has named what is to be answered.
func (m *matter) unfinished() error {
	if m.State != Returned || len(m.Asked) == 0 {
		return nil
	}
	return &IncompleteError{Field: m.Asked[0]}
}

// Unfinished says which field a mending lacks, if that is what kept it back.
func Unfinished(err error) (field string, ok bool) {
	var lacks *IncompleteError
	if errors.As(err, &lacks) {
		return lacks.Field, true
	}
	return "", false
}
