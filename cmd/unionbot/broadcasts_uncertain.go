package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union/broadcast"
)

// mostUncertain is how many are listed.
const mostUncertain = 1000

// uncertain is what becomes of those of whom nobody knows whether it reached them.
type uncertain struct {
	by            string
	resend, leave bool
	asJSON        bool
}

func (a *app) uncertainCommand() *cobra.Command {
	var u uncertain
	c := &cobra.Command{
		Use:   "uncertain NUMBER [--by STAFFNO --resend | --leave]",
		Short: "List of whom nobody knows whether a broadcast reached them, and decide about them",
		Long: `List of whom nobody knows whether a broadcast reached them. They are never sent it again by itself. With --resend they are, and some
may have it twice; with --leave a person tells them. Both are done in the name of somebody who may steer the broadcast.`,
		Example: "  unionbot broadcasts uncertain TZ26-0003\n  unionbot broadcasts uncertain TZ26-0003 --by 100130 --leave",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withCastDesk(c.Context(), func(_ config.Config, desk *broadcast.Desk) error {
				if u.resend || u.leave {
					return a.decideUncertain(c.Context(), desk, args[0], u)
				}
				return a.listUncertain(c.Context(), desk, args[0], u.asJSON)
			})
		},
	}
	c.Flags().StringVar(&u.by, "by", "", "staff number of who decides")
	c.Flags().BoolVar(&u.resend, "resend", false, "send it to them again")
	c.Flags().BoolVar(&u.leave, "leave", false, "have a person tell them")
	c.Flags().BoolVar(&u.asJSON, "json", false, "write JSON")
	c.MarkFlagsMutuallyExclusive("resend", "leave")
	return c
}

// uncertainLine is one of them as JSON has it.
type uncertainLine struct {
	StaffNo string `json:"staff_no"`
	Unit    string `json:"unit"`
	Cause   string `json:"cause"`
}

func (a *app) listUncertain(ctx context.Context, desk *broadcast.Desk, number string, asJSON bool) error {
	list, err := desk.LookUnsure(ctx, number, mostUncertain)
	if err != nil {
		return fmt.Errorf("list uncertain of %s: %w", number, err)
	}
	lines := make([]uncertainLine, len(list))
	for i, r := range list {
		lines[i] = uncertainLine{r.Member.StaffNo, r.Member.Unit(), r.Cause}
	}
	if asJSON {
		return a.writeJSON(lines)
	}
	for _, l := range lines {
		fmt.Fprintf(a.stdout, "%s  %s  %s\n", l.StaffNo, l.Unit, l.Cause)
	}
	return nil
}

func (a *app) decideUncertain(ctx context.Context, desk *broadcast.Desk, number string, u uncertain) error {
	by, err := desk.Members.ByStaffNo(ctx, u.by)
	if err != nil {
		return fmt.Errorf("--by %q: %w", u.by, err)
	}
	if u.leave {
		_, n, err := desk.Leave(ctx, by.ID, number)
		if err != nil {
			return fmt.Errorf("leave uncertain of %s: %w", number, err)
		}
		fmt.Fprintf(a.stdout, "%s: a person tells %d\n", number, n)
		return nil
	}
	_, n, err := desk.Resend(ctx, by.ID, number, broadcast.Doubtful)
	if err != nil {
		return fmt.Errorf("send %s again: %w", number, err)
	}
	fmt.Fprintf(a.stdout, "%s: sent again to %d\n", number, n)
	return nil
}
