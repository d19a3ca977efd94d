package services_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/flows/services/servicestest"
	"github.com/unionbot/unionbot/union/service"
)

var update = flag.Bool("update", false, "write the tables of clocks into the documents anew")

// withoutClocks are the services that promise nothing for the whole matter; each says in its file why.
var withoutClocks = map[string]string{
	"crisis":             "an alarm rings in minutes",
	"counselling_record": "an officer's own note, which nobody waits for",
}

func TestEveryServiceHasClocksOrSaysWhyNot(t *testing.T) {
	for _, s := range servicestest.Set(t).On("").All() {
		c := s.Clocks
		switch why := withoutClocks[s.Name]; {
		case why != "" && (c.Run() || c.None.Empty() || c.None.EN == ""):
			t.Errorf("%s: it has no clocks, for %s: want `none` alone, with the reason in both languages", s.Name, why)
		case why != "":
		case !c.First.Runs():
			t.Errorf("%s: no first answer is promised", s.Name)
		case !c.Next.Runs() && !c.Finish.Runs():
			t.Errorf("%s: nothing is promised after the first answer", s.Name)
		case c.Source.Empty() || c.Source.EN == "":
			t.Errorf("%s: `source` says in no two languages where the figures come from", s.Name)
		case c.Source.ZH != own && !strings.Contains(c.Source.ZH, "第"):
			t.Errorf("%s: %q is neither %q nor an article of a law", s.Name, c.Source.ZH, own)
		}
	}
}

// own is said where no law binds the union.
const own = "工会自己的承诺"

// table is the clocks of all services as a document shows them, in one of its languages.
func table(all []*service.Service, language string) string {
	var b strings.Builder
	b.WriteString(map[string]string{
		"zh": "| 业务 | 第一次答复 `first` | 每次再答复 `next` | 办结 `finish` | 延一次 `extend` | 复议 `second_look` | 依据 `source` |\n",
		"en": "| service | `first` answer | `next` answer | `finish` | `extend` | `second_look` | `source` |\n",
	}[language])
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, s := range all {
		c, source := s.Clocks, s.Clocks.Source
		if !c.Run() {
			source = c.None
		}
		fmt.Fprintf(&b, "| %s `%s` |", s.Title.In(language), s.Name)
		for _, one := range []service.Clock{c.First, c.Next, c.Finish, c.Extend, c.SecondLook} {
			fmt.Fprintf(&b, " %s |", length(one, language))
		}
		fmt.Fprintf(&b, " %s |\n", source.In(language))
	}
	return b.String()
}

func length(c service.Clock, language string) string {
	text := c.String()
	switch {
	case !c.Runs():
		return "—"
	case language == "en":
		return strings.Replace(text, c.From, "`"+c.From+"`", min(len(c.From), 1))
	case c.Hours > 0:
		text = fmt.Sprintf("%d 个工作小时", c.Hours)
	case c.Calendar:
		text = fmt.Sprintf("%d 天", c.Days)
	default:
		text = fmt.Sprintf("%d 个工作日", c.Days)
	}
	if c.From != "" {
		text = "`" + c.From + "` 那天起 " + text
	}
	return text
}

// The tables of both documents are what the files say: -update writes them.
func TestTheTablesOfClocksAreWhatTheFilesSay(t *testing.T) {
	all := servicestest.Set(t).On("").All()
	for language, page := range map[string]string{"en": "services.md", "zh": "services.zh-CN.md"} {
		path := "../../docs/" + page
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		const from, to = "<!-- clocks: written by go test ./flows/services -run TestTheTablesOfClocks -update -->\n", "<!-- end of clocks -->"
		before, rest, there := strings.Cut(string(text), from)
		old, after, ends := strings.Cut(rest, to)
		if !there || !ends {
			t.Fatalf("%s has no table of clocks", page)
		}
		want := table(all, language)
		if *update && old != want {
			if err := os.WriteFile(path, []byte(before+from+want+to+after), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if old != want {
			t.Errorf("%s says\n%s\nthe files say\n%s", page, old, want)
		}
	}
}
