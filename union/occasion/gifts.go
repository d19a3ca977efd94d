package occasion

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Waiting is something that waits for a member.
type Waiting struct {
	Greeting
	To union.Member
	// Proxy is who may fetch it in the member's place, 0 where the member has not said.
	Proxy union.MemberID
	// Out says that it was handed out.
	Out bool
}

// Handed is what was handed out of one kind of goods.
type Handed struct {
	Gift               string
	Waiting, Out, Over int
}

// GiftStore keeps what waits for members.
type GiftStore interface {
	// Gifts lists what waits for a member on a day, the first to lapse first.
	Gifts(ctx context.Context, member union.MemberID, today string) ([]Waiting, error)
	// GiftsSince lists what came for a member since a day, fetched, waiting or lapsed, the latest first.
	GiftsSince(ctx context.Context, member union.MemberID, since, today string, limit int) ([]Waiting, error)
	// Entrust lets somebody fetch what waits for a member.
	Entrust(ctx context.Context, member, proxy union.MemberID, today string) (int64, error)
	// HandOut says that an officer has handed it to somebody against a signature; no where somebody has it already.
	HandOut(ctx context.Context, id int64, officer, to union.MemberID, at time.Time) (bool, error)
	// TakeStock counts what HandOut hands out of the goods of a year, of which there are so many, and says no where none is left.
	// What two desks take at once they take one after the other.
	TakeStock(ctx context.Context, g Greeting, stock int) (bool, error)
	// Taken counts what was taken of a kind of goods in a year.
	Taken(ctx context.Context, gift string, year int) (int, error)
	// GiftCounts counts goods below subtrees whose day came since a day; what was not fetched in time is over.
	GiftCounts(ctx context.Context, lineages []string, since, today string) ([]Handed, error)
	// Unfetched lists who has not fetched it, the latest first.
	Unfetched(ctx context.Context, lineages []string, since, today string, limit int) ([]Waiting, error)
}

// What handing out refuses.
var (
	ErrNoGift    = errors.New("nothing waits for the member")
	ErrNoConsent = errors.New("the member has not said that this person may fetch it")
	ErrNoStock   = errors.New("none is left")
)

// handers may hand out goods, in the subtree of their role.
var handers = []union.Role{union.GroupLeader, union.BranchChair, union.Chair, union.Organiser, union.AidOfficer}

// Counter is what an officer at the union's desk sees of a member.
type Counter struct {
	To   union.Member
	List []Waiting
	// By is who fetches it in the member's place.
	By union.Member
}

// Counter shows what waits for a member, called by name or staff number, at an officer's desk; proxy is who came in the member's
// place, empty where the member came.
func (d *Desk) Counter(ctx context.Context, officer union.MemberID, called, proxy string) (c Counter, err error) {
	if c.To, err = d.below(ctx, officer, called, handers); err != nil {
		return c, err
	}
	if c.List, err = d.Store.Gifts(ctx, c.To.ID, d.today().String()); err != nil {
		return c, err
	}
	if len(c.List) == 0 {
		return c, ErrNoGift
	}
	d.name(c.List)
	if proxy == "" {
		return c, nil
	}
	found, err := d.Members.ActiveUnder(ctx, proxy, []string{"/"}, 20)
	if err != nil {
		return c, err
	}
	for _, m := range found {
		theirs := slices.DeleteFunc(slices.Clone(c.List), func(w Waiting) bool { return w.Proxy != m.ID })
		if len(theirs) > 0 {
			c.By, c.List = m, theirs
			return c, nil
		}
	}
	return c, ErrNoConsent
}

// HandOut notes that everything that waits for a member was handed out against the work card and a signature, but for what is
// out of stock.
func (d *Desk) HandOut(ctx context.Context, officer, member, by union.MemberID) (handed, lacking []Waiting, err error) {
	m, err := d.Members.Get(ctx, member)
	if err != nil {
		return nil, nil, err
	}
	over, err := d.over(ctx, officer, handers)
	if err != nil {
		return nil, nil, err
	}
	if officer == member || officer == by || !covers(over, m.Lineage) {
		return nil, nil, union.ErrForbidden
	}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		handed, lacking = nil, nil
		refused := ErrNoGift
		list, err := d.Store.Gifts(ctx, member, d.today().String())
		if err != nil {
			return err
		}
		for _, w := range list {
			if by != member && by != w.Proxy {
				refused = ErrNoConsent
				continue
			}
			switch err := d.take(ctx, w); {
			case errors.Is(err, ErrNoStock):
				refused, lacking = err, append(lacking, w)
				continue
			case err != nil:
				return err
			}
			mine, err := d.Store.HandOut(ctx, w.ID, officer, by, d.Now())
			if err == nil && !mine { // another desk was quicker, and what was taken here is put back with all else
				err = ErrNoGift
			}
			if err != nil {
				return err
			}
			handed = append(handed, w)
		}
		if len(handed) == 0 {
			return refused
		}
		return nil
	})
	d.name(handed)
	d.name(lacking)
	return handed, lacking, err
}

// name puts the names of goods in the place of their keys.
func (d *Desk) name(list []Waiting) {
	g := &d.Data.Now().Greetings
	for i := range list {
		list[i].Gift = g.GiftName(list[i].Gift, list[i].To.Notes)
	}
}

// take counts what is handed out, where the data say how many there are of it a year, or returns ErrNoStock.
func (d *Desk) take(ctx context.Context, w Waiting) error {
	stock := d.stock(w.Gift)
	if stock == 0 {
		return nil
	}
	ok, err := d.Store.TakeStock(ctx, w.Greeting, stock)
	if err == nil && !ok {
		err = ErrNoStock
	}
	return err
}

// stock is how many there are a year of a kind of goods, 0 where nobody counts.
func (d *Desk) stock(gift string) int {
	for _, g := range d.Data.Now().Greetings.Gifts {
		if g.Stock > 0 && g.Key == gift {
			return g.Stock
		}
	}
	return 0
}

// Entrust lets a colleague fetch what waits for a member.
func (d *Desk) Entrust(ctx context.Context, member union.MemberID, called string) (union.Member, error) {
	found, err := d.Members.ActiveUnder(ctx, called, []string{"/"}, 2)
	switch {
	case err != nil:
		return union.Member{}, err
	case len(found) == 0 || found[0].ID == member:
		return union.Member{}, ErrUnknown
	case len(found) > 1:
		return union.Member{}, ErrSeveral
	}
	n, err := d.Store.Entrust(ctx, member, found[0].ID, d.today().String())
	if err == nil && n == 0 {
		err = ErrNoGift
	}
	return found[0], err
}

// Mine lists what waits for a member.
func (d *Desk) Mine(ctx context.Context, member union.MemberID) ([]Waiting, error) {
	list, err := d.Store.Gifts(ctx, member, d.today().String())
	d.name(list)
	return list, err
}

// mostGifts is how many goods of one member are listed.
const mostGifts = 10

// GiftsOf shows what came for a member within a year to an officer who hands out goods over the member; nothing to others, and to nobody
// what they get themselves. What another thing is given for, stays with the desk.
func (d *Desk) GiftsOf(ctx context.Context, officer, member union.MemberID) ([]Waiting, error) {
	m, err := d.Members.Get(ctx, member)
	if err != nil {
		return nil, err
	}
	over, err := d.over(ctx, officer, handers)
	if errors.Is(err, union.ErrForbidden) || err == nil && (officer == member || !covers(over, m.Lineage)) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := d.Store.GiftsSince(ctx, member, d.today().AddDays(-goodsDays).String(), d.today().String(), mostGifts)
	for i := range list {
		list[i].To.Notes = "" // as in the list
	}
	d.name(list)
	return list, err
}

// goodsDays is how far back goods are listed.
const goodsDays = 365

// Goods is how the goods of an officer's members stand, of a year.
type Goods struct {
	Counts []Handed
	// Left is how many are left, by name, where the data say how many there are.
	Left map[string]int
	// Unfetched are those who let it lapse, and who still may fetch it; More is how many others there are.
	Unfetched []Waiting
	More      int
}

// Goods counts what was handed out within a year, and lists who has not fetched it.
func (d *Desk) Goods(ctx context.Context, officer union.MemberID) (g Goods, err error) {
	over, err := d.over(ctx, officer, handers)
	if err != nil {
		return g, err
	}
	since, today := d.today().AddDays(-goodsDays).String(), d.today().String()
	if g.Counts, err = d.Store.GiftCounts(ctx, lineages(over), since, today); err != nil {
		return g, err
	}
	g.Left = map[string]int{}
	for i, c := range g.Counts {
		g.Counts[i].Gift = d.Data.Now().Greetings.GiftName(c.Gift, "")
		if stock := d.stock(c.Gift); stock > 0 {
			taken, err := d.Store.Taken(ctx, c.Gift, d.today().Year)
			if err != nil {
				return g, err
			}
			g.Left[g.Counts[i].Gift] = max(0, stock-taken)
		}
	}
	g.Unfetched, err = d.Store.Unfetched(ctx, lineages(over), since, today, countedMost)
	g.Unfetched, g.More = shown(g.Unfetched)
	for i := range g.Unfetched {
		g.Unfetched[i].To.Notes = "" // at the desk it is seen who gets something else, not in a list
	}
	d.name(g.Unfetched)
	return g, err
}
