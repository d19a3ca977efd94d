package cases

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/width"

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
}

// longNumber is what may be the number of a bank card or of an id card.
var longNumber = regexp.MustCompile(`\d(?:[ -]?\d){12,}[Xx]?`)

// saysCard says whether a text has the number of a card, which is asked for where it is masked and is not said in passing. Two days
// or two telephones beside each other are none.
func saysCard(text string) bool {
	return slices.ContainsFunc(longNumber.FindAllString(width.Fold.String(text), -1), func(number string) bool {
		return slices.ContainsFunc([]personal.Kind{personal.IDCard, personal.BankCard}, func(kind personal.Kind) bool {
			_, err := personal.Parse(kind, number)
			return err == nil
		})
	})
}

// remark adds to an open case what its author says unasked: the light has gone out as well. The step and its time stay; whoever
// has the case is told, and reads it with the case.
func (d *Desk) remark(ctx context.Context, m *matter, text string, pictures []ID) (Case, error) {
	switch {
	case m.service.Sealed || m.State != Open || m.waitsForAuthor():
		return Case{}, ErrActNotAllowed
	case text == "" && len(pictures) == 0:
		return Case{}, &IncompleteError{Field: Supplement}
	case utf8.RuneCountInString(m.Values[Supplement].Text)+utf8.RuneCountInString(text) > service.MaxText:
		return Case{}, ErrSaidMuch
	}
	if saysCard(text) {
		return Case{}, ErrNumberSaid
	}
	m.add(text, pictures)
	event := Event{At: d.now(), Actor: m.Author, Name: m.author.Name, Kind: EventAdded, Note: text}
	if err := d.changeAt(ctx, m, m.Step, event); err != nil {
		return Case{}, err
	}
	if len(pictures) > 0 {
		if err := d.store.Attachments.Bind(ctx, m.Author, m.ID, pictures); err != nil {
			return Case{}, err
		}
	}
	people, err := d.havers(ctx, m.open())
	if err != nil {
		return Case{}, err
	}
	body := d.words.Remarked(RemarkNotice{Case: m.outline(), Service: m.service, Text: text, Pictures: len(pictures)})
	for _, p := range people {
		if err := d.outbox.Put(ctx, notice.Notice{
			Key: fmt.Sprintf("remark/%d/%d/%d", m.ID, m.Version, p.ID), Kind: notice.KindTask, Policy: notice.Resend, To: p.ID,
			Case: int64(m.ID), Body: body,
		}); err != nil {
			return Case{}, err
		}
	}
	return m.Case, nil
}
