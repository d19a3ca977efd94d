package flows

import (
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// A binding by the last six of the id card alone opens no sealed service and no bank data: more people than one know them.

// unproved says whether an account is bound by no more than that.
func (p *people) unproved(ctx context.Context, from bot.Address) (bool, error) {
	if knowsMembers(p.directory, from.Channel) {
		return false, nil
	}
	i, err := p.members.Identity(ctx, string(from.Channel), string(from.User))
	if err != nil && !errors.Is(err, union.ErrNotFound) {
		return false, fmt.Errorf("look at proof: %w", err)
	}
	return err == nil && i.Proof == union.ProofIDCard, nil
}

// closed is unproved where it matters.
func (p *people) closed(ctx context.Context, t *bot.Talk, matters bool) (bool, error) {
	if !matters {
		return false, nil
	}
	return p.unproved(ctx, t.Message.Address)
}

// proving has the desk look at the act how whoever is talking is known. Where that is not enough, no conversation goes on.
func (p *people) proving(ctx context.Context, from bot.Address) context.Context {
	if knowsMembers(p.directory, from.Channel) {
		return ctx
	}
	return union.WithProof(ctx, func(ctx context.Context) error {
		unproved, err := p.unproved(ctx, from)
		if unproved {
			err = fmt.Errorf("%w: %w", union.ErrUnproven, &bot.Refusal{Text: p.saidUnproved()})
		}
		return err
	})
}

// needsCode says whether a member who files under the service has to be known for sure.
func needsCode(s *service.Service) bool { return s.Sealed || service.AsksBank(s.Form) }

// saidUnproved tells a member what opens it, and where who has no WeCom goes.
func (p *people) saidUnproved() string {
	return "您是用身份证后六位认证的,知道这六位的不一定只有您,所以这里还办不了、也看不了。请先在企业微信回复\"绑定码\",再到这里回复\"绑定\",发那 6 位数字。\n" + p.inPerson()
}

// inPerson is the way of who has no WeCom at all.
func (p *people) inPerson() string {
	if p.phone == "" {
		return "没有企业微信:请到工会办公室当面办,当面说的一样保密。"
	}
	return "没有企业微信:请打" + p.phone + ",或到工会办公室当面办,当面说的一样保密。"
}
