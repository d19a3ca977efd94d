package cases

import (
	"cmp"
	"context"
	"slices"

	"github.com/unionbot/unionbot/union"
)

// Recalled is whom an officer does without: who was asked to find something out, and who was to sign.
type Recalled struct{ Helpers, Signers []union.Member }

// Recall takes back what an officer has asked others for about a task, as long as they have not done it: of one of them or,
// where to is 0, of all. It returns what HandOver returns for a task that is not the officer's, and ErrActNotAllowed if nobody
// is waited for.
func (d *Desk) Recall(ctx context.Context, in Handing) (done Recalled, err error) {
	err = handing(ctx, d, "recall", func(ctx context.Context) (err error) {
		done, err = d.takeBack(ctx, in)
		return err
	})
	return done, err
}

func (d *Desk) takeBack(ctx context.Context, in Handing) (done Recalled, err error) {
	m, step, mine, err := d.held(ctx, in)
	if err != nil {
		return done, err
	}
	helps, err := d.store.Helps.OfTasks(ctx, mine.ID)
	if err != nil {
		return done, err
	}
	helps = slices.DeleteFunc(helps, func(h Help) bool { return h.State != HelpOpen || in.To != 0 && h.Helper != in.To })
	added := slices.DeleteFunc(m.live(), func(t Task) bool {
		return t.Added == "" || t.State == TaskSigned || in.To != 0 && !t.by(in.To)
	})
	if len(helps)+len(added) == 0 {
		return done, ErrActNotAllowed
	}
	var helpers []union.MemberID
	for _, h := range helps {
		helpers = append(helpers, h.Helper)
	}
	if done.Helpers, err = d.people(ctx, helpers); err != nil {
		return done, err
	}
	if done.Signers, err = d.people(ctx, officersOf(added)); err != nil {
		return done, err
	}
	officer, _, err := d.actor(ctx, m, in.From, step)
	if err != nil {
		return done, err
	}
	event := Event{
		At: d.moment(m), Actor: officer.ID, Name: officer.Name, Kind: EventRecalled, Note: namesOf(slices.Concat(done.Helpers, done.Signers)),
	}
	if err := d.changeAt(ctx, m, step.Name, event); err != nil {
		return done, err
	}
	if err := d.endHelps(ctx, m, helps, HelpRecalled, settledBy(m, event)); err != nil {
		return done, err
	}
	return done, d.unadd(ctx, m, added, event)
}

// unadd ends the tasks of those who need not sign any more.
func (d *Desk) unadd(ctx context.Context, m *matter, tasks []Task, event Event) error {
	if len(tasks) == 0 {
		return nil
	}
	ids := make([]ID, len(tasks))
	for i, t := range tasks {
		ids[i] = t.ID
	}
	if err := d.store.Tasks.Void(ctx, event.At, ids...); err != nil {
		return err
	}
	m.void(tasks)
	told := slices.DeleteFunc(slices.Clone(tasks), func(t Task) bool { return t.State == TaskWaiting }) // they have no card yet
	return cmp.Or(d.settleCards(ctx, m, told, settledBy(m, event)), d.wakeAdded(ctx, m, ""))
}
