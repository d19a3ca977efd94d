package reference

import (
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/folder"
)

// Data is all files together. It is not changed after it was read.
type Data struct {
	Hotlines  Hotlines
	Standards Standards
	Festivals Festivals
	Self      SelfCheck
	Talks     Talks
}

// Sheet is one file with where its facts come from.
type Sheet struct {
	File string
	folder.Origin
}

// Sheets lists the files.
func (d *Data) Sheets() []Sheet {
	return []Sheet{
		{festivalsStem + ending, d.Festivals.Origin}, {hotlinesStem + ending, d.Hotlines.Origin}, {selfcheckStem + ending, d.Self.Origin}, {standardsStem + ending, d.Standards.Origin},
		{talksStem + ending, d.Talks.Origin},
	}
}

// Hotlines is the file of numbers to ring.
type Hotlines struct {
	folder.Origin `yaml:",inline"`
	Lines         []Line `yaml:"lines"`
}

// Line is a number to ring.
type Line struct {
	Name   string `yaml:"name"`
	Label  string `yaml:"label"`  // 心理援助
	Number string `yaml:"number"` // 12356, 内线 6100
	Note   string `yaml:"note"`   // 打不通请打 110
	// Words are other names by which people ask for it.
	Words []string `yaml:"words"`
	// At has the numbers of units that have their own, with all below them.
	At []At `yaml:"at"`
}

// At is the number of one unit.
type At struct {
	Unit   string `yaml:"unit"` // 集团公司/一分厂
	Number string `yaml:"number"`
}

// In is the number in a unit, named by its path: that of the nearest unit above which has its own, or else everybody's.
func (l Line) In(unit string) string {
	best, number := -1, l.Number
	for _, at := range l.At {
		if (unit == at.Unit || strings.HasPrefix(unit, at.Unit+"/")) && len(at.Unit) > best {
			best, number = len(at.Unit), at.Number
		}
	}
	return number
}

// Hotline finds a line by name.
func (d *Data) Hotline(name string) (Line, bool) {
	i := slices.IndexFunc(d.Hotlines.Lines, func(l Line) bool { return l.Name == name })
	if i < 0 {
		return Line{}, false
	}
	return d.Hotlines.Lines[i], true
}

// Lines lists the lines in the order of the file.
func (d *Data) Lines() []Line { return slices.Clone(d.Hotlines.Lines) }

// Standards is the file of sums that a rule fixes for an occasion.
type Standards struct {
	folder.Origin `yaml:",inline"`
	Rule          string     `yaml:"rule"` // 会员慰问办法
	Standards     []Standard `yaml:"standards"`
}

// Standard is what is given on one occasion.
type Standard struct {
	Name  string `yaml:"name"`
	Label string `yaml:"label"` // 生日
	Yuan  int    `yaml:"yuan"`
	// Ceilings are what provinces allow at most, each with its source. They are there to be compared with.
	Ceilings []Ceiling `yaml:"ceilings"`
}

// Ceiling is the most that the rules of a province allow.
type Ceiling struct {
	Place  string     `yaml:"place"`
	Yuan   int        `yaml:"yuan"`
	AsOf   folder.Day `yaml:"as_of"` // empty where the source does not say
	Source string     `yaml:"source"`
}

// Standard finds the sum of an occasion, in fen.
func (d *Data) Standard(name string) (fen int, ok bool) {
	i := slices.IndexFunc(d.Standards.Standards, func(s Standard) bool { return s.Name == name })
	if i < 0 {
		return 0, false
	}
	return d.Standards.Standards[i].Yuan * 100, true
}

// Festivals is the file of days on which people are greeted, or are not.
type Festivals struct {
	folder.Origin `yaml:",inline"`
	Festivals     []Festival `yaml:"festivals"`
}

// Festival is one day in the year.
type Festival struct {
	Name  string `yaml:"name"`
	Label string `yaml:"label"`
	// On is 10-01, a lunar day such as 正月初一, or 清明.
	On string `yaml:"on"`
	// Wish is what is said that day; empty where nothing cheerful is to be said: 清明.
	Wish string `yaml:"wish"`
}

// FestivalOn finds the festival of a day.
func (d *Data) FestivalOn(day calendar.Date) (Festival, bool) {
	i := slices.IndexFunc(d.Festivals.Festivals, func(f Festival) bool { return f.falls(day) })
	if i < 0 {
		return Festival{}, false
	}
	return d.Festivals.Festivals[i], true
}

func (f Festival) falls(day calendar.Date) bool {
	if f.On == qingming {
		return day.Month == 4 && day.Day == qingmingDay(day.Year)
	}
	if lunar, err := calendar.ParseLunar(f.On); err == nil {
		today := calendar.LunarOf(day)
		return today.Month == lunar.Month && today.Day == lunar.Day && !today.Leap
	}
	return strings.HasSuffix(day.String(), "-"+f.On)
}

const qingming = "清明"

// qingmingDay is the day in April on which the sun reaches 15°, by the formula that holds from 2000 to 2099.
func qingmingDay(year int) int {
	y := year % 100
	return (y*2422+48100)/10000 - y/4
}
