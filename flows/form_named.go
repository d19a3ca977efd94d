package flows

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

const (
	// namedRunes is how much of what was said is looked through for names.
	namedRunes = 100
	// namesakes bounds how many people of the names in a sentence are looked at; teamMost how many of a team.
	namesakes = 200
	teamMost  = 200
)

var (
	hanRun = regexp.MustCompile(`\p{Han}+(?:·\p{Han}+)*`)
	// calledFamily are the ways to speak of a workmate by the family name alone: 老李, 小陈, 王师傅, 王工, 刘姐.
	calledBefore = regexp.MustCompile(`[老小](\p{Han})`)
	calledAfter  = regexp.MustCompile(`(\p{Han}?\p{Han})(?:师傅|师父|工|姐|哥|班长|段长|主任|科长|书记)`)
	// noFamily are words that only look so.
	noFamily = regexp.MustCompile(`小时|小于|小区|小车|小米|小雨|小计|小康|小白|老家|老年|老化|老实|老白|施工|高工|竣工|化工|包工|小工|时工`)
)

// namedIn finds the whole names that may be in a sentence, and the family names by which it speaks of somebody.
func namedIn(text string) (names, families []string) {
	text = bot.Simplified(text)
	if runes := []rune(text); len(runes) > namedRunes {
		text = string(runes[:namedRunes])
	}
	for _, run := range hanRun.FindAllString(text, -1) {
		runes := []rune(run)
		if strings.ContainsRune(run, '·') {
			names = append(names, run)
			continue
		}
		for i := range runes {
			for n := 2; n <= 4 && i+n <= len(runes); n++ {
				names = append(names, string(runes[i:i+n]))
			}
		}
	}
	spoken := noFamily.ReplaceAllString(text, ",")
	for _, m := range calledBefore.FindAllStringSubmatch(spoken, -1) {
		families = append(families, m[1])
	}
	for _, m := range calledAfter.FindAllStringSubmatch(spoken, -1) {
		family := []rune(m[1])
		if !slices.Contains(union.CompoundNames(), m[1]) {
			family = family[len(family)-1:]
		}
		families = append(families, string(family))
	}
	slices.Sort(names)
	return slices.Compact(names), families
}

// named looks for the members of whom a sentence speaks: by whole name in the asker's branch and wherever they hold an
// office, by family name in their own team. It tells of nobody else.
func (f *form) named(ctx context.Context, asker union.MemberID, text string) ([]union.Member, error) {
	names, families := namedIn(text)
	if len(names) == 0 {
		return nil, nil
	}
	me, err := f.people.members.Get(ctx, asker)
	if err != nil {
		return nil, fmt.Errorf("find member: %w", err)
	}
	found, err := f.lookup.ActiveByNames(ctx, names, namesakes)
	if err != nil {
		return nil, fmt.Errorf("look for members: %w", err)
	}
	if found, err = f.withinReach(ctx, me, found); err != nil || len(found) > 0 || len(families) == 0 {
		return found, err
	}
	team, err := f.lookup.ActiveOf(ctx, me.Org, teamMost)
	if err != nil {
		return nil, fmt.Errorf("look for members: %w", err)
	}
	return slices.DeleteFunc(team, func(m union.Member) bool {
		return m.ID == asker || !slices.ContainsFunc(families, func(family string) bool { return strings.HasPrefix(m.Name, family) })
	}), nil
}

// withinReach leaves those of the members whom the asker may name: not themselves, and nobody of another branch, unless
// they hold an office there.
func (f *form) withinReach(ctx context.Context, me union.Member, all []union.Member) ([]union.Member, error) {
	all = slices.DeleteFunc(all, func(m union.Member) bool { return m.ID == me.ID })
	if len(all) == 0 {
		return nil, nil
	}
	holdings, err := f.lookup.Holdings(ctx, me.ID)
	if err != nil {
		return nil, fmt.Errorf("look at roles: %w", err)
	}
	branch := branchOf(me.Lineage)
	return slices.DeleteFunc(all, func(m union.Member) bool {
		held := slices.ContainsFunc(holdings, func(h union.Holding) bool { return h.Covers(m.Lineage) })
		return !held && !strings.HasPrefix(m.Lineage, branch)
	}), nil
}

// branchOf is the lineage of the node below the root to which one belongs: /1/5/ of /1/5/9/.
func branchOf(lineage string) string {
	parts := strings.SplitAfterN(lineage, "/", 4)
	return strings.Join(parts[:min(len(parts), 3)], "")
}

// fillNamed fills a question for a member from what was said already, where exactly one fits, and asks which where several
// do. It looks once for each question.
func (f *form) fillNamed(ctx context.Context, t *formTurn, s *service.Service) (next bot.Next, asks bool, err error) {
	for _, field := range t.Data.Draft.Shown(s) {
		_, answered := t.Data.Draft.Values[field.Name]
		if field.Kind != service.KindMember || answered || slices.Contains(t.Data.Named, field.Name) {
			continue
		}
		t.Data.Named = append(t.Data.Named, field.Name)
		found, err := f.named(ctx, t.Data.Draft.Owner, f.saidSoFar(t, s))
		if err != nil {
			return bot.Next{}, false, err
		}
		var either []cases.Value
		for _, m := range found {
			either = append(either, referring(nameAndUnit(m), int64(m.ID)))
		}
		switch {
		case len(found) == 1:
			f.set(t, s, *field, either[0])
			leadFilled(t, "记下了:", field.Label.In(f.language)+" "+either[0].Text)
		case len(found) > 1 && len(found) <= offeredMost && distinct(found):
			t.Data.Field, t.Data.Either = field.Name, either
			t.Lead(field.Label.In(f.language) + ":")
			f.changed(t)
			return bot.Goto("pick"), true, nil
		}
	}
	return bot.Next{}, false, nil
}

// saidSoFar is what the form's texts say.
func (f *form) saidSoFar(t *formTurn, s *service.Service) string {
	said := []string{t.Entry.Text}
	for _, field := range s.Form {
		if field.Kind == service.KindText {
			said = append(said, t.Data.Draft.Values[field.Name].Text)
		}
	}
	return strings.Join(said, "\n")
}

// distinct says whether the members can be told apart by name and unit.
func distinct(members []union.Member) bool {
	for i, m := range members {
		if slices.ContainsFunc(members[:i], func(other union.Member) bool { return nameAndUnit(other) == nameAndUnit(m) }) {
			return false
		}
	}
	return true
}
