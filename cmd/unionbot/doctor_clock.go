package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// A callback is refused from callback.DefaultWindow on. Long before that, times that two machines wrote do not compare.
const (
	clockWarn = 30 * time.Second
	clockBad  = 5 * time.Minute
)

// examineClock compares this machine's clock with those it works with.
func examineClock(ctx context.Context, p *patient) []finding {
	const name, do = "clock", "let the machine that is wrong keep its clock by NTP: timedatectl set-ntp true"
	var others []string
	worst, whose := time.Duration(0), ""
	for _, c := range p.clocks() {
		before := p.now()
		at, err := c.read(ctx)
		if err != nil {
			continue // another finding says that it is out of reach
		}
		// Some tell whole seconds only, and cut.
		off := max(before.Add(-time.Second).Sub(at), at.Sub(p.now()), 0)
		others = append(others, c.name)
		if off >= worst {
			worst, whose = off, c.name
		}
	}
	detail := fmt.Sprintf("is %s away from that of %s", worst.Round(time.Second), whose)
	switch {
	case len(others) == 0:
		return []finding{warning(name, "run doctor again when the platforms or the stores can be reached", "there is nothing to compare it with")}
	case worst >= clockBad:
		return []finding{bad(name, do, "%s: callbacks are refused when it comes to ten minutes", detail)}
	case worst >= clockWarn:
		return []finding{warning(name, do, "%s", detail)}
	default:
		return []finding{fine(name, "agrees with %s", strings.Join(others, ", "))}
	}
}

type remoteClock struct {
	name string
	read func(context.Context) (time.Time, error)
}

func (p *patient) clocks() (all []remoteClock) {
	if p.config.WeCom.On() {
		if client, err := newWeComClient(p.config.WeCom, ownTokens{}, nil, p.log); err == nil {
			all = append(all, remoteClock{"WeCom", client.Clock})
		}
	}
	if p.config.OfficialAccount.On() {
		if client, err := newOfficialAccountClient(p.config.OfficialAccount, ownTokens{}, nil, p.log); err == nil {
			all = append(all, remoteClock{"the Official Account's platform", client.Clock})
		}
	}
	if _, local := p.config.SQLitePath(); p.db != nil && !local {
		all = append(all, remoteClock{"the database", p.db.Clock})
	}
	if p.turns != nil {
		all = append(all, remoteClock{"Redis", p.turns.Clock})
	}
	return all
}
