package reference

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/folder"
)

// MaxName bounds the name of a festival: it is part of a key.
const MaxName = 24

// Greetings is the file of how members are greeted.
type Greetings struct {
	folder.Origin `yaml:",inline"`
	// SendAt is when greetings go out, 07:43, and Quiet when nobody is written to, 21:30-07:00.
	SendAt string `yaml:"send_at"`
	Quiet  string `yaml:"quiet"`
	// How many days late each may still be said.
	BirthdayLate    int `yaml:"birthday_late"`
	AnniversaryLate int `yaml:"anniversary_late"`
	RetirementLate  int `yaml:"retirement_late"`
	// RetirementBefore is how many days before the personnel office's date it is said.
	RetirementBefore int `yaml:"retirement_before"`
	// BirthdayChosen wishes a happy birthday to those alone who asked for it. Goods are everybody's.
	BirthdayChosen bool `yaml:"birthday_chosen"`
	// AskBefore is how many days before their birthday those born before AskBornBefore are asked which calendar they keep.
	AskBefore     int `yaml:"ask_before"`
	AskBornBefore int `yaml:"ask_born_before"`
	// AnniversaryYears are the years of service that are remembered.
	AnniversaryYears []int `yaml:"anniversary_years"`
	// Title is how members are addressed whose post has no other one: 师傅.
	Title  string  `yaml:"title"`
	Titles []Title `yaml:"titles"`
	Lines  []Said  `yaml:"lines"`
	Gifts  []Gift  `yaml:"gifts"`
	// OwnDays are days besides the birthday, the years of service and the retirement, by the members' own dates.
	OwnDays []OwnDay `yaml:"own_days"`
	// Pictures are sent with the words.
	Pictures []Picture `yaml:"pictures"`
}

// Title is how people of some posts are addressed. A post is known by a part of its name.
type Title struct {
	Title string   `yaml:"title"`
	Posts []string `yaml:"posts"`
}

// Said is what is said on one kind of occasion to some members.
type Said struct {
	// For is birthday, festival, reminder, anniversary, retirement or ask, or the name of a festival or an own day.
	For string `yaml:"for"`
	// Units are paths, 集团公司/一分厂, with all below them.
	Units []string `yaml:"units"`
	Posts []string `yaml:"posts"`
	// FromYears and ToYears bound the years of service.
	FromYears int    `yaml:"from_years"`
	ToYears   int    `yaml:"to_years"`
	Text      string `yaml:"text"`
	En        string `yaml:"en"`
}

// Gift is what is handed out on some occasions.
type Gift struct {
	// Key names it for good: what is kept of a member holds nothing but this, for what is given in the place of something else
	// tells of somebody's health.
	Key   string   `yaml:"key"`
	For   []string `yaml:"for"`
	Units []string `yaml:"units"`
	Posts []string `yaml:"posts"`
	Name  string   `yaml:"name"`
	En    string   `yaml:"en"`
	// Days is how long it can be collected.
	Days int `yaml:"days"`
	// Stock is how many there are a year; 0 where nobody counts.
	Stock int `yaml:"stock"`
	// Notes are words of the members' notes, such as 糖尿病, at which InPlace is given.
	Notes     []string `yaml:"notes"`
	InPlace   string   `yaml:"in_place"`
	InPlaceEn string   `yaml:"in_place_en"`
}

// Who is whom words are chosen for.
type Who struct {
	Unit  string // the path of the member's organisation
	Post  string
	Years int // of service
}

// Address is the title for a post: 师傅, 老师, 同志.
func (g *Greetings) Address(post string) string {
	for _, t := range g.Titles {
		if hasPost(t.Posts, post) {
			return t.Title
		}
	}
	return g.Title
}

// Line finds the words for an occasion: those of the nearest unit, then those for the post, then those for the years. Of
// the names the first for which there is a line counts.
func (g *Greetings) Line(who Who, names ...string) (Said, bool) {
	for _, name := range names {
		best, found := -1, Said{}
		for _, l := range g.Lines {
			if rank := l.rank(name, who); rank > best {
				best, found = rank, l
			}
		}
		if best >= 0 {
			return found, true
		}
	}
	return Said{}, false
}

// rank is how well a line fits; below 0 it does not.
func (l Said) rank(name string, who Who) int {
	if l.For != name || who.Years < l.FromYears || l.ToYears > 0 && who.Years > l.ToYears {
		return -1
	}
	rank, ok := fits(l.Units, l.Posts, who)
	if !ok {
		return -1
	}
	if l.FromYears > 0 || l.ToYears > 0 {
		rank++
	}
	return rank
}

// fits says how near units and posts are to a member.
func fits(units, posts []string, who Who) (rank int, ok bool) {
	if len(units) > 0 {
		near := -1
		for _, u := range units {
			if union.Within(who.Unit, u) {
				near = max(near, 1+strings.Count(u, "/"))
			}
		}
		if near < 0 {
			return 0, false
		}
		rank = near * 4
	}
	if len(posts) > 0 {
		if !hasPost(posts, who.Post) {
			return 0, false
		}
		rank += 2
	}
	return rank, true
}

// GiftFor finds what is handed out on an occasion, by its names.
func (g *Greetings) GiftFor(who Who, names ...string) (gift Gift, ok bool) {
	best := -1
	for _, each := range g.Gifts {
		if !slices.ContainsFunc(names, func(n string) bool { return slices.Contains(each.For, n) }) {
			continue
		}
		if rank, fit := fits(each.Units, each.Posts, who); fit && rank > best {
			best, gift = rank, each
		}
	}
	return gift, best >= 0
}

// GiftName is what a member with these notes gets of the goods of a key.
func (g *Greetings) GiftName(key, notes string) string { return g.GiftNameIn(key, notes, false) }

// GiftNameIn is GiftName, in English where that is asked for and the file has it.
func (g *Greetings) GiftNameIn(key, notes string, english bool) string {
	if key == "" {
		return ""
	}
	zh, en := "慰问品", "a present" // where the file has no such goods any more
	if i := slices.IndexFunc(g.Gifts, func(gift Gift) bool { return gift.Key == key }); i >= 0 {
		gift := g.Gifts[i]
		zh, en = gift.Name, gift.En
		if gift.InPlace != "" && slices.ContainsFunc(gift.Notes, func(n string) bool { return strings.Contains(notes, n) }) {
			zh, en = gift.InPlace, gift.InPlaceEn
		}
	}
	if english {
		return cmp.Or(en, zh)
	}
	return zh
}

func hasPost(posts []string, post string) bool {
	return slices.ContainsFunc(posts, func(p string) bool { return p != "" && strings.Contains(post, p) })
}

var (
	// namePattern is of the names of goods and own days, which are parts of keys.
	namePattern = regexp.MustCompile(`^[a-z0-9_]{1,24}$`)
	variable    = regexp.MustCompile(`\{([a-z]+)(?:\|([^{}]*))?\}`)
	optional    = regexp.MustCompile(`\[([^\[\]]*)\]`)
)

// Variables are what a text may name.
var Variables = []string{"address", "name", "unit", "years", "today", "day", "days", "late", "gift", "until", "sign", "festival", "wish", "reminder"}

// Say puts values into a text. What stands in brackets is left out where a variable in it has neither value nor default.
func Say(text string, values map[string]string) string {
	lacks := false
	put := func(s string) string {
		return variable.ReplaceAllStringFunc(s, func(v string) string {
			m := variable.FindStringSubmatch(v)
			if values[m[1]] != "" {
				return values[m[1]]
			}
			lacks = lacks || m[2] == ""
			return m[2]
		})
	}
	text = optional.ReplaceAllStringFunc(text, func(s string) string {
		lacks = false
		if s = put(s[1 : len(s)-1]); lacks {
			return ""
		}
		return s
	})
	return strings.TrimSpace(put(text))
}

// At is when greetings go out, as the time of day.
func (g *Greetings) At() time.Duration {
	at, _ := calendar.ParseClock(g.SendAt) // it was checked
	return at
}

// QuietHours are from when until when nobody is written to. The second may be smaller: the night has midnight in it.
func (g *Greetings) QuietHours() (from, to time.Duration) {
	first, last, _ := strings.Cut(g.Quiet, "-")
	from, _ = calendar.ParseClock(first)
	to, _ = calendar.ParseClock(last)
	return from, to
}

// saidFor are the kinds of occasions for which words must be there.
var saidFor = []string{"birthday", "festival", "reminder", "anniversary", "retirement", "ask"}

// hasLine says whether there are words for an occasion that fit everybody.
func (g *Greetings) hasLine(name string) bool {
	return slices.ContainsFunc(g.Lines, func(l Said) bool {
		return l.For == name && len(l.Units) == 0 && len(l.Posts) == 0 && l.FromYears == 0 && l.ToYears == 0
	})
}

func (g *Greetings) check(d *folder.Document) {
	g.Check(d)
	g.checkTimes(d)
	if g.Title == "" {
		d.AddAt([]any{"title"}, "is missing: how members are addressed, 师傅")
	}
	for i, l := range g.Lines {
		switch {
		case l.For == "" || l.Text == "":
			d.AddAt([]any{"lines", i}, "for and text are expected")
		default:
			for key, text := range map[string]string{"text": l.Text, "en": l.En} {
				for _, m := range variable.FindAllStringSubmatch(text, -1) {
					if !slices.Contains(Variables, m[1]) {
						d.AddAt([]any{"lines", i, key}, "names a variable that nobody fills: %s", folder.OneOf(m[1], Variables))
					}
				}
			}
		}
	}
	for _, name := range saidFor {
		if !g.hasLine(name) {
			d.AddAt([]any{"lines"}, "a line for %s is missing that everybody gets for whom there is no other", name)
		}
	}
	g.checkOwnDays(d)
	for i, gift := range g.Gifts {
		if len(gift.For) == 0 || gift.Name == "" || gift.Days <= 0 || !namePattern.MatchString(gift.Key) {
			d.AddAt([]any{"gifts", i}, "key (small letters, digits and _), for, name and days are expected")
		}
	}
}

func (g *Greetings) checkTimes(d *folder.Document) {
	at, err := calendar.ParseClock(g.SendAt)
	if err != nil {
		d.AddAt([]any{"send_at"}, "a time of day is expected, such as 07:43; not %q", g.SendAt)
	} else if m := at % time.Hour / time.Minute; m == 0 || m == 30 {
		d.AddAt([]any{"send_at"}, "the platform advises against the full and the half hour, when everybody sends: 07:43")
	}
	first, last, ok := strings.Cut(g.Quiet, "-")
	from, errFrom := calendar.ParseClock(first)
	to, errTo := calendar.ParseClock(last)
	switch {
	case !ok || errFrom != nil || errTo != nil:
		d.AddAt([]any{"quiet"}, "a span is expected, such as 21:30-07:00; not %q", g.Quiet)
	case err == nil && Quiet(at, from, to):
		d.AddAt([]any{"send_at"}, "lies in the quiet hours, %s", g.Quiet)
	}
	for key, days := range map[string]int{
		"birthday_late": g.BirthdayLate, "anniversary_late": g.AnniversaryLate, "retirement_late": g.RetirementLate,
		"retirement_before": g.RetirementBefore, "ask_before": g.AskBefore,
	} {
		if days < 0 || days > MostDays {
			d.AddAt([]any{key}, "a number of days from 0 to %d is expected", MostDays)
		}
	}
}

// Quiet says whether a time of day lies between from and to, over midnight where to is smaller.
func Quiet(at, from, to time.Duration) bool {
	if from <= to {
		return at >= from && at < to
	}
	return at >= from || at < to
}
