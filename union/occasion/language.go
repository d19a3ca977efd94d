package occasion

import (
	"cmp"
	"context"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// The languages in which greetings are said.
const (
	Chinese = "zh"
	English = "en"
)

// inEnglish says whether a member is greeted in English: as they have said, else as everybody is.
func (d *Desk) inEnglish(to Candidate) bool {
	return strings.HasPrefix(cmp.Or(to.Choice.Language, d.Language), English)
}

// Speak says in which language a member is greeted from now on. What waits to be delivered is put into words anew.
func (d *Desk) Speak(ctx context.Context, member union.MemberID, language string) error {
	return d.Store.Tx(ctx, func(ctx context.Context) error {
		c, err := d.Store.Choice(ctx, member)
		if err != nil {
			return err
		}
		c.Language = language
		if err := d.Store.PutChoice(ctx, c); err != nil {
			return err
		}
		return d.Store.TakeBack(ctx, member)
	})
}
