package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
)

// TieKind is how two members are close.
type TieKind string

// The kinds of ties.
const (
	Kin       TieKind = "kin"
	Mentoring TieKind = "mentor" // one is or was the other's apprentice
	Close     TieKind = "close"  // as one of them has said
)

// Tie keeps two members from deciding each other's matters, whoever of them it was that said so.
type Tie struct {
	Member, Other union.MemberID
	Kind          TieKind
	Since         time.Time
	// By has declared it, when stepping back from the case with the number Source.
	By     union.MemberID
	Source string
}

// TieStore keeps ties. Each of the two has the other.
type TieStore interface {
	// Tied lists the ties of these members, from their side: Other may not decide what is theirs.
	Tied(ctx context.Context, members ...union.MemberID) ([]Tie, error)
	// Declare keeps a tie that is not known yet.
	Declare(ctx context.Context, t Tie) error
	// Declared lists those that a member has declared, the oldest first, and Withdraw drops one of them.
	Declared(ctx context.Context, by union.MemberID) ([]Tie, error)
	Withdraw(ctx context.Context, t Tie) error
}

// kinWords and mentorWords say in a reason of what kind a tie is.
var (
	kinWords    = []string{"亲", "父", "母", "爸", "妈", "儿", "女", "兄", "弟", "姐", "妹", "夫", "妻", "爱人", "老婆", "老公", "媳妇", "叔", "伯", "舅", "姨", "姑", "侄", "甥", "岳", "公公", "婆婆"}
	mentorWords = []string{"师傅", "师父", "徒弟", "师徒", "带教", "徒"}
)

func tieKind(why string) TieKind {
	says := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(why, w) })
	}
	switch {
	case says(mentorWords):
		return Mentoring
	case says(kinWords):
		return Kin
	}
	return Close
}

// readTies reads, at once, whom ties keep from cases. A case without a name has none: who is passed over would tell whose it is.
func (d *Desk) readTies(ctx context.Context, matters ...*matter) error {
	var of []union.MemberID
	for _, m := range matters {
		if !m.nameless() {
			of = append(of, m.concerned()...)
		}
	}
	if len(of) == 0 {
		return nil
	}
	ties, err := d.store.Ties.Tied(ctx, of...)
	for _, m := range matters {
		for _, t := range ties {
			if !m.nameless() && slices.Contains(m.concerned(), t.Member) && !slices.Contains(m.tied, t.Other) {
				m.tied = append(m.tied, t.Other)
			}
		}
	}
	return err
}

func (m *matter) nameless() bool { return m.service.Sealed || m.Anonymous || m.Author == 0 }

// concerned are whoever filed the case, and those whom it is for or about.
func (m *matter) concerned() []union.MemberID {
	ids := append([]union.MemberID{m.Author}, m.named()...)
	for _, c := range m.others() {
		ids = append(ids, c.Member)
	}
	return ids
}

// tieable are those of a case of whom somebody who steps back from it may say that it is so from now on.
func (d *Desk) tieable(ctx context.Context, m *matter, officer union.MemberID) ([]union.Member, error) {
	if m.service.Sealed || m.Anonymous {
		return nil, nil
	}
	own, err := d.store.Ties.Declared(ctx, officer)
	if err != nil {
		return nil, err
	}
	ids := slices.DeleteFunc(m.concerned(), func(id union.MemberID) bool {
		return id == officer || slices.ContainsFunc(own, func(t Tie) bool { return t.Other == id })
	})
	return d.people(ctx, slices.Compact(ids))
}

// DeclareTie keeps an officer, who has stepped back from a case, from all matters of somebody whom it concerns, and that one from the
// officer's. Said twice it is once. What the officer has of theirs still goes on as from whoever steps back, within minutes. It
// returns union.ErrForbidden for somebody else, and where the case has no name.
func (d *Desk) DeclareTie(ctx context.Context, officer union.MemberID, number string, to union.MemberID) (union.Member, error) {
	var other union.Member
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		m, err := d.load(ctx, 0, number)
		if err != nil {
			return err
		}
		hidden := m.service.Sealed || m.Anonymous
		if hidden || !slices.Contains(m.steppedBack(), officer) || officer == to || !slices.Contains(m.concerned(), to) {
			return union.ErrForbidden
		}
		if other, err = d.members.Get(ctx, to); err != nil {
			return err
		}
		events, err := d.store.Timeline.Of(ctx, m.ID)
		if err != nil {
			return err
		}
		why := ""
		for _, e := range events {
			if e.Kind == EventRecused && e.Actor == officer {
				why = e.Note
			}
		}
		return d.store.Ties.Declare(ctx, Tie{Member: officer, Other: to, Kind: tieKind(why), Since: d.now(), By: officer, Source: m.Number})
	})
	if err != nil {
		return other, fmt.Errorf("declare a tie: %w", err)
	}
	return other, nil
}

// Ties lists of whom a member has declared ties, the oldest first.
func (d *Desk) Ties(ctx context.Context, member union.MemberID) ([]union.Member, error) {
	list, err := d.store.Ties.Declared(ctx, member)
	ids := make([]union.MemberID, len(list))
	for i, t := range list {
		ids[i] = t.Other
	}
	var people []union.Member
	if err == nil {
		people, err = d.people(ctx, ids)
	}
	if err != nil {
		return nil, fmt.Errorf("list ties: %w", err)
	}
	return people, nil
}

// WithdrawTie drops what a member has declared of another. What was stepped back from stays so. It returns union.ErrNotFound where there
// is nothing of the kind.
func (d *Desk) WithdrawTie(ctx context.Context, member, other union.MemberID) error {
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		list, err := d.store.Ties.Declared(ctx, member)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(t Tie) bool { return t.Other == other })
		if i < 0 {
			return union.ErrNotFound
		}
		return d.store.Ties.Withdraw(ctx, list[i])
	})
	if err != nil {
		return fmt.Errorf("withdraw a tie: %w", err)
	}
	return nil
}
