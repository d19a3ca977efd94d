package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/service"
)

// AuditStore keeps what happened and belongs to no timeline. An entry whose key is there already is passed over.
type AuditStore interface {
	Append(ctx context.Context, e audit.Entry) error
}

// oneLook is how long the looks of one officer at one case count as one: who turns pages looks once.
const oneLook = time.Minute

// looked records that somebody else than its author was shown a sensitive case, before it is shown: a look that cannot be
// recorded is refused.
func (d *Desk) looked(ctx context.Context, m *matter, viewer union.MemberID, holdings []union.Holding) error {
	if !m.service.Sensitive {
		return nil
	}
	return d.look(ctx, m, viewer, holdings)
}

// tells says whether a decision that was not done shows its officer of whom a case is, or what sum it is about.
func tells(err error) bool {
	var sure *SureNeededError
	var short *fund.ShortError
	return errors.As(err, &sure) || errors.As(err, &short)
}

// looksBy records the look of an officer who reads why a decision was not done, which has undone all that it wrote. It returns what is
// then said: why, or what keeps the look from being recorded.
func (d *Desk) looksBy(ctx context.Context, in Decision, why error) error {
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		m, holdings, err := d.taken(ctx, in.Officer, in.Case, in.Number)
		if err != nil {
			return err
		}
		return d.looked(ctx, m, in.Officer, holdings)
	})
	if err != nil {
		return fmt.Errorf("record look: %w", err)
	}
	return why
}

// look records a look at any case.
func (d *Desk) look(ctx context.Context, m *matter, viewer union.MemberID, holdings []union.Holding) error {
	if viewer == m.Author {
		return nil
	}
	officer, err := d.members.Get(ctx, viewer)
	if err != nil {
		return err
	}
	at := d.now()
	return d.store.Audit.Append(ctx, audit.Entry{
		Key: fmt.Sprintf("look/%d/%d/%d", m.ID, viewer, at.Unix()/int64(oneLook/time.Second)),
		At:  at, Kind: audit.Look, Actor: viewer, Name: officer.Name, Role: m.roleOf(holdings), Case: int64(m.ID),
	})
}

// lookAt records a look at all that a member has.
func (d *Desk) lookAt(ctx context.Context, viewer, member union.MemberID, holdings []union.Holding) error {
	officer, err := d.members.Get(ctx, viewer)
	if err != nil || viewer == member {
		return err
	}
	who, err := d.members.Get(ctx, member)
	if err != nil {
		return err
	}
	var role union.Role
	for _, h := range holdings {
		if role == "" && h.Covers(who.Lineage) {
			role = h.Role
		}
	}
	at := d.now()
	return d.store.Audit.Append(ctx, audit.Entry{
		Key: fmt.Sprintf("look/member/%d/%d/%d", member, viewer, at.Unix()/int64(oneLook/time.Second)),
		At:  at, Kind: audit.Look, Actor: viewer, Name: officer.Name, Role: role, Member: member,
	})
}

// roleOf is the role by which somebody with these holdings may know of the case; none where only a task gave the right.
func (m *matter) roleOf(holdings []union.Holding) union.Role {
	for _, h := range holdings {
		if h.Covers(m.Lineage) && slices.ContainsFunc(m.service.Steps(), func(step service.Step) bool {
			return slices.Contains(step.Who.Roles(), h.Role)
		}) {
			return h.Role
		}
	}
	return ""
}
