package main

import (
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/union/custody"
)

func (a *app) keysCustodiansCommand() *cobra.Command {
	var shares int
	c := &cobra.Command{
		Use:   "custodians",
		Short: "Make the key that keeps the names behind sealed cases, and the custodians' shares",
		Long: `Make the key to which the names behind sealed cases are encrypted, and the shares of its private half: any two of them
open a name, one opens none. The private half itself is written nowhere. Run it where nobody looks on and nothing is recorded,
give each custodian one share, on paper, and keep no copy: with fewer than two shares left, the names are lost.`,
		Example: "  unionbot keys custodians --shares 3",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			key, list, err := custody.New(rand.Reader, shares)
			if err != nil {
				return err
			}
			var b strings.Builder
			fmt.Fprintf(&b, "# Into the configuration. It is not secret and opens nothing; an older key stays behind it, joined by a comma.\nUNIONBOT_CUSTODIAN_KEY=%s\n", key)
			fmt.Fprintf(&b, "\n# One to each custodian, on paper. Any %d open a name; they are written nowhere else.\n", custody.Needed)
			for i, s := range list {
				fmt.Fprintf(&b, "share %d of %d, key %s: %s\n", i+1, len(list), key.ID(), s)
			}
			if _, err := fmt.Fprint(a.stdout, b.String()); err != nil {
				return fmt.Errorf("write key: %w", err)
			}
			return nil
		},
	}
	c.Flags().IntVar(&shares, "shares", 3, fmt.Sprintf("how many custodians there are, %d to %d", custody.Needed, custody.MostShares))
	return c
}
