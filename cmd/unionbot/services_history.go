package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// versionReport is a text of a service that was offered once, as `services history` writes it as JSON.
type versionReport struct {
	Service string    `json:"service"`
	Hash    string    `json:"hash"`
	Taken   time.Time `json:"taken"`
	Offered bool      `json:"offered"`
}

func (a *app) servicesHistoryCommand() *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "history [NAME]",
		Short: "List every text of the services that was ever taken",
		Long: `List every text of a service, or of all, that serve has ever taken, the newest first, with the day on which it was taken. A star
marks what is offered today. To go back to an earlier one, write it into a copy of the folder, check that, and copy it over:
unionbot services show HASH > copy/NAME.yaml && unionbot services check copy`,
		Example: "  unionbot services history suggestion\n  unionbot services show 3f2a91 > copy/suggestion.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withDatabase(c.Context(), func(conf config.Config, db *storage.DB) error {
				reports, err := history(c.Context(), conf, db, slices.Concat(args, []string{""})[0])
				if err != nil {
					return err
				}
				if asJSON {
					return a.writeJSON(reports)
				}
				for _, r := range reports {
					mark := " "
					if r.Offered {
						mark = "*"
					}
					if _, err := fmt.Fprintf(a.stdout, "%s %-24s  %s  %s\n", mark, r.Service, r.Taken.In(conf.Timezone).Format(time.DateTime), r.Hash); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}

// history lists the texts of a service, or of all where none is named.
func history(ctx context.Context, c config.Config, db *storage.DB, name string) ([]versionReport, error) {
	taken, err := storage.NewServices(db, time.Now).Taken(ctx)
	if err != nil {
		return nil, err
	}
	offered := map[string]bool{}
	if set, err := loadServices(c); err == nil { // a folder that is refused has nothing to mark
		for _, s := range set.On(service.DayOf(newClock(c.ClockOffset).now().In(c.Timezone))).All() {
			offered[s.Hash] = true
		}
	}
	reports := []versionReport{}
	for _, v := range taken {
		if name == "" || v.Name == name {
			reports = append(reports, versionReport{v.Name, v.Hash, v.At, offered[v.Hash]})
		}
	}
	if len(reports) == 0 && name != "" {
		return nil, fmt.Errorf("no text of a service %q was ever taken", name)
	}
	sort.SliceStable(reports, func(i, j int) bool {
		a, b := &reports[i], &reports[j]
		return cmp.Or(cmp.Compare(a.Service, b.Service), b.Taken.Compare(a.Taken)) < 0
	})
	return reports, nil
}

func (a *app) servicesShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show HASH",
		Short: "Write a text of a service that was taken once",
		Long: `Write the text of a service that services history lists, as it was taken: figures of the reference data stand in it as they were.
The first six characters of the hash are enough where no other begins so. Written into a copy of the folder, checked and copied over it is offered again.`,
		Example: "  unionbot services show 3f2a91 > copy/suggestion.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withDatabase(c.Context(), func(_ config.Config, db *storage.DB) error {
				kept := storage.NewServices(db, time.Now)
				hash, err := wholeHash(c.Context(), kept, args[0])
				if err != nil {
					return err
				}
				v, err := kept.Version(c.Context(), hash)
				if err != nil {
					return err
				}
				_, err = a.stdout.Write(v.Source)
				return err
			})
		},
	}
}

// leastHash is how many characters of a hash have to be said.
const leastHash = 6

// wholeHash finds the one hash that begins as it was said.
func wholeHash(ctx context.Context, kept *storage.Services, said string) (string, error) {
	taken, err := kept.Taken(ctx)
	if err != nil {
		return "", err
	}
	var found []string
	for _, v := range taken {
		if len(said) >= leastHash && len(said) <= len(v.Hash) && v.Hash[:len(said)] == said {
			found = append(found, v.Hash)
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("no text begins with %q (at least %d characters): unionbot services history lists them: %w", said, leastHash, union.ErrNotFound)
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("%d texts begin with %q: say more of the hash", len(found), said)
}
