package reference

import (
	"slices"
	"strings"
	"unicode"

	"github.com/unionbot/unionbot/union/folder"
)

// Banks is the file of banks by what people call them.
type Banks struct {
	folder.Origin `yaml:",inline"`
	Banks         []Bank `yaml:"banks"`
}

// Bank is one bank, or a kind of bank of which each region has its own.
type Bank struct {
	Name  string `yaml:"name"`
	Label string `yaml:"label"` // 中国邮政储蓄银行
	// Words are its other names: 邮储.
	Words []string `yaml:"words"`
	// Many is true of a kind: the name in full is what was said.
	Many bool `yaml:"many"`
}

// Called lists all names of the bank.
func (b Bank) Called() []string { return append([]string{b.Label}, b.Words...) }

func (b *Banks) check(d *folder.Document) {
	b.Check(d)
	if len(b.Banks) == 0 {
		d.AddAt([]any{"banks"}, "is empty")
	}
	var names, said []string
	for i, each := range b.Banks {
		checkName(d, "banks", i, each.Name, each.Label, names)
		names = append(names, each.Name)
		for _, word := range each.Called() {
			switch word = bare(word); {
			case word == "":
				d.AddAt([]any{"banks", i, "words"}, "one of them is empty")
			case slices.Contains(said, word):
				d.AddAt([]any{"banks", i, "words"}, "%s is the name of another bank already", word)
			}
			said = append(said, word)
		}
	}
}

// Named finds the banks that a text names: of the names in it that are part of one another, the longest counts.
func (b Banks) Named(text string) []Bank {
	type naming struct {
		bank     Bank
		from, to int
	}
	text = bare(text)
	var all []naming
	for _, each := range b.Banks {
		for _, word := range each.Called() {
			if at := strings.Index(text, bare(word)); at >= 0 {
				all = append(all, naming{each, at, at + len(bare(word))})
			}
		}
	}
	var found []Bank
	for _, n := range all {
		within := slices.ContainsFunc(all, func(o naming) bool {
			return o.from <= n.from && n.to <= o.to && o.to-o.from > n.to-n.from
		})
		known := slices.ContainsFunc(found, func(f Bank) bool { return f.Name == n.bank.Name })
		if !within && !known {
			found = append(found, n.bank)
		}
	}
	return found
}

// bare is a name as it is compared: small letters, no blanks, no signs.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

// Banks is the file of banks that holds now.
func (b *Book) Banks() Banks { return b.data.Load().Banks }
