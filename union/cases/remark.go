package cases

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/personal"
	"github.com/unionbot/unionbot/union/service"
)

// RemarkNotice tells an officer what the author says of a case unasked.
type RemarkNotice struct {
	Case    Case
	Service *service.Service
	Text    string
	// Pictures is how many came with it.
	Pictures int
	// Follower is true where not its author says it, but somebody who follows the case.
	Follower bool
}

// remark adds to an open case what its author says unasked: the light has gone out as well. The step and its time stay; whoever
// has the case is told, and reads it with the case.
func (d *Desk) remark(ctx context.Context, m *matter, text string, pictures []ID) (Case, error) {
	return d.remarkBy(ctx, m, m.Author, m.author.Name, text, pictures)
}

// mayRemark says why something cannot be added unasked, or nil.
func (m *matter) mayRemark(text string, pictures []ID) error {
	switch {
	case m.service.Sealed || m.State != Open || m.waitsForAuthor():
		return ErrActNotAllowed
	case text == "" && len(pictures) == 0:
		return &IncompleteError{Field: Supplement}
	case utf8.RuneCountInString(m.Values[Supplement].Text)+utf8.RuneCountInString(text) > service.MaxText:
		return ErrSaidMuch
	}
	if _, says := personal.Covered(text); says { // it is asked for where it is masked, and not said in passing
		return ErrNumberSaid
	}
	return nil
}

// remarkBy is remark for whoever says it, under the name by which the timeline has them.
func (d *Desk) remarkBy(ctx context.Context, m *matter, by union.MemberID, name, text string, pictures []ID) (none Case, _ error) {
	if err := m.mayRemark(text, pictures); err != nil {
		return none, err
	}
	m.add(text, pictures)
	event := Event{At: d.now(), Actor: by, Name: name, Kind: EventAdded, Note: text}
	if err := d.changeAt(ctx, m, m.Step, event); err != nil {
		return none, err
	}
	if len(pictures) > 0 {
		if err := d.store.Attachments.Bind(ctx, by, m.ID, pictures); err != nil {
			return none, err
		}
	}
	people, err := d.havers(ctx, m.had())
	if err != nil {
		return none, err
	}
	body := d.words.Remarked(RemarkNotice{Case: m.outline(), Service: m.service, Text: text, Pictures: len(pictures), Follower: by != m.Author})
	for _, p := range people {
		if err := d.outbox.Put(ctx, notice.Notice{
			Key: fmt.Sprintf("remark/%d/%d/%d", m.ID, m.Version, p.ID), Kind: notice.KindTask, Policy: notice.Resend, To: p.ID,
			Case: int64(m.ID), Body: body,
		}); err != nil {
			return none, err
		}
	}
	return m.Case, nil
}
