package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// sweepers is how many cases are moved at a time, where the store takes several writers: what they do is mostly to wait.
const sweepers = 4

// MoveClocks makes the next move of up to limit steps that nobody decided in time, the longest overdue first, and says
// how many it looked at. Each move happens once, however many do this at once and however late it is: what those have
// who get the case begins now. Outside of duty hours it does nothing, for every move speaks to somebody.
func (d *Desk) MoveClocks(ctx context.Context, limit int) (int64, error) {
	if !d.calendar.OnDuty(d.now()) {
		return 0, nil
	}
	due, err := d.store.Clocks.Due(ctx, d.now(), limit)
	if err != nil {
		return 0, fmt.Errorf("move clocks: %w", err)
	}
	handed := &hurried{}
	jobs := make(chan Clock)
	failed := make(chan error, len(due))
	var all sync.WaitGroup
	writers := min(sweepers, len(due))
	if d.store.OneWriter {
		writers = min(1, len(due))
	}
	for range writers {
		all.Go(func() {
			for c := range jobs {
				if err := d.store.Tx.Tx(ctx, func(ctx context.Context) error { return d.moveOn(ctx, c, handed) }); err != nil {
					failed <- fmt.Errorf("move case %d: %w", c.Case, err)
				}
			}
		})
	}
	for _, c := range due {
		jobs <- c
	}
	close(jobs)
	all.Wait()
	close(failed)
	errs := []error{d.hurry(ctx, handed.all())}
	for err := range failed {
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return 0, err // tried again with the next sweep, not at once
	}
	return int64(len(due)), nil
}

// moveOn makes the move for which the clock was read, unless somebody else did.
func (d *Desk) moveOn(ctx context.Context, c Clock, handed *hurried) error {
	mine, err := d.store.Clocks.Claim(ctx, c)
	if err != nil || !mine {
		return err
	}
	m, err := d.load(ctx, c.Case, "")
	if err != nil {
		return err
	}
	if _, err := d.clocksOf(ctx, m); err != nil {
		return err
	}
	switch {
	case m.State == Returned:
		return d.remindAuthor(ctx, m)
	case m.State != Open:
		d.wind(m, turn{})
		return d.keepClocks(ctx, m)
	}
	step, ok := m.service.Step(m.Step)
	if !ok {
		return fmt.Errorf("%w: %s", review.ErrUnknownStep, m.Step)
	}
	if later := d.prolonged(m); later {
		return d.postpone(ctx, m)
	}
	left, err := d.haveLeft(ctx, m, step)
	if err != nil {
		return err
	}
	return d.makeMove(ctx, m, step, left, handed)
}

// makeMove makes the next move of the step's ladder; where all who have the step left, it goes to others at once.
func (d *Desk) makeMove(ctx context.Context, m *matter, step service.Step, left bool, handed *hurried) error {
	ladder, c := step.Ladder(), m.clocks[ClockStep]
	for c.Rung < len(ladder) && ladder[c.Rung].Before > 0 && !m.DueAt.After(d.now()) { // nobody looked while it was time for that
		c.Rung++
	}
	at := c.Rung
	move := service.Move{Do: service.Remind} // above the last rung
	if at < len(ladder) {
		move = ladder[at]
	} else if above := d.lastClimb(ladder); above.Do != "" {
		move = above
	}
	m.left = left
	if early := move.Do == service.Pass && m.DueAt.After(d.now()); early || left && (move.Do == service.Remind || move.Do == service.Pass) {
		move = service.Move{Do: service.StandIn, Days: max(1, min(step.Days, 2))}
	}
	c.Rung++
	m.clocks[ClockStep] = c
	m.note(d.moment(m))
	switch move.Do {
	case service.Remind:
		return d.remind(ctx, m, step)
	case service.Pass:
		return d.passInSilence(ctx, m, step)
	case service.StandIn, service.Up:
	}
	officers, higher, err := d.above(ctx, m, step, move.Do == service.Up)
	if errors.Is(err, union.ErrNoOfficer) {
		return d.stuck(ctx, m, step)
	}
	if err != nil {
		return err
	}
	if move.Do = service.StandIn; higher {
		move.Do = service.Up
	}
	return d.handOver(ctx, m, step, officers, move, handed)
}

// lastClimb is the move that is made again and again above the ladder, until there is nobody above.
func (d *Desk) lastClimb(ladder []service.Move) service.Move {
	for _, m := range slices.Backward(ladder) {
		if m.Do == service.Up {
			return m
		}
	}
	return service.Move{}
}

// note marks the clocks that ran out.
func (m *matter) note(now time.Time) {
	for kind, c := range m.clocks {
		c.Late = c.Late || c.Runs() && !now.Before(c.Due)
		m.clocks[kind] = c
	}
}

// prolonged works the running clocks out again: by a calendar that came later, a time may lie later than it did, and is
// then promised anew. It is never made earlier.
func (d *Desk) prolonged(m *matter) (later bool) {
	for kind, c := range m.clocks {
		if due := d.after(c.Started, c.Amount, c.Unit); c.Runs() && due.After(c.Due) {
			c.Due, later = due, true
			m.clocks[kind] = c
		}
	}
	return later
}

// postpone promises the time that the clocks say now.
func (d *Desk) postpone(ctx context.Context, m *matter) error {
	m.DueAt = m.clocks.promised()
	m.wake(d)
	if err := d.store.Tasks.Postpone(ctx, m.ID, m.DueAt); err != nil {
		return err
	}
	if err := d.store.Cases.Update(ctx, m.Case); err != nil {
		return err
	}
	return d.keepClocks(ctx, m)
}

// haveLeft says whether none of those who have the open step may decide it any more.
func (d *Desk) haveLeft(ctx context.Context, m *matter, step service.Step) (bool, error) {
	for _, t := range m.open() {
		if t.Officer == m.Author && m.author.Status != union.Active { // whose own step needs no role
			continue
		}
		holdings, err := d.holdings(ctx, m, t.Officer) // who is no active member holds none
		if err != nil {
			return false, err
		}
		if m.mayDecide(t.Officer, holdings, step) {
			return false, nil
		}
	}
	return true, nil
}

// holdings reads an officer's roles once a move.
func (d *Desk) holdings(ctx context.Context, m *matter, officer union.MemberID) ([]union.Holding, error) {
	if held, known := m.holdings[officer]; known {
		return held, nil
	}
	held, err := d.members.Holdings(ctx, officer)
	if err == nil {
		if m.holdings == nil {
			m.holdings = map[union.MemberID][]union.Holding{}
		}
		m.holdings[officer] = held
	}
	return held, err
}

// above finds who takes a step over that others let lie: by the order of the step's roles, the nearest first, or those
// nearest above all who have it now. Who was asked before, is party to the matter or is kept away is never among them. higher says that they are above those who
// have it now.
func (d *Desk) above(ctx context.Context, m *matter, step service.Step, up bool) (officers []union.Member, higher bool, err error) {
	level, err := d.level(ctx, m, step)
	if err != nil {
		return nil, false, err
	}
	since := m.roundOf(step)
	asked := func(id union.MemberID) bool {
		return slices.ContainsFunc(m.tasks, func(t Task) bool { return t.Officer == id && t.Step == step.Name && !t.CreatedAt.Before(since) })
	}
	var groups [][]union.Holding
	for _, role := range m.rolesOf(step) {
		holdings, err := d.members.Holders(ctx, role, m.Lineage)
		if err != nil {
			return nil, false, err
		}
		own := byOrganisation(slices.DeleteFunc(holdings, func(h union.Holding) bool { return asked(h.Member) }))
		if groups = append(groups, own...); up {
			continue // all roles are compared
		}
		for _, group := range own {
			if officers, err := d.fit(ctx, m, step, group); err != nil || len(officers) > 0 {
				return officers, len(group[0].Lineage) < level, err
			}
		}
	}
	if up {
		nearestAbove(groups, level)
		for _, group := range groups {
			if officers, err := d.fit(ctx, m, step, group); err != nil || len(officers) > 0 {
				return officers, len(group[0].Lineage) < level, err
			}
		}
	}
	return nil, false, union.ErrNoOfficer
}

// rolesOf are all roles that may come to decide a step, each once.
func (m *matter) rolesOf(step service.Step) []union.Role {
	roles := slices.Clone(step.Who.Roles())
	for _, role := range m.fallback(step) {
		if !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	return roles
}

// byOrganisation parts holdings that are sorted by organisation.
func byOrganisation(holdings []union.Holding) (groups [][]union.Holding) {
	for len(holdings) > 0 {
		n := 1
		for n < len(holdings) && holdings[n].Org == holdings[0].Org {
			n++
		}
		groups, holdings = append(groups, holdings[:n]), holdings[n:]
	}
	return groups
}

// nearestAbove puts those above a level first, the nearest of them before the others; of the rest, the highest come first.
func nearestAbove(groups [][]union.Holding, level int) {
	slices.SortStableFunc(groups, func(a, b []union.Holding) int {
		aboveA, aboveB := len(a[0].Lineage) < level, len(b[0].Lineage) < level
		switch {
		case aboveA != aboveB && aboveA:
			return -1
		case aboveA != aboveB:
			return 1
		case aboveA:
			return cmp.Compare(len(b[0].Lineage), len(a[0].Lineage))
		}
		return cmp.Compare(len(a[0].Lineage), len(b[0].Lineage))
	})
}

// fit are those of a group who may decide the step.
func (d *Desk) fit(ctx context.Context, m *matter, step service.Step, group []union.Holding) ([]union.Member, error) {
	ids, _ := nearest(group, m, step)
	if len(ids) == 0 {
		return nil, nil
	}
	people, err := d.people(ctx, ids)
	return m.allowed(step.Who, people), err
}

// roundOf is when the step was decided last or, if later, when others were asked to look at it again: who was asked
// before may be asked anew.
func (m *matter) roundOf(step service.Step) time.Time {
	since := m.SecondLook
	for _, t := range m.tasks {
		if t.Step == step.Name && t.State == TaskDone && t.EndedAt.After(since) {
			since = t.EndedAt
		}
	}
	return since
}

// level is the length of the highest lineage over which anybody holds a role who has the step, or decided it.
func (d *Desk) level(ctx context.Context, m *matter, step service.Step) (int, error) {
	level := len(m.Lineage) + 1
	have := m.open()
	if len(have) == 0 { // a second look: who decided
		have = slices.DeleteFunc(slices.Clone(m.tasks), func(t Task) bool { return t.Step != step.Name || t.State != TaskDone })
	}
	roles := m.rolesOf(step)
	for _, t := range have {
		holdings, err := d.holdings(ctx, m, t.Officer)
		if err != nil {
			return 0, err
		}
		for _, h := range holdings {
			if h.Covers(m.Lineage) && slices.Contains(roles, h.Role) {
				level = min(level, len(h.Lineage))
			}
		}
	}
	return level, nil
}

// fallback are the roles to which a step goes that nobody else is left for: those of the whole union. Whom a matter is
// kept from it does not go to, whatever happens.
func (m *matter) fallback(step service.Step) []union.Role {
	if m.service.Sensitive || step.Who.Apart || step.Who.Unless != "" || step.Who.Top {
		return nil
	}
	return []union.Role{union.Chair, union.Admin}
}

// remind puts on record that those who have the step are reminded. Officers read it in their next digest, where what is
// nearly due comes first; an author is told at once.
func (d *Desk) remind(ctx context.Context, m *matter, step service.Step) error {
	if m.waitsForAuthor() && len(m.open()) == 1 {
		if err := d.tellAuthor(ctx, m, "check-reminded", d.words.YourTurn(m.moved(nil, nil, service.Remind, step))); err != nil {
			return err
		}
	}
	m.wake(d)
	return d.change(ctx, m, d.byItself(m, EventReminded, d.holders(ctx, m)))
}

// holders names who has the open step; nobody where it is an author whose name is not shown, or they cannot be read.
func (d *Desk) holders(ctx context.Context, m *matter) string {
	people, err := d.people(ctx, m.shownHolders())
	if err != nil {
		return ""
	}
	return namesOf(people)
}

// shownHolders are those who have the open step, without an author whose name is not shown.
func (m *matter) shownHolders() []union.MemberID {
	return slices.DeleteFunc(officersOf(m.open()), func(id union.MemberID) bool { return m.Anonymous && id == m.Author })
}

// byItself is an entry of the timeline that nobody made.
func (d *Desk) byItself(m *matter, kind, note string) Event {
	d.moves.count(kind)
	return Event{At: d.moment(m), Kind: kind, Note: note, Sealed: m.service.Sealed, Name: Itself}
}

// Itself stands in the timeline for whoever does what nobody did.
const Itself = "系统"

func namesOf(people []union.Member) string {
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = p.Name
	}
	return strings.Join(names, "、")
}

// remindAuthor reminds the author of what an officer has asked for.
func (d *Desk) remindAuthor(ctx context.Context, m *matter) error {
	step, _ := m.service.Step(m.Step)
	c := m.clocks[ClockStep]
	c.Rung++
	c.Wake = d.due(d.now(), authorReminded*c.Rung) // less and less often
	m.clocks[ClockStep] = c
	if err := d.tellAuthor(ctx, m, "return-reminded", d.words.YourTurn(m.moved(nil, nil, service.Remind, step))); err != nil {
		return err
	}
	return d.keepClocks(ctx, m)
}

// handOver puts the step into the hands of others, tells the author, and has those others hear of it with their next
// digest, which is due now: however many cases come at once, it is one message. An author keeps what is the author's.
func (d *Desk) handOver(ctx context.Context, m *matter, step service.Step, officers []union.Member, move service.Move, handed *hurried) error {
	from, before := m.open(), m.shownHolders()
	author := step.Who.Author && m.waitsForAuthor()
	had := m.clocks[ClockStep].Due
	d.wind(m, turn{days: move.Days})
	if c := m.clocks[ClockStep]; had.After(c.Due) { // whoever takes over from a leaver has no less time than the leaver had
		c.Due = had
		m.clocks[ClockStep], m.DueAt = c, m.clocks.promised()
		m.wake(d)
	}
	if m.DueAt.Before(d.now()) {
		m.DueAt = m.clocks[ClockStep].Due
	}
	kind := EventStoodIn
	if move.Do == service.Up {
		kind = EventClimbed
	}
	people, err := d.people(ctx, before)
	if err != nil {
		return err
	}
	note := namesOf(people) + " → " + namesOf(officers)
	if author {
		note = namesOf(officers)
	}
	event := d.byItself(m, kind, note)
	if err := d.change(ctx, m, event); err != nil {
		return err
	}
	if !author {
		if err := d.store.Tasks.End(ctx, m.ID, 0, d.moment(m)); err != nil {
			return err
		}
		how := settledBy(m, event)
		how.Officer = namesOf(officers)
		if err := d.settleCards(ctx, m, from, how); err != nil {
			return err
		}
	}
	m.handed = true
	if _, err := d.ask(ctx, m, officers); err != nil {
		return err
	}
	handed.add(officers)
	return d.tellAuthor(ctx, m, "moved", d.words.MovedOn(m.moved(people, officers, move.Do, step)))
}

// hurried are officers who are to read their digest now. They are told to after the moves, each once: a row that all moves
// share would have them wait for each other. Who is missed, because the process died between, reads it at the usual time.
type hurried struct {
	mu       sync.Mutex
	officers []union.MemberID
}

func (h *hurried) add(officers []union.Member) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range officers {
		h.officers = append(h.officers, o.ID)
	}
}

func (h *hurried) all() []union.MemberID {
	h.mu.Lock()
	defer h.mu.Unlock()
	slices.Sort(h.officers)
	return slices.Compact(h.officers)
}

// hurry has officers read their digest now.
func (d *Desk) hurry(ctx context.Context, officers []union.MemberID) error {
	for _, o := range officers {
		if err := d.store.Digests.Hurry(ctx, o, d.now(), d.now()); err != nil {
			return err
		}
	}
	return nil
}

// stuck says to those who look after the union's data that a step has nobody to go to.
func (d *Desk) stuck(ctx context.Context, m *matter, step service.Step) error {
	c := m.clocks[ClockStep]
	c.Rung, c.Wake = max(c.Rung, len(step.Ladder())), d.due(d.now(), againAfter)
	m.clocks[ClockStep] = c
	root := m.Lineage
	if i := strings.IndexByte(strings.TrimPrefix(root, "/"), '/'); i >= 0 {
		root = root[:i+2]
	}
	for _, role := range []union.Role{union.Admin, union.Chair} {
		holdings, err := d.members.Holders(ctx, role, root)
		if err != nil {
			return err
		}
		for _, h := range holdings {
			err := d.outbox.Put(ctx, notice.Notice{
				Key: fmt.Sprintf("stuck/%d/%d/%d", m.ID, c.Moves, h.Member), Kind: notice.KindDigest, Policy: notice.Resend, To: h.Member,
				Case: int64(m.ID), Coarse: m.service.Sealed, Body: d.words.Stuck(m.Number),
			})
			if err != nil {
				return err
			}
		}
		if len(holdings) > 0 {
			break
		}
	}
	return d.change(ctx, m, d.byItself(m, EventStuck, d.holders(ctx, m)))
}

// tellAuthor tells the author something that is not an answer, once a version of the case.
func (d *Desk) tellAuthor(ctx context.Context, m *matter, what string, body notice.Body) error {
	if m.service.Sealed {
		return d.tellSealed(ctx, m.Case)
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("%s/%d/%d", what, m.ID, m.clocks[ClockStep].Moves), Kind: notice.KindAnswer, Policy: notice.Resend, To: m.Author,
		Case: int64(m.ID), Body: body,
	})
}

// passInSilence accepts a step that nobody decided, where the service's file says so.
func (d *Desk) passInSilence(ctx context.Context, m *matter, step service.Step) error {
	next, duties, err := review.Next(m.plan(), m.review(), review.Event{Kind: review.Decided, Step: step.Name, Act: Accept})
	if err != nil {
		return err
	}
	now, from := d.moment(m), m.open()
	m.become(next, now)
	m.signed = Task{}
	officers, err := d.nextOfficers(ctx, m, duties)
	if err != nil {
		return err
	}
	d.wind(m, turn{})
	event := d.byItself(m, EventLapsed, "")
	event.Step = step.Name
	if err := d.change(ctx, m, event); err != nil {
		return err
	}
	if err := d.store.Tasks.End(ctx, m.ID, 0, now); err != nil {
		return err
	}
	if err := d.settleCards(ctx, m, from, settledBy(m, event)); err != nil {
		return err
	}
	if err := d.askAll(ctx, m, officers); err != nil {
		return err
	}
	return d.tellAuthor(ctx, m, "lapsed", d.words.MovedOn(m.moved(nil, officers, service.Pass, step)))
}

// Moved is a move in silence as people are told of it.
type Moved struct {
	Case    Case
	Service *service.Service
	Step    service.Step // that nobody decided
	Author  union.Member
	Do      service.MoveKind
	From    []union.Member
	To      []union.Member
	// Left says that those who had it are in the office no more: nobody was late.
	Left bool
}

func (m *matter) moved(from, to []union.Member, do service.MoveKind, step service.Step) Moved {
	return Moved{Case: m.Case, Service: m.service, Step: step, Author: m.author, Do: do, From: from, To: to, Left: m.left}
}

// ClockWords puts what silence leads to into words.
type ClockWords interface {
	// MovedOn tells the author that a step went to others, or passed by silence.
	MovedOn(m Moved) notice.Body
	// YourTurn reminds the author that the matter waits for the author.
	YourTurn(m Moved) notice.Body
	// Stuck tells who looks after the union's data that a step has nobody to go to.
	Stuck(number string) notice.Body
	// Extended tells the author that the time was prolonged, and why.
	Extended(c Case, s *service.Service, officer, why string) notice.Body
	// Digest tells an officer what waits.
	Digest(v DigestView) notice.Body
}
