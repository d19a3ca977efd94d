package broadcast

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

// Report is how a broadcast stands. The counts add up to Head, to the last receiver.
type Report struct {
	Broadcast
	Counts map[ReceiptState]int
	Author union.Member
	// Joined are those of them who came after the release.
	Joined map[ReceiptState]int
	// Causes are why receivers wait, or were refused, as the platform says it.
	Causes map[string]int
	// Bare are how many have the text without what was to go behind it.
	Bare int
	// Full is how many persons the platform lets the app reach a day, where that is why receivers wait until tomorrow; else 0.
	Full int
	// ownSilent is true where its writer is a receiver of an urgent one, and has not answered it.
	ownSilent bool
}

// Reached is how many have it, or get it with their next word at the latest.
func (r *Report) Reached() int { return r.Counts[Sent] + r.Counts[Answered] + r.Counts[Spared] }

// Awaited is how many would still have it: with a notice or their next word, or in a digest.
func (r *Report) Awaited() int { return awaited(r.Counts) }

func awaited(counts map[ReceiptState]int) int {
	return counts[Announced] + counts[Parked] + counts[Held] + counts[Silenced] + counts[Freed]
}

// Report says how a broadcast stands, to somebody who may steer it.
func (d *Desk) Report(ctx context.Context, member union.MemberID, number string) (Report, error) {
	b, _, err := d.steered(ctx, member, number)
	if err != nil {
		return Report{}, err
	}
	r, err := d.report(ctx, b)
	return r.told(), err
}

// told is the report as people read it: of an audience by family facts in fives, which then add up to no Head.
func (r *Report) told() Report {
	told := *r
	told.Counts, told.Joined = r.asShown(r.Counts), r.asShown(r.Joined)
	if !r.Audience.ByFamily() {
		return told
	}
	for state, n := range told.Counts {
		if told.Counts[state] = inFives(n); told.Counts[state] == 0 {
			delete(told.Counts, state)
		}
	}
	told.Head, told.Bare = inFives(r.Head), inFives(r.Bare)
	return told
}

func (b *Broadcast) asShown(counts map[ReceiptState]int) map[ReceiptState]int {
	shown := map[ReceiptState]int{}
	for state, n := range counts {
		shown[b.shown(state)] += n
	}
	return shown
}

// shown is the state as people read it. Of a wish nobody reads who has it and whom it would have hurt: in a small team one of
// either says who that is.
func (b *Broadcast) shown(s ReceiptState) ReceiptState {
	if s == Sent && b.Cheers() {
		return Spared
	}
	return s
}

func (d *Desk) report(ctx context.Context, b Broadcast) (Report, error) {
	counts, err := d.Store.Tally(ctx, b.ID)
	if err != nil {
		return Report{}, fmt.Errorf("count receipts: %w", err)
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	if b.Plan.Lane == Planned || b.Plan.Again != Nobody {
		b.Head = total // they were counted when they were planned
	}
	b.Head = max(b.Head, total)
	// Whose turn to be planned has not come waits, or never will.
	rest := Waits
	if b.State == Cancelled {
		rest = Withdrawn
	}
	counts[rest] += b.Head - total
	r := Report{Broadcast: b, Counts: counts}
	if b.Joiners != (calendar.Date{}) && !b.Audience.ByFamily() {
		if r.Joined, err = d.Store.TallyJoined(ctx, b.ID); err != nil {
			return r, err
		}
	}
	if counts[Waits]+counts[Parked]+counts[Failed] > 0 && !b.Audience.ByFamily() && b.Releaser != 0 {
		if r.Causes, err = d.Store.Causes(ctx, b.ID); err != nil {
			return r, err
		}
	}
	if b.File != nil {
		if r.Bare, err = d.Store.WithoutFile(ctx, b.ID); err != nil {
			return r, err
		}
	}
	if b.Urgent {
		own, err := d.Store.Receipts(ctx, b.ID, everywhere, silent, b.Author-1, 1)
		if err != nil {
			return Report{}, fmt.Errorf("look for the writer's receipt: %w", err)
		}
		r.ownSilent = len(own) > 0 && own[0].Member.ID == b.Author
	}
	if b.State == Sending && counts[Waits] > 0 {
		room, err := d.Store.Room(ctx, d.Now().In(d.Zone), b.Urgent)
		if err != nil {
			return r, err
		}
		if room.Left == 0 {
			r.Full = room.Most
		}
	}
	r.Author, err = d.Members.Get(ctx, b.Author)
	return r, err
}

// Steered lists what a member may steer, the newest first.
func (d *Desk) Steered(ctx context.Context, member union.MemberID, limit int) ([]Broadcast, error) {
	lineages, err := d.steers(ctx, member)
	if err != nil {
		return nil, err
	}
	return d.Store.Under(ctx, member, lineages, limit)
}

// steers says below which lineages a member may steer what others wrote; union.ErrForbidden where they may write nothing.
func (d *Desk) steers(ctx context.Context, member union.MemberID) ([]string, error) {
	holdings, err := d.Members.Holdings(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("read offices: %w", err)
	}
	if len(lineagesOf(holdings, writers)) == 0 {
		return nil, union.ErrForbidden
	}
	return lineagesOf(holdings, releasers), nil
}

// silent are those who have not answered.
var silent = []ReceiptState{Waits, Sent, Announced, Parked, Lapsed, Failed, Unreachable, Uncertain, ByPerson}

// Silent lists who has not answered an urgent broadcast, as far as the asker is responsible for them. Its writer owes no answer.
func (d *Desk) Silent(ctx context.Context, member union.MemberID, number string, limit int) (Broadcast, []Receipt, error) {
	b, list, err := d.listed(ctx, member, number, silent, limit+1)
	for i := range list {
		if list[i].Member.ID == b.Author {
			list = append(list[:i], list[i+1:]...)
			break
		}
	}
	return b, list[:min(len(list), limit)], err
}

// Silent is how many have not answered an urgent one: of all but its writer.
func (r *Report) Silent() int {
	n := r.Head - r.Counts[Answered]
	if r.ownSilent {
		n--
	}
	return n
}

// unheard are those who have not got it, as far as anybody knows, nor a notice of it; who says something gets what is parked, and is not one any more.
var unheard = []ReceiptState{Failed, Unreachable, Uncertain, ByPerson, Parked, Lapsed}

// Unheard is how many a broadcast did not reach.
func (r *Report) Unheard() (n int) {
	for _, s := range unheard {
		n += r.Counts[s]
	}
	return n
}

// Missed lists whom a broadcast did not reach, with their phones, as far as the asker is responsible for them: to be told
// by telephone or on paper.
func (d *Desk) Missed(ctx context.Context, member union.MemberID, number string, limit int) (Broadcast, []Receipt, error) {
	return d.withPhones(ctx, member, number, unheard, limit)
}

// Unsure lists those of whom nobody knows whether it reached them, as Missed does.
func (d *Desk) Unsure(ctx context.Context, member union.MemberID, number string, limit int) (Broadcast, []Receipt, error) {
	return d.withPhones(ctx, member, number, []ReceiptState{Uncertain}, limit)
}

func (d *Desk) withPhones(ctx context.Context, member union.MemberID, number string, states []ReceiptState, limit int) (Broadcast, []Receipt, error) {
	b, list, err := d.listed(ctx, member, number, states, limit)
	if err != nil {
		return b, nil, err
	}
	for i := range list {
		if list[i].Member.Phone, _, err = d.Members.Sealed(ctx, list[i].Member.ID); err != nil {
			return b, nil, err
		}
	}
	return b, list, nil
}

// listed shows receipts of those for whom the asker is responsible.
func (d *Desk) listed(ctx context.Context, member union.MemberID, number string, states []ReceiptState, limit int) (Broadcast, []Receipt, error) {
	b, lineages, err := d.responsible(ctx, member, number)
	if err != nil {
		return b, nil, err
	}
	list, err := d.Store.Receipts(ctx, b.ID, lineages, states, 0, limit)
	return b, list, err
}

// responsible says of which receivers the asker may hear: those below where the writer, or a chair, holds an office.
func (d *Desk) responsible(ctx context.Context, member union.MemberID, number string) (Broadcast, []string, error) {
	b, err := d.Store.ByNumber(ctx, number)
	if err != nil {
		return b, nil, err
	}
	holdings, err := d.Members.Holdings(ctx, member)
	if err != nil {
		return b, nil, fmt.Errorf("read offices: %w", err)
	}
	lineages := lineagesOf(holdings, releasers)
	if b.Author == member {
		lineages = append(lineages, lineagesOf(holdings, writers)...)
	}
	switch {
	case len(lineages) == 0:
		return b, nil, union.ErrNotFound
	case b.Audience.ByFamily():
		return b, nil, ErrFamily
	}
	return b, lineages, nil
}

// everybody walks over the receipts of members below the lineages; no states are all.
func (d *Desk) everybody(ctx context.Context, b Broadcast, lineages []string, states []ReceiptState, each func(Receipt) error) error {
	for after := union.MemberID(0); ; {
		list, err := d.Store.Receipts(ctx, b.ID, lineages, states, after, pageSize)
		if err != nil {
			return err
		}
		for _, r := range list {
			if err := each(r); err != nil {
				return err
			}
			after = r.Member.ID
		}
		if len(list) < pageSize {
			return nil
		}
	}
}

const pageSize = 500
