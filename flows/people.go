package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
)

// Members finds the member behind an identity.
type Members interface {
	// ByIdentity returns union.ErrNotFound for somebody who is not bound.
	ByIdentity(ctx context.Context, channel, user string) (union.Member, error)
	Get(ctx context.Context, id union.MemberID) (union.Member, error)
	// Addresses lists the identities of a member.
	Addresses(ctx context.Context, id union.MemberID) ([]union.Identity, error)
	// Identity says how a user was bound, or returns union.ErrNotFound.
	Identity(ctx context.Context, channel, user string) (union.Identity, error)
	// Followed notes whether a user still follows a channel.
	Followed(ctx context.Context, channel, user string, at time.Time, follows bool) error
	// Spoke notes that a user has said something, who so follows it.
	Spoke(ctx context.Context, channel, user string, at time.Time) error
}

type people struct {
	members   Members
	directory []bot.ChannelID
	phone     string
}

// find returns the member who is talking, 0 for somebody who is not bound. It asks again whenever something is shown
// or done, for an account may have been unbound meanwhile; the questions of a form go by the draft's owner.
func (p *people) find(ctx context.Context, t *bot.Talk) (union.MemberID, error) {
	m, err := p.member(ctx, t)
	return m.ID, err
}

// member is find with all that is known of the member.
func (p *people) member(ctx context.Context, t *bot.Talk) (union.Member, error) {
	t.Member = 0
	m, err := p.members.ByIdentity(ctx, string(t.Message.Channel), string(t.Message.User))
	if errors.Is(err, union.ErrNotFound) {
		return union.Member{}, nil
	}
	if err != nil {
		return union.Member{}, fmt.Errorf("find member: %w", err)
	}
	t.Member = int64(m.ID)
	return m, nil
}

// known is find where a conversation begins. Where it returns 0, next and err are what comes of it: somebody who is not bound is
// told what to do first.
func (p *people) known(ctx context.Context, t *bot.Talk) (member union.MemberID, next bot.Next, err error) {
	if member, err = p.find(ctx, t); err == nil && member == 0 {
		next = p.stranger(t)
	}
	if err == nil && member != 0 && !knowsMembers(p.directory, t.Message.Channel) {
		err = p.members.Spoke(ctx, string(t.Message.Channel), string(t.Message.User), t.Message.SentAt)
	}
	return member, next, err
}

// acting is find in the middle of a conversation: union.ErrForbidden for somebody who is not bound any more.
func (p *people) acting(ctx context.Context, t *bot.Talk) (union.MemberID, error) {
	member, err := p.find(ctx, t)
	if err == nil && member == 0 {
		err = union.ErrForbidden
	}
	return member, err
}

// others lists the member's identities besides the one that is talking.
func (p *people) others(ctx context.Context, t *bot.Talk, member union.MemberID) ([]bot.Address, error) {
	all, err := p.members.Addresses(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("find other phones: %w", err)
	}
	var others []bot.Address
	for _, i := range all {
		if at := (bot.Address{Channel: bot.ChannelID(i.Channel), User: bot.UserID(i.User)}); at != t.Message.Address {
			others = append(others, at)
		}
	}
	return others, nil
}

// stranger tells somebody who is not bound what to do first.
func (p *people) stranger(t *bot.Talk) bot.Next {
	if knowsMembers(p.directory, t.Message.Channel) {
		t.Say("通讯录里还没有对上您的工号,请联系分会核对一下。")
	} else {
		t.Say("这件事要先认证一次,确认您是本单位会员。回复\"绑定\"开始,一分钟就好。")
	}
	return bot.End()
}

// master is how a member is addressed: 张师傅. A name that is no Chinese family name and given name is said in full.
func master(name string) string { return union.FamilyName(name) + "师傅" }

// officer names an officer with post and organisation: 李芳(一分厂分会主席).
func officer(m union.Member) string { return m.Name + "(" + office(m) + ")" }

// office is the post with its organisation: 一分厂分会主席.
func office(m union.Member) string {
	if m.Post != "" && strings.HasPrefix(m.Post, m.OrgName()) {
		return m.Post
	}
	return m.OrgName() + m.Post
}

func officers(members []union.Member) string { return officersBy(members, "、") }

// eitherOfficer names officers of whom one is enough.
func eitherOfficer(members []union.Member) string { return officersBy(members, "或") }

func officersBy(members []union.Member, sign string) string {
	var names []string
	for _, m := range members {
		names = append(names, officer(m))
	}
	return strings.Join(names, sign)
}
