package broadcast

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// previews is how many real receivers' texts are shown before a broadcast is handed in.
const previews = 5

// CheckText returns ErrText for a text that cannot be sent.
func CheckText(text string) error {
	switch text = strings.TrimSpace(text); {
	case text == "":
		return fmt.Errorf("%w: it is empty", ErrText)
	case len(text) > TextBytes:
		return fmt.Errorf("%w: it is longer than %d bytes", ErrText, TextBytes)
	case UnknownVariable(text) != "":
		return fmt.Errorf("%w: there is no variable %s", ErrText, UnknownVariable(text))
	}
	return nil
}

// Count says how many an audience has now, one by family facts about how many.
func (d *Desk) Count(ctx context.Context, writer union.MemberID, a Audience) (int, error) {
	if err := d.mayWrite(ctx, writer, Broadcast{Details: Details{Audience: a}}); err != nil {
		return 0, err
	}
	return d.count(ctx, a)
}

func (d *Desk) count(ctx context.Context, a Audience) (int, error) {
	a, err := d.working(a, d.Now())
	if err != nil {
		return 0, err
	}
	n, err := d.Store.Count(ctx, a, d.Now().In(d.Zone))
	if err != nil {
		return 0, err
	}
	if shown, err := a.shown(n); err != nil || !a.ByFamily() || len(a.Orgs) < 2 {
		return shown, err
	}
	for i := range a.Orgs { // each has enough: a team of one beside a plant would be told of by the difference
		one := a
		one.Orgs = a.Orgs[i : i+1]
		if m, err := d.Store.Count(ctx, one, d.Now().In(d.Zone)); err != nil {
			return 0, err
		} else if _, err := one.shown(m); err != nil {
			return 0, err
		}
	}
	return a.shown(n)
}

// Sample is a text as one of its receivers reads it.
type Sample struct {
	Member union.Member
	Text   string
}

// Preview shows what real receivers will read.
func (d *Desk) Preview(ctx context.Context, writer union.MemberID, b Broadcast) ([]Sample, error) {
	if err := d.mayWrite(ctx, writer, b); err != nil {
		return nil, err
	}
	if b.Audience.ByFamily() { // whoever is shown would be known by it
		me, err := d.Members.Get(ctx, writer)
		return []Sample{{me, For(d.Words.Broadcast(b), me)}}, err
	}
	a, err := d.working(b.Audience, d.Now())
	if err != nil {
		return nil, err
	}
	some, err := d.Store.Some(ctx, a, d.Now().In(d.Zone), previews)
	if err != nil {
		return nil, err
	}
	samples := make([]Sample, len(some))
	for i, m := range some {
		samples[i] = Sample{m, For(d.Words.Broadcast(b), m)}
	}
	return samples, nil
}

// Try sends the writer what a receiver gets, once an occasion.
func (d *Desk) Try(ctx context.Context, writer union.MemberID, b Broadcast, occasion string) error {
	me, err := d.Members.Get(ctx, writer)
	if err != nil {
		return err
	}
	var all []notice.Notice
	for i, body := range b.shows(d.Words.Trial(For(d.Words.Broadcast(b), me)), d.Words.FileLacks(b)) {
		key := "cast/try/" + occasion
		if i > 0 {
			key += "/" + strconv.Itoa(i)
		}
		all = append(all, notice.Notice{Key: key, Kind: notice.KindAnswer, Policy: notice.Resend, To: writer, Body: body})
	}
	return d.Outbox.Put(ctx, all...)
}

// Submit hands a broadcast in to be released by somebody else, and says by whom. Handed in twice it is one. An earlier
// one that is not sent yet is replaced, and its release void. Where that has changed since it was read, as b.Version says (0 where it was
// not), it is returned as it is, with union.ErrStale.
func (d *Desk) Submit(ctx context.Context, writer union.MemberID, b Broadcast) (is Broadcast, asks []union.Member, err error) {
	var asked []union.MemberID
	err = d.Store.Tx(ctx, func(ctx context.Context) (err error) {
		is, asked, err = d.submit(ctx, writer, b)
		return err
	})
	if err != nil {
		return is, nil, fmt.Errorf("hand in broadcast: %w", err)
	}
	members, err := d.Members.GetMany(ctx, asked)
	if err != nil {
		return is, nil, fmt.Errorf("hand in broadcast: %w", err)
	}
	people := make([]union.Member, 0, len(asked))
	for _, id := range asked {
		people = append(people, members[id])
	}
	return is, people, nil
}

func (d *Desk) submit(ctx context.Context, writer union.MemberID, b Broadcast) (Broadcast, []union.MemberID, error) {
	before, err := d.Store.ByRef(ctx, b.Ref)
	isNew := errors.Is(err, union.ErrNotFound)
	switch {
	case err != nil && !isNew:
		return b, nil, err
	case !isNew && before.Author != writer:
		return b, nil, union.ErrNotFound
	case !isNew && before.State != Draft:
		asked, err := d.askedToRelease(ctx, before)
		return before, asked, err
	case !isNew && b.Version != 0 && b.Version != before.Version:
		return before, nil, union.ErrStale
	}
	if err := CheckText(b.Text); err != nil {
		return b, nil, err
	}
	if err := d.mayWrite(ctx, writer, b); err != nil {
		return b, nil, err
	}
	if err := errors.Join(d.checkBusiness(b), d.checkJoiners(b)); err != nil {
		return b, nil, err
	}
	b.Author, b.State, b.Speed, b.Lineage, b.Returned, b.Frozen = writer, Submitted, fullSpeed, b.Audience.Common(), "", ""
	if err := d.reach(ctx, &b); err != nil {
		return b, nil, err
	}
	if err := d.place(ctx, &b); err != nil {
		return b, nil, err
	}
	asked, err := d.askedToRelease(ctx, b)
	if err != nil {
		return b, nil, err
	}
	if isNew {
		err = d.insert(ctx, &b)
	} else {
		b.ID, b.Number, b.Version = before.ID, before.Number, before.Version
		if err = d.Store.Update(ctx, b); stale(err) {
			return before, nil, err
		}
		b.Version++
	}
	if err != nil {
		return b, nil, err
	}
	author, err := d.Members.Get(ctx, writer)
	if err == nil {
		err = d.quiet(ctx, &b)
	}
	if err == nil {
		err = d.holdFile(ctx, b)
	}
	if err != nil {
		return b, nil, err
	}
	return b, asked, d.notes(ctx, b, "ask", asked, notice.KindTask, func(to union.MemberID) []notice.Body { return d.Words.ReleaseAsked(b, author, to) })
}

// reach counts whom a broadcast is for, and looks up who of them works in its shift. ErrNobody says that it is for nobody.
func (d *Desk) reach(ctx context.Context, b *Broadcast) (err error) {
	if b.Head, err = d.count(ctx, b.Audience); err != nil {
		return err
	}
	if b.Audience, err = d.working(b.Audience, d.Now()); err != nil {
		return err
	}
	if b.Head == 0 {
		return ErrNobody
	}
	return nil
}

func (d *Desk) insert(ctx context.Context, b *Broadcast) error {
	year := d.Now().In(d.Zone).Year() % 100
	n, err := d.Store.Next(ctx, Prefix, year)
	if err != nil {
		return err
	}
	b.ID, b.Number, b.Version = ID(d.NewID()), fmt.Sprintf("%s%02d-%04d", Prefix, year, n), 1
	return d.Store.Insert(ctx, *b)
}

// place finds the organisation to which the audience's common lineage leads.
func (d *Desk) place(ctx context.Context, b *Broadcast) error {
	all, err := d.Members.Organisations(ctx)
	if err != nil {
		return fmt.Errorf("read organisations: %w", err)
	}
	for _, o := range all {
		if o.Lineage == b.Lineage {
			b.Org, b.OrgPath = o.ID, o.Path
			return nil
		}
	}
	return ErrOutside
}

// Rewrite takes a broadcast back into the hands of its writer before it goes out. One that is not released keeps its
// number; one that is released, and may be paused, is cancelled with its release, and what is handed in instead is another.
func (d *Desk) Rewrite(ctx context.Context, writer union.MemberID, number string) (Broadcast, error) {
	b, err := d.changing(ctx, writer, number, func(ctx context.Context, b *Broadcast) error {
		switch {
		case b.Author != writer:
			return union.ErrForbidden
		case b.State == Draft:
			return nil
		case b.State == Submitted:
			if err := d.settleCards(ctx, *b, Draft, writer); err != nil {
				return err
			}
			b.State = Draft
			return nil
		case (b.State == Released || b.State == Paused) && b.Plan.Again == Nobody && d.Now().Before(b.StartsAt): // of those nothing has gone out
			b.State = Cancelled
			return nil
		}
		return ErrNotNow
	})
	b.Audience = b.Audience.open()
	return b, err
}
