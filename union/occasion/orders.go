package occasion

import (
	"context"
	"errors"
	"slices"
	"sort"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

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

// Week lists what is said to an officer's members today and in the six days after, and what was left out in the week before. What was
// planned is counted as it stands.
func (d *Desk) Week(ctx context.Context, officer union.MemberID) (list []Coming, silences []Silence, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return nil, nil, err
	}
	data, today := d.Data.Now(), d.today()
	counts, err := d.Store.Counts(ctx, lineages(over), today.AddDays(-weekDays).String(), today.AddDays(weekDays-1).String())
	if err != nil {
		return nil, nil, err
	}
	held, err := d.Store.HeldBelow(ctx, lineages(over))
	if err != nil {
		return nil, nil, err
	}
	counts = append(held, slices.DeleteFunc(counts, func(c Count) bool { return c.State == Held })...)
	for _, c := range counts {
		if c.SayOn < today.String() && c.State != Missed && c.State != Unworded && c.State != Held {
			continue
		}
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
		spoken, err := d.unplanned(ctx, day, data)
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
	sort.SliceStable(list, func(i, j int) bool { return list[i].Day.Before(list[j].Day) })
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
	if s.today.Before(o.Say) {
		s.today, s.now = o.Say, d.moment(o.Say, data.Greetings.At())
	}
	s.somber = data.Somber(s.today)
	states := map[State]int{}
	if o.Festival != nil {
		q := o.query()
		q.Lineages = lineages(over)
		n, err := d.Store.Number(ctx, q)
		if err != nil || n == 0 {
			return nil, err
		}
		v := s.of(o.Occasion, Greeting{Occasion: o.Name, Day: o.Day.String(), State: Planned},
			Candidate{Member: union.Member{Status: union.Active, Lineage: over[0].Lineage}, Choice: Choice{Chosen: []string{o.Name}}}, false)
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
	for _, state := range []State{Given, Told, Planned, Held, Stopped} {
		if n := states[state]; n > 0 {
			if state == Given || state == Told {
				state = Planned
			}
			list = append(list, Coming{Day: s.today, Label: o.Label, N: n, State: state})
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
	for _, o := range occasions(d.Data.Now()) {
		if o.Festival == nil && o.Name != Ask && (o.Label == called || o.Name == called) {
			return d.next(o.Name)
		}
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

// Sample is a greeting as somebody would read it, and the file of the picture that goes with it.
type Sample struct{ Text, Picture string }

// Samples shows the next greetings of an occasion as real members of an officer would read them, whoever they are: in their own
// language, or in another one.
func (d *Desk) Samples(ctx context.Context, officer union.MemberID, called, language string) (o Occasion, texts []Sample, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return o, nil, err
	}
	if o, err = d.named(called); err != nil {
		return o, nil, err
	}
	data := d.Data.Now()
	last := o.Say
	if o.Festival == nil { // whoever is next, within a month
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
					to[i].Notes = "" // what is given in the place of something else tells of somebody's health
					if language != "" {
						to[i].Choice.Language = language
					}
					text, err := d.text(ctx, found[i], its, to[i], its.Say)
					if errors.Is(err, errNoWords) {
						continue
					}
					if err != nil {
						return err
					}
					picture, _ := image(data, its, to[i].Member)
					texts = append(texts, Sample{text, picture.Name})
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

// Stop stops the next festival of a name for the officer's members, or a week of birthdays and of other days of their own.
func (d *Desk) Stop(ctx context.Context, officer union.MemberID, called string) (Occasion, Order, error) {
	return d.order(ctx, officer, called, func(o Occasion, w *Order) error {
		if o.Festival == nil {
			w.Until = o.Day.AddDays(weekDays - 1).String()
		}
		if o.Festival == nil && d.today().Before(o.Day) { // whom a changed number makes up for is nearer to the day
			w.From = d.today().String()
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
		case o.Cheerful && d.Data.Now().Somber(to):
			return ErrSomber
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
		return d.anew(ctx, o.Name, over)
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
	return o, d.Store.Tx(ctx, func(ctx context.Context) error {
		since := d.today()
		if o.Day.Before(since) { // it is said after its day
			since = o.Day
		}
		n, err := d.Store.DropOrders(ctx, o.Name, lineages(over), since.String())
		if err == nil && n == 0 {
			err = ErrNothing
		}
		if err != nil {
			return err
		}
		return d.anew(ctx, o.Name, over)
	})
}
