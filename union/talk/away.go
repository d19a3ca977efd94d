package talk

import (
	"context"
	"time"
)

// awayFor is for how long something must have been due when it was first looked at again that the service is taken to have been away.
const awayFor = 10 * time.Minute

// resume takes note of when due talks could be looked at again, after the start or after the store was away.
func (d *Desk) resume(ok bool) {
	switch {
	case !ok:
		d.resumed.Store(0)
	case d.resumed.Load() == 0:
		d.resumed.Store(d.now().UnixMilli())
	}
}

// missed says whether a talk was due while the service was away: nobody could answer then.
func (d *Desk) missed(t Talk) bool {
	return t.DueAt.UnixMilli() < d.resumed.Load()-awayFor.Milliseconds()
}

// excuse gives whoever has a talk, or could have had it, all their time anew, and tells both sides why.
func (d *Desk) excuse(ctx context.Context, t Talk) error {
	if err := d.dueFrom(ctx, &t); err != nil {
		return err
	}
	if err := d.save(ctx, &t); err != nil {
		return err
	}
	v, err := d.view(ctx, t)
	if err != nil {
		return err
	}
	key := which("delayed", LineID(d.newID()))
	if err := d.tellWorker(ctx, t, key, d.words.TalkDelayed(v, true), d.quietly); err != nil || t.State != Held {
		return err
	}
	return d.tell(ctx, t, t.Holder, key, d.words.TalkDelayed(v, false), d.quietly)
}
