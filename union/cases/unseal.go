package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
)

// What keeps somebody from opening a name, besides the errors of package custody and *TryLaterError.
var (
	// ErrNoCustodian: the member is no custodian over the case's organisation.
	ErrNoCustodian = errors.New("not a custodian of this case")
	// ErrNotSealed: there is no sealed case with the number.
	ErrNotSealed = errors.New("no sealed case with this number")
	// ErrCustodianParty: the custodian has a task of the case, or has filed it.
	ErrCustodianParty = errors.New("party to the case")
	// ErrNoName: the case keeps no name.
	ErrNoName = errors.New("the case keeps no name")
	// ErrOneCustodian: nobody could give the second share.
	ErrOneCustodian = errors.New("there is no second custodian")
)

const (
	// ShareKept is how long one custodian's share waits for the other's, and how long both may read an opened name.
	ShareKept = 24 * time.Hour
	// shareTries is how many wrong shares a custodian may give within ShareKept.
	shareTries = 5
)

// Unsealing is how far the opening of a name has come. Shares stay in the store.
type Unsealing struct {
	Case ID
	// First asked, for Reason, and gave a share; Second gave the other, 0 if that has not happened.
	First, Second union.MemberID
	Reason        string
	// Share is First's, until the name is opened; Author is whose name it is, from then on.
	Share  string
	Author Author
	// Until is when it is forgotten. It tells one asking from the next.
	Until time.Time
	// past is what is kept and counts no more.
	past *Unsealing
}

// UnsealingStore keeps what waits for a second custodian, sealed. It joins the transaction of the context.
type UnsealingStore interface {
	// Get returns union.ErrNotFound if nothing waits for this case.
	Get(ctx context.Context, id ID) (Unsealing, error)
	// Insert returns union.ErrStale if another waits already.
	Insert(ctx context.Context, u Unsealing) error
	// Open replaces the one that waits, as first asked and until says, by the opened one. It returns union.ErrStale if
	// that one waits no more.
	Open(ctx context.Context, until time.Time, u Unsealing) error
	// Remove returns union.ErrStale if the one that First asked with this Until is not there, or was opened.
	Remove(ctx context.Context, u Unsealing) error
	// Clear removes the one with this Until, as it is, and says whether it was there.
	Clear(ctx context.Context, u Unsealing) (bool, error)
	// Over lists those whose time is over.
	Over(ctx context.Context, now time.Time, limit int) ([]Unsealing, error)
	// Wrong counts a wrong share. WrongSince is how many there are within a day of the first.
	Wrong(ctx context.Context, custodian union.MemberID, now, since time.Time) error
	WrongSince(ctx context.Context, custodian union.MemberID, since time.Time) (count int, from time.Time, err error)
}

// UnsealingView is the opening of a name as a custodian is shown it.
type UnsealingView struct {
	Number string
	// First and Second are their names; empty as long as there is none.
	First, Second string
	Reason        string
	Until         time.Time
	// Mine says that the viewer is one of both. Author is then filled in once Opened.
	Mine, Opened bool
	Author       Author
}

// Waiting says whether there is a first share, and no second.
func (v UnsealingView) Waiting() bool { return v.First != "" && !v.Opened }

// ShareGiven is one custodian's share, and what the custodian had been shown when it was asked for.
type ShareGiven struct {
	Custodian union.MemberID
	Number    string
	// Reason is why the name is to be opened, of the first custodian.
	Reason string
	Share  string
	// Until is that of the view that the second custodian has read; zero of the first.
	Until time.Time
}

// Unsealing shows a custodian how far the opening of a name has come. An opened name is shown to both who have opened
// it; each look is on record before it is shown.
func (d *Desk) Unsealing(ctx context.Context, custodian union.MemberID, number string) (UnsealingView, error) {
	var v UnsealingView
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		m, err := d.forCustodian(ctx, custodian, number)
		if err != nil {
			return err
		}
		u, err := d.unsealing(ctx, m)
		if err != nil {
			return err
		}
		v, err = d.showUnsealing(ctx, m, u, custodian)
		return err
	})
	if err != nil {
		return UnsealingView{}, fmt.Errorf("show opening of a name: %w", err)
	}
	return v, nil
}

// WithdrawShare forgets the share that the custodian gave first, as long as nothing is opened. It returns
// union.ErrStale if there is none.
func (d *Desk) WithdrawShare(ctx context.Context, custodian union.MemberID, number string) error {
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		m, err := d.forCustodian(ctx, custodian, number)
		if err != nil {
			return err
		}
		u, err := d.unsealing(ctx, m)
		if err != nil {
			return err
		}
		if u.First != custodian || u.Second != 0 {
			return union.ErrStale
		}
		if err := d.store.Unsealings.Remove(ctx, u); err != nil {
			return err
		}
		return d.auditName(ctx, m, custodian, audit.Unseal, "withdrawn")
	})
	if err != nil {
		return fmt.Errorf("withdraw share: %w", err)
	}
	return nil
}

// forCustodian loads a case for somebody who wants to open its name, and looks at the right to.
func (d *Desk) forCustodian(ctx context.Context, custodian union.MemberID, number string) (*matter, error) {
	holdings, err := d.members.Holdings(ctx, custodian)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(holdings, func(h union.Holding) bool { return h.Role == union.Custodian }) {
		return nil, ErrNoCustodian // who is told nothing of what numbers there are
	}
	m, err := d.load(ctx, 0, number)
	if errors.Is(err, union.ErrNotFound) || err == nil && m.Seal == nil {
		return nil, ErrNotSealed
	}
	if err != nil {
		return nil, err
	}
	if err := m.standing(custodian, holdings); err != nil {
		return nil, err
	}
	if err := m.opens(ctx, custodian); err != nil {
		return nil, err
	}
	if m.Seal.Name == nil {
		return nil, ErrNoName
	}
	return m, nil
}

// standing says whether a member with these holdings may be one of the two.
func (m *matter) standing(custodian union.MemberID, holdings []union.Holding) error {
	if m.Seal.is(custodian) || slices.ContainsFunc(m.tasks, func(t Task) bool { return t.Officer == custodian }) {
		return ErrCustodianParty
	}
	if !union.MayDecide(holdings, union.Custodian, m.Lineage, nil) {
		return ErrNoCustodian
	}
	return nil
}

// unsealing is what counts of what is kept: nothing after its time, and no share of somebody who lost the right meanwhile.
func (d *Desk) unsealing(ctx context.Context, m *matter) (none Unsealing, _ error) {
	u, err := d.store.Unsealings.Get(ctx, m.ID)
	if errors.Is(err, union.ErrNotFound) {
		return none, nil
	}
	if err == nil && !u.Until.After(d.now()) {
		return Unsealing{past: &u}, nil
	}
	if err != nil || u.Second != 0 {
		return u, err
	}
	holdings, err := d.members.Holdings(ctx, u.First)
	if err != nil {
		return none, err
	}
	if stands := m.standing(u.First, holdings) == nil; !stands {
		kept := u
		u = Unsealing{past: &kept}
	}
	return u, nil
}

func (d *Desk) showUnsealing(ctx context.Context, m *matter, u Unsealing, viewer union.MemberID) (UnsealingView, error) {
	v := UnsealingView{Number: m.Number, Reason: u.Reason, Until: u.Until, Opened: u.Second != 0}
	v.Mine = viewer == u.First || viewer == u.Second
	names, err := d.members.GetMany(ctx, []union.MemberID{u.First, u.Second})
	if err != nil {
		return UnsealingView{}, err
	}
	v.First = names[u.First].Name
	if v.Opened {
		v.Second = names[u.Second].Name
	}
	if v.Opened && v.Mine {
		v.Author = u.Author
		return v, d.auditName(ctx, m, viewer, audit.NameLook, "")
	}
	return v, nil
}

// auditName records what a custodian did about a name, or was shown.
func (d *Desk) auditName(ctx context.Context, m *matter, custodian union.MemberID, kind audit.Kind, note string) error {
	who, err := d.members.Get(ctx, custodian)
	if err != nil {
		return err
	}
	return d.store.Audit.Append(ctx, audit.Entry{
		At: d.now(), Kind: kind, Actor: custodian, Name: who.Name, Role: union.Custodian, Case: int64(m.ID), Note: note,
	})
}
