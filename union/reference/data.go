package reference

import (
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/folder"
)

// Data is all files together. It is not changed after it was read.
type Data struct {
	Hotlines  Hotlines
	Standards Standards
	Festivals Festivals
	Greetings Greetings
	Self      SelfCheck
	Talks     Talks
	// images are the files of the greetings' pictures, by name.
	images map[string]Image
	Groups Groups
	Banks  Banks
	Duty   Duty
	Places Places
}

// Sheet is one file with where its facts come from.
type Sheet struct {
	File string
	folder.Origin
}

// Sheets lists the files.
func (d *Data) Sheets() []Sheet {
	sheets := []Sheet{
		{festivalsStem + ending, d.Festivals.Origin}, {greetingsStem + ending, d.Greetings.Origin}, {hotlinesStem + ending, d.Hotlines.Origin}, {selfcheckStem + ending, d.Self.Origin}, {standardsStem + ending, d.Standards.Origin},
		{talksStem + ending, d.Talks.Origin}, {groupsStem + ending, d.Groups.Origin}, {banksStem + ending, d.Banks.Origin}, {dutyStem + ending, d.Duty.Origin}, {placesStem + ending, d.Places.Origin},
	}
	for _, at := range d.Standards.Places {
		sheets = append(sheets, Sheet{standardsStem + ending + " " + at.Unit, at.origin(d.Standards.Ask)})
	}
	return sheets
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
		if union.Within(unit, at.Unit) && len(at.Unit) > best {
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
	// Places are units with rules of their own.
	Places []StandardPlace `yaml:"places"`
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
