package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/custody"
	"github.com/unionbot/unionbot/union/notice"
)

// GiveShare takes a custodian's share. The first one waits, and the other custodians are asked; the second opens the
// name, to both. A wrong share counts, and is what package custody says of it; too many are a *TryLaterError. It returns
// union.ErrStale where the custodian has not seen what it is about now, and *IncompleteError without a reason. The store
// keeps what an error has counted: it is no reason to undo the transaction.
func (d *Desk) GiveShare(ctx context.Context, g ShareGiven) (UnsealingView, error) {
	var v UnsealingView
	var refused error
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		v, refused, err = d.giveShare(ctx, g)
		return err
	})
	if err = errors.Join(err, refused); err != nil {
		return UnsealingView{}, fmt.Errorf("give share: %w", err)
	}
	return v, nil
}

func (d *Desk) giveShare(ctx context.Context, g ShareGiven) (v UnsealingView, refused, err error) {
	m, err := d.forCustodian(ctx, g.Custodian, g.Number)
	if err != nil {
		return v, nil, err
	}
	now := d.now()
	wrong, from, err := d.store.Unsealings.WrongSince(ctx, g.Custodian, now.Add(-ShareKept))
	if err != nil {
		return v, nil, err
	}
	if wrong >= shareTries { // it is counted too, under a key that came since as well
		return v, &TryLaterError{Until: from.Add(ShareKept)}, d.store.Unsealings.Wrong(ctx, g.Custodian, now, now.Add(-ShareKept))
	}
	u, err := d.unsealing(ctx, m)
	if err != nil {
		return v, nil, err
	}
	if u.First == g.Custodian || u.Second != 0 || !u.Until.Equal(g.Until) {
		return v, union.ErrStale, nil
	}
	share, err := d.custodians.Check(g.Share, m.Seal.Name)
	if err == nil && u.First != 0 && share == u.Share {
		err = custody.ErrSameShare
	}
	if errors.Is(err, custody.ErrUnknownKey) {
		return v, err, nil
	}
	if err != nil {
		return v, err, d.store.Unsealings.Wrong(ctx, g.Custodian, now, now.Add(-ShareKept))
	}
	if u.First == 0 {
		u, refused, err = d.firstShare(ctx, m, g, share, u.past)
	} else {
		u, err = d.secondShare(ctx, m, u, g.Custodian, share)
	}
	if refused != nil || err != nil {
		return v, refused, err
	}
	v, err = d.showUnsealing(ctx, m, u, g.Custodian)
	return v, nil, err
}

// firstShare keeps the share and asks the other custodians.
func (d *Desk) firstShare(ctx context.Context, m *matter, g ShareGiven, share string, past *Unsealing) (u Unsealing, refused, err error) {
	u = Unsealing{
		Case: m.ID, First: g.Custodian, Reason: strings.TrimSpace(g.Reason), Share: share,
		Until: d.now().Add(ShareKept).Truncate(time.Millisecond), // as it is stored
	}
	if u.Reason == "" {
		return u, &IncompleteError{Field: "reason"}, nil
	}
	others, err := d.otherCustodians(ctx, m, g.Custodian)
	if err != nil {
		return u, nil, err
	}
	if len(others) == 0 {
		return u, ErrOneCustodian, nil
	}
	if past != nil {
		if err := d.lapse(ctx, m.Number, *past); err != nil {
			return u, nil, err
		}
	}
	if err := d.store.Unsealings.Insert(ctx, u); err != nil {
		return u, nil, err
	}
	if err := d.auditName(ctx, m, g.Custodian, audit.Unseal, u.Reason); err != nil {
		return u, nil, err
	}
	notices := make([]notice.Notice, len(others))
	for i, other := range others {
		notices[i] = custodyNotice(u, other, "asked", d.words.ShareWanted(m.Number, u.Reason))
	}
	return u, nil, d.outbox.Put(ctx, notices...)
}

// otherCustodians are who is asked for the second share. The author, should it be one of them, is among them: who is
// not asked would be known by that.
func (d *Desk) otherCustodians(ctx context.Context, m *matter, first union.MemberID) ([]union.MemberID, error) {
	holders, err := d.members.Holders(ctx, union.Custodian, m.Lineage)
	if err != nil {
		return nil, err
	}
	var ids []union.MemberID
	for _, h := range holders {
		tasked := slices.ContainsFunc(m.tasks, func(t Task) bool { return t.Officer == h.Member })
		if h.Member != first && !tasked && !slices.Contains(ids, h.Member) {
			ids = append(ids, h.Member)
		}
	}
	return ids, nil
}

// nameTries is how often a case is read anew because an officer decided it meanwhile.
const nameTries = 3

// secondShare opens the name. What is wrong from here on undoes the transaction.
func (d *Desk) secondShare(ctx context.Context, m *matter, u Unsealing, second union.MemberID, share string) (Unsealing, error) {
	author, err := d.openName(m, u.Share, share)
	if err != nil {
		return u, err
	}
	waited := u.Until
	u.Second, u.Share, u.Author, u.Until = second, "", author, d.now().Add(ShareKept).Truncate(time.Millisecond)
	if err := d.store.Unsealings.Open(ctx, waited, u); err != nil {
		return u, err
	}
	both, err := d.people(ctx, []union.MemberID{u.First, second})
	if err != nil || len(both) != custody.Needed {
		return u, errors.Join(err, union.ErrNotFound)
	}
	if err := d.recordOpened(ctx, m, u, Event{
		At: d.moment(m), Actor: second, Name: both[0].Name + "、" + both[1].Name, Kind: EventOpened, Note: u.Reason, Sealed: true,
	}); err != nil {
		return u, err
	}
	if err := d.auditName(ctx, m, second, audit.Unseal, u.Reason); err != nil {
		return u, err
	}
	if err := d.tellSealed(ctx, m.Case, time.Time{}); err != nil {
		return u, err
	}
	return u, d.outbox.Put(ctx, custodyNotice(u, u.First, "opened", d.words.NameOpened(m.Number)))
}

// recordOpened puts it into the case's timeline, which its author reads, and keeps with the case who knows the name.
func (d *Desk) recordOpened(ctx context.Context, m *matter, u Unsealing, e Event) error {
	c, err := m.Case, error(nil)
	for range nameTries {
		seal := *c.Seal
		seal.OpenedBy = append(slices.Clone(seal.OpenedBy), u.First, u.Second)
		c.Seal = &seal
		if err = d.store.Cases.Update(ctx, c); !errors.Is(err, union.ErrStale) {
			break
		}
		if c, err = d.store.Cases.ByID(ctx, m.ID); err != nil {
			return err
		}
		err = errors.New("the case changed again and again")
	}
	if err != nil {
		return err
	}
	c.Version++
	m.Case = c
	return d.store.Timeline.Append(ctx, m.ID, c.Version, e)
}

func custodyNotice(u Unsealing, to union.MemberID, what string, body notice.Body) notice.Notice {
	return notice.Notice{
		Key:  fmt.Sprintf("custody/%d/%d/%s/%d", u.Case, u.Until.UnixMilli(), what, to),
		Kind: notice.KindCustody, Policy: notice.Resend, To: to, Case: int64(u.Case), Body: body,
	}
}
