package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/turns"
)

// finding is one thing that doctor looked at. A warning is in order and not advised.
type finding struct {
	Name    string `json:"name"`
	OK      bool   `json:"ok"`
	Warning bool   `json:"warning,omitempty"`
	Detail  string `json:"detail"`
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
					fmt.Fprintf(a.stdout, "%s %-16s %s\n", f.mark(), f.Name, f.Detail)
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

func (f finding) mark() string {
	switch {
	case !f.OK:
		return "BAD "
	case f.Warning:
		return "warn"
	default:
		return "ok  "
	}
}

func examine(ctx context.Context, c config.Config) []finding {
	findings := []finding{
		examineConfiguration(c),
		platformFinding("WeCom", c.WeCom.On(), true),
		platformFinding("Official Account", c.OfficialAccount.On(), c.OfficialAccount.AESKey.IsSet()),
	}
	findings = append(findings, examineDatabase(ctx, c)...)
	return append(findings, examineRedis(ctx, c), examineMedia(c))
}

// examineConfiguration looks at what config.Load leaves to serve.
func examineConfiguration(c config.Config) finding {
	if err := checkPlatforms(c); err != nil {
		return finding{Name: "configuration", Detail: err.Error()}
	}
	return finding{Name: "configuration", OK: true, Detail: "is complete"}
}

func platformFinding(name string, on, encrypted bool) finding {
	switch {
	case !on:
		return finding{Name: name, OK: true, Detail: "is switched off"}
	case !encrypted:
		return finding{
			Name: name, OK: true, Warning: true, Detail: "runs in plain mode: set its AES key and choose safe mode at the platform",
		}
	default:
		return finding{Name: name, OK: true, Detail: "is configured"}
	}
}

func examineDatabase(ctx context.Context, c config.Config) []finding {
	db, err := storage.Open(ctx, c.DatabaseURL.Reveal())
	if err != nil {
		return []finding{{Name: "database", Detail: err.Error()}}
	}
	defer func() { _ = db.Close() }() // only read from
	reached := finding{Name: "database", OK: true, Detail: string(db.Dialect()) + " answers"}
	have, want, err := db.SchemaVersions(ctx)
	if err == nil {
		err = checkSchema(have, want)
	}
	if err != nil {
		return []finding{reached, {Name: "schema", Detail: err.Error()}}
	}
	schema := finding{Name: "schema", OK: true, Detail: fmt.Sprintf("is at version %d", have)}
	return []finding{reached, schema, examineKeys(ctx, c, db)}
}

// examineKeys makes no key: it would belong to whoever runs doctor, and not to who runs the service.
func examineKeys(ctx context.Context, c config.Config, db *storage.DB) finding {
	f := finding{Name: "encryption keys"}
	if path, ok := c.SQLitePath(); ok && !c.EncryptionKeys.IsSet() {
		if _, err := os.Stat(path + keySuffix); errors.Is(err, fs.ErrNotExist) {
			f.OK, f.Detail = true, "are made beside the database when they are needed"
			return f
		}
	}
	keys, err := keyring(c, slog.New(slog.DiscardHandler))
	if err == nil {
		err = storage.NewMembers(db, keys, directoryChannel(c)).CheckKeys(ctx)
	}
	if err != nil {
		f.Detail = err.Error()
		return f
	}
	f.OK, f.Detail = true, "open what is in the database"
	return f
}

// examineMedia does not make the folder, for the reason of examineKeys.
func examineMedia(c config.Config) finding {
	f, folder := finding{Name: "media"}, c.MediaFolder()
	probe, err := os.CreateTemp(folder, ".doctor-*")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.OK, f.Detail = true, folder+" is made when the service starts"
		return f
	case err == nil:
		err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	if err != nil {
		f.Detail = err.Error()
		return f
	}
	f.OK, f.Detail = true, folder+" can be written"
	return f
}

func examineRedis(ctx context.Context, c config.Config) finding {
	if c.RedisURL.Reveal() == config.Embedded {
		return finding{Name: "redis", OK: true, Detail: "is embedded: one process only, and it forgets when that ends"}
	}
	t, err := turns.Open(ctx, c.RedisURL.Reveal())
	if err != nil {
		return finding{Name: "redis", Detail: err.Error()}
	}
	defer func() { _ = t.Close() }() // only asked
	return finding{Name: "redis", OK: true, Detail: "answers"}
}
