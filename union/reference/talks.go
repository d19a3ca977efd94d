package reference

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/folder"
)

// Talks is the file of who is asked when somebody wants to talk to a person, and of the answers that officers have ready.
type Talks struct {
	folder.Origin `yaml:",inline"`
	// Topics are in the order in which they are looked for; the last is the general one.
	Topics []Topic  `yaml:"topics"`
	Canned []Canned `yaml:"canned"`
}

// Topic is what a talk is about.
type Topic struct {
	Name  string `yaml:"name"`
	Label string `yaml:"label"` // 法律
	// Words are those by which a sentence is known to be about it. The general topic has none.
	Words []string `yaml:"words"`
	// Services are those in the middle of whose forms a wish for a person is about it.
	Services []string `yaml:"services"`
	// Roles may take the talk: each from the member's own organisation up, one role after the other.
	Roles []union.Role `yaml:"roles"`
	// Apart leaves out those who work in the member's own branch of the tree, one level below the root.
	Apart bool `yaml:"apart"`
	// Personal keeps whoever stands in for an officer who is away from being asked in that one's place.
	Personal bool `yaml:"personal"`
	// FirstMinutes and NextMinutes are within how much working time the first answer and a further one are due before the
	// next person is asked; IdleHours is after how much of it a talk ends in which the member says nothing more.
	FirstMinutes int `yaml:"first_minutes"`
	NextMinutes  int `yaml:"next_minutes"`
	IdleHours    int `yaml:"idle_hours"`
	// Silence is what happens, one after the other, while nobody answers; the last again and again. Without any it is the next.
	Silence []Silence `yaml:"silence"`
}

// Silence is one move of a talk that nobody answers.
type Silence struct {
	Do string `yaml:"do"`
	// Minutes is how much working time passes before it, in place of the topic's; 0 is as long as those.
	Minutes int `yaml:"minutes"`
}

// What is done with a talk that nobody answers.
const (
	// ToQueue leaves it to those who are equally near, and it waits for a place of theirs.
	ToQueue = "queue"
	// ToNext leaves it to the next who is equally near and has a place, or else to who is further up and has one.
	ToNext = "next"
	// ToUpper leaves it to those one level up.
	ToUpper = "up"
)

// mostSilence is how many moves a topic has.
const mostSilence = 8

// Move is what happens to a talk after which nobody answered so many times before, and after how much working time where the topic's
// own does not count; 0 otherwise.
func (t Topic) Move(before int) (do string, left time.Duration) {
	if len(t.Silence) == 0 {
		return ToNext, 0
	}
	m := t.Silence[min(before, len(t.Silence)-1)]
	return m.Do, time.Duration(m.Minutes) * time.Minute
}

// First is how much working time the first answer may take, Next a further one, Idle the member.
func (t Topic) First() time.Duration { return time.Duration(t.FirstMinutes) * time.Minute }

// Next is how much working time a further answer may take.
func (t Topic) Next() time.Duration { return time.Duration(t.NextMinutes) * time.Minute }

// Idle is after how much working time a talk ends in which the member says nothing more.
func (t Topic) Idle() time.Duration { return time.Duration(t.IdleHours) * time.Hour }

// Canned is an answer that officers have ready. {称呼}, {姓名}, {我} and {热线} are filled, any other {…} is asked for.
type Canned struct {
	Name string `yaml:"name"`
	Text string `yaml:"text"`
	// Folder groups it with others in the list: 报销. Files lie beside the file that names them, and go along: form.pdf.
	Folder string   `yaml:"folder"`
	Files  []string `yaml:"files"`
}

var blank = regexp.MustCompile(`\{([^{}]+)\}`)

// Fill puts values in the place of the blanks, and lists those that have none.
func (c Canned) Fill(values map[string]string) (text string, missing []string) {
	text = blank.ReplaceAllStringFunc(c.Text, func(found string) string {
		name := found[1 : len(found)-1]
		value, ok := values[name]
		if !ok {
			if !slices.Contains(missing, name) {
				missing = append(missing, name)
			}
			return found
		}
		return value
	})
	return text, missing
}

// byFolder puts those of one folder together, in the order in which folders are first named.
func byFolder(all []Canned) (list []Canned) {
	var folders []string
	for _, c := range all {
		if !slices.Contains(folders, c.Folder) {
			folders = append(folders, c.Folder)
		}
	}
	for _, name := range folders {
		for _, c := range all {
			if c.Folder == name {
				list = append(list, c)
			}
		}
	}
	return list
}

// Topic finds a topic by name; the general one where there is none of it.
func (t Talks) Topic(name string) Topic {
	i := slices.IndexFunc(t.Topics, func(each Topic) bool { return each.Name == name })
	if i < 0 {
		i = len(t.Topics) - 1
	}
	if i < 0 {
		return Topic{}
	}
	return t.Topics[i]
}

// TopicIn finds what a sentence wants to talk about: the first topic of which a word stands in it.
func (t Talks) TopicIn(text string) Topic {
	for _, each := range t.Topics {
		if slices.ContainsFunc(each.Words, func(w string) bool { return strings.Contains(text, w) }) {
			return each
		}
	}
	return t.Topic("")
}

// TopicOf finds what a wish for a person in the middle of a service's form is about; ok is false where nothing says so.
func (t Talks) TopicOf(service string) (topic Topic, ok bool) {
	i := slices.IndexFunc(t.Topics, func(each Topic) bool { return slices.Contains(each.Services, service) })
	if i < 0 {
		return Topic{}, false
	}
	return t.Topics[i], true
}

func (t *Talks) check(d *folder.Document) {
	t.Check(d)
	if len(t.Topics) == 0 {
		d.AddAt([]any{"topics"}, "is missing: at least the general topic is expected")
	}
	var names []string
	for i, each := range t.Topics {
		checkName(d, "topics", i, each.Name, each.Label, names)
		names = append(names, each.Name)
		if last := i == len(t.Topics)-1; last != (len(each.Words) == 0) {
			d.AddAt([]any{"topics", i, "words"}, "every topic but the last has words, and the last, the general one, has none")
		}
		if len(each.Roles) == 0 {
			d.AddAt([]any{"topics", i, "roles"}, "is missing: who may take such a talk")
		}
		for j, role := range each.Roles {
			if !slices.Contains(union.Roles(), role) {
				d.AddAt([]any{"topics", i, "roles", j}, "%s is no role", role)
			}
		}
		if each.FirstMinutes <= 0 || each.NextMinutes <= 0 || each.IdleHours <= 0 {
			d.AddAt([]any{"topics", i}, "first_minutes, next_minutes and idle_hours are expected, each above 0")
		}
		each.checkSilence(d, i)
	}
	names = nil
	for i, c := range t.Canned {
		checkName(d, "canned", i, c.Name, c.Text, names)
		names = append(names, c.Name)
		if c.Folder != "" && slices.ContainsFunc(t.Canned, func(o Canned) bool { return o.Name == c.Folder }) {
			d.AddAt([]any{"canned", i, "folder"}, "%s is the name of an answer: officers say either", c.Folder)
		}
	}
}

func (t Topic) checkSilence(d *folder.Document, i int) {
	if len(t.Silence) > mostSilence {
		d.AddAt([]any{"topics", i, "silence"}, "at most %d moves are expected: the last is made again and again", mostSilence)
	}
	for j, m := range t.Silence {
		if !slices.Contains([]string{ToQueue, ToNext, ToUpper}, m.Do) {
			d.AddAt([]any{"topics", i, "silence", j, "do"}, "queue, next or up is expected, not %q", m.Do)
		}
		if m.Minutes < 0 {
			d.AddAt([]any{"topics", i, "silence", j, "minutes"}, "minutes of working time are expected, or nothing")
		}
	}
}

// mostCannedFiles is how many files go along with one answer.
const mostCannedFiles = 5

// checkFiles looks for the files of the answers in the folders, the last first.
func (t *Talks) checkFiles(d *folder.Document, data *Data, folders []fs.FS) {
	for i, c := range t.Canned {
		if len(c.Files) > mostCannedFiles {
			d.AddAt([]any{"canned", i, "files"}, "at most %d files go along with an answer", mostCannedFiles)
		}
		for j, name := range c.Files {
			data.checkFile(d, []any{"canned", i, "files", j}, name, papers, folders)
		}
	}
}
