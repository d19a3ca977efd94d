package occasion

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/reference"
)

// fresh is how long after a greeting a word is taken as an answer to it.
const fresh = 48 * time.Hour

// Kinds are what members choose: birthdays, festivals, years of service.
func Kinds() []string { return []string{Birthday, FestivalKind, Anniversary} }

// Greeted is the greeting that a member got a short time ago, or union.ErrNotFound.
func (d *Desk) Greeted(ctx context.Context, member union.MemberID) (Greeting, string, error) {
	g, err := d.Store.Last(ctx, member, d.Now().Add(-fresh))
	if err != nil {
		return g, "", err
	}
	m, err := d.Members.Get(ctx, member)
	g.Gift = d.Data.Now().Greetings.GiftName(g.Gift, m.Notes)
	return g, d.Label(g.Occasion), err
}

// Label is what an occasion is called.
func (d *Desk) Label(name string) string {
	for _, o := range occasions(d.Data.Now()) {
		if o.Name == name {
			return o.Label
		}
	}
	return cmp.Or(reference.Labels[name], name)
}

// Kind is the kind of an occasion as members choose it; what the data know no more is none.
func (d *Desk) Kind(name string) string {
	for _, o := range occasions(d.Data.Now()) {
		if o.Name == name {
			return o.Kind()
		}
	}
	return name
}

// Subscribe lets a member hear of a kind of occasion, of everything where it is empty, or of a festival that is for those who
// ask for it; or not hear of it any more. Goods are the member's all the same.
func (d *Desk) Subscribe(ctx context.Context, member union.MemberID, kind string, wants bool) error {
	return d.Store.Tx(ctx, func(ctx context.Context) error {
		c, err := d.Store.Choice(ctx, member)
		if err != nil {
			return err
		}
		if err := d.Store.PutChoice(ctx, d.chosen(c, kind, wants)); err != nil || wants {
			return err
		}
		return d.Store.TakeBack(ctx, member)
	})
}

func (d *Desk) chosen(c Choice, kind string, wants bool) Choice {
	c.Off, c.Chosen = slices.Clone(c.Off), slices.Clone(c.Chosen)
	if kind == Birthday || kind == "" { // where nobody has to ask for them it counts for nothing
		c.Chosen = with(c.Chosen, Birthday, wants)
	}
	f, ok := d.Data.Now().Festival(kind)
	switch {
	case ok && f.Chosen:
		c.Chosen = with(c.Chosen, f.Name, wants)
	case kind == "" && wants:
		c.Off = nil
	case kind == "":
		c.Off = []string{everything}
	case wants && slices.Contains(c.Off, everything): // only this one again
		c.Off = slices.DeleteFunc(Kinds(), func(k string) bool { return k == kind })
	default:
		c.Off = with(c.Off, kind, !wants)
	}
	return c
}

// with is a list with a name in it, or without.
func with(list []string, name string, in bool) []string {
	list = slices.DeleteFunc(list, func(n string) bool { return n == name })
	if in {
		list = append(list, name)
	}
	return list
}

// Kept is by which calendar a member keeps the birthday, and when it is next.
type Kept struct {
	Choice
	// Solar and Lunar are the days that the union knows, without a year.
	Solar string
	Lunar string
	Next  calendar.Date
}

// Birthday tells a member what the union knows of the birthday.
func (d *Desk) Birthday(ctx context.Context, member union.MemberID) (Kept, error) {
	m, err := d.Members.Get(ctx, member)
	if err != nil {
		return Kept{}, err
	}
	c, err := d.Store.Choice(ctx, member)
	if err != nil {
		return Kept{}, err
	}
	return d.kept(Candidate{Member: m, Choice: c}), nil
}

func (d *Desk) kept(c Candidate) Kept {
	k := Kept{Choice: c.Choice}
	if born, err := calendar.ParseDate(c.Birthday); err == nil {
		k.Solar = speech(born, false)
	}
	if l, err := calendar.ParseLunar(c.LunarBirthday); err == nil {
		k.Lunar = l.Speech()
	}
	for day, n := d.today(), 0; n <= 400; n++ {
		if _, ok := birthdayOn(c, day); ok {
			k.Next = day
			break
		}
		day = day.AddDays(1)
	}
	return k
}

// KeepBirthday says by which calendar a member keeps the birthday. The lunar day may be said along; what is said by the member
// goes before what a file says, until the next import has another one.
func (d *Desk) KeepBirthday(ctx context.Context, member union.MemberID, by, lunar string) (k Kept, err error) {
	m, err := d.Members.Get(ctx, member)
	if err != nil {
		return k, err
	}
	if by == Lunar && lunar != "" {
		l, err := calendar.ParseLunar(lunar)
		if err != nil {
			return k, err
		}
		m.LunarBirthday = l.String()
	}
	if by == Lunar && m.LunarBirthday == "" {
		born, err := calendar.ParseDate(m.Birthday)
		if err != nil || born.Year < d.Data.Now().Greetings.AskBornBefore { // whose lunar day may stand there as if it were the other
			return k, ErrNoLunar
		}
		l := calendar.LunarOf(born)
		if !l.Exists() {
			return k, ErrNoLunar
		}
		m.LunarBirthday = l.String()
	}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		c, err := d.Store.Choice(ctx, member)
		if err != nil {
			return err
		}
		c.Calendar = by
		if err := d.Store.PutChoice(ctx, c); err != nil {
			return err
		}
		k = d.kept(Candidate{Member: m, Choice: c})
		if by != Lunar {
			return nil
		}
		return d.Store.SetLunar(ctx, member, m.LunarBirthday)
	})
	return k, err
}

// FestivalCalled finds a festival as a person calls it.
func (d *Desk) FestivalCalled(called string) (reference.Festival, bool) {
	return d.Data.Now().Festival(called)
}

// ChosenFestivals are those that are for whoever asks for them.
func (d *Desk) ChosenFestivals() (labels []string) {
	for _, f := range d.Data.Now().Festivals.Festivals {
		if f.Chosen {
			labels = append(labels, f.Label)
		}
	}
	return labels
}

// over are the subtrees in which an officer has one of these roles, or union.ErrForbidden.
func (d *Desk) over(ctx context.Context, officer union.MemberID, roles []union.Role) (list []union.Holding, err error) {
	holdings, err := d.Members.Holdings(ctx, officer)
	if err != nil {
		return nil, err
	}
	for _, h := range holdings {
		inside := func(o union.Holding) bool {
			return o.Lineage != h.Lineage && strings.HasPrefix(h.Lineage, o.Lineage) && slices.Contains(roles, o.Role)
		}
		same := func(o union.Holding) bool { return o.Lineage == h.Lineage }
		if slices.Contains(roles, h.Role) && !slices.ContainsFunc(holdings, inside) && !slices.ContainsFunc(list, same) {
			list = append(list, h)
		}
	}
	if len(list) == 0 {
		return nil, union.ErrForbidden
	}
	return list, nil
}

func lineages(list []union.Holding) []string {
	all := make([]string, len(list))
	for i, h := range list {
		all[i] = h.Lineage
	}
	return all
}

func covers(over []union.Holding, lineage string) bool {
	return slices.ContainsFunc(over, func(h union.Holding) bool { return h.Covers(lineage) })
}

// Who may do what, in the subtree of their role.
var (
	organisers = []union.Role{union.Organiser, union.BranchChair, union.Chair}
	carers     = []union.Role{union.BranchChair, union.Chair, union.AidOfficer, union.WomenOfficer}
	deciders   = []union.Role{union.BranchChair, union.Chair}
)

// unit is the organisation that an officer means, below those of the roles; their own where none is named.
func (d *Desk) unit(ctx context.Context, over []union.Holding, called string) (union.Organisation, error) {
	all, err := d.Members.Organisations(ctx)
	if err != nil {
		return union.Organisation{}, err
	}
	mine := all[:0:0]
	for _, o := range all {
		if covers(over, o.Lineage) {
			mine = append(mine, o)
		}
	}
	if called == "" {
		if len(over) > 1 {
			return union.Organisation{}, ErrSeveral
		}
		i := slices.IndexFunc(mine, func(o union.Organisation) bool { return o.ID == over[0].Org })
		if i < 0 {
			return union.Organisation{}, ErrUnknown
		}
		return mine[i], nil
	}
	found, exact := union.FindOrganisations(mine, called)
	switch {
	case len(found) == 0 || !exact && len(found) == 0:
		return union.Organisation{}, ErrUnknown
	case len(found) > 1:
		return union.Organisation{}, ErrSeveral
	}
	return found[0], nil
}

// nobody says whether a store found nothing.
func nobody(err error) bool { return errors.Is(err, union.ErrNotFound) }
