package service

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// Graph draws services as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html): the form's questions, the
// steps of the review, and the ends. What the service calls by a word is called by it.
func Graph(services ...*Service) string {
	g := &graph{}
	g.line("flowchart TD")
	for _, s := range services {
		g.service(s)
	}
	return g.text.String()
}

type graph struct{ text strings.Builder }

func (g *graph) line(format string, args ...any) { fmt.Fprintf(&g.text, format+"\n", args...) }

// node declares a node; a round one is an end.
func (g *graph) node(id string, round bool, lines ...string) {
	for i, l := range lines {
		lines[i] = label(l)
	}
	shape := `    %s["%s"]`
	if round {
		shape = `    %s(["%s"])`
	}
	g.line(shape, id, strings.Join(lines, "<br/>"))
}

func (g *graph) edge(from, word, to string) { g.line(`    %s -->|"%s"| %s`, from, label(word), to) }

// label writes a text as Mermaid wants it between quotation marks, where # begins an entity and < a tag.
func label(text string) string {
	return strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "\n", " ", "`", "#96;").Replace(strings.TrimSpace(text))
}

func (g *graph) service(s *Service) {
	id := func(part string) string { return s.Name + "__" + part }
	g.line(`  subgraph %s ["%s (%s)"]`, id("all"), label(s.Title.ZH), s.File)
	var questions []string
	for _, f := range s.Form {
		questions = append(questions, question(f))
	}
	g.node(id("form"), false, append(questions, s.Clocks.lines()...)...)
	steps, ends := s.Steps(), map[string]bool{"withdrawn": true}
	end := func(name string) string { ends[name] = true; return id(name) }
	stepID := func(i int) string { return id("step_" + steps[i].Name) }
	g.edge(id("form"), "filed", stepID(0))
	for i, step := range steps {
		at, author := stepID(i), id("author_"+step.Name)
		lines := []string{step.Title.ZH, step.Who.String(), Clock{Days: step.Days, From: step.From}.String()}
		if signing := step.signing(); signing != "" {
			lines = append(lines, signing)
		}
		if lent := step.lent(); lent != "" {
			lines = append(lines, lent)
		}
		if len(step.Silence) > 0 {
			lines = append(lines, step.inSilence())
		}
		if !step.When.Empty() {
			lines = append(lines, "only when "+step.When.Source)
		}
		lines = append(lines, s.besides(step)...)
		g.node(at, false, lines...)
		for _, o := range step.Acts {
			switch {
			case o.Act == Return:
				g.edge(at, o.Word.ZH, author)
				g.node(author, false, "the author adds what is missing")
				g.edge(author, "added", at)
				g.edge(author, "withdrawn", id("withdrawn"))
			case o.Act == Waive:
				g.edge(at, o.Word.ZH, end("accepted"))
			case o.Act == Accept && i+1 < len(steps):
				g.edge(at, o.Word.ZH, stepID(i+1))
			case o.Act == Reopen && i > 0:
				g.edge(at, o.Word.ZH, stepID(i-1))
			default:
				g.edge(at, o.Word.ZH, end(endOf[o.Act]))
			}
		}
		if i == 0 { // later somebody has decided already
			g.edge(at, "withdrawn", id("withdrawn"))
		}
	}
	if s.Ranking.On() {
		g.node(id("ranking"), true, s.Ranking.String())
		g.edge(id("accepted"), s.Ranking.Words[0], id("ranking"))
	}
	for _, name := range []string{"accepted", "refused", "merged", "withdrawn"} {
		if ends[name] {
			g.node(id(name), true, name)
		}
	}
	g.line("  end")
}

func workingDays(n int) string { return plural(n, "working day") }

func plural(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// lines says which clocks run from the filing on.
func (c *Clocks) lines() (lines []string) {
	for _, one := range []struct {
		what  string
		clock Clock
	}{{"first answer", c.First}, {"each next answer", c.Next}, {"finish", c.Finish}, {"once prolonged by", c.Extend}} {
		if one.clock.Runs() {
			lines = append(lines, one.what+": "+one.clock.String())
		}
	}
	return lines
}

// inSilence says what happens where nobody decides, for a step whose file says so.
func (s *Step) inSilence() string {
	var moves []string
	for _, m := range s.Ladder() {
		move := strings.ReplaceAll(string(m.Do), "_", " ")
		if m.Before > 0 {
			move += " " + workingDays(m.Before) + " before"
		}
		if m.Days > 0 {
			move += " for " + workingDays(m.Days)
		}
		moves = append(moves, move)
	}
	return "silence: " + strings.Join(moves, ", then ")
}

var endOf = map[Act]string{Accept: "accepted", Refuse: "refused", Merge: "merged"}

func question(f Field) string {
	text := f.Label.ZH
	var marks []string
	if f.Unasked {
		marks = append(marks, "not asked")
	} else if f.Optional {
		marks = append(marks, "optional")
	}
	if f.Shares {
		marks = append(marks, "with shares")
	}
	if !f.When.Empty() {
		marks = append(marks, "if "+f.When.Source)
	}
	if len(marks) > 0 {
		text += " (" + strings.Join(marks, ", ") + ")"
	}
	return text
}

// Roles lists the roles in the order in which they are looked for.
func (w Who) Roles() []union.Role {
	if w.Role == "" {
		return append(slices.Clone(w.Seats), w.Otherwise...)
	}
	return append([]union.Role{w.Role}, w.Otherwise...)
}

// String names the roles in the order in which they are looked for: branch_chair, else chair, else admin.
func (w Who) String() string {
	all := make([]string, 0, 2+len(w.Otherwise))
	roles := w.Roles()
	if w.Author {
		all = append(all, "the author")
	}
	if len(w.Seats) > 0 {
		all, roles = append(all, strings.Join(asStrings(w.Seats), " + ")), w.Otherwise
	}
	for _, role := range roles {
		at := ""
		if role == w.Role {
			at = w.where()
		}
		all = append(all, string(role)+at)
	}
	return strings.Join(all, ", else ")
}

// besides says what a step means besides its decision, and what officers are asked with their acts.
func (s *Service) besides(step Step) (lines []string) {
	if s.Papers.After == step.Name {
		lines = append(lines, "papers within "+workingDays(s.Papers.Days))
	}
	if s.ForAward(step) {
		lines = append(lines, "only with an award by "+s.Award.By)
	}
	for _, o := range step.Acts {
		for _, f := range o.Form {
			lines = append(lines, o.Word.ZH+": "+question(f))
		}
	}
	return lines
}
