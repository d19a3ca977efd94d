package cases

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// factsOf are answers and sums as the expressions of a service see them.
func factsOf(s *service.Service, values map[string]Value, pictures int) service.Facts {
	facts := s.Facts(answersOf(s, values, pictures))
	sums := make(map[string]int, len(s.Sums))
	for _, sum := range s.Sums {
		fen, _ := values[sum.Name].fen()
		sums[sum.Name] = fen
	}
	if rank, ok := rankOf(s, values); ok {
		facts[s.Category.Name] = rank.Name
	}
	facts[service.FieldOrg] = values[service.FieldOrg].Text
	sums[service.FieldAward], _ = values[service.FieldAward].fen()
	return facts.WithSums(sums)
}

// answersOf finds answers by field. That of a field of pictures is how many there are.
func answersOf(s *service.Service, values map[string]Value, pictures int) func(string) (service.Answer, bool) {
	return func(name string) (service.Answer, bool) {
		if pictures > 0 {
			if field, _ := s.Field(name); field.Kind.Sent() {
				n := strconv.Itoa(pictures)
				return service.Answer{Text: n, Raw: []byte(n)}, true
			}
		}
		v, ok := values[name]
		return service.Answer{Text: v.Text, Raw: v.Raw}, ok
	}
}

// rankOf is the category that a case was found to be of.
func rankOf(s *service.Service, values map[string]Value) (service.Rank, bool) {
	var name string
	if !s.Category.On() || json.Unmarshal(values[s.Category.Name].Raw, &name) != nil {
		return service.Rank{}, false
	}
	return s.Category.Rank(name)
}

// fen is the sum that a value holds; ok is false where it holds none.
func (v Value) fen() (sum int, ok bool) {
	err := json.Unmarshal(v.Raw, &sum)
	return sum, err == nil && len(v.Raw) > 0
}

// steps are those that the case goes through. The open one is among them even where its condition ceased to hold, for a
// correction of the form does not take a decision out of an officer's hands.
func (m *matter) steps() []service.Step {
	facts := factsOf(m.service, m.Values, len(m.Pictures))
	belongs := m.service.StepsFor(facts)
	own := slices.DeleteFunc(slices.Clone(m.service.Review), func(step service.Step) bool {
		return step.Name != m.Step && !slices.ContainsFunc(belongs, func(s service.Step) bool { return s.Name == step.Name })
	})
	return append(own, m.counterSteps()...)
}

// asPlanned is the steps as the review sees them. Its author is asked before a step only what is not answered yet.
func (m *matter) asPlanned() review.Plan {
	plan := review.PlanOf(m.steps())
	for i, step := range plan.Steps {
		if s, _ := m.service.Step(step.Name); step.Later {
			plan.Steps[i].Later = len(s.Missing(answered(m.Values))) > 0
		}
	}
	return plan
}

// ahead are the steps that are yet to come after the open one.
func (m *matter) ahead() (steps []service.Step) {
	for _, name := range m.asPlanned().Ahead(m.review()) {
		if step, ok := m.service.Step(name); ok {
			steps = append(steps, step)
		}
	}
	return steps
}

// plan is asPlanned with those in mind who were added to a step that one decides: all of them sign it.
func (m *matter) plan() review.Plan {
	plan := m.asPlanned()
	for i, step := range plan.Steps {
		if s, _ := m.service.Step(step.Name); step.Name == m.Step && !s.Several() && m.added() {
			plan.Steps[i].Mode = service.All
		}
	}
	return plan
}

// openedAt is when officers were first asked for the open step, whoever has it since. Of a step of several it is when those
// were asked who have it still.
func (m *matter) openedAt() time.Time {
	step, _ := m.service.Step(m.Step)
	since := m.roundOf(step)
	first := func(counts func(Task) bool) (at time.Time) {
		for _, t := range m.tasks {
			if t.Step == m.Step && counts(t) && (at.IsZero() || t.CreatedAt.Before(at)) {
				at = t.CreatedAt
			}
		}
		return at
	}
	if at := first(func(t Task) bool { return !t.CreatedAt.Before(since) }); !at.IsZero() {
		return at
	}
	return first(func(t Task) bool { return t.State == TaskOpen })
}

// ripe refuses an acceptance before the step's time has passed.
func (d *Desk) ripe(m *matter, step service.Step, act Act) error {
	if act != Accept || step.Wait == 0 {
		return nil
	}
	if until := d.due(m.openedAt(), step.Wait); d.now().Before(until) {
		return &TooEarlyError{Step: step, Until: until}
	}
	return nil
}

// barred says whether the member has decided a step whose deciders may not decide this one, be it just now, or this very
// one before the author asked others to look at it again; or has asked for what is to be decided. Who has asked to undo the
// case does not write off either what that has made due; recovering it is no decision.
func (m *matter) barred(member union.MemberID, step service.Step) bool {
	bars := func(t Task) bool {
		before := t.Step == step.Name && !m.SecondLook.IsZero() && !t.EndedAt.After(m.SecondLook)
		return t.by(member) && (t.State == TaskDone || t.State == TaskSigned) && (before || slices.Contains(step.NotBy, t.Step))
	}
	return step.Undoes() && !step.Reclaims() && m.undoneBy(member) || m.standsBy(member, step) || bars(m.signed) || slices.ContainsFunc(m.once, bars) || slices.ContainsFunc(m.tasks, bars)
}

// sign ends the open tasks. Who decided without having been asked gets a task that is done: by it everybody knows later
// who it was.
func (d *Desk) sign(ctx context.Context, m *matter) error {
	at := m.signed.EndedAt
	if !slices.ContainsFunc(m.open(), func(t Task) bool { return t.Officer == m.signed.Officer }) {
		own := m.signed
		var err error
		if own.ID, err = d.idFor(m); err != nil {
			return err
		}
		own.Case, own.State, own.DueAt, own.CreatedAt = m.ID, TaskOpen, at, at
		if err := d.store.Tasks.Insert(ctx, own); err != nil {
			return err
		}
	}
	if err := d.keepOnce(ctx, m); err != nil {
		return err
	}
	if err := d.store.Tasks.End(ctx, m.ID, m.signed.Officer, at); err != nil {
		return err
	}
	if m.State == Returned && m.Step == m.signed.Step { // what was signed stands
		return d.dropAdded(ctx, m)
	}
	step := m.signed.Step
	if m.State.Ended() {
		step = ""
	}
	return d.store.Tasks.CloseSigned(ctx, m.ID, step)
}

// allowed leaves out the officers whom the step's rule or the author's own words keep away.
func (m *matter) allowed(who service.Who, people []union.Member) []union.Member {
	own := union.Branch(m.line())
	unwanted := m.Values[who.Unless].Text
	// A sealed case of a small plant keeps no branch to compare with: then only those are left who were asked while it did.
	unknown := who.Apart && m.Seal != nil && m.from == "" && own == ""
	return slices.DeleteFunc(people, func(p union.Member) bool {
		asked := slices.ContainsFunc(m.tasks, func(t Task) bool { return t.by(p.ID) })
		return unknown && !asked || who.Apart && own != "" && union.Branch(p.Lineage) == own || names(unwanted, p)
	})
}

// line is the author's place in the tree: while a sealed case is filed the true one, afterwards the one it keeps.
func (m *matter) line() string {
	if m.from != "" {
		return m.from
	}
	return m.Lineage
}

// names says whether a text names a member, or one of the organisations below the root that the member belongs to.
func names(text string, p union.Member) bool {
	if text == "" {
		return false
	}
	said := strings.Split(p.OrgPath, "/")[1:]
	return slices.ContainsFunc(append(said, p.Name), func(name string) bool {
		return utf8.RuneCountInString(name) > 1 && strings.Contains(text, name)
	})
}

// keepsAway says whether one of the case's steps keeps a member away from it who would see it by role.
func (d *Desk) keepsAway(ctx context.Context, m *matter, viewer union.MemberID) (bool, error) {
	if !slices.ContainsFunc(m.service.Steps(), func(s service.Step) bool { return s.Who.Apart || s.Who.Unless != "" }) {
		return false, nil
	}
	member, err := d.members.Get(ctx, viewer)
	if errors.Is(err, union.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(m.steps(), func(s service.Step) bool {
		return len(m.allowed(s.Who, []union.Member{member})) == 0
	}), nil
}

// publicBands are the limits, in yuan, between which a sum is said in public.
var publicBands = []int{1_000, 3_000, 5_000, 10_000, 20_000, 30_000, 50_000}

// band says in which band a sum in fen lies: 5,000–10,000 元.
func band(fen int) string {
	low := 0
	for _, limit := range publicBands {
		if fen <= limit*100 {
			return wholeYuan(low) + "–" + wholeYuan(limit) + " 元"
		}
		low = limit
	}
	return wholeYuan(low) + " 元以上"
}

func wholeYuan(yuan int) string {
	whole, _, _ := strings.Cut(answer.Yuan(int64(yuan)*100), ".")
	return whole
}

// masked hides all of a name but its first character.
func masked(name string) string {
	runes := []rune(name)
	if len(runes) == 0 {
		return ""
	}
	return string(runes[0]) + strings.Repeat("*", len(runes)-1)
}

// unitOnly leaves out the team, which is small: with it a masked name says who it is.
func unitOnly(unit string) string {
	plant, _, _ := strings.Cut(unit, "/")
	return plant
}

// Public is what officers may make public of a case at a step, in a language; empty where the step publishes nothing.
func (v TaskView) Public(language string) string {
	names := masked(v.AuthorName)
	plants := []string{unitOnly(v.AuthorOrg)}
	for _, m := range v.Sharers {
		names += "、" + masked(m.Name)
		if of := unitOnly(m.Unit()); !slices.Contains(plants, of) {
			plants = append(plants, of)
		}
	}
	values := map[string]string{
		service.PlaceMasked: names, service.PlaceUnit: strings.Join(plants, "、"),
		service.PlaceNumber: v.Case.Number, service.PlaceService: v.Service.Title.In(language),
	}
	for _, sum := range v.Service.Sums {
		if fen, ok := v.Case.Values[sum.Name].fen(); ok && sum.Unit.Empty() {
			values[service.PlaceBand(sum.Name)] = band(fen)
		}
	}
	return v.Review.Publish.Fill(language, values)
}
