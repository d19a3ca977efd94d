package cases

import (
	"maps"
	"slices"

	"github.com/unionbot/unionbot/union/service"
)

// Taken is where a case stood when a picture was added to it, and by which act of a step it was; by none where it was sent with a
// report, or added in passing. Whose it is says nothing of what it shows: whoever reported may mend it, too.
type Taken struct {
	Step string `json:"step,omitempty"`
	Act  Act    `json:"act,omitempty"`
	// Voice is true of what is no picture, but the sound of what was said with the act. Told is true where its author hears of that.
	Voice bool `json:"voice,omitempty"`
	Told  bool `json:"told,omitempty"`
}

// actHelp is the act of a colleague who was asked to look.
const actHelp Act = "help"

// aside says whether something was sent among the officers: what a colleague found, or with a decision of which the author does not hear.
func (t Taken) aside() bool {
	return t.Act == actHelp || quiet(&service.Step{Name: t.Step}, t.Act)
}

// Shows is what a picture of a case shows.
type Shows string

// What pictures show, in the order in which they are looked at: how it was, and then how it is said to be and how it is found.
const (
	ShowsBefore Shows = "before"
	ShowsAfter  Shows = "after"
	ShowsCheck  Shows = "check"
	// ShowsSaid is what was said with a decision, which is heard.
	ShowsSaid Shows = "said"
)

// AllShows are all, in order.
var AllShows = []Shows{ShowsBefore, ShowsAfter, ShowsCheck, ShowsSaid}

// take puts pictures into the case. Those with which it was filed came at no step.
func (m *matter) take(pictures []ID, step string, act Act) {
	if len(pictures) == 0 {
		return
	}
	m.Pictures = append(slices.Clone(m.Pictures), pictures...)
	if m.Taken = maps.Clone(m.Taken); m.Taken == nil {
		m.Taken = map[ID]Taken{}
	}
	for _, id := range pictures {
		m.Taken[id] = Taken{Step: step, Act: act}
	}
}

// Shows says what a picture shows by the step at which it was taken. Where a step has to prove what was done, what came before its
// answer shows how it was; elsewhere every decision of an officer's says how it is now.
func (c *Case) Shows(s *service.Service, picture ID) Shows {
	taken := c.Taken[picture]
	switch {
	case taken.Voice:
		return ShowsSaid
	case taken.Act == "":
		return ShowsBefore
	}
	at := slices.IndexFunc(s.Review, func(step service.Step) bool { return step.Name == taken.Step })
	proves := slices.IndexFunc(s.Review, func(step service.Step) bool {
		return slices.ContainsFunc(step.Acts, func(o service.ActOption) bool { return o.Proof })
	})
	switch {
	case at >= 0 && at < proves, taken.Act == actHelp && at != proves: // who only looks has done nothing yet
		return ShowsBefore
	case at >= 0 && s.Review[at].Who.Author:
		return ShowsCheck
	}
	return ShowsAfter
}

// Shown counts the pictures of a case by what they show.
func (c *Case) Shown(s *service.Service) map[Shows]int {
	shown := map[Shows]int{}
	for _, id := range c.Pictures {
		shown[c.Shows(s, id)]++
	}
	return shown
}
