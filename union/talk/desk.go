package talk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/standin"
)

// Store keeps talks. All of it joins the transaction that the context carries.
type Store interface {
	Tx(ctx context.Context, fn func(ctx context.Context) error) error
	// Insert returns union.ErrTaken if the member has an open talk.
	Insert(ctx context.Context, t Talk) error
	// Update raises the version. It returns union.ErrStale if that is not t.Version any more.
	Update(ctx context.Context, t Talk) error
	// ByID, OfWorker, LastOf and AskedLast return union.ErrNotFound where there is none. OfWorker is the member's open talk,
	// LastOf the one that ended last, AskedLast the last after which the member was asked how it was.
	ByID(ctx context.Context, id ID) (Talk, error)
	OfWorker(ctx context.Context, worker union.MemberID) (Talk, error)
	// AllOf lists the member's talks, the latest first.
	AllOf(ctx context.Context, worker union.MemberID, limit int) ([]Talk, error)
	LastOf(ctx context.Context, worker union.MemberID) (Talk, error)
	AskedLast(ctx context.Context, worker union.MemberID) (Talk, error)
	// HeldBy lists an officer's talks by number.
	HeldBy(ctx context.Context, officer union.MemberID) ([]Talk, error)
	Loads(ctx context.Context, people []union.MemberID) (map[union.MemberID]Load, error)
	// Seat makes a number for one more talk of an officer, who gets no other until the transaction ends, and counts those
	// that the officer has.
	Seat(ctx context.Context, officer union.MemberID) (number, holds int, err error)
	// Due lists open talks whose time has come, whose holder is no active member or whose member has left. Queues
	// lists those in which talks wait, Waiting the oldest of one.
	Due(ctx context.Context, now time.Time, limit int) ([]ID, error)
	Queues(ctx context.Context) ([]Queue, error)
	Waiting(ctx context.Context, q Queue, limit int) ([]ID, error)
	// Since lists the latest talks that began below an organisation since then.
	Since(ctx context.Context, lineage string, since time.Time, limit int) ([]Talk, error)
	// AnsweredBy lists the talks that an officer had last and in which somebody answered, the latest first.
	AnsweredBy(ctx context.Context, officer union.MemberID, limit int) ([]Talk, error)
	union.Units
	// Ahead counts those that wait longer in the same queue.
	Ahead(ctx context.Context, t Talk) (int, error)

	Add(ctx context.Context, lines ...Line) error
	Lines(ctx context.Context, id ID) ([]Line, error)
	// ToldTo lists the latest notes of which a colleague was told since then, the latest first.
	ToldTo(ctx context.Context, colleague union.MemberID, since time.Time, limit int) ([]Line, error)
	// Fetched lists lines whose file has still to be passed on and is there, or is lost.
	Fetched(ctx context.Context, limit int) ([]Sendable, error)
	// Sent takes note that a line's file was passed on; ok is false if that was done before. Unsend has all files of a
	// talk that the member sent passed on again.
	Sent(ctx context.Context, id LineID) (ok bool, err error)
	Unsend(ctx context.Context, id ID) error
	// Filed is the number of the case that has an attachment; empty where none has.
	Filed(ctx context.Context, attachment int64) (number string, err error)
	// Ended says that a talk's number may have been the officer's after some time.
	EndedNumber(ctx context.Context, officer union.MemberID, number int, since time.Time) (Talk, error)
	// Pause is the zero value before the first one was kept. KeepPause keeps when it was looked last and, where a replica looks again
	// after a pause, the pause.
	Pause(ctx context.Context) (Pause, error)
	KeepPause(ctx context.Context, p Pause, whole bool) error
}

// Queue is one in which talks wait: for the officers of an organisation, about a topic.
type Queue struct {
	Org   union.OrgID
	Topic string
}

// Sendable is a file that came, by the hash of its content; the hash is empty where it was lost.
type Sendable struct {
	Line       Line
	Hash, Type string
}

// Members is the members' list.
type Members interface {
	Get(ctx context.Context, id union.MemberID) (union.Member, error)
	Holders(ctx context.Context, role union.Role, lineage string) ([]union.Holding, error)
	Holdings(ctx context.Context, member union.MemberID) ([]union.Holding, error)
}

// Calendar is what the promised times run on.
type Calendar interface {
	AddWorkingTime(t time.Time, left time.Duration) time.Time
	// AddShiftTime and ShiftTimeLeft count beside the office hours also the shifts of others; nil are none.
	AddShiftTime(t time.Time, left time.Duration, shifts calendar.Shifts) time.Time
	ShiftTimeLeft(t, due time.Time, shifts calendar.Shifts) time.Duration
	OnDuty(t time.Time) bool
	Date(t time.Time) calendar.Date
	// NewYear is when the year of a time began.
	NewYear(t time.Time) time.Time
	// NextDuty is when reminders may go out next: the time itself, if they may then.
	NextDuty(t time.Time) time.Time
	// Local is the time in the zone in which people live.
	Local(t time.Time) time.Time
}

// StandIns lists who stands in for whom: all that were accepted and are not over.
type StandIns interface {
	Accepted(ctx context.Context) ([]standin.Standin, error)
}

// Book says who is asked about what.
type Book interface {
	// Topic finds a topic by name; the general one where there is none of it.
	Topic(name string) reference.Topic
	Topics() []reference.Topic
	// Rostered says whether anybody keeps rosters, OnShift whose turn it is, and NextShift when somebody on one may be reached.
	Rostered() bool
	OnShift(staffNo, path string, roles []union.Role, at time.Time) bool
	NextShift(staffNo string, at time.Time) (time.Time, bool)
	// Shifts lists when any of some people, nil for anybody, has a shift, of what touches the day that begins at midnight.
	Shifts(path string, roles []union.Role, staff []string, midnight time.Time) []calendar.Stretch
}

// Windows know how much may still be sent to somebody who has to speak first.
type Windows interface {
	Window(ctx context.Context, who union.Identity) (Window, error)
}

// Window is what may still be sent to a member.
type Window struct {
	// Limited is false where anything may be sent at any time.
	Limited bool
	// Known is false where only the platform knows.
	Known bool
	// Left is how many messages, until Until.
	Left  int
	Until time.Time
	// Announced is true where a member is told, while nothing may be sent, that something waits.
	Announced bool
}

// Shut says that a word waits for the member's next.
func (w Window) Shut() bool { return w.Limited && w.Known && w.Left == 0 }

// Deps is what a desk works with.
type Deps struct {
	Store    Store
	Members  Members
	Outbox   notice.Outbox
	Words    Words
	Calendar Calendar
	Book     Book
	Windows  Windows
	StandIns StandIns
	Now      func() time.Time
	NewID    func() int64
	// Most is how many talks an officer has at once at most.
	Most int
	// Keep keeps a file where it can be sent from.
	Keep Keep
}

// Keep keeps a file, and names it by its hash.
type Keep func(ctx context.Context, r io.Reader) (hash string, err error)

// Desk is the use cases of talks. It is safe for use by many goroutines.
type Desk struct {
	store    Store
	members  Members
	outbox   notice.Outbox
	words    Words
	calendar Calendar
	book     Book
	windows  Windows
	standIns StandIns
	now      func() time.Time
	newID    func() int64
	most     int
	keep     Keep
	looking  looking
}

// NewDesk makes a desk.
func NewDesk(deps Deps) *Desk {
	return &Desk{
		store: deps.Store, members: deps.Members, standIns: deps.StandIns, outbox: deps.Outbox, words: deps.Words, calendar: deps.Calendar, book: deps.Book,
		windows: deps.Windows, now: deps.Now, newID: deps.NewID, most: max(1, deps.Most), keep: deps.Keep,
	}
}

// View is a talk as it is shown.
type View struct {
	Talk
	Worker union.Member
	// Holder is nobody while the talk waits.
	Holder union.Member
	// Ahead is how many wait longer.
	Ahead int
	// Outside is true where nobody is there at this hour who has it or might get it.
	Outside bool
	// Window is how much the member may be sent.
	Window Window
	// Proposed is what the member was asked to file, and has not answered when the talk ends; its ID is 0 where that is nothing.
	Proposed Line
	// Earlier is the last talk of the member about the same, With whom, of which who is given this one may know; its ID is 0 where there
	// is none.
	Earlier Talk
	With    union.Member
	// Personal keeps the member's name, and what is said before the holder has answered, out of notices.
	Personal bool
}

func (d *Desk) view(ctx context.Context, t Talk) (v View, err error) {
	v = View{Talk: t, Personal: d.book.Topic(t.Topic).Personal}
	if v.Worker, err = d.members.Get(ctx, t.Worker); err != nil {
		return v, err
	}
	if t.Open() {
		there, err := d.working(ctx, t)
		if v.Outside = !there; err != nil {
			return v, err
		}
	}
	switch t.State {
	case Held:
		v.Holder, err = d.members.Get(ctx, t.Holder)
	case Waiting:
		v.Ahead, err = d.store.Ahead(ctx, t)
	case Ended:
		if t.Last != 0 {
			v.Holder, err = d.members.Get(ctx, t.Last)
		}
	}
	if err != nil {
		return v, err
	}
	v.Window, err = d.windows.Window(ctx, t.At)
	return v, err
}

// line is something that happens now.
func (d *Desk) line(t Talk, kind Kind, who union.Member, text string) Line {
	return Line{ID: LineID(d.newID()), Talk: t.ID, At: d.now(), Kind: kind, Member: who.ID, Name: who.Name, Text: text}
}

// tell writes a notice; which makes it unique.
func (d *Desk) tell(ctx context.Context, t Talk, to union.MemberID, which string, body notice.Body, more ...func(*notice.Notice)) error {
	n := notice.Notice{Key: fmt.Sprintf("%s%s/%d", Keys(t.ID), which, to), Kind: notice.KindTalk, Policy: notice.Resend, To: to, Body: body}
	for _, set := range more {
		set(&n)
	}
	if !n.NotBefore.IsZero() && d.book.Rostered() { // their shift may be before the hours in which everybody is reminded
		m, err := d.members.Get(ctx, to)
		if err != nil {
			return err
		}
		if next, on := d.book.NextShift(m.StaffNo, d.calendar.Local(d.now())); on && next.Before(n.NotBefore) {
			n.NotBefore = next
		}
	}
	return d.outbox.Put(ctx, n)
}

// tellWorker writes to the member where the member writes.
func (d *Desk) tellWorker(ctx context.Context, t Talk, which string, body notice.Body, more ...func(*notice.Notice)) error {
	return d.tell(ctx, t, t.Worker, which, body, append(more, func(n *notice.Notice) { n.At = t.At })...)
}

// quietly lets a notice wait for the hours in which people may be reminded.
func (d *Desk) quietly(n *notice.Notice) {
	if now := d.now(); !d.calendar.OnDuty(now) {
		n.NotBefore = d.calendar.NextDuty(now)
	}
}

// unheard is quietly for a talk that its holder has not answered: what follows comes behind the news of it.
func (d *Desk) unheard(t Talk) func(*notice.Notice) {
	if t.Answered {
		return func(*notice.Notice) {}
	}
	return d.quietly
}

// in runs fn in a transaction.
func in[T any](ctx context.Context, d *Desk, what string, fn func(ctx context.Context) (T, error)) (T, error) {
	var done T
	err := d.store.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = fn(ctx)
		return err
	})
	if err != nil {
		var none T
		return none, fmt.Errorf("%s: %w", what, err)
	}
	return done, nil
}

// held finds a talk that the officer holds, and may: an office may have ended since.
func (d *Desk) held(ctx context.Context, officer union.MemberID, id ID) (Talk, error) {
	t, err := d.store.ByID(ctx, id)
	switch {
	case err != nil:
		return t, err
	case t.State == Ended:
		return t, union.ErrSettled
	case t.Holder != officer:
		return t, union.ErrForbidden
	}
	gone, err := d.gone(ctx, t)
	if err == nil && gone {
		err = union.ErrForbidden
	}
	return t, err
}

// gone says whether whoever holds a talk may have it no more.
func (d *Desk) gone(ctx context.Context, t Talk) (bool, error) {
	if t.State != Held {
		return false, nil
	}
	ladder, err := d.ladder(ctx, t)
	return !slices.ContainsFunc(ladder, func(r rung) bool {
		return slices.Contains(r.people, t.Holder) || slices.Contains(r.absent, t.Holder)
	}), err
}

// none makes no error of what is not there.
func none(err error) error {
	if errors.Is(err, union.ErrNotFound) {
		return nil
	}
	return err
}
