package cases

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// maxMine is how many of a member's own cases are listed.
const maxMine = 10

// Task shows one step of a case to an officer who may decide it, with or without a task of the officer's own. An empty
// step means the open one. It returns union.ErrNotFound if the officer may not know of the case, union.ErrForbidden if
// the officer may not decide it, and *Settled if nobody has to any more.
func (d *Desk) Task(ctx context.Context, officer union.MemberID, id ID, step string) (TaskView, error) {
	return d.task(ctx, officer, id, "", step)
}

// TaskByNumber shows the open step of the case with this number, as Task does.
func (d *Desk) TaskByNumber(ctx context.Context, officer union.MemberID, number string) (TaskView, error) {
	return d.task(ctx, officer, 0, number, "")
}

func (d *Desk) task(ctx context.Context, officer union.MemberID, id ID, number, step string) (none TaskView, _ error) {
	m, holdings, err := d.taken(ctx, officer, id, number)
	if err != nil {
		return none, fmt.Errorf("show task: %w", err)
	}
	open, err := d.stepOf(ctx, m, Decision{Officer: officer, Step: step})
	if err != nil {
		return none, fmt.Errorf("show task: %w", err)
	}
	if err := d.shown(ctx, m, officer, holdings, open); err != nil {
		return none, fmt.Errorf("show task: %w", err)
	}
	task := Task{Case: m.ID, Step: open.Name, Officer: officer, State: TaskOpen, DueAt: m.DueAt}
	for _, t := range m.open() {
		if t.Officer == officer {
			task = t
		}
	}
	return d.withObjections(ctx, m, open, m.taskView(task))
}

// TaskByID shows the task whose card was tapped, as Task does.
func (d *Desk) TaskByID(ctx context.Context, officer union.MemberID, task ID) (none TaskView, _ error) {
	t, err := d.store.Tasks.ByID(ctx, task)
	if err != nil {
		return none, fmt.Errorf("show task: %w", err)
	}
	m, holdings, err := d.seen(ctx, officer, t.Case, "")
	if err != nil {
		return none, fmt.Errorf("show task: %w", d.toKeepReady(ctx, officer, t.Case, "", err))
	}
	open, err := d.stepOf(ctx, m, Decision{Officer: officer, Task: task})
	if err != nil {
		return none, fmt.Errorf("show task: %w", err)
	}
	if err := d.shown(ctx, m, officer, holdings, open); err != nil {
		return none, fmt.Errorf("show task: %w", err)
	}
	return d.withObjections(ctx, m, open, m.taskViewTo(officer, t))
}

// shown lets an officer look at the open step who may decide it, and reads what was said of it.
func (d *Desk) shown(ctx context.Context, m *matter, officer union.MemberID, holdings []union.Holding, step service.Step) (err error) {
	if may, err := d.mayAct(ctx, m, officer, holdings, step); err != nil || !may {
		return cmp.Or(err, union.ErrForbidden)
	}
	if _, err := d.entitled(ctx, m, officer, step); err != nil {
		return err
	}
	if err := d.looked(ctx, m, officer, holdings); err != nil {
		return err
	}
	return d.recall(ctx, m)
}

// signatures says who has signed the open step.
func (d *Desk) signatures(ctx context.Context, m *matter) (s Signatures, err error) {
	if s.Signed, s.Seats = m.review().Signatures(); s.Seats <= 1 || m.State != Open { // one signs alone
		return Signatures{}, nil
	}
	people, err := d.havers(ctx, m.signatories())
	for _, p := range people {
		s.Names = append(s.Names, p.Name)
	}
	if err == nil {
		s.Added, err = d.addedSigners(ctx, m)
	}
	return s, err
}

// withObjections adds what members have against the case, and who has signed.
func (d *Desk) withObjections(ctx context.Context, m *matter, step service.Step, v TaskView) (none TaskView, _ error) {
	err := d.nameSharers(ctx, m, &v)
	if err != nil {
		return none, fmt.Errorf("show task: %w", err)
	}
	if v.Objections, err = d.objectionsTo(ctx, m, step); err != nil {
		return none, fmt.Errorf("show task: %w", err)
	}
	if v.Signed, err = d.signatures(ctx, m); err != nil {
		return none, fmt.Errorf("show task: %w", err)
	}
	return v, nil
}

// Case shows a case by its number to its author, or to an officer whose role covers it; for everybody else it returns
// union.ErrNotFound.
func (d *Desk) Case(ctx context.Context, viewer union.MemberID, number string) (View, error) {
	return d.view(ctx, viewer, 0, number)
}

// ByID is Case by id.
func (d *Desk) ByID(ctx context.Context, viewer union.MemberID, id ID) (View, error) {
	return d.view(ctx, viewer, id, "")
}

func (d *Desk) view(ctx context.Context, viewer union.MemberID, id ID, number string) (none View, _ error) {
	m, holdings, err := d.seen(ctx, viewer, id, number)
	if err != nil {
		return none, fmt.Errorf("show case: %w", err)
	}
	if err := d.looked(ctx, m, viewer, holdings); err != nil {
		return none, fmt.Errorf("show case: %w", err)
	}
	v, err := d.viewOf(ctx, m, viewer)
	if err != nil {
		return none, fmt.Errorf("show case: %w", err)
	}
	return v, nil
}

// viewOf is the case as somebody sees it who may.
func (d *Desk) viewOf(ctx context.Context, m *matter, viewer union.MemberID) (none View, _ error) {
	events, err := d.store.Timeline.Of(ctx, m.ID)
	if err != nil {
		return none, err
	}
	officers, err := d.havers(ctx, m.had())
	if err != nil {
		return none, err
	}
	clocks, err := d.store.Clocks.Of(ctx, m.ID)
	if err != nil {
		return none, err
	}
	v := View{Clocks: clocks, Now: d.now(), Case: m.Case, Service: m.service, AuthorName: m.author.Name, AuthorOrg: m.author.Unit(), Timeline: events}
	if v.PapersDue, err = d.papersDue(ctx, m); err != nil {
		return none, err
	}
	for _, o := range officers {
		v.Officers = append(v.Officers, o.Name)
	}
	if v.Signed, err = d.signatures(ctx, m); err != nil {
		return none, err
	}
	if err := d.withCopies(ctx, m, viewer, &v); err != nil {
		return none, err
	}
	if m.ownedBy(viewer) {
		v.withoutAsides()
	}
	v.Case, v.Timeline = m.withoutPack(viewer, v.Case, v.Timeline)
	if m.Anonymous && viewer != m.Author {
		v.Case, v.AuthorName, v.AuthorOrg = m.forOfficer(viewer), "", ""
		for i := range v.Timeline {
			if m.Author != 0 && v.Timeline[i].Actor == m.Author { // of a sealed case no entry has it, and 0 is the system
				v.Timeline[i].Actor, v.Timeline[i].Name = 0, ""
			}
		}
	}
	return v, nil
}

// ownAndShared lists the latest cases of which a member is author or co-author, newest first.
func (d *Desk) ownAndShared(ctx context.Context, member union.MemberID, most int) ([]Case, error) {
	list, err := d.store.Cases.OfAuthor(ctx, member, most)
	if err != nil {
		return nil, err
	}
	ids, err := d.store.CoAuthors.Cases(ctx, member, most)
	if err != nil || len(ids) == 0 {
		return list, err
	}
	shared, err := d.store.Cases.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, c := range shared {
		list = append(list, c)
	}
	sortNewest(list)
	return list[:min(len(list), most)], nil
}

func sortNewest(list []Case) {
	sort.SliceStable(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		return cmp.Or(b.FiledAt.Compare(a.FiledAt), cmp.Compare(b.ID, a.ID)) < 0
	})
}

// Mine lists the member's latest cases, those filed with others among them, newest first.
func (d *Desk) Mine(ctx context.Context, member union.MemberID) ([]Summary, error) {
	list, err := d.ownAndShared(ctx, member, maxMine)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]ID, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	tasks, err := d.store.Tasks.OfCases(ctx, true, ids...)
	if err != nil {
		return nil, err
	}
	members, err := d.membersOf(ctx, tasks)
	if err != nil {
		return nil, err
	}
	mine := make([]Summary, len(list))
	for i, c := range list {
		mine[i] = summaryOf(c)
		mine[i].Own = c.Author == member
		for _, t := range (&matter{Case: c}).withoutRecused(slices.Clone(tasks)) {
			if t.Case == c.ID {
				mine[i].Officers = append(mine[i].Officers, shownAs(t, members).Name)
			}
		}
	}
	return mine, nil
}

func summaryOf(c Case) Summary {
	return Summary{
		ID: c.ID, Number: c.Number, Service: c.Service, Hash: c.Hash, Title: c.Title, State: c.Standing(), FiledAt: c.FiledAt, DueAt: c.DueAt,
	}
}

// Attachments lists what belongs to a case besides words, for those who may see the case.
func (d *Desk) Attachments(ctx context.Context, viewer union.MemberID, id ID) ([]Attachment, error) {
	m, holdings, err := d.seen(ctx, viewer, id, "")
	if err != nil {
		return nil, fmt.Errorf("list attachments: %w", err)
	}
	if err := d.looked(ctx, m, viewer, holdings); err != nil {
		return nil, fmt.Errorf("list attachments: %w", err)
	}
	if m.withheldFrom(viewer) {
		return nil, nil
	}
	list, err := d.store.Attachments.OfCase(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("list attachments: %w", err)
	}
	if m.Anonymous && viewer != m.Author {
		list = slices.Clone(list)
		for i := range list {
			list[i].Owner, list[i].Channel, list[i].MediaID = 0, "", ""
		}
	}
	return list, nil
}
