package delivery

import (
	"bytes"
	"context"
	"fmt"

	"github.com/unionbot/unionbot/bot"
)

// update replaces the card that this address was shown. Where nothing replaces it any more, the same is shown by a new card, or
// said in words where that cannot be.
func (a *attempt) update(ctx context.Context) ending {
	card := a.item.Body.Card
	code, shown, err := a.Cards.Code(ctx, card.TaskID, a.to, a.Now())
	switch {
	case err != nil:
		return settled(a.later(a.item, "card not found: "+err.Error()))
	case !shown:
		// It never came here; nothing has to be put right, unless another address has it.
		return ending{Settlement: bot.Settlement{State: bot.ParcelSent, Cause: "no card to update"}, next: true}
	case code == "" || a.channel.Updater == nil:
		return a.insteadOfUpdate(ctx)
	}
	call, err := a.channel.Updater.ComposeUpdate([]bot.UserID{a.to.User}, *card, code)
	if err != nil {
		a.Logger.Error("card update cannot be composed", "row", a.item.ID, "err", err)
		return a.insteadOfUpdate(ctx)
	}
	a.code = code
	if !a.begin(ctx, call) {
		return lost
	}
	return a.judge(ctx, a.call(ctx, call)) // the limit per person is for messages, not for updates
}

// updates says whether a call replaces the card, by a code that lives and that nobody is known to have used; an item of its kind may also
// have become a new card, or words.
func (a *attempt) updates(ctx context.Context, call []byte) bool {
	card := a.item.Body.Card
	if a.item.Kind != kindCardUpdate || card == nil || a.channel.Updater == nil {
		return false
	}
	code, shown, err := a.Cards.Code(ctx, card.TaskID, a.to, a.Now())
	if err != nil || !shown || code == "" {
		return false
	}
	same, err := a.channel.Updater.ComposeUpdate([]bot.UserID{a.to.User}, *card, code)
	if err != nil || !bytes.Equal(same, call) {
		return false
	}
	a.code = code
	return true
}

// insteadOfUpdate shows what the card has become on a new one, below the old one whose buttons nothing takes away any more: what a
// tap on them does is judged by the task in any case.
func (a *attempt) insteadOfUpdate(ctx context.Context) ending {
	a.code = ""
	card := *a.item.Body.Card
	switch {
	case a.channel.Updater != nil && card.Title != "" && !a.anew: // one without a title names the button alone
		a.anew = true
		card.TaskID = fmt.Sprintf("%s-r%d", card.TaskID, a.item.ID) // the platform takes none twice
		return a.compose(ctx, a.channel.Composer, bot.Outgoing{Card: &card})
	case card.Fallback == "":
		return settled(bot.Settlement{State: bot.ParcelSent, Cause: "card cannot be updated any more"})
	}
	a.item.Body = bot.Outgoing{Text: card.Fallback}
	return a.write(ctx, a.item.Body)
}
