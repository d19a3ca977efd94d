package delivery

import (
	"context"

	"github.com/unionbot/unionbot/bot"
)

// update replaces the card that this address was shown, or says the same in words where that is no longer possible.
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

func (a *attempt) insteadOfUpdate(ctx context.Context) ending {
	a.code = ""
	text := a.item.Body.Card.Fallback
	if text == "" {
		return settled(bot.Settlement{State: bot.ParcelSent, Cause: "card cannot be updated any more"})
	}
	return a.write(ctx, bot.Outgoing{Text: text})
}
