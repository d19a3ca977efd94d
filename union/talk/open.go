package talk

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Opening is a member's wish to talk to a person.
type Opening struct {
	Worker union.MemberID
	At     union.Identity
	Topic  string
	// Said is what the member said shortly before, and with the wish itself.
	Said []string
}

// Opened is what came of it.
type Opened struct {
	View
	// Again is true where the talk was open already, and only goes on here.
	Again bool
	// Usual is within how much working time the holder mostly answers first; 0 where that is not known.
	Usual time.Duration
}

// anotherWithin is how long after a talk with which the member was not content a new one goes to somebody else.
const anotherWithin = 48 * time.Hour

// Open begins a talk, or goes on with the one that is open. It returns union.ErrNoOfficer where nobody may take it, and
// ErrHolds if the member holds talks of others.
func (d *Desk) Open(ctx context.Context, o Opening) (Opened, error) {
	return in(ctx, d, "open talk", func(ctx context.Context) (Opened, error) {
		t, err := d.store.OfWorker(ctx, o.Worker)
		if err == nil {
			return d.again(ctx, t, o)
		}
		if !errors.Is(err, union.ErrNotFound) {
			return Opened{}, err
		}
		loads, err := d.store.Loads(ctx, []union.MemberID{o.Worker})
		if err != nil {
			return Opened{}, err
		}
		if loads[o.Worker].Holds > 0 {
			return Opened{}, ErrHolds
		}
		return d.begin(ctx, o)
	})
}

// again goes on with an open talk, from where the member writes now.
func (d *Desk) again(ctx context.Context, t Talk, o Opening) (Opened, error) {
	if t.At != o.At {
		t.At = o.At
		if err := d.save(ctx, &t); err != nil {
			return Opened{}, err
		}
	}
	v, err := d.view(ctx, t)
	return Opened{View: v, Again: true}, err
}

func (d *Desk) begin(ctx context.Context, o Opening) (Opened, error) {
	worker, err := d.members.Get(ctx, o.Worker)
	if err != nil {
		return Opened{}, err
	}
	t := Talk{
		ID: ID(d.newID()), Worker: worker.ID, Lineage: worker.Lineage, Topic: o.Topic, State: Waiting, At: o.At,
		OpenedAt: d.now(), AskedAt: d.now(),
	}
	ladder, err := d.ladder(ctx, t)
	if err != nil {
		return Opened{}, err
	}
	p, err := d.first(ctx, t, ladder)
	if err != nil { // before anything is written: within a turn nobody takes it back
		return Opened{}, err
	}
	var lines []Line
	for _, text := range o.Said {
		if text = strings.TrimSpace(text); text != "" {
			lines = append(lines, d.line(t, Said, worker, text))
		}
	}
	if err := d.store.Insert(ctx, t); err != nil {
		return Opened{}, err
	}
	if err := d.store.Add(ctx, lines...); err != nil {
		return Opened{}, err
	}
	if err := d.put(ctx, &t, ladder, p, Fresh); err != nil {
		return Opened{}, err
	}
	opened := Opened{}
	if opened.View, err = d.view(ctx, t); err == nil && t.Holder != 0 {
		opened.Usual, err = d.usual(ctx, t.Holder)
	}
	return opened, err
}

// first finds where a talk begins: not with somebody with whom the member was not content just before, if anybody else may
// have it.
func (d *Desk) first(ctx context.Context, t Talk, ladder []rung) (place, error) {
	var had []union.MemberID
	last, err := d.store.LastOf(ctx, t.Worker)
	if none(err) != nil {
		return place{}, err
	}
	if err == nil && last.Rating == Discontent && d.now().Sub(last.EndedAt) < anotherWithin {
		had = append(had, last.Last)
	}
	p, ok, err := d.find(ctx, t, ladder, had)
	if err == nil && !ok { // there is nobody else, or all ask themselves
		p, ok, err = d.find(ctx, t, ladder, nil)
	}
	if err == nil && !ok {
		err = union.ErrNoOfficer
	}
	return p, err
}

// put brings a talk to where it goes: to somebody, who is told, or into the queue.
func (d *Desk) put(ctx context.Context, t *Talk, ladder []rung, p place, why Why) error {
	t.Rung = p.rung
	if p.holder != 0 {
		return d.give(ctx, t, p.holder, p.number, why)
	}
	if t.State != Waiting || t.Queue != ladder[p.rung].org || why == Back { // what silence does next goes by what it did
		queued := d.line(*t, Queued, union.Member{}, "")
		queued.Why = why
		if err := d.store.Add(ctx, queued); err != nil {
			return err
		}
	}
	t.State, t.Queue, t.Holder, t.Number, t.Answered = Waiting, ladder[p.rung].org, 0, 0, false
	if err := d.dueFrom(ctx, t); err != nil {
		return err
	}
	return d.save(ctx, t)
}

// give makes somebody the holder. The clock of the first answer starts now.
func (d *Desk) give(ctx context.Context, t *Talk, to union.MemberID, number int, why Why) error {
	officer, err := d.members.Get(ctx, to)
	if err != nil {
		return err
	}
	now := d.now()
	t.State, t.Holder, t.Last, t.Number, t.Queue = Held, to, to, number, 0
	t.GivenAt, t.Answered = now, false
	if t.AskedAt.IsZero() { // else the member has waited for longer
		t.AskedAt = now
	}
	before, err := d.store.Lines(ctx, t.ID)
	if err != nil {
		return err
	}
	given := d.line(*t, Given, officer, "")
	given.Why, given.Number = why, number
	if t.DueAt, err = d.after(ctx, *t, d.patience(*t, append(slices.Clone(before), given))); err != nil {
		return err
	}
	if err := d.save(ctx, t); err != nil {
		return err
	}
	if err := d.store.Add(ctx, given); err != nil {
		return err
	}
	if err := d.store.Unsend(ctx, t.ID); err != nil {
		return err
	}
	v, err := d.view(ctx, *t)
	if err == nil {
		err = d.earlier(ctx, &v)
	}
	if err != nil {
		return err
	}
	return d.tell(ctx, *t, to, which("given", given.ID), d.words.TalkGiven(v, spoken(before), why), d.quietly)
}

// earlier finds the member's last talk about the same in which somebody answered, if the holder may know of it.
func (d *Desk) earlier(ctx context.Context, v *View) error {
	all, err := d.store.AllOf(ctx, v.Talk.Worker, shownOf)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(t Talk) bool { return t.State == Ended && t.Topic == v.Topic && !t.FirstAt.IsZero() })
	if i < 0 {
		return nil
	}
	if _, may, err := d.mayKnow(ctx, all[i], v.Talk.Holder); err != nil || !may {
		return err
	}
	v.Earlier = all[i]
	v.With, err = d.members.Get(ctx, all[i].Last)
	return none(err)
}

// save writes a talk as it is now.
func (d *Desk) save(ctx context.Context, t *Talk) error {
	err := d.store.Update(ctx, *t)
	t.Version++
	return err
}

// spoken leaves out what only happened.
func spoken(lines []Line) []Line {
	return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool {
		return l.Kind != Said && l.Kind != Answer && l.Kind != Note
	})
}
