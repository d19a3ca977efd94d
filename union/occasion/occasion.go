// Package occasion is on which days the union writes to its members by itself: birthdays by either calendar, festivals, years
// of service, retirement. It decides who is greeted, when and with which words, and who is not: each person once an occasion
// and year, nobody in mourning before an officer was asked. The outbox delivers.
package occasion

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/reference"
)

// The occasions that are no festivals. A festival's own name stands beside them.
const (
	Birthday    = "birthday"
	Anniversary = "anniversary" // years of service
	Retirement  = "retirement"
	Ask         = "ask" // by which calendar somebody keeps the birthday
	Contract    = "contract"
)

// FestivalKind is what all festivals are where members choose what they want to hear.
const FestivalKind = "festival"

// Occasion is something that is said about a day.
type Occasion struct {
	Name  string
	Label string
	// Day is the day itself, and Say when it is said.
	Day, Say calendar.Date
	// Late is for how many days after Say it may still be said.
	Late int
	// Cheerful is false of what is said to the bereaved as well.
	Cheerful bool
	// Festival is set for a festival.
	Festival *reference.Festival

	// kind is Kind where that is not its name.
	kind string
	// ahead is how many days before Day it is said, less than 0 for after it.
	ahead int
	// years are those of service that are remembered; yearly remembers each from the first on.
	years  []int
	yearly bool
	// chosen is true of what is said to those alone who asked for wishes on their birthday.
	chosen bool
	// officer is told too, or officerOnly.
	officer, officerOnly bool
}

// Kind is the occasion as members choose it: birthday, festival, anniversary, retirement, ask or contract.
func (o *Occasion) Kind() string {
	if o.Festival != nil {
		return FestivalKind
	}
	return cmp.Or(o.kind, o.Name)
}

// names are by what words, goods and pictures are found: what is said of a festival may be the same for all of them, while
// nobody is wished a happy birthday, or given its goods, a week before it.
func (o *Occasion) names() []string {
	if o.Festival != nil {
		return []string{o.Name, FestivalKind}
	}
	return []string{o.Name}
}

// last is the last day on which it may be said. A festival is over with its day, unless it was moved behind it or put off.
func (o *Occasion) last() calendar.Date {
	last := o.Say.AddDays(o.Late)
	switch {
	case o.Festival == nil || last.Before(o.Day):
		return last
	case o.Day.Before(o.Say):
		return o.Say
	}
	return o.Day
}

// State says where a greeting stands.
type State string

// The states of a greeting.
const (
	Planned  State = "planned"
	Given    State = "given"    // handed to the outbox
	Told     State = "told"     // an officer was told, and not the member
	Held     State = "held"     // by a silence; somebody says whether it goes out late
	Asked    State = "asked"    // an officer says whether it goes out
	Approved State = "approved" // the officer said yes: it goes out when it may
	Declined State = "declined" // somebody said no, or nobody could be asked
	Off      State = "off"      // the member does not want it; goods are theirs all the same
	Stopped  State = "stopped"  // an organiser stopped it
	Missed   State = "missed"   // too late
	Gone     State = "gone"     // the member left
	Unworded State = "unworded" // the data have no words for it
)

// States lists every state.
func States() []State {
	return []State{Planned, Given, Told, Held, Asked, Approved, Declined, Off, Stopped, Missed, Gone, Unworded}
}

// Greeting is one occasion of one member in one year.
type Greeting struct {
	ID       int64
	Member   union.MemberID
	Occasion string
	// Year is the year of the occasion: the lunar one where the birthday is kept by it, or the next where a change of the calendar
	// has used that up. 0 is for once in a life; of a contract it is the day on which it ends, 20270131.
	Year int
	// Day is the day of the occasion, SayOn when it is to be said, SendAt at which moment at the earliest.
	Day, SayOn string
	SendAt     time.Time
	State      State
	// Hold is the silence that holds it.
	Hold int64
	// Gift is the key of what waits for the member, until GiftUntil; empty where nothing does. What is shown to people has the name.
	Gift, GiftUntil string
}

// Key is unique for a member, an occasion and a year, whatever became of the row.
func (g Greeting) Key() string { return fmt.Sprintf("greeting/%d/%s/%d", g.Member, g.Occasion, g.Year) }

// PictureKey is the key of the picture that goes with it.
func (g Greeting) PictureKey() string { return g.Key() + PictureSuffix }

// PictureSuffix is what the key of a picture has behind that of the words.
const PictureSuffix = "/picture"

// Choice is what a member has said about being greeted.
type Choice struct {
	Member union.MemberID
	// Calendar is solar, lunar, or empty where the member has not said.
	Calendar string
	// Off are the kinds that the member does not want, Chosen the festivals that the member asked for.
	Off, Chosen []string
	// Language is zh, en, or empty where the member is greeted as everybody is.
	Language string
}

// The calendars by which a birthday is kept.
const (
	Solar = "solar"
	Lunar = "lunar"
)

// Candidate is a member with the choice.
type Candidate struct {
	union.Member
	Choice Choice
	// LastYear is the year of the latest birthday that was planned, and of a retirement the year asked for, 0 where none was or it is not
	// asked for.
	LastYear int
}

// KeepsLunar says by which calendar the birthday is kept. Whoever has not said keeps the lunar one if the union was told the
// day: identity cards do not know it, so that somebody took care to tell.
func (c Candidate) KeepsLunar() bool {
	return c.LunarBirthday != "" && c.Choice.Calendar != Solar
}

// Query says which members an occasion may concern. What is empty does not restrict.
type Query struct {
	Occasion string
	Year     int
	// Since leaves out who has one of this occasion with a later day, whatever its year; where it is empty who has one of this year
	// is left out.
	Since string
	// On is the date of one whose date may be moved: who has one of this occasion with it is left out, whatever its year. Moved wants
	// those alone who have one of another date since a day.
	On, Moved string
	// Days are month and day of the birthday, 02-29, Lunar the same by the lunar calendar, Joined of the day of joining.
	Days, Lunar, Joined []string
	RetireOn            string
	ContractUntil       string
	BornSince           string
	Women               bool
	Posts               []string
	Chosen              string
	// Retired are meant too.
	Retired bool
	// Lineages are subtrees, of which one must have the member.
	Lineages []string
}

// MovedQuery says which dates are looked for that were moved.
type MovedQuery struct {
	Occasion string
	// Retires looks at retirements, else at the ends of contracts.
	Retires bool
	// From and Until are the new dates, Since the earliest of the old ones.
	From, Until, Since string
}

// query is by what members are found for an occasion.
func (o *Occasion) query() Query {
	q := Query{Occasion: o.Name, Year: o.year(), Retired: true}
	switch {
	case o.Festival != nil:
		q.Women, q.Posts = o.Festival.Women, o.Festival.Posts
		q.Retired = len(q.Posts) == 0
		if o.Festival.Chosen {
			q.Chosen = o.Name
		}
		if o.Festival.ToAge > 0 {
			q.BornSince = calendar.Date{Year: o.Day.Year - o.Festival.ToAge - 1, Month: o.Day.Month, Day: o.Day.Day}.AddDays(1).String()
		}
	case o.Name == Ask:
		q.Days, q.Year = solarDays(o.Day), 0
	case o.Kind() == Birthday:
		q.Since = o.Day.AddDays(-sameBirthday).String()
		q.Days, q.Lunar = solarDays(o.Day), lunarDays(o.Day)
	case o.Kind() == Anniversary:
		q.Joined, q.Retired = solarDays(o.Day), false
	case o.Kind() == Retirement: // who has retired is written to from that day on
		q.RetireOn, q.Retired = o.Day.String(), o.ahead <= 0
		q.On = q.RetireOn
	case o.Kind() == Contract:
		q.ContractUntil, q.Retired = o.Day.String(), false
		q.On = q.ContractUntil
	}
	return q
}

// sameBirthday is within how many days two birthdays are one: somebody has changed from one calendar to the other. Two of one
// calendar are 353 days apart at least.
const sameBirthday = 180

// solarDays are the months and days that are kept on a day: those born on 29 February keep 28 February in other years.
func solarDays(day calendar.Date) []string {
	days := []string{fmt.Sprintf("%02d-%02d", day.Month, day.Day)}
	if day.Month == time.February && day.Day == 28 && day.AddDays(1).Month == time.March {
		days = append(days, "02-29")
	}
	return days
}

// lunarDays are the lunar months and days that may be kept on a day: the last day of a month of 29 is that of those born on a
// 30th as well. Whether the month is a leap month is seen from the member.
func lunarDays(day calendar.Date) []string {
	l := calendar.LunarOf(day)
	if l.Month == 0 {
		return nil
	}
	days := []string{fmt.Sprintf("%02d-%02d", l.Month, l.Day)}
	if l.Day == 29 && calendar.LunarOf(day.AddDays(1)).Day == 1 {
		days = append(days, fmt.Sprintf("%02d-30", l.Month))
	}
	return days
}

// concerns says whether the occasion is the member's, and in which year.
func (o *Occasion) concerns(c Candidate, data *reference.Data) (year int, ok bool) {
	switch o.Kind() {
	case Birthday:
		// 10 January by the sun and 腊月十八 by the moon, a year later, are both of 2026: whoever changes keeps the second as the next.
		year, ok = birthdayOn(c, o.Day)
		return max(year, c.LastYear+1), ok
	case Ask:
		born, err := calendar.ParseDate(c.Birthday)
		return 0, err == nil && c.LunarBirthday == "" && c.Choice.Calendar == "" && born.Year < data.Greetings.AskBornBefore
	case Anniversary:
		from, err := calendar.ParseDate(c.Joined)
		if err != nil || o.Day.Before(from) {
			return 0, false
		}
		years := yearsSince(c.Joined, o.Day)
		return o.Day.Year, slices.Contains(o.years, years) || o.yearly && years > 0
	case Retirement:
		if c.LastYear == o.year() { // the year had another date, which was moved
			return dated(o.Day), true
		}
	}
	return o.year(), true
}

// year is the year of the day, and of a lunar festival the lunar one: 腊月初八 of two years may fall into one of ours. Contracts may end
// twice a year, so that theirs is the day itself, 20270131.
func (o *Occasion) year() int {
	if o.Festival != nil && o.Festival.Lunar() {
		return calendar.LunarOf(o.Day).Year
	}
	if o.Kind() == Contract {
		return dated(o.Day)
	}
	return o.Day.Year
}

// dated is a day in the place of a year.
func dated(day calendar.Date) int { return day.Year*10_000 + int(day.Month)*100 + day.Day }

func birthdayOn(c Candidate, day calendar.Date) (year int, ok bool) {
	if !c.KeepsLunar() {
		born, err := calendar.ParseDate(c.Birthday)
		if err != nil {
			return 0, false
		}
		md := fmt.Sprintf("%02d-%02d", born.Month, born.Day)
		for _, d := range solarDays(day) {
			ok = ok || d == md
		}
		return day.Year, ok
	}
	l, err := calendar.ParseLunar(c.LunarBirthday)
	if err != nil {
		return 0, false
	}
	year = calendar.LunarOf(day).Year
	kept, err := l.In(year)
	return year, err == nil && kept == day
}

// yearsSince is how many whole years have passed on a day since a date, 0 where it is not known.
func yearsSince(date string, day calendar.Date) int {
	from, err := calendar.ParseDate(date)
	if err != nil {
		return 0
	}
	years := day.Year - from.Year
	if day.Month < from.Month || day.Month == from.Month && day.Day < from.Day {
		if len(solarDays(day)) > 1 && from.Month == time.February && from.Day == 29 {
			return max(years, 0)
		}
		years--
	}
	return max(years, 0)
}
