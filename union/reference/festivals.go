package reference

import (
	"cmp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/folder"
)

// Festivals is the file of days on which people are greeted, or are not.
type Festivals struct {
	folder.Origin `yaml:",inline"`
	Festivals     []Festival `yaml:"festivals"`
}

// Festival is one day in the year.
type Festival struct {
	Name  string `yaml:"name"`
	Label string `yaml:"label"`
	// En is its name in English texts; WishEn and ReminderEn stand there for Wish and Reminder.
	En         string `yaml:"en"`
	WishEn     string `yaml:"wish_en"`
	ReminderEn string `yaml:"reminder_en"`
	// On is 10-01, a lunar day such as 正月初一, or 清明.
	On string `yaml:"on"`
	// Dates are its days where no rule gives them, in the place of On.
	Dates []folder.Day `yaml:"dates"`
	// Wish is what is said that day; empty where nothing cheerful is to be said: 清明.
	Wish string `yaml:"wish"`
	// Reminder is said in the place of a wish.
	Reminder string `yaml:"reminder"`
	// Somber keeps everything cheerful, birthdays too, from going out that day.
	Somber bool `yaml:"somber"`
	// Before is how many days earlier it is said.
	Before int `yaml:"before"`
	// Women, Posts and ToAge say whom it concerns; Chosen that it is for those who asked for it.
	Women  bool     `yaml:"women"`
	Posts  []string `yaml:"posts"`
	ToAge  int      `yaml:"to_age"`
	Chosen bool     `yaml:"chosen"`
	// By says who has made it a day, where that is not what the file names as its source.
	By string `yaml:"by"`
}

// Said is what a text calls it and says of it, in English where the file has it.
func (f Festival) Said(english bool) (name, wish, reminder string) {
	if !english {
		return f.Label, f.Wish, f.Reminder
	}
	return cmp.Or(f.En, f.Label), cmp.Or(f.WishEn, f.Wish), cmp.Or(f.ReminderEn, f.Reminder)
}

// Says is true of a festival of which something is said.
func (f Festival) Says() bool { return f.Wish != "" || f.Reminder != "" }

// Lunar says whether its day is one of the lunar calendar.
func (f Festival) Lunar() bool {
	_, err := calendar.ParseLunar(f.On)
	return err == nil
}

// FestivalsOn lists the festivals of a day, in the order of the file.
func (d *Data) FestivalsOn(day calendar.Date) (list []Festival) {
	for _, f := range d.Festivals.Festivals {
		if f.Falls(day) {
			list = append(list, f)
		}
	}
	return list
}

// Somber says whether nothing cheerful is to be said that day.
func (d *Data) Somber(day calendar.Date) bool {
	for _, f := range d.FestivalsOn(day) {
		if f.Somber {
			return true
		}
	}
	return false
}

// Festival finds a festival as a person calls it: 国庆, 国庆节.
func (d *Data) Festival(called string) (Festival, bool) {
	called = strings.TrimSuffix(called, "节")
	for _, f := range d.Festivals.Festivals {
		if f.Name == called || called != "" && strings.TrimSuffix(f.Label, "节") == called {
			return f, true
		}
	}
	return Festival{}, false
}

// Falls says whether it is on that day.
func (f Festival) Falls(day calendar.Date) bool {
	for _, date := range f.Dates {
		if string(date) == day.String() {
			return true
		}
	}
	if f.On == qingming {
		return day.Month == 4 && day.Day == qingmingDay(day.Year)
	}
	if lunar, err := calendar.ParseLunar(f.On); err == nil {
		kept, err := lunar.In(calendar.LunarOf(day).Year)
		return err == nil && kept == day
	}
	return f.On != "" && strings.HasSuffix(day.String(), "-"+f.On)
}

const qingming = "清明"

// qingmingDay is the day in April on which the sun reaches 15°, by the formula that holds from 2000 to 2099.
func qingmingDay(year int) int {
	y := year % 100
	return (y*2422+48100)/10000 - y/4
}

func (f *Festivals) check(d *folder.Document) {
	f.Check(d)
	var names []string
	for i, each := range f.Festivals {
		checkName(d, "festivals", i, each.Name, each.Label, names)
		names = append(names, each.Name)
		if len(each.Name) > MaxName {
			d.AddAt([]any{"festivals", i, "name"}, "has %d characters; the most is %d", len(each.Name), MaxName)
		}
		for j, day := range each.Dates {
			if _, err := calendar.ParseDate(string(day)); err != nil {
				d.AddAt([]any{"festivals", i, "dates", j}, "a day is expected, such as 2027-05-16; not %q", day)
			}
		}
		if each.On == "" && len(each.Dates) > 0 {
			continue
		}
		_, lunar := calendar.ParseLunar(each.On)
		_, solar := time.Parse("2006-01-02", "2024-"+each.On)
		if lunar != nil && solar != nil && each.On != qingming {
			d.AddAt([]any{"festivals", i, "on"}, "a day is expected: 10-01, 正月初一 or 清明; not %q", each.On)
		}
	}
}
