package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// CoAuthor is one of those who filed a case together, and the share of it in percent.
type CoAuthor struct {
	Member union.MemberID
	Share  int
}

// CoAuthorStore keeps who is to find a case among their own besides its author.
type CoAuthorStore interface {
	// Add notes members, each once.
	Add(ctx context.Context, id ID, at time.Time, members ...union.MemberID) error
	Remove(ctx context.Context, id ID, member union.MemberID) error
	// Cases lists up to limit cases that the member has a share of, newest first.
	Cases(ctx context.Context, member union.MemberID, limit int) ([]ID, error)
}

// CoAuthorNotice is what a co-author, or the author, is told of a share.
type CoAuthorNotice struct {
	Case    Case // its outline
	Service *service.Service
	// Author filed it; Member has the share, in percent.
	Author, Member union.Member
	Share          int
}

// CoAuthors lists who filed the case together, the author among them; nobody where it names no co-authors.
func (m *matter) coAuthors() []CoAuthor {
	field, ok := m.service.ShareField()
	if !ok {
		return nil
	}
	var ref service.Ref
	if json.Unmarshal(m.Values[field.Name].Raw, &ref) != nil || len(ref.IDs) != len(ref.Shares) {
		return nil
	}
	list := make([]CoAuthor, len(ref.IDs))
	for i, id := range ref.IDs {
		list[i] = CoAuthor{Member: union.MemberID(id), Share: ref.Shares[i]}
	}
	return list
}

// others are the co-authors without the author.
func (m *matter) others() []CoAuthor {
	return slices.DeleteFunc(m.coAuthors(), func(c CoAuthor) bool { return c.Member == m.Author })
}

// disowned are those who were named as co-authors and said that they are none.
func (m *matter) disowned() []union.MemberID { return m.listed(service.FieldDisowned) }

// sharedBy says whether the member is one of those who filed the case together.
func (m *matter) sharedBy(member union.MemberID) bool {
	return slices.ContainsFunc(m.others(), func(c CoAuthor) bool { return c.Member == member })
}

// ownedBy says whether the member has filed the case, alone or with others: they learn nothing of what is among the officers.
func (m *matter) ownedBy(member union.MemberID) bool { return member == m.Author || m.sharedBy(member) }

// announce lets the co-authors of a new case find it, and tells each of them.
func (d *Desk) announce(ctx context.Context, m *matter) error {
	others := m.others()
	if len(others) == 0 {
		return nil
	}
	ids := make([]union.MemberID, len(others))
	for i, c := range others {
		ids[i] = c.Member
	}
	if err := d.store.CoAuthors.Add(ctx, m.ID, m.FiledAt, ids...); err != nil {
		return err
	}
	people, err := d.members.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	notices := make([]notice.Notice, len(others))
	for i, c := range others {
		notices[i] = notice.Notice{
			Key: fmt.Sprintf("coauthor/%d/%d", m.ID, c.Member), Kind: notice.KindAnswer, Policy: notice.Resend, To: c.Member, Case: int64(m.ID),
			Body: d.words.CoAuthor(CoAuthorNotice{Case: m.outline(), Service: m.service, Author: m.author, Member: people[c.Member], Share: c.Share}),
		}
	}
	return d.outbox.Put(ctx, notices...)
}

// tellCoAuthors lets them know what was decided, as the author is told.
func (d *Desk) tellCoAuthors(ctx context.Context, m *matter, a Answer) error {
	var notices []notice.Notice
	for _, c := range m.others() {
		notices = append(notices, notice.Notice{
			Key: fmt.Sprintf("answer/%d/%d/%d", m.ID, m.Version, c.Member), Kind: notice.KindAnswer, Policy: notice.Resend, To: c.Member,
			Case: int64(m.ID), Body: d.words.CoAuthorsAnswer(a),
		})
	}
	if len(notices) == 0 {
		return nil
	}
	return d.outbox.Put(ctx, notices...)
}

// Disown takes a member off a case of which others said that the member has a share; the share goes back to the author, who
// is told. It returns union.ErrNotFound where the member is no co-author of the case, and ErrActNotAllowed once something
// was awarded for it, or it has ended.
func (d *Desk) Disown(ctx context.Context, member union.MemberID, number string) (Case, error) {
	var done Case
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.disown(ctx, member, number)
		return err
	})
	if err != nil {
		return Case{}, fmt.Errorf("disown case: %w", err)
	}
	return done, nil
}

func (d *Desk) disown(ctx context.Context, member union.MemberID, number string) (none Case, _ error) {
	m, err := d.load(ctx, 0, number)
	if err != nil {
		return none, err
	}
	if !m.sharedBy(member) {
		return none, union.ErrNotFound
	}
	if m.State.Ended() || m.reserved() {
		return none, ErrActNotAllowed
	}
	who, err := d.members.Get(ctx, member)
	if err != nil {
		return none, err
	}
	share, err := m.takeOff(member)
	if err != nil {
		return none, err
	}
	if err := d.change(ctx, m, Event{At: d.now(), Actor: member, Name: who.Name, Kind: EventDisowned}); err != nil {
		return none, err
	}
	if err := d.store.CoAuthors.Remove(ctx, m.ID, member); err != nil {
		return none, err
	}
	return m.outline(), d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("disowned/%d/%d", m.ID, member), Kind: notice.KindAnswer, Policy: notice.Resend, To: m.Author, Case: int64(m.ID),
		Body: d.words.Disowned(CoAuthorNotice{Case: m.outline(), Service: m.service, Author: m.author, Member: who, Share: share}),
	})
}

// takeOff removes a co-author from the form, and gives the share to the author; where nobody else is left, the author has it
// all and the field is empty.
func (m *matter) takeOff(member union.MemberID) (share int, err error) {
	field, _ := m.service.ShareField() // sharedBy has found it
	value := m.Values[field.Name]
	var ref service.Ref
	if err := json.Unmarshal(value.Raw, &ref); err != nil {
		return 0, fmt.Errorf("read shares: %w", err)
	}
	at := slices.Index(ref.IDs, int64(member))
	share = ref.Shares[at]
	names := strings.Split(value.Text, "、")
	ref.IDs, ref.Shares = slices.Delete(ref.IDs, at, at+1), slices.Delete(ref.Shares, at, at+1)
	if at < len(names) {
		names = slices.Delete(names, at, at+1)
	}
	if err := m.list(service.FieldDisowned, member); err != nil {
		return 0, err
	}
	delete(m.Values, field.Name)
	if len(ref.IDs) < 2 {
		return share, nil
	}
	author := max(0, slices.Index(ref.IDs, int64(m.Author)))
	ref.Shares[author] += share
	if author < len(names) {
		name, _, _ := strings.Cut(names[author], " ")
		names[author] = fmt.Sprintf("%s %d%%", name, ref.Shares[author])
	}
	raw, err := json.Marshal(ref)
	if err != nil {
		return 0, fmt.Errorf("write shares: %w", err)
	}
	m.Values[field.Name] = Value{Text: strings.Join(names, "、"), Raw: raw}
	return share, nil
}
