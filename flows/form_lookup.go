package flows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// Lookup finds what an answer may name: organisations and members.
type Lookup interface {
	// Organisations lists the whole tree.
	Organisations(ctx context.Context) ([]union.Organisation, error)
	// ActiveByName lists up to limit active members with exactly this name.
	ActiveByName(ctx context.Context, name string, limit int) ([]union.Member, error)
	// ActiveByNames lists up to limit active members with one of these names.
	ActiveByNames(ctx context.Context, names []string, limit int) ([]union.Member, error)
	// ActiveOf lists up to limit active members of an organisation itself, not of those below it.
	ActiveOf(ctx context.Context, org union.OrgID, limit int) ([]union.Member, error)
	// Holdings lists the offices of a member.
	Holdings(ctx context.Context, member union.MemberID) ([]union.Holding, error)
	// ByStaffNo returns union.ErrNotFound where nobody has the number.
	ByStaffNo(ctx context.Context, no string) (union.Member, error)
}

const (
	// offeredMost is how many organisations or members are named to choose from. Of more, nobody is told who they are.
	offeredMost = 5
	// lookupsMost is how often one form looks for members: whoever asks more often reads the roster.
	lookupsMost = 15
)

const saidOwnUnit = "我自己的单位"

// ownUnit are the ways to say one's own organisation, besides its being offered.
var ownUnit = []string{"我单位", "我的单位", "本单位", "自己单位", "自己的单位", "我们单位", "我们班", "本班组", "我们班组", "本人单位"}

// hear understands an answer, and looks up what it names.
func (f *form) hear(ctx context.Context, t *formTurn, field service.Field, text string) (heard, error) {
	switch field.Kind {
	case service.KindOrganisation:
		return f.hearOrganisation(ctx, t, field, text)
	case service.KindPlace:
		return f.hearPlace(ctx, t, field, text)
	case service.KindMember:
		return f.hearMember(ctx, t, field, text)
	case service.KindMembers:
		if field.Shares {
			return f.hearShares(ctx, t, field, text)
		}
		return f.hearMembers(ctx, t, field, text)
	}
	if _, _, lacks := lacking(field, listAnswer(t, field)); field.Kind == service.KindList && lacks { // it is no answer to what is asked of one of them
		return heard{}, nil
	}
	if t.Data.Rest != "" {
		if whole := f.read(field, t.Data.Rest+text, t.Now); whole.ok() || len(whole.either) > 0 || whole.rest != "" {
			return whole, nil
		}
	}
	return f.read(field, text, t.Now), nil
}

// referring makes the value of something that is known by its ids.
func referring(text string, ids ...int64) cases.Value {
	raw, err := json.Marshal(service.Ref{IDs: ids})
	if err != nil { // it is made of numbers
		return cases.Value{}
	}
	return cases.Value{Text: text, Raw: raw}
}

func (f *form) hearOrganisation(ctx context.Context, t *formTurn, field service.Field, text string) (heard, error) {
	text = strings.TrimRight(strings.TrimSpace(bot.Simplified(text)), "。.!！ ")
	all, err := f.lookup.Organisations(ctx)
	if err != nil {
		return heard{}, fmt.Errorf("look for organisation: %w", err)
	}
	found, exact := union.FindOrganisations(all, text)
	if len(found) == 0 || !exact {
		own := slices.Contains(ownUnit, text)
		if _, ok := bot.Choose(text, f.choices(field)); ok || own {
			return f.ownOrganisation(ctx, t, all)
		}
	}
	return organisations(found, exact, text), nil
}

func (f *form) ownOrganisation(ctx context.Context, t *formTurn, all []union.Organisation) (heard, error) {
	m, err := f.people.members.Get(ctx, t.Data.Draft.Owner)
	if err != nil {
		return heard{}, fmt.Errorf("find member: %w", err)
	}
	i := slices.IndexFunc(all, func(o union.Organisation) bool { return o.ID == m.Org })
	if i < 0 {
		return heard{}, nil
	}
	return heard{value: referring(all[i].Unit(), int64(all[i].ID))}, nil
}

// organisations are those that were found, to choose from where there are several, or where only a part of the name was said.
func organisations(found []union.Organisation, exact bool, text string) heard {
	switch {
	case len(found) == 0:
		return heard{problem: "没有找到“" + cut(text, 20) + "”这个单位。请写单位名称,重名的连上级一起写。"}
	case len(found) > offeredMost:
		return heard{problem: fmt.Sprintf("像“%s”的单位有 %d 个,请连上级一起写全。", cut(text, 20), len(found))}
	case len(found) == 1 && exact:
		return heard{value: referring(found[0].Unit(), int64(found[0].ID))}
	}
	var h heard
	for _, o := range found {
		h.either = append(h.either, referring(o.Unit(), int64(o.ID)))
	}
	return h
}

func (f *form) hearMember(ctx context.Context, t *formTurn, field service.Field, text string) (heard, error) {
	found, problem, err := f.membersCalled(ctx, t, field, text)
	if err == nil && len(found) == 0 && t.Data.Lookups <= lookupsMost { // 李建国,锅炉班的; 老李
		near, nearErr := f.named(ctx, t.Data.Draft.Owner, text)
		if nearErr != nil {
			return heard{}, nearErr
		}
		if len(near) > 0 && len(near) <= offeredMost && distinct(near) {
			found, problem = near, ""
		}
	}
	switch {
	case err != nil || problem != "":
		return heard{problem: problem}, err
	case len(found) == 1:
		return heard{value: referring(nameAndUnit(found[0]), int64(found[0].ID))}, nil
	}
	var h heard
	for _, m := range found {
		h.either = append(h.either, referring(nameAndUnit(m), int64(m.ID)))
	}
	return h, nil
}

// nameAndUnit is a member with the unit, which is all that is told of one.
func nameAndUnit(m union.Member) string { return m.Name + "(" + m.Unit() + ")" }

var staffNumber = regexp.MustCompile(`^(?:工号)?\s*([0-9A-Za-z-]{2,32})$`)

// called finds the active members with this staff number or whole name; of many no more than tell that they are many.
func called(ctx context.Context, lookup Lookup, text string) ([]union.Member, error) {
	if no := staffNumber.FindStringSubmatch(text); no != nil {
		m, err := lookup.ByStaffNo(ctx, no[1])
		if err != nil && !errors.Is(err, union.ErrNotFound) {
			return nil, fmt.Errorf("look for member: %w", err)
		}
		if err == nil && m.Status == union.Active {
			return []union.Member{m}, nil
		}
	}
	found, err := lookup.ActiveByName(ctx, text, offeredMost+2)
	if err != nil {
		return nil, fmt.Errorf("look for member: %w", err)
	}
	return found, nil
}

// membersCalled finds the active members whom a text names: by the whole name or the staff number, never by a part.
func (f *form) membersCalled(ctx context.Context, t *formTurn, field service.Field, text string) (found []union.Member, problem string, err error) {
	text = strings.Trim(strings.TrimSpace(text), "。.!！,，、 ")
	if t.Data.Lookups++; t.Data.Lookups > lookupsMost {
		return nil, "这份表里查的人太多了,先到这里。请联系分会,或过后再填。", nil
	}
	if found, err = called(ctx, f.lookup, text); err != nil {
		return nil, "", err
	}
	self := func(m union.Member) bool { return m.ID == t.Data.Draft.Owner }
	if len(found) == 1 && field.Others && self(found[0]) {
		return nil, "这一项不能填您自己。", nil
	}
	if field.Others {
		found = slices.DeleteFunc(found, self)
	}
	if problem = nobodyClear(text, found); problem == "" {
		return found, "", nil
	}
	if len(found) == 0 {
		problem += "请写全名或工号。"
	}
	return nil, problem, nil
}

// nobodyClear says why none of the people of a name can be meant; "" where it is one, or a few to choose from.
func nobodyClear(name string, found []union.Member) string {
	switch {
	case len(found) == 0:
		return "没有找到在册的“" + cut(name, 20) + "”。"
	case len(found) > offeredMost || !distinct(found): // two of one name in one unit cannot be told apart here
		return "叫“" + cut(name, 20) + "”的不止一位,请说工号。"
	}
	return ""
}

func (f *form) hearMembers(ctx context.Context, t *formTurn, field service.Field, text string) (heard, error) {
	lists := [][]union.Member{nil} // as many as there are readings
	parts := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",，、;；", r) })
	for i := 0; i < len(parts); i++ {
		found, problem, err := f.membersCalled(ctx, t, field, parts[i])
		if err != nil {
			return heard{}, err
		}
		if names := strings.FieldsFunc(parts[i], func(r rune) bool { return strings.ContainsRune("和跟与及", r) }); problem != "" && len(names) > 1 {
			parts = slices.Insert(slices.Delete(parts, i, i+1), i, names...)
			i--
			continue
		}
		if problem != "" {
			return heard{problem: problem}, nil
		}
		var longer [][]union.Member
		for _, list := range lists {
			for _, m := range found {
				longer = append(longer, withMember(list, m))
			}
		}
		if lists = longer; len(lists) > offeredMost {
			return heard{problem: "里面有几位重名,请写工号。"}, nil
		}
	}
	if len(parts) == 0 {
		return heard{}, nil
	}
	return together(lists, field), nil
}

func withMember(list []union.Member, m union.Member) []union.Member {
	if slices.ContainsFunc(list, func(other union.Member) bool { return other.ID == m.ID }) {
		return list
	}
	return append(slices.Clone(list), m)
}

// together makes a value of each of the lists of members that may be meant.
func together(lists [][]union.Member, field service.Field) heard {
	var all []cases.Value
	for _, list := range lists {
		var names []string
		var ids []int64
		for _, m := range list {
			names, ids = append(names, nameAndUnit(m)), append(ids, int64(m.ID))
		}
		switch {
		case len(list) > field.Max:
			return heard{problem: fmt.Sprintf("最多填 %d 位。", field.Max)}
		case len(list) < field.Min:
			return heard{problem: fmt.Sprintf("至少填 %d 位。", field.Min)}
		}
		all = append(all, referring(strings.Join(names, "、"), ids...))
	}
	if len(all) == 1 {
		return heard{value: all[0]}
	}
	return heard{either: all}
}
