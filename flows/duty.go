package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/reference"
)

// duty says who is on duty now and next, by the union's rosters: 值班.
type duty struct {
	people   people
	lookup   Lookup
	rosters  Rosters
	calendar Calendar
}

// Rosters is who is on duty.
type Rosters interface {
	// Watches lists what runs and what comes next, of each roster of an organisation, those above and those below it.
	Watches(path string, at time.Time) []reference.Watch
}

func (u *duty) flow() bot.Flow {
	var starts []bot.Trigger
	for _, phrase := range []string{"值班", "值班表", "谁值班", "谁在值班", "今天谁值班", "现在谁值班"} {
		starts = append(starts, bot.OnPhrase(phrase))
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "duty", Rev: 1, Title: "值班", Expires: time.Minute, Passing: true, Starts: starts, Begin: u.begin,
	})
}

func (u *duty) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	id, next, err := u.people.known(ctx, t.Talk)
	if id == 0 {
		return next, err
	}
	me, err := u.people.members.Get(ctx, id)
	if err != nil {
		return bot.Next{}, fmt.Errorf("read who asks: %w", err)
	}
	held, err := u.lookup.Holdings(ctx, id)
	if err != nil {
		return bot.Next{}, fmt.Errorf("read offices: %w", err)
	}
	watches := u.watches(t.Now, me, held)
	if len(held) == 0 {
		watches = slices.DeleteFunc(watches, func(w reference.Watch) bool { return !slices.Contains(w.Roster.Everybody(), me.StaffNo) })
	}
	if len(watches) == 0 {
		t.Say("现在没有您能看的值班安排。要找工会的人,直接说\"人工\"。")
		return bot.End(), nil
	}
	said, err := u.said(ctx, t.Now, watches)
	if err == nil {
		t.Say(said)
	}
	return bot.End(), err
}

// watches are those of where a member works and of where they hold an office, each once.
func (u *duty) watches(now time.Time, me union.Member, held []union.Holding) (list []reference.Watch) {
	paths := []string{me.OrgPath}
	for _, h := range held {
		paths = append(paths, h.Path)
	}
	for _, path := range paths {
		for _, w := range u.rosters.Watches(path, u.calendar.Local(now)) {
			if !slices.ContainsFunc(list, func(o reference.Watch) bool {
				return o.Roster.Name == w.Roster.Name && o.Shift == w.Shift && o.From.Equal(w.From)
			}) {
				list = append(list, w)
			}
		}
	}
	return list
}

// said has a line of each roster.
func (u *duty) said(ctx context.Context, now time.Time, watches []reference.Watch) (string, error) {
	lines := []string{"值班安排:"}
	for len(watches) > 0 {
		name := watches[0].Roster.Name
		of := func(w reference.Watch) bool { return w.Roster.Name == name }
		line, running := "· "+watches[0].Roster.Label, false
		if at := watches[0].Roster.At; at != "" {
			line += "(" + at[strings.LastIndex(at, "/")+1:] + ")"
		}
		line += ":"
		for _, w := range watches {
			if !of(w) {
				continue
			}
			names, err := u.names(ctx, w.Staff)
			if err != nil {
				return "", err
			}
			if w.Runs(now) {
				running = true
				line += "现在 " + w.Shift + " " + names + "(到 " + u.clock(now, w.To) + ")"
			} else {
				if !running {
					line += "现在没有人"
				}
				running = true
				line += ";接着 " + w.Shift + " " + names + "(" + u.clock(now, w.From) + " 起)"
			}
		}
		lines = append(lines, line)
		watches = slices.DeleteFunc(watches, of)
	}
	return strings.Join(lines, "\n"), nil
}

// clock leaves the day out where it is this one.
func (u *duty) clock(now, at time.Time) string {
	if u.calendar.Date(now) == u.calendar.Date(at) {
		return u.calendar.Local(at).Format("15:04")
	}
	return u.calendar.Speech(at)
}

// names are those who are on duty; a number that nobody has is said as one.
func (u *duty) names(ctx context.Context, staff []string) (string, error) {
	var names []string
	for _, no := range staff {
		m, err := u.lookup.ByStaffNo(ctx, no)
		switch {
		case errors.Is(err, union.ErrNotFound), err == nil && m.Status != union.Active:
			names = append(names, "工号 "+no+"(查无此人)")
		case err != nil:
			return "", fmt.Errorf("read who is on duty: %w", err)
		default:
			names = append(names, m.Name)
		}
	}
	return strings.Join(names, "、"), nil
}
