package cases

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sort"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/standin"
)

// Place says when somebody signs whom an officer has added to a step (加签): before the officer, after, or at the same time.
type Place string

// The places.
const (
	Before Place = "before"
	After  Place = "after"
	Beside Place = "beside"
)

// rank is that of the seat; whoever has the step has 0.
func (p Place) rank() int {
	switch p {
	case Before:
		return -1
	case After:
		return 1
	case Beside:
	}
	return 0
}

// MostAdded is how many are added to one step.
const MostAdded = 3

var (
	// ErrAddedEnough means that as many were added to the step as may be.
	ErrAddedEnough = errors.New("enough officers were added")
	// ErrPlaceNotAllowed means that several sign the step anyway: others are added beside them only where all sign.
	ErrPlaceNotAllowed = errors.New("nobody is added there to a step that several sign")
)

// WaitsError says that others have to sign before. Whoever has the step may take that back.
type WaitsError struct {
	For        [][]union.Member // of each of them one is enough
	Recallable bool
}

func (e *WaitsError) Error() string { return "others have to sign before" }

// Adding is an officer's wish that others sign a step as well.
type Adding struct {
	Number string
	From   union.MemberID
	// To are those who sign; of several who were named together one is enough.
	To    [][]union.MemberID
	Place Place
	// InTurn they sign one after the other, as they were named.
	InTurn bool
	Say    string
}

// AddedSigner is somebody who was added, as officers are shown it.
type AddedSigner struct {
	Name   string
	Place  Place
	Signed bool
	// InTurn says that others were added before or after, one after the other; Waits that it is not their turn yet.
	InTurn, Waits bool
}

// Joined is what adding signers came to.
type Joined struct {
	Case    Case
	Service *service.Service
	To      [][]union.Member
	Place   Place
	InTurn  bool
}

// AddSigners has others sign an officer's step as well (加签): all of them have to accept it, or one of those who were named together, InTurn or as they come, and one refusal ends it. Those may
// be added who hold an office over the case, are apart from nobody's interest in it, and are not needed for a step that who
// signs this one must not decide. Who was added adds nobody. It returns what HandOver returns for a task that is not the
// officer's, *UnfitError for somebody who cannot sign, ErrClosedCase, ErrAddedEnough, ErrPlaceNotAllowed, and ErrActNotAllowed
// where the step accepts nothing. With an error nobody is added.
func (d *Desk) AddSigners(ctx context.Context, in Adding) (done Joined, err error) {
	err = handing(ctx, d, "add signers", func(ctx context.Context) (err error) {
		done, err = d.addSigners(ctx, in)
		return err
	})
	return done, err
}

func (d *Desk) addSigners(ctx context.Context, in Adding) (none Joined, _ error) {
	m, _, _, err := d.held(ctx, Handing{Number: in.Number, From: in.From})
	if err != nil {
		return none, err
	}
	step, _ := m.service.Step(m.Step) // whole, not as one seat sees it
	if m.Seal != nil {
		return none, ErrClosedCase
	}
	to, err := d.seatsOf(ctx, in.To)
	if err != nil {
		return none, err
	}
	if err := d.mayAdd(ctx, m, step, slices.Concat(to...), in.Place); err != nil {
		return none, err
	}
	from, _, err := d.actor(ctx, m, in.From, step)
	if err != nil {
		return none, err
	}
	event := Event{At: d.moment(m), Actor: from.ID, Name: from.Name, Kind: EventSignerAdded, Note: handNote(union.Member{Name: in.namesOf(to)}, in.Say), Other: string(in.Place)}
	if err := d.changeAt(ctx, m, step.Name, event); err != nil {
		return none, err
	}
	tasks, err := d.seat(ctx, m, step, in, to)
	if err != nil {
		return none, err
	}
	m.said = in.Say
	return Joined{Case: m.forOfficers(), Service: m.service, To: to, Place: in.Place, InTurn: in.InTurn}, d.sendCards(ctx, m, tasks)
}

// seat gives everybody who is added a task: whoever stands in has it where that one is away, once it is their turn, and is not asked
// themselves. In to they are named who have it.
func (d *Desk) seat(ctx context.Context, m *matter, step service.Step, in Adding, to [][]union.Member) ([]Task, error) {
	last, known := len(step.Who.Seats), len(m.tasks)
	for _, t := range m.live() {
		last = max(last, t.Seat)
	}
	for seat, people := range to {
		for _, p := range people {
			id, err := d.idFor(m)
			if err != nil {
				return nil, err
			}
			m.tasks = append(m.tasks, Task{
				ID: id, Case: m.ID, Step: m.Step, Officer: p.ID, DueAt: m.DueAt, CreatedAt: d.moment(m), Grade: d.urgency(m), Missed: d.missed(m), Weight: 1,
				State: TaskOpen, Seat: last + 1 + seat, Added: in.Place, InTurn: in.InTurn,
			})
		}
	}
	tasks, i := m.tasks[known:], 0
	for _, people := range to {
		for j, p := range people {
			t := &tasks[i]
			i++
			if waits(*t, m.live()) {
				t.State = TaskWaiting
				continue
			}
			by, absent, err := d.signsFor(ctx, m, step, p)
			if err != nil {
				return nil, err
			}
			people[j], t.Officer, t.For = by, by.ID, absent
		}
	}
	return tasks, d.store.Tasks.Insert(ctx, tasks...)
}

// seatsOf finds the people of each seat. Nobody has two of them.
func (d *Desk) seatsOf(ctx context.Context, ids [][]union.MemberID) (to [][]union.Member, err error) {
	all, err := d.chosen(ctx, slices.Concat(ids...))
	if err != nil {
		return nil, err
	}
	for _, seat := range ids {
		var people []union.Member
		for _, id := range seat {
			if i := slices.IndexFunc(all, func(p union.Member) bool { return p.ID == id }); i >= 0 {
				people, all = append(people, all[i]), slices.Delete(all, i, i+1)
			}
		}
		if len(people) > 0 {
			to = append(to, people)
		}
	}
	return to, nil
}

func (in Adding) namesOf(to [][]union.Member) string {
	seats, between := make([]string, len(to)), "、"
	for i, people := range to {
		seats[i] = strings.ReplaceAll(namesOf(people), "、", orSign)
	}
	if in.InTurn {
		between = TurnSign
	}
	return strings.Join(seats, between)
}

// orSign stands between names of whom one is enough, TurnSign between those who sign one after the other.
const (
	orSign   = "或"
	TurnSign = "→"
)

// mayAdd refuses whoever cannot be added to a step, and where.
func (d *Desk) mayAdd(ctx context.Context, m *matter, step service.Step, to []union.Member, place Place) error {
	n := len(to)
	for _, t := range m.live() {
		if t.Added != "" {
			n++
		}
	}
	_, accepts := step.Option(Accept)
	switch {
	case !accepts:
		return ErrActNotAllowed
	case step.Several() && (step.Mode != service.All || place != Beside):
		return ErrPlaceNotAllowed
	case n > MostAdded:
		return ErrAddedEnough
	}
	for _, p := range to {
		has := slices.ContainsFunc(m.live(), func(t Task) bool { return t.by(p.ID) })
		may, err := d.mayRead(ctx, m, step, p, false)
		if err != nil {
			return err
		}
		needed, err := d.decidesLater(ctx, m, step, p)
		if err != nil {
			return err
		}
		if has || !may || needed || m.barred(p.ID, step) {
			return &UnfitError{Who: p}
		}
	}
	return nil
}

// decidesLater says whether a later step that who decides this one must not is a member's by office.
func (d *Desk) decidesLater(ctx context.Context, m *matter, step service.Step, p union.Member) (bool, error) {
	held, err := d.holdings(ctx, m, p.ID)
	return slices.ContainsFunc(m.service.Steps(), func(later service.Step) bool {
		return slices.Contains(later.NotBy, step.Name) && slices.ContainsFunc(append([]union.Role{later.Who.Role}, later.Who.Seats...), func(role union.Role) bool {
			return m.holds(held, role, later)
		})
	}), err
}

// added says whether somebody was added to the open step.
func (m *matter) added() bool {
	return slices.ContainsFunc(m.live(), func(t Task) bool { return t.Added != "" })
}

// addedTo says whether a member was added to the open step, or signs for somebody who was.
func (m *matter) addedTo(member union.MemberID, step service.Step) bool {
	return step.Name == m.Step && slices.ContainsFunc(m.live(), func(t Task) bool { return t.Added != "" && t.Officer == member })
}

// addedSelf says whether a member was added to the open step, be it that another signs in that one's place.
func (m *matter) addedSelf(member union.MemberID, step service.Step) bool {
	return step.Name == m.Step && slices.ContainsFunc(m.live(), func(t Task) bool { return t.Added != "" && t.owner() == member })
}

// signsFor is who is asked to sign where somebody is added: where that one is away, whoever stands in and may sign; absent is
// then whose place it is.
func (d *Desk) signsFor(ctx context.Context, m *matter, step service.Step, p union.Member) (by union.Member, absent union.MemberID, err error) {
	all, err := d.store.StandIns.Accepted(ctx)
	if err != nil {
		return p, 0, err
	}
	chain, _ := standin.Chain(all, p.ID, d.today())
	by, may, err := d.maySignFor(ctx, m, step, p, chain)
	if err != nil || !may {
		return p, 0, err
	}
	m.lend(by.ID, p)
	return standin.Shown(by, p), p.ID, nil
}

// maySignFor is mayStandIn for somebody who was added: whoever stands in must not be needed for a later step either.
func (d *Desk) maySignFor(ctx context.Context, m *matter, step service.Step, p union.Member, chain []union.MemberID) (union.Member, bool, error) {
	by, may, err := d.mayStandIn(ctx, m, step, p, chain)
	if err != nil || !may {
		return by, false, err
	}
	needed, err := d.decidesLater(ctx, m, step, by)
	return by, !needed, err
}

// mayChange refuses whoever may not decide the open step, and who was added to it: they sign, and no more.
func (d *Desk) mayChange(ctx context.Context, m *matter, officer union.MemberID, holdings []union.Holding, step service.Step) error {
	if may, err := d.mayAct(ctx, m, officer, holdings, step); err != nil || !may {
		return cmp.Or(err, union.ErrForbidden)
	}
	if m.addedTo(officer, step) {
		return ErrActNotAllowed
	}
	return nil
}

// maySign says whether somebody who was added may sign now: in any office over the case.
func (m *matter) maySign(officer union.MemberID, holdings []union.Holding, step service.Step) bool {
	return !m.barred(officer, step) && !slices.Contains(m.parties(officer), officer) &&
		slices.ContainsFunc(holdings, func(h union.Holding) bool { return h.Covers(m.Lineage) })
}

// bearers are those of the tasks whose officers have the step themselves; all, where only those are left who were added.
func bearers(tasks []Task) []Task {
	own := slices.DeleteFunc(slices.Clone(tasks), func(t Task) bool { return t.Added != "" })
	if len(own) == 0 {
		return tasks
	}
	return own
}

// optionOf is what the step says of an act, for whoever has the step or was added to it, once it is their turn.
func (d *Desk) optionOf(ctx context.Context, m *matter, step service.Step, own Task, act Act) (service.ActOption, error) {
	if own.Added != "" {
		step = step.Signing()
	}
	option, known := step.Option(act)
	switch {
	case known:
		return option, m.inTurn(ctx, d, own)
	case own.Added != "":
		return option, ErrActNotAllowed
	}
	return option, nil // the review refuses it
}

// taskOf gives whoever signs by the office alone, without having been asked, the task that is signed.
func (d *Desk) taskOf(ctx context.Context, m *matter, v *verdict) error {
	if v.own.ID != 0 {
		return nil
	}
	id, err := d.idFor(m)
	if err != nil {
		return err
	}
	v.own = Task{ID: id, Case: m.ID, Step: m.Step, Officer: v.Officer, State: TaskOpen, DueAt: m.DueAt, CreatedAt: d.moment(m), Grade: d.urgency(m), Missed: d.missed(m), Untold: true}
	m.tasks = append(m.tasks, v.own)
	return d.store.Tasks.Insert(ctx, v.own)
}

// dropAdded takes the signatures of a step that one decides away, when it goes back to its author: who has it may add others
// again.
func (d *Desk) dropAdded(ctx context.Context, m *matter) error {
	step, _ := m.service.Step(m.Step)
	var ids []ID
	for i, t := range m.tasks {
		if t.Step == m.Step && t.State == TaskSigned && !step.Several() {
			m.tasks[i].State, ids = TaskVoid, append(ids, t.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return d.store.Tasks.Void(ctx, m.signed.EndedAt, ids...)
}

// decider is who has decided a step, as it is shown, in whose place, and what was said.
type decider struct {
	union.Member
	absent union.MemberID
	note   string
	// officer is whose note it is.
	officer union.MemberID
}

// decidedBy says who has decided a step: where it ends with the signature of somebody who was added, whoever has the step. Of
// that the author hears, and in that name money moves.
func (d *Desk) decidedBy(ctx context.Context, m *matter, v *verdict) (decider, error) {
	last := decider{Member: v.actor, absent: v.absent, note: v.Note, officer: v.Officer}
	if v.own.Added == "" || v.Act != Accept {
		return last, nil
	}
	events, err := d.store.Timeline.Of(ctx, m.ID)
	if err != nil {
		return last, err
	}
	own, note := v.own, v.Note
	for _, t := range m.tasks {
		if t.Step != v.step.Name || t.State != TaskSigned || t.Added != "" {
			continue
		}
		for _, e := range events {
			if e.Actor == t.Officer && e.Kind == EventSigned && e.Step == t.Step {
				own, note = t, e.Note
			}
		}
	}
	people, err := d.havers(ctx, []Task{own})
	if err != nil || len(people) == 0 {
		return last, err
	}
	return decider{Member: people[0], absent: own.For, note: note, officer: own.Officer}, nil
}

// addedSigners lists who was added to the open step.
func (d *Desk) addedSigners(ctx context.Context, m *matter) (list []AddedSigner, err error) {
	at := map[int]int{}
	live := m.live()
	sort.SliceStable(live, func(i, j int) bool { // whoever signs for somebody came later
		return cmp.Or(live[i].Added.rank()-live[j].Added.rank(), live[i].Seat-live[j].Seat) < 0
	})
	for _, t := range live {
		if t.Added == "" {
			continue
		}
		people, err := d.havers(ctx, []Task{t})
		if err != nil {
			return nil, err
		}
		if i, shared := at[t.Seat]; shared {
			list[i].Name += orSign + namesOf(people)
			list[i].Signed = list[i].Signed || t.State == TaskSigned
			continue
		}
		at[t.Seat] = len(list)
		list = append(list, AddedSigner{
			Name: namesOf(people), Place: t.Added, Signed: t.State == TaskSigned, InTurn: t.InTurn, Waits: t.State == TaskWaiting,
		})
	}
	return list, nil
}
