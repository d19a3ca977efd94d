package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
)

// finding is one thing that doctor looked at.
type finding struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "doctor",
		Short:   "Look at everything that serve needs and say what is wrong",
		Example: "  unionbot doctor --config unionbot.yaml",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.load("DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS")
			if err != nil {
				return err
			}
			findings := examine(c.Context(), cfg)
			if asJSON {
				err = a.writeJSON(findings)
			} else {
				for _, f := range findings {
					fmt.Fprintf(a.stdout, "%s %-16s %s\n", mark(f.OK), f.Name, f.Detail)
				}
			}
			if err != nil {
				return err
			}
			for _, f := range findings {
				if !f.OK {
					return errors.New("not everything is well")
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}

func mark(ok bool) string {
	if ok {
		return "ok  "
	}
	return "BAD "
}

func examine(ctx context.Context, c config.Config) []finding {
	findings := []finding{
		{"configuration", true, "is complete"},
		platformFinding("WeCom", c.WeCom.On(), true),
		platformFinding("Official Account", c.OfficialAccount.On(), c.OfficialAccount.AESKey.IsSet()),
	}
	return append(findings, examineDatabase(ctx, c)...)
}

func platformFinding(name string, on, encrypted bool) finding {
	switch {
	case !on:
		return finding{name, true, "is switched off"}
	case !encrypted:
		return finding{name, true, "runs in plain mode: set its AES key and choose safe mode at the platform"}
	default:
		return finding{name, true, "is configured"}
	}
}

func examineDatabase(ctx context.Context, c config.Config) []finding {
	db, err := storage.Open(ctx, c.DatabaseURL.Reveal())
	if err != nil {
		return []finding{{"database", false, err.Error()}}
	}
	defer func() { _ = db.Close() }() // only read from
	reached := finding{"database", true, string(db.Dialect()) + " answers"}
	have, want, err := db.SchemaVersions(ctx)
	if err == nil {
		err = checkSchema(have, want)
	}
	if err != nil {
		return []finding{reached, {"schema", false, err.Error()}}
	}
	return []finding{reached, {"schema", true, fmt.Sprintf("is at version %d", have)}}
}
