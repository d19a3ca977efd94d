package reference

import (
	"maps"
	"slices"

	"github.com/unionbot/unionbot/union/folder"
)

// MostDays is how many days before or after its date something may be said.
const MostDays = 90

// The dates of a member by which days are reckoned, as the members file names them.
const (
	OfBirthday = "birthday"
	OfJoined   = "joined"
	OfRetireOn = "retire_on"
	// OfContractUntil is the last day of a contract that ends. What is said of it is a reminder, and no good wish.
	OfContractUntil = "contract_until"
)

// Labels are what people call the occasions that are neither a festival nor an own day, by their names.
var Labels = map[string]string{"birthday": "生日", "anniversary": "入职纪念", "retirement": "退休", "ask": "问生日历法", "contract": "劳动合同"}

// OwnDay is a day that is reckoned from a date of the member's own: a week before the birthday, thirty days after joining.
type OwnDay struct {
	Name  string `yaml:"name"`
	Label string `yaml:"label"`
	// Of is the date: birthday, joined, retire_on or contract_until.
	Of string `yaml:"of"`
	// Before or After is how many days from it something is said; neither is the date itself.
	Before int `yaml:"before"`
	After  int `yaml:"after"`
	// Years are those of service on the day of joining, 0 the day itself; none is each year from the first on.
	Years []int `yaml:"years"`
	// Late is for how many days more it may still be said.
	Late int `yaml:"late"`
	// To is who is told: the member, the officer who is nearest, or both; empty is the member.
	To []string `yaml:"to"`
}

// Who is told of an own day.
const (
	ToMember  = "member"
	ToOfficer = "officer"
)

// Tells says whether a day is told to somebody.
func (o OwnDay) Tells(who string) bool {
	return slices.Contains(o.To, who) || len(o.To) == 0 && who == ToMember
}

// Ahead is how many days before its date it is said, less than 0 for after it.
func (o OwnDay) Ahead() int { return o.Before - o.After }

func (g *Greetings) checkOwnDays(d *folder.Document) {
	names := append(slices.Clone(saidFor), "all")
	for i, o := range g.OwnDays {
		at := func(key string) []any { return []any{"own_days", i, key} }
		checkName(d, "own_days", i, o.Name, o.Label, names)
		names = append(names, o.Name)
		if !namePattern.MatchString(o.Name) {
			d.AddAt(at("name"), "small letters, digits and _ are expected, 24 at most")
		}
		if dates := []string{OfBirthday, OfJoined, OfRetireOn, OfContractUntil}; !slices.Contains(dates, o.Of) {
			d.AddAt(at("of"), "a date of the member is expected: %s", folder.OneOf(o.Of, dates))
		}
		if o.Before < 0 || o.Before > MostDays || o.After < 0 || o.After > MostDays || o.Before > 0 && o.After > 0 {
			d.AddAt([]any{"own_days", i}, "before or after is expected, a number of days from 0 to %d", MostDays)
		}
		if o.Late < 0 || o.Late > MostDays {
			d.AddAt(at("late"), "a number of days from 0 to %d is expected", MostDays)
		}
		if len(o.Years) > 0 && (o.Of != OfJoined || slices.Min(o.Years) < 0) {
			d.AddAt(at("years"), "are those of service, from 0 on, and for joined only")
		}
		for n, who := range o.To {
			if known := []string{ToMember, ToOfficer}; !slices.Contains(known, who) {
				d.AddAt([]any{"own_days", i, "to", n}, "who is told is expected: %s", folder.OneOf(who, known))
			}
		}
		if o.Tells(ToOfficer) && o.Of != OfRetireOn && o.Of != OfContractUntil {
			d.AddAt(at("to"), "officers are told of %s and %s only", OfRetireOn, OfContractUntil)
		}
		if o.Tells(ToMember) && !g.hasLine(o.Name) {
			d.AddAt([]any{"own_days", i}, "a line for %s is missing that everybody gets for whom there is no other", o.Name)
		}
	}
}

// checkNames looks for an own day that is called as a festival, for what is kept of a greeting has the name alone, and for one that
// officers call as they call something else.
func (d *Data) checkNames(document *folder.Document) {
	taken := slices.Collect(maps.Values(Labels))
	for i, o := range d.Greetings.OwnDays {
		if _, festival := d.Festival(o.Label); o.Label != "" && (festival || slices.Contains(taken, o.Label)) {
			document.AddAt([]any{"own_days", i, "label"}, "%s is something else already", o.Label)
		}
		taken = append(taken, o.Label)
		if slices.ContainsFunc(d.Festivals.Festivals, func(f Festival) bool { return f.Name == o.Name }) {
			document.AddAt([]any{"own_days", i, "name"}, "%s is a festival", o.Name)
		}
	}
}
