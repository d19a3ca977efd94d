package reference

import (
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/folder"
)

// Duty is the file of rosters: who is on duty when. It gives nobody an office; of those who hold one it says whose turn it is.
type Duty struct {
	folder.Origin `yaml:",inline"`
	Rosters       []Roster `yaml:"rosters"`
	// Work are rosters of who works when, of no office: nobody is asked or reminded by them. Broadcasts go by both.
	Work []Roster `yaml:"work"`
}

// Roster is the duty of one office over one organisation: 安全值班 of 一分厂.
type Roster struct {
	Name  string     `yaml:"name"`
	Label string     `yaml:"label"`
	Role  union.Role `yaml:"role"`
	// At is a path from the root, 集团公司/一分厂; empty is the whole union.
	At     string  `yaml:"at"`
	Shifts []Shift `yaml:"shifts"`
	// Cycle names the shift of each day, again and again: 早 早 中 中 夜 夜 休 休. What is no shift's name is a day off.
	Cycle []string `yaml:"cycle"`
	Crews []Crew   `yaml:"crews"`
	// Days are those on which it is otherwise than the cycle says: holidays, people who change places, and rosters without a cycle.
	Days []DutyDay `yaml:"days"`
}

// Shift is a part of a day; one that ends no later than it begins ends on the next.
type Shift struct {
	Name string `yaml:"name"`
	From string `yaml:"from"` // 20:00
	To   string `yaml:"to"`
}

// Crew is some people who are on duty together.
type Crew struct {
	Name  string   `yaml:"name"`
	Staff []string `yaml:"staff"`
	// From is a day on which the cycle begins for the crew, which goes on before and after it.
	From folder.Day `yaml:"from"`
}

// DutyDay says who has one shift of one day, in the place of whom the cycle names.
type DutyDay struct {
	On    folder.Day `yaml:"on"`
	Shift string     `yaml:"shift"`
	Crew  string     `yaml:"crew"`
	Staff []string   `yaml:"staff"`
}

// Watch is one shift of one day, with who has it.
type Watch struct {
	Roster   Roster
	Shift    string
	From, To time.Time
	Staff    []string
}

func (u *Duty) check(d *folder.Document) {
	u.Check(d)
	var names []string
	for _, of := range []struct {
		field   string
		rosters []Roster
	}{{"rosters", u.Rosters}, {"work", u.Work}} {
		for i := range of.rosters {
			r := &of.rosters[i]
			checkName(d, of.field, i, r.Name, r.Label, names)
			names = append(names, r.Name)
			r.check(d, of.field, i)
		}
	}
}

func (r *Roster) check(d *folder.Document, field string, i int) {
	at := func(more ...any) []any { return append([]any{field, i}, more...) }
	place := GroupPlace{Role: r.Role, At: r.At}.asKept()
	r.At = place.At
	switch {
	case field == "rosters":
		checkPlace(d, at(), place, nil)
	case r.Role != "":
		d.AddAt(at("role"), "who works when holds no office by it; a duty stands in rosters")
	default:
		checkPath(d, at(), place)
	}
	if len(r.Shifts) == 0 {
		d.AddAt(at("shifts"), "is missing: name, from and to of each shift")
	}
	for j, s := range r.Shifts {
		_, err := calendar.ParseClock(s.From)
		_, wrong := calendar.ParseClock(s.To)
		if s.Name == "" || err != nil || wrong != nil {
			d.AddAt(at("shifts", j), "name, from and to are expected, such as {name: 夜, from: '20:00', to: '08:00'}")
		}
	}
	if len(r.Cycle) > 0 && !slices.ContainsFunc(r.Cycle, r.known) {
		d.AddAt(at("cycle"), "names no shift")
	}
	for j, c := range r.Crews {
		if c.Name == "" || len(c.Staff) == 0 {
			d.AddAt(at("crews", j), "name and staff are expected")
		}
		if len(r.Cycle) > 0 && !c.From.Valid() {
			d.AddAt(at("crews", j, "from"), "a day on which the cycle begins is expected, such as 2027-01-01")
		}
		asKept(c.Staff)
	}
	for j, day := range r.Days {
		asKept(day.Staff)
		_, crew := r.crew(day.Crew)
		switch {
		case !day.On.Valid():
			d.AddAt(at("days", j, "on"), "a day is expected, such as 2027-01-01")
		case !r.known(day.Shift):
			d.AddAt(at("days", j, "shift"), "%q is no shift", day.Shift)
		case day.Crew != "" && (!crew || len(day.Staff) > 0):
			d.AddAt(at("days", j), "either the name of a crew or staff is expected")
		}
	}
}

func asKept(staff []string) {
	for i, no := range staff {
		staff[i] = union.StaffNoKey(no)
	}
}

func (r *Roster) known(shift string) bool {
	return slices.ContainsFunc(r.Shifts, func(s Shift) bool { return s.Name == shift })
}

func (r *Roster) crew(name string) (Crew, bool) {
	i := slices.IndexFunc(r.Crews, func(c Crew) bool { return c.Name == name })
	if i < 0 {
		return Crew{}, false
	}
	return r.Crews[i], true
}

// Everybody lists the staff numbers that a roster names, each once.
func (r *Roster) Everybody() []string {
	var all []string
	for _, c := range r.Crews {
		all = append(all, c.Staff...)
	}
	for _, d := range r.Days {
		all = append(all, d.Staff...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// on lists who has a shift of a day.
func (r *Roster) on(day folder.Day, at time.Time, shift string) (staff []string) {
	for _, d := range r.Days {
		if d.On == day && d.Shift == shift {
			crew, _ := r.crew(d.Crew)
			return slices.Concat(d.Staff, crew.Staff)
		}
	}
	for _, c := range r.Crews {
		from, err := time.Parse(time.DateOnly, string(c.From))
		if err != nil || len(r.Cycle) == 0 {
			continue
		}
		days := int(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC).Sub(from) / (24 * time.Hour))
		if n := len(r.Cycle); r.Cycle[(days%n+n)%n] == shift {
			staff = append(staff, c.Staff...)
		}
	}
	return staff
}

// aheadDays is how far it is looked for the next shift.
const aheadDays = 14

// watches lists the shifts of a roster that run at a time or begin in the days after it, the earliest first. The time is in the
// zone in which people live.
func (r *Roster) watches(at time.Time, days int) (list []Watch) {
	for i := -1; i <= days; i++ { // a shift may have begun the day before
		day := at.AddDate(0, 0, i)
		for _, s := range r.Shifts {
			from, _ := calendar.ParseClock(s.From) // were checked
			to, _ := calendar.ParseClock(s.To)
			if to <= from {
				to += 24 * time.Hour
			}
			clock := func(c time.Duration) time.Time {
				return time.Date(day.Year(), day.Month(), day.Day(), 0, int(c/time.Minute), 0, 0, at.Location())
			}
			w := Watch{Roster: *r, Shift: s.Name, From: clock(from), To: clock(to), Staff: r.on(folder.DayOf(day), day, s.Name)}
			if len(w.Staff) == 0 || !at.Before(w.To) {
				continue
			}
			list = append(list, w)
			for j := len(list) - 1; j > 0 && w.From.Before(list[j-1].From); j-- {
				list[j], list[j-1] = list[j-1], list[j]
			}
		}
	}
	return list
}

// Runs says whether a shift has begun.
func (w Watch) Runs(at time.Time) bool { return !at.Before(w.From) && at.Before(w.To) }

// Watches lists, of each roster that covers an organisation named by its path or lies below it, what runs and what is next.
func (b *Book) Watches(path string, at time.Time) (list []Watch) {
	for _, r := range b.data.Load().Duty.Rosters {
		if !r.touches(path) {
			continue
		}
		next := time.Time{}
		for _, w := range r.watches(at, aheadDays) {
			switch {
			case w.Runs(at):
			case next.IsZero():
				next = w.From
			case !w.From.Equal(next):
				continue
			}
			list = append(list, w)
		}
	}
	return list
}

// Rostered says whether there is any roster.
func (b *Book) Rostered() bool { return len(b.data.Load().Duty.Rosters) > 0 }

// OnShift says whether it is somebody's turn at a time, for one of some offices over an organisation. The path is empty of what
// nobody is to know where it comes from.
func (b *Book) OnShift(staffNo, path string, roles []union.Role, at time.Time) bool {
	return slices.ContainsFunc(b.data.Load().Duty.Rosters, func(r Roster) bool {
		return r.covers(path, roles) && slices.ContainsFunc(r.watches(at, 0), func(w Watch) bool {
			return w.Runs(at) && slices.Contains(w.Staff, staffNo)
		})
	})
}

// Shifts lists when any of some people, nil for anybody, is on duty for one of some offices over an organisation, of what touches the day
// that begins at midnight.
func (b *Book) Shifts(path string, roles []union.Role, staff []string, midnight time.Time) (list []calendar.Stretch) {
	for _, r := range b.data.Load().Duty.Rosters {
		if !r.covers(path, roles) {
			continue
		}
		for _, w := range r.watches(midnight, 0) {
			if staff == nil || slices.ContainsFunc(w.Staff, func(no string) bool { return slices.Contains(staff, no) }) {
				list = append(list, calendar.Stretch{From: w.From, To: w.To})
			}
		}
	}
	return list
}

// all are the rosters of every kind.
func (u *Duty) all() []Roster { return slices.Concat(u.Rosters, u.Work) }

// Turns are what the shifts and the crews of all rosters are called.
func (b *Book) Turns() (shifts, crews []string) {
	for _, r := range b.data.Load().Duty.all() {
		for _, s := range r.Shifts {
			shifts = append(shifts, s.Name)
		}
		for _, c := range r.Crews {
			crews = append(crews, c.Name)
		}
	}
	slices.Sort(shifts)
	slices.Sort(crews)
	return slices.Compact(shifts), slices.Compact(crews)
}

// AtWork lists who has one of some shifts by the rosters over, or below, one of some organisations, and belongs to one of some crews; none
// is any of them. It is the shift of a day, without one that which runs at a time, and without either it is everybody of the crews.
func (b *Book) AtWork(paths, shifts, crews []string, day folder.Day, at time.Time) (staff []string) {
	for _, r := range b.data.Load().Duty.all() {
		if !slices.ContainsFunc(paths, r.touches) {
			continue
		}
		found := r.Everybody()
		if day != "" || !at.IsZero() {
			found = r.working(shifts, day, at)
		}
		for _, no := range found {
			if len(crews) == 0 || slices.ContainsFunc(r.Crews, func(c Crew) bool { return slices.Contains(crews, c.Name) && slices.Contains(c.Staff, no) }) {
				staff = append(staff, no)
			}
		}
	}
	slices.Sort(staff)
	return slices.Compact(staff)
}

// working lists who has one of some shifts, or any.
func (r *Roster) working(shifts []string, day folder.Day, at time.Time) (staff []string) {
	takes := func(shift string) bool { return len(shifts) == 0 || slices.Contains(shifts, shift) }
	if on, err := time.Parse(time.DateOnly, string(day)); err == nil {
		for _, s := range r.Shifts {
			if takes(s.Name) {
				staff = append(staff, r.on(day, on, s.Name)...)
			}
		}
		return staff
	}
	for _, w := range r.watches(at, 0) {
		if takes(w.Shift) && w.Runs(at) {
			staff = append(staff, w.Staff...)
		}
	}
	return staff
}

// touches says whether an organisation named by its path lies below that of the roster, or above it.
func (r Roster) touches(path string) bool {
	return r.At == "" || strings.HasPrefix(path+"/", r.At+"/") || strings.HasPrefix(r.At+"/", path+"/")
}

// covers says whether a roster is of one of some offices over an organisation.
func (r *Roster) covers(path string, roles []union.Role) bool {
	return slices.Contains(roles, r.Role) && (r.At == "" || strings.HasPrefix(path+"/", r.At+"/"))
}

// NextShift is when somebody may be reached by the rosters: the time itself on a shift, or when the next one of the coming days
// of a cycle begins. It is false for who has none.
func (b *Book) NextShift(staffNo string, at time.Time) (next time.Time, ok bool) {
	for _, r := range b.data.Load().Duty.Rosters {
		for _, w := range r.watches(at, nearDays) {
			if !slices.Contains(w.Staff, staffNo) {
				continue
			}
			if w.Runs(at) {
				return at, true
			}
			if len(r.Cycle) == 0 { // whoever has single shifts besides works like everybody
				continue
			}
			if !ok || w.From.Before(next) {
				next, ok = w.From, true
			}
		}
	}
	return next, ok
}

// ShiftEnd is by when somebody who works in shifts answers what is due at a time: then, if that lies in a shift or ends with one, else
// with the end of the next shift of the coming days of a cycle. It is false for who works like everybody then.
func (b *Book) ShiftEnd(staffNo string, due time.Time) (end time.Time, ok bool) {
	before, from := due.Add(-time.Millisecond), time.Time{}
	for _, r := range b.data.Load().Duty.Rosters {
		for _, w := range r.watches(before, nearDays) {
			if !slices.Contains(w.Staff, staffNo) {
				continue
			}
			if w.Runs(before) {
				return due, true
			}
			if len(r.Cycle) > 0 && (!ok || w.From.Before(from)) {
				end, from, ok = w.To, w.From, true
			}
		}
	}
	return end, ok
}

// nearDays is within how many days the shifts of a crew go on: who is off for longer is reminded like everybody.
const nearDays = 3
