package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/personal"
)

// maxFound is how many members one look-up shows.
const maxFound = 20

// foundMember is what a look-up shows of a member: enough to know whom it found.
type foundMember struct {
	StaffNo      string             `json:"staff_no"`
	Name         string             `json:"name"`
	Organisation string             `json:"organisation"`
	Status       union.MemberStatus `json:"status"`
	// Phone and IDCard are masked.
	Phone  string `json:"phone,omitempty"`
	IDCard string `json:"id_card,omitempty"`
}

// foundReport is what `members find` writes as JSON.
type foundReport struct {
	Found []foundMember `json:"found"`
	// More says that there are others beyond maxFound.
	More bool `json:"more,omitempty"`
	// Unindexed counts phones and id cards that no look-up can find yet.
	Unindexed int `json:"unindexed,omitempty"`
}

type findOptions struct {
	phone, idCard, name string
	asJSON              bool
}

func (a *app) membersFindCommand() *cobra.Command {
	var o findOptions
	c := &cobra.Command{
		Use:   "find --phone NUMBER | --id-card NUMBER | --name NAME",
		Short: "Find members by phone, identity card or name",
		Long: `Find members by phone, identity card or name. The number is compared by its digest, whichever key it was sealed with; what is
shown of it is masked. Those who have left come last, and are not found by name. That somebody looked, and at whom, goes on record, before anything is shown. With - in
place of the value it is read from the standard input, and so stays out of the shell's history.`,
		Example: "  unionbot members find --phone 13900010000\n  unionbot members find --id-card - --json < number.txt",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.findMembers(c.Context(), o)
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.phone, "phone", "", "mobile number, or fixed line with its area code")
	flags.StringVar(&o.idCard, "id-card", "", "identity card number")
	flags.StringVar(&o.name, "name", "", "name, however it is spaced or dotted")
	flags.BoolVar(&o.asJSON, "json", false, "write JSON")
	c.MarkFlagsMutuallyExclusive("phone", "id-card", "name")
	c.MarkFlagsOneRequired("phone", "id-card", "name")
	return c
}

func (a *app) findMembers(ctx context.Context, o findOptions) error {
	kind, value, err := a.wanted(o)
	if err != nil {
		return err
	}
	return a.withMembers(ctx, func(_ config.Config, s *stores) error {
		report, err := findIn(ctx, s.db, s.members, kind, value)
		if err != nil {
			return fmt.Errorf("find members: %w", err)
		}
		if o.asJSON {
			return a.writeJSON(report)
		}
		return a.printFound(report)
	})
}

// wanted says what is looked for: a number of a kind, or with no kind a name.
func (a *app) wanted(o findOptions) (kind personal.Kind, value string, err error) {
	switch {
	case o.phone != "":
		kind = personal.Phone
	case o.idCard != "":
		kind = personal.IDCard
	}
	if value = cmp.Or(o.phone, o.idCard, o.name); value == "-" {
		value, _ = bufio.NewReader(a.stdin).ReadString('\n')
	}
	if value = strings.TrimSpace(value); value == "" {
		return "", "", errors.New("nothing is given to look for")
	}
	if kind != "" {
		if value, err = personal.Parse(kind, value); err != nil {
			return "", "", fmt.Errorf("what is given as %s is none: %w", kind, err)
		}
	}
	return kind, value, nil
}

// findIn looks members up and puts on record that somebody did.
func findIn(ctx context.Context, db *storage.DB, members *storage.Members, kind personal.Kind, value string) (report foundReport, err error) {
	var list []union.Member
	if kind == "" {
		list, err = members.ByName(ctx, value, maxFound+1)
	} else {
		list, err = members.ByNumber(ctx, kind, value, maxFound+1)
	}
	if err != nil {
		return report, err
	}
	if report.More = len(list) > maxFound; report.More {
		list = list[:maxFound]
	}
	if err := recordLooks(ctx, db, list, "members find by "+cmp.Or(string(kind), "name")); err != nil {
		return report, err
	}
	report.Found = make([]foundMember, 0, len(list))
	for _, m := range list {
		phone, idCard, err := members.Sealed(ctx, m.ID)
		if err != nil {
			return report, err
		}
		report.Found = append(report.Found, foundMember{
			StaffNo: m.StaffNo, Name: m.Name, Organisation: m.OrgPath, Status: m.Status,
			Phone: personal.Mask(personal.Phone, phone), IDCard: personal.Mask(personal.IDCard, idCard),
		})
	}
	report.Unindexed, err = members.Unindexed(ctx)
	return report, err
}

// recordLooks writes one entry for everybody who was found, or one that nobody was. None says what was looked for.
func recordLooks(ctx context.Context, db *storage.DB, found []union.Member, note string) error {
	at, record := time.Now(), storage.NewAudit(db)
	return db.Tx(ctx, func(ctx context.Context) error {
		if len(found) == 0 {
			return record.Append(ctx, audit.Entry{At: at, Kind: audit.Look, Note: note + ": nobody"})
		}
		for _, m := range found {
			if err := record.Append(ctx, audit.Entry{At: at, Kind: audit.Look, Member: m.ID, Note: note}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *app) printFound(r foundReport) error {
	var lines []string
	for _, m := range r.Found {
		lines = append(lines, strings.Join([]string{
			m.StaffNo, m.Name, m.Organisation, string(m.Status), "phone " + cmp.Or(m.Phone, "-"), "id card " + cmp.Or(m.IDCard, "-"),
		}, "  "))
	}
	switch {
	case len(r.Found) == 0:
		lines = append(lines, "Nobody was found.")
	case r.More:
		lines = append(lines, fmt.Sprintf("… and more: the first %d are shown", maxFound))
	}
	if r.Unindexed > 0 {
		lines = append(lines, fmt.Sprintf("%d phones and id cards cannot be found yet: run unionbot keys rewrap", r.Unindexed))
	}
	if _, err := fmt.Fprintln(a.stdout, strings.Join(lines, "\n")); err != nil {
		return fmt.Errorf("write members: %w", err)
	}
	return nil
}
