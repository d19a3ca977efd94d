package storage

import (
	"context"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
)

// Directory tells delivery where a member is reached.
type Directory struct{ members *Members }

// NewDirectory reads the identities of members.
func NewDirectory(members *Members) *Directory { return &Directory{members: members} }

// Reach returns the member's addresses, WeCom's first; none is no error.
func (d *Directory) Reach(ctx context.Context, member int64) ([]bot.Address, error) {
	identities, err := d.members.Addresses(ctx, union.MemberID(member))
	if err != nil {
		return nil, err
	}
	addresses := make([]bot.Address, 0, len(identities))
	for _, i := range identities {
		addresses = append(addresses, bot.Address{Channel: bot.ChannelID(i.Channel), User: bot.UserID(i.User)})
	}
	return addresses, nil
}
