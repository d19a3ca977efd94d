package occasion

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
)

// maxSilence is the longest silence, in days.
const maxSilence = 90

// Silence keeps everything cheerful from a unit for some days, today the first of them, and takes back what waits already.
// Urgent notices are no matter of it. It returns what it holds.
func (d *Desk) Silence(ctx context.Context, officer union.MemberID, called string, days int) (s Silence, held []Count, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return s, nil, err
	}
	org, err := d.unit(ctx, over, called)
	if err != nil {
		return s, nil, err
	}
	days = min(max(days, 1), maxSilence)
	s = Silence{ID: d.NewID(), Org: org.ID, Lineage: org.Lineage, Name: org.Name, By: officer, From: d.Now(), Until: d.moment(d.today().AddDays(days), 0)}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		if err := d.Store.AddSilence(ctx, s); err != nil {
			return err
		}
		if err := d.Store.HoldPlanned(ctx, s, d.sober()); err != nil {
			return err
		}
		if err := d.Store.Recall(ctx, s, d.sober()); err != nil {
			return err
		}
		held, err = d.Store.HeldBy(ctx, s.ID)
		return err
	})
	return s, held, err
}

// sober are the occasions on which nothing cheerful is said.
func (d *Desk) sober() (names []string) {
	for _, f := range d.Data.Now().Festivals.Festivals {
		if f.Wish == "" {
			names = append(names, f.Name)
		}
	}
	return names
}

// Unsilence ends the silences of a unit before their time; without a name those that the officer may end. It returns what
// they hold.
func (d *Desk) Unsilence(ctx context.Context, officer union.MemberID, called string) (ended []Silence, held []Count, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return nil, nil, err
	}
	var org union.Organisation
	if called != "" {
		if org, err = d.unit(ctx, over, called); err != nil {
			return nil, nil, err
		}
	}
	all, err := d.Store.Silences(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range all {
		if called != "" && s.Org != org.ID || !covers(over, s.Lineage) {
			continue
		}
		ended = append(ended, s)
	}
	if len(ended) == 0 {
		return nil, nil, ErrNothing
	}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		held = nil
		for _, s := range ended {
			if _, err := d.Store.EndSilence(ctx, s.ID); err != nil {
				return err
			}
			its, err := d.Store.HeldBy(ctx, s.ID)
			if err != nil {
				return err
			}
			held = append(held, its...)
		}
		return nil
	})
	return ended, held, err
}

// Release lets what ended silences of an officer hold go out late, or drops it, and says how many greetings that were.
func (d *Desk) Release(ctx context.Context, officer union.MemberID, out bool) (n int64, err error) {
	if _, err := d.over(ctx, officer, organisers); err != nil {
		return 0, err
	}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		n = 0
		for {
			s, err := d.Store.LastSilence(ctx, officer)
			if nobody(err) {
				return nil
			}
			if err != nil {
				return err
			}
			to := Declined
			if out {
				to = Planned
			}
			its, err := d.Store.Release(ctx, s.ID, to, d.today().String(), d.Now())
			if err != nil {
				return err
			}
			n += its
		}
	})
	if err == nil && n == 0 {
		err = ErrNothing
	}
	return n, err
}

// Sweep ends silences whose time is over, and asks whoever began them what is to become of what they held.
func (d *Desk) Sweep(ctx context.Context) error {
	all, err := d.Store.Silences(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Until.After(d.Now()) {
			continue
		}
		err := d.Store.Tx(ctx, func(ctx context.Context) error {
			mine, err := d.Store.EndSilence(ctx, s.ID)
			if err != nil || !mine {
				return err
			}
			held, err := d.Store.HeldBy(ctx, s.ID)
			if err != nil || len(held) == 0 {
				return err
			}
			return d.Outbox.Put(ctx, notice.Notice{
				Key: fmt.Sprintf("silence/%d", s.ID), Kind: notice.KindCare, Policy: notice.Resend, To: s.By,
				Body: d.Words.SilenceOver(s, held, d.Label), NotBefore: d.Morning(d.Now()),
			})
		})
		if err != nil {
			return fmt.Errorf("end silence %d: %w", s.ID, err)
		}
	}
	return nil
}

// Coming is what is said to an officer's members in the next days.
type Coming struct {
	Day   calendar.Date
	Label string
	N     int
	// State is where they stand, or what will become of all of them: stopped, held.
	State State
}

// weekDays is how many days an officer sees.
const weekDays = 7

// Week lists what is said to an officer's members today and in the six days after. What was planned is counted as it stands.
func (d *Desk) Week(ctx context.Context, officer union.MemberID) (list []Coming, silences []Silence, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return nil, nil, err
	}
	data, today := d.Data.Now(), d.today()
	counts, err := d.Store.Counts(ctx, lineages(over), today.String(), today.AddDays(weekDays-1).String())
	if err != nil {
		return nil, nil, err
	}
	for _, c := range counts {
		day, err := calendar.ParseDate(c.SayOn)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, Coming{Day: day, Label: d.Label(c.Occasion), N: c.N, State: c.State})
	}
	s, _, err := d.scene(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	for n := range weekDays {
		day := today.AddDays(n)
		spoken, err := d.spoken(ctx, day, data)
		if err != nil {
			return nil, nil, err
		}
		for _, o := range spoken {
			its, err := d.coming(ctx, o, over, s)
			if err != nil {
				return nil, nil, err
			}
			list = append(list, its...)
		}
	}
	slices.SortStableFunc(list, func(a, b Coming) int {
		switch {
		case a.Day.Before(b.Day):
			return -1
		case b.Day.Before(a.Day):
			return 1
		}
		return 0
	})
	for _, each := range s.silences {
		if covers(over, each.Lineage) {
			silences = append(silences, each)
		}
	}
	return list, silences, nil
}

// coming counts what was not planned yet. Festivals are counted by the database.
func (d *Desk) coming(ctx context.Context, o said, over []union.Holding, s scene) (list []Coming, err error) {
	data := d.Data.Now()
	s.today, s.now = o.Say, d.moment(o.Say, data.Greetings.At())
	states := map[State]int{}
	if o.Festival != nil {
		q := o.query()
		q.Lineages = lineages(over)
		n, err := d.Store.Number(ctx, q)
		if err != nil || n == 0 {
			return nil, err
		}
		v := s.of(o.Occasion, Greeting{Occasion: o.Name, Day: o.Day.String(), State: Planned},
			Candidate{Member: union.Member{Status: union.Active, Lineage: over[0].Lineage}}, false)
		if v.until != (calendar.Date{}) {
			return []Coming{{Day: v.until, Label: o.Label, N: n, State: Planned}}, nil
		}
		states[v.State] += n
	} else {
		o.lineages = lineages(over)
		err = d.each(ctx, o, data, func(found []Greeting, to []Candidate) error {
			for i := range found {
				states[s.of(o.Occasion, found[i], to[i], false).State]++
			}
			return nil
		})
	}
	for _, state := range []State{Given, Planned, Held, Stopped} {
		if n := states[state]; n > 0 {
			if state == Given {
				state = Planned
			}
			list = append(list, Coming{Day: o.Say, Label: o.Label, N: n, State: state})
		}
	}
	return list, err
}

// next finds the next day of an occasion within a year from today.
func (d *Desk) next(name string) (Occasion, error) {
	data := d.Data.Now()
	for n := range 366 {
		for _, o := range on(d.today().AddDays(n), data) {
			if o.Name == name && !o.Say.Before(d.today()) {
				return o, nil
			}
		}
	}
	return Occasion{}, ErrOccasion
}

// named is the occasion that an officer means.
func (d *Desk) named(called string) (Occasion, error) {
	if called == "生日" {
		return d.next(Birthday)
	}
	f, ok := d.Data.Now().Festival(called)
	if !ok {
		return Occasion{}, ErrUnknown
	}
	return d.next(f.Name)
}

// sampleMost is how many real greetings are shown beforehand.
const sampleMost = 5

// errEnough ends a look when enough was seen.
var errEnough = errors.New("enough")

// Samples shows the next greetings of an occasion as real members of an officer would read them, whoever they are.
func (d *Desk) Samples(ctx context.Context, officer union.MemberID, called string) (o Occasion, texts []string, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return o, nil, err
	}
	if o, err = d.named(called); err != nil {
		return o, nil, err
	}
	data := d.Data.Now()
	last := o.Say
	if o.Name == Birthday { // whoever is next, within a month
		last = o.Say.AddDays(moveMost)
	}
	for say := o.Say; !last.Before(say) && len(texts) < sampleMost; say = say.AddDays(1) {
		for _, its := range on(say, data) {
			if its.Name != o.Name {
				continue
			}
			err := d.each(ctx, said{Occasion: its, lineages: lineages(over)}, data, func(found []Greeting, to []Candidate) error {
				for i := range found {
					if len(texts) == sampleMost {
						return errEnough
					}
					text, err := d.text(ctx, found[i], its, to[i], data)
					if err != nil {
						return err
					}
					texts = append(texts, text)
				}
				return nil
			})
			if err != nil && !errors.Is(err, errEnough) {
				return o, nil, err
			}
		}
	}
	return o, texts, nil
}

// Stop stops the next festival of a name for the officer's members, or a week of birthdays.
func (d *Desk) Stop(ctx context.Context, officer union.MemberID, called string) (Occasion, Order, error) {
	return d.order(ctx, officer, called, func(o Occasion, w *Order) error {
		if o.Name == Birthday {
			w.Until = o.Day.AddDays(weekDays - 1).String()
		}
		return nil
	})
}

// moveMost is how many days a festival may be moved, either way.
const moveMost = 30

// Move moves the next festival of a name to another day for the officer's members.
func (d *Desk) Move(ctx context.Context, officer union.MemberID, called string, to calendar.Date) (Occasion, Order, error) {
	return d.order(ctx, officer, called, func(o Occasion, w *Order) error {
		switch {
		case o.Festival == nil:
			return ErrOccasion
		case to.Before(d.today()), to.Before(o.Day.AddDays(-moveMost)), o.Day.AddDays(moveMost).Before(to):
			return ErrPast
		}
		w.To = to.String()
		return nil
	})
}

func (d *Desk) order(ctx context.Context, officer union.MemberID, called string, fill func(Occasion, *Order) error) (o Occasion, w Order, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return o, w, err
	}
	if o, err = d.named(called); err != nil {
		return o, w, err
	}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		for _, h := range over {
			w = Order{ID: d.NewID(), Occasion: o.Name, Org: h.Org, Lineage: h.Lineage, From: o.Day.String(), Until: o.Day.String(), By: officer}
			if err := fill(o, &w); err != nil {
				return err
			}
			if err := d.Store.PutOrder(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
	return o, w, err
}

// Resume takes back what was stopped or moved.
func (d *Desk) Resume(ctx context.Context, officer union.MemberID, called string) (Occasion, error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return Occasion{}, err
	}
	o, err := d.named(called)
	if err != nil {
		return o, err
	}
	n, err := d.Store.DropOrders(ctx, o.Name, lineages(over), d.today().String())
	if err == nil && n == 0 {
		err = ErrNothing
	}
	return o, err
}
