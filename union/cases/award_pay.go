package cases

import (
	"context"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
)

// mostAwardsAtOnce is how many cases one word of an officer pays: each is a decision of its own. unpaidRead is how many are
// looked at at a time.
const (
	mostAwardsAtOnce = 50
	unpaidRead       = 100
)

// Awards are cases with what they come to together, in fen: those that an officer may count as paid, or has.
type Awards struct {
	Cases   []ID
	Numbers []string
	Fen     int64
	// More says that there are others, for the next time.
	More bool
}

func (a *Awards) add(m *matter) {
	fen, _ := m.Values[m.service.GrantedBy()].fen() // which was set aside, or there were nothing to pay
	a.Cases, a.Numbers, a.Fen = append(a.Cases, m.ID), append(a.Numbers, m.Number), a.Fen+int64(fen)
}

// AwardsDue lists the awards that were approved from a time up to before another, are not paid, and are the officer's to
// count as paid. What is others' is passed over.
func (d *Desk) AwardsDue(ctx context.Context, officer union.MemberID, from, until time.Time) (Awards, error) {
	due, err := d.awardsDue(ctx, officer, from, until)
	if err != nil {
		return Awards{}, fmt.Errorf("list awards to pay: %w", err)
	}
	return due, nil
}

func (d *Desk) awardsDue(ctx context.Context, officer union.MemberID, from, until time.Time) (due Awards, err error) {
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return due, err
	}
	for after := ID(0); ; {
		ids, err := d.store.Awards.Unpaid(ctx, from, until, after, unpaidRead)
		if err != nil {
			return due, err
		}
		for _, id := range ids {
			after = id
			m, err := d.load(ctx, id, "")
			if err != nil {
				return due, err
			}
			if pays, err := d.paidBy(ctx, m, officer, holdings); err != nil {
				return due, err
			} else if !pays {
				continue
			}
			if len(due.Cases) == mostAwardsAtOnce {
				due.More = true
				return due, nil
			}
			due.add(m)
		}
		if len(ids) < unpaidRead {
			return due, nil
		}
	}
}

// paidBy says whether the case waits for the member to count its award as paid, be it in the place of somebody who is away. The
// holdings are the member's own, read once for many cases.
func (d *Desk) paidBy(ctx context.Context, m *matter, member union.MemberID, holdings []union.Holding) (bool, error) {
	step, ok := m.service.Step(m.Step)
	if !ok || !step.Pay || m.State != Open {
		return false, nil
	}
	if len(m.service.Groups()) > 0 {
		held, err := d.heldIn(ctx, m, member)
		if err != nil {
			return false, err
		}
		holdings = held
	}
	return d.mayAct(ctx, m, member, holdings, step)
}

// PayAwards counts the awards of these cases as paid, with where the money went: one decision a case. What was paid
// meanwhile, or is not the officer's any more, is left as it is.
func (d *Desk) PayAwards(ctx context.Context, officer union.MemberID, ids []ID, note string) (Awards, error) {
	var done Awards
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.payAwards(ctx, officer, ids, note)
		return err
	})
	if err != nil {
		return Awards{}, fmt.Errorf("pay awards: %w", err)
	}
	return done, nil
}

func (d *Desk) payAwards(ctx context.Context, officer union.MemberID, ids []ID, note string) (done Awards, err error) {
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return done, err
	}
	for _, id := range ids {
		m, err := d.load(ctx, id, "")
		if err != nil {
			return done, err
		}
		if pays, err := d.paidBy(ctx, m, officer, holdings); err != nil {
			return done, err
		} else if !pays || !m.service.Award.On() {
			continue
		}
		sum, _ := m.Values[m.service.GrantedBy()].fen() // the officer has confirmed the sum of all
		if _, err := d.decide(ctx, Decision{Case: id, Officer: officer, Act: Accept, Note: note, Sure: &Sure{Fen: int64(sum)}}); err != nil {
			return done, err
		}
		done.add(m)
	}
	return done, nil
}
