package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// Award is what one member was awarded for a case. Sums are in fen.
type Award struct {
	Case    ID
	Member  union.MemberID
	Service string // its name
	Number  string
	Fund    string
	Share   int // in percent
	Fen     int64
	At      time.Time // when it was approved
}

// AwardStore keeps what was awarded: to a member once a case.
type AwardStore interface {
	Add(ctx context.Context, awards ...Award) error
	// Drop removes what was awarded for a case whose money was freed again.
	Drop(ctx context.Context, id ID) error
	// Unpaid lists cases for which something was awarded from a time up to before another, and not paid yet: by their ids,
	// behind one.
	Unpaid(ctx context.Context, from, until time.Time, after ID, limit int) ([]ID, error)
}

// AwardNotice is an award as its member is told of it.
type AwardNotice struct {
	Case    Case // its outline
	Service *service.Service
	Member  union.Member
	Award   Award
	// Notice is the step at which it is made public first; nothing is paid against an objection that is upheld. It is empty where none is.
	Notice service.Step
	// Total is the award of the case, in fen, of which others may have a share. Shared is what the shares of those who get one
	// come to in percent: less than 100 where somebody who has a part finds such things by duty.
	Total  int64
	Shared int
}

// ErrEarlierTarget means that a case cannot be merged into one that was filed later: what is awarded is the first one's.
var ErrEarlierTarget = fmt.Errorf("%w: it was filed later, and the award is the first one's", ErrTargetUnfit)

// grade works out what the case is worth by what an officer has just answered. Who files without a name, and who finds such
// things by duty, is awarded nothing; then the review goes on without the steps that are for the award.
func (d *Desk) grade(ctx context.Context, m *matter, option service.ActOption, act Act) error {
	a := m.service.Award
	switch {
	case !m.service.Awards():
		return nil
	case act == Waive: // be it set aside, where it is decided anew
		m.setAward(0)
		return nil
	case m.reserved() && len(m.leaps()) == 0:
		return nil
	}
	i := slices.IndexFunc(option.Form, func(f service.Field) bool { return f.Name == a.By })
	if act != Accept || i < 0 {
		return nil
	}
	fen := a.Worth(option.Form[i].Kind, m.Values[a.By].Raw)
	if fen > 0 {
		who, err := d.awarded(ctx, m)
		if err != nil {
			return err
		}
		if m.Anonymous || len(who) == 0 {
			fen = 0
		}
	}
	before, err := d.awardedBefore(ctx, m, mostUpgrades)
	if err != nil {
		return err
	}
	fen = max(0, fen-before)
	m.setAward(fen)
	return d.claim(ctx, m)
}

// ErrNoEarlierAward means that the case of which another is said to be more was awarded nothing.
var ErrNoEarlierAward = errors.New("the earlier case was awarded nothing")

// mostUpgrades is how often one after the other what was awarded may be awarded more for.
const mostUpgrades = 10

// awardedBefore is what was awarded for the same already, in fen: for the earlier case that an officer has named, and for what that
// one was more of. It returns ErrNoEarlierAward for a case that is none of the service's, later, or was awarded nothing.
func (d *Desk) awardedBefore(ctx context.Context, m *matter, depth int) (int64, error) {
	number := m.moreOf()
	if number == "" || depth == 0 {
		return 0, nil
	}
	earlier, err := d.load(ctx, 0, number)
	if errors.Is(err, union.ErrNotFound) {
		return 0, ErrNoEarlierAward
	}
	if err != nil {
		return 0, err
	}
	fen, _ := earlier.Values[service.FieldAward].fen()
	if earlier.Service != m.Service || earlier.ID == m.ID || earlier.FiledAt.After(m.FiledAt) || fen == 0 || !earlier.grants() || earlier.State == Undone {
		return 0, ErrNoEarlierAward
	}
	before, err := d.awardedBefore(ctx, earlier, depth-1)
	return int64(fen) + before, err
}

// UpgradedError means that somebody else's case was awarded more of the earlier one already: the difference is paid once.
type UpgradedError struct {
	Earlier, By string // numbers
}

func (e *UpgradedError) Error() string {
	return fmt.Sprintf("%s was awarded as more of %s already", e.By, e.Earlier)
}

// moreOf is the number of the earlier case of which this one is said to be more; empty where it is of none.
func (m *matter) moreOf() string {
	if m.service.Award.Earlier == "" {
		return ""
	}
	return strings.TrimSpace(m.Values[m.service.Award.Earlier].Text)
}

// claim puts down at the earlier case which one is awarded more of it, so that no other one is besides. It changes the earlier
// case's version: of two that claim it at once, one is looked at anew and finds it taken.
func (d *Desk) claim(ctx context.Context, m *matter) error {
	number := m.moreOf()
	if fen, _ := m.Values[service.FieldAward].fen(); number == "" || fen == 0 {
		return nil
	}
	earlier, err := d.load(ctx, 0, number)
	if err != nil {
		return err
	}
	by := earlier.Values[service.FieldUpgraded].Text
	if by == m.Number {
		return nil
	}
	if by != "" {
		if holds, err := d.claims(ctx, by, earlier); err != nil || holds {
			return cmp.Or(err, error(&UpgradedError{Earlier: earlier.Number, By: by}))
		}
	}
	earlier.Values = maps.Clone(earlier.Values)
	earlier.Values[service.FieldUpgraded] = Value{Text: m.Number}
	return d.store.Cases.Update(ctx, earlier.Case)
}

// claims says whether a case is still one that is awarded more of an earlier one: it may have come to nothing since, or be of another.
func (d *Desk) claims(ctx context.Context, number string, earlier *matter) (bool, error) {
	by, err := d.load(ctx, 0, number)
	if errors.Is(err, union.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	fen, _ := by.Values[service.FieldAward].fen()
	if fen == 0 || by.State.Ended() && by.State != Accepted {
		return false, nil
	}
	of, err := d.load(ctx, 0, by.moreOf())
	if errors.Is(err, union.ErrNotFound) {
		return false, nil
	}
	return err == nil && of.ID == earlier.ID, err
}

func (m *matter) setAward(fen int64) {
	m.Values = maps.Clone(m.Values)
	delete(m.Values, service.FieldAward)
	if fen > 0 {
		m.Values[service.FieldAward] = money(fen)
	}
}

// awarded lists who has a part in an award: the author and the co-authors, without those who find such things by duty.
func (d *Desk) awarded(ctx context.Context, m *matter) ([]CoAuthor, error) {
	all := m.coAuthors()
	if len(all) == 0 {
		all = []CoAuthor{{Member: m.Author, Share: 100}}
	}
	var who []CoAuthor
	for _, c := range all {
		holdings, err := d.members.Holdings(ctx, c.Member)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(holdings, func(h union.Holding) bool { return slices.Contains(m.service.Award.NotFor, h.Role) }) {
			who = append(who, c)
		}
	}
	return who, nil
}

// award splits what was set aside among those who have a part, and tells each of them.
func (d *Desk) award(ctx context.Context, m *matter, fen int64) error {
	who, err := d.awarded(ctx, m)
	if err != nil {
		return err
	}
	if len(who) == 0 { // the last of them has become an officer since
		return ErrNoMoney
	}
	weights, ids, shared := make([]int, len(who)), make([]union.MemberID, len(who)), 0
	for i, c := range who {
		weights[i], ids[i], shared = c.Share, c.Member, shared+c.Share
	}
	people, err := d.members.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	awards, notices := make([]Award, len(who)), make([]notice.Notice, len(who))
	for i, part := range fund.Split(fen, weights) {
		a := Award{Case: m.ID, Member: who[i].Member, Service: m.service.Name, Number: m.Number, Fund: m.service.Fund, Share: who[i].Share, Fen: part, At: d.now()}
		awards[i] = a
		notices[i] = notice.Notice{
			Key: fmt.Sprintf("award/%d/%d/%d", m.ID, m.Version, a.Member), Kind: notice.KindAnswer, Policy: notice.Resend, To: a.Member, Case: int64(m.ID),
			Body: d.words.Awarded(AwardNotice{Case: m.outline(), Service: m.service, Member: people[a.Member], Award: a, Total: fen, Shared: shared, Notice: m.noticeAhead()}),
		}
	}
	if err := d.store.Awards.Add(ctx, awards...); err != nil {
		return err
	}
	return d.outbox.Put(ctx, notices...)
}

// noticeAhead is the step yet to come, or that has just come, at which the case is made public.
func (m *matter) noticeAhead() service.Step {
	if open, ok := m.service.Step(m.Step); ok && !m.State.Ended() && !open.Publish.Empty() {
		return open
	}
	for _, step := range m.ahead() { // which leaves out what it leaps
		if !step.Publish.Empty() {
			return step
		}
	}
	return service.Step{}
}

// quiet says whether officers are asked for the step without a card: who pays awards goes by the month's list.
func (m *matter) quiet(step string) bool {
	s, ok := m.service.Step(step)
	return ok && s.Pay && m.service.ForAward(s)
}

// loud leaves out the tasks that have no card.
func (m *matter) loud(tasks []Task) []Task {
	return slices.DeleteFunc(slices.Clone(tasks), func(t Task) bool { return m.quiet(t.Step) })
}
