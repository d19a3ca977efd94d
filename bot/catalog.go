package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Catalog is every flow there is. It is the Router: it decides what a message means and lets the flow answer.
type Catalog struct {
	flows     map[string]Flow
	order     []string
	triggers  map[Trigger]string
	restorers []string
	breakers  []string // flows that a sentence may start in the middle of another
	claimers  []string

	// Within prepares the context of a turn, by whose message it is. It may be nil.
	Within func(ctx context.Context, from Address) context.Context
}

var _ Router = (*Catalog)(nil)

var flowName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// NewCatalog collects flows, and refuses what could only go wrong later: names, triggers and steps that are there
// twice, phrases that are engine words, edges that lead nowhere, steps that nothing leads to, flows that never expire.
// All problems are reported together.
func NewCatalog(flows ...Flow) (*Catalog, error) {
	c := &Catalog{flows: map[string]Flow{}, triggers: map[Trigger]string{}}
	var problems []error
	for _, f := range slices.Concat(flows, []Flow{guessFlow()}) {
		if _, taken := c.flows[f.name]; taken {
			problems = append(problems, fmt.Errorf("flow %s: there are two of this name", f.name))
			continue
		}
		c.flows[f.name] = f
		c.order = append(c.order, f.name)
		if f.breaks != nil {
			c.breakers = append(c.breakers, f.name)
		}
		if f.claims != nil {
			c.claimers = append(c.claimers, f.name)
		}
		if f.restores {
			c.restorers = append(c.restorers, f.name)
		}
		problems = append(problems, c.addTriggers(f)...)
		problems = append(problems, f.check()...)
	}
	for _, f := range flows {
		for _, target := range f.handsTo {
			if _, known := c.flows[target]; !known {
				problems = append(problems, fmt.Errorf("flow %s hands over to %s, which is unknown", f.name, target))
			}
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("check the catalogue: %w", err)
	}
	return c, nil
}

// Flows lists the names of the flows, without the catalogue's own.
func (c *Catalog) Flows() []string {
	return slices.DeleteFunc(slices.Clone(c.order), func(name string) bool { return name == guessName })
}

// Begins says whether a tap on a menu entry with the key begins a flow, as a key or by what it says.
func (c *Catalog) Begins(key string) bool {
	_, menu := c.triggers[OnMenu(prefixed(key))]
	_, phrase := c.triggers[OnPhrase(key)]
	_, word := c.triggers[OnWord(ParseCommand(key).Word)]
	return menu || phrase || word
}

func (c *Catalog) addTriggers(f Flow) (problems []error) {
	for _, t := range f.starts {
		if other, taken := c.triggers[t]; taken {
			problems = append(problems, fmt.Errorf("flow %s: %s already starts %s", f.name, t, other))
		}
		if word, taken := spoken[t.value]; taken && t.kind == byPhrase {
			problems = append(problems, fmt.Errorf("flow %s: %s is the engine word %s", f.name, t, word))
		}
		if t.kind == byWord && len(variants[Word(t.value)]) == 0 {
			problems = append(problems, fmt.Errorf("flow %s: %s is no engine word", f.name, t))
		}
		c.triggers[t] = f.name
	}
	return problems
}

func (f Flow) check() (problems []error) {
	complain := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("flow %s: "+format, append([]any{f.name}, args...)...))
	}
	if !flowName.MatchString(f.name) {
		complain("the name must be lower_snake")
	}
	if len(f.order) == 0 && !f.begins {
		complain("it has neither Begin nor a step")
	}
	if len(f.order) > 0 && f.expires <= 0 {
		complain("it never expires")
	}
	if len(f.order) != len(f.edges) {
		complain("two steps have the same name")
	}
	known := func(from string, to StepName) {
		if _, ok := f.edges[to]; !ok {
			complain("%s leads to the unknown step %s", from, to)
		}
	}
	for _, to := range f.entries {
		known("the beginning", to)
	}
	if f.returns != "" {
		known("the return", f.returns)
	}
	for _, step := range f.order {
		if !f.whole[step] {
			complain("step %s must ask and handle", step)
		}
		for _, to := range f.edges[step] {
			known("step "+string(step), to)
		}
	}
	for _, step := range f.unreachable() {
		complain("nothing leads to step %s", step)
	}
	return problems
}

func (f Flow) unreachable() []StepName {
	reached := map[StepName]bool{}
	open := slices.Clone(f.entries)
	if f.returns != "" {
		open = append(open, f.returns)
	}
	for len(open) > 0 {
		step := open[len(open)-1]
		open = open[:len(open)-1]
		if !reached[step] {
			reached[step] = true
			open = append(open, f.edges[step]...)
		}
	}
	return slices.DeleteFunc(slices.Clone(f.order), func(s StepName) bool { return reached[s] })
}
